import { type FileHandle, open, rm } from 'node:fs/promises'
import { AssayError } from '../../src/core/errors/errors.ts'
import type { Variable } from '../settings/variables.ts'

/** A file that only its owner reads and writes. */
export interface SecretsFile {
  /** Once: a variable a line, as `docker --env-file`, `kubectl --from-env-file` and `node --env-file` read them. */
  write(settings: Partial<Record<Variable, string>>): Promise<void>
  /** It was not needed. Nothing is left of it. */
  remove(): Promise<void>
}

/**
 * Makes the file before there is anything to keep: what GitHub tells once must not be lost because it cannot be written.
 *
 * @throws AssayError `BOT_SETUP` where there is one, or none can be made there
 */
export async function createSecretsFile(path: string): Promise<SecretsFile> {
  const file = await createAlone(path)
  return {
    async write(settings) {
      const lines = Object.entries(settings).map(
        ([name, value]) => `${name}=${value.trim().replaceAll('\n', '\\n')}\n`,
      )
      await file.writeFile(lines.join(''))
      await file.sync()
      await file.close()
    },
    async remove() {
      await file.close()
      await rm(path, { force: true })
    },
  }
}

// --- internal ---

/** No link is followed and nothing is overwritten: `wx` fails at whatever lies there. The mode counts from the first byte on. */
async function createAlone(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    const isThere = code === 'EEXIST'
    throw new AssayError({
      code: 'BOT_SETUP',
      title: 'No App was made: its secrets would have no place',
      problems: [
        {
          what: isThere ? `${path} is there already` : `${path} cannot be made (${code})`,
          fix: isThere
            ? 'it may hold the secrets of another App, so it is not touched: name another file with `--output`'
            : 'name a file that can be written with `--output`',
        },
      ],
      cause: error,
    })
  }
}
