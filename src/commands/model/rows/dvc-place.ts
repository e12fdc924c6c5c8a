import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rowsFailure } from '../../../core/inputs/dvc/rows-failure.ts'
import { MOST_KEPT_BYTES } from '../../../core/inputs/kept/kept-rows.ts'
import { whyNoToken } from '../../../core/secrets/token-use.ts'
import { takeFile } from '../../../services/files/hashed-files.ts'
import { withOwnDvc } from '../../project/own-dvc.ts'
import type { ModelWork } from '../../project/project.ts'
import { type RowsPlace, unfit } from './rows-place.ts'

/**
 * Rows in a remote of DVC, under the md5 that it calls every file by. DVC moves them itself, for it knows its storages and their
 * logins.
 */
export function inDvc({ context, project }: ModelWork, remote: string): RowsPlace {
  const refused = whyNoToken(context.ci, project.configuration.source)

  /** @throws AssayError DVC_…, where `dvc` fails */
  async function moved<T>(
    how: 'push' | 'pull',
    md5: string,
    work: (own: string, move: () => Promise<void>) => Promise<T>,
  ): Promise<T> {
    if (refused !== undefined) throw unfit(refused)
    return withOwnDvc(context, remote, async (own, run) => {
      await writeFile(join(own, FILE), tracked(md5))
      return work(own, async () => {
        const ended = await run(`dvc ${how} ${FILE} --remote ${remote}`)
        if (!ended.isDone) throw rowsFailure(ended)
      })
    })
  }

  return {
    name: `dvc://${remote}`,
    nameOf: bytes => ({ md5: createHash('md5').update(bytes).digest('hex') }),
    keep: ({ md5 = '' }, bytes) =>
      moved('push', md5, async (own, move) => {
        const folder = join(own, '.dvc/cache/files/md5', md5.slice(0, 2))
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, md5.slice(2)), bytes)
        await move()
        if ((await readFile(join(own, FILE), 'utf8')) !== tracked(md5))
          throw unfit(
            `the remote \`${remote}\` keeps versions of its own (\`version_aware\`), and finds nothing by what it is`,
            'name another remote, or another kind of place, by `baselines`',
          )
      }),
    async take({ md5 }) {
      if (md5 === undefined)
        throw unfit('the record does not say what DVC calls them, so they were kept in another place')
      return moved('pull', md5, async (own, move) => {
        await move()
        return takeFile(own, ROWS, MOST_KEPT_BYTES)
      })
    },
  }
}

// --- internal ---

const ROWS = 'rows'
const FILE = `${ROWS}.dvc`

/** As DVC writes it, so that it leaves it as it is. */
function tracked(md5: string): string {
  return `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${ROWS}\n`
}
