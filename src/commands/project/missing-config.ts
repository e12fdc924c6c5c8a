import { existsSync } from 'node:fs'
import { dirname, join, posix, relative, resolve } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { CONFIG_FILE } from '../../core/text/names.ts'
import { didYouMean } from '../../core/text/nearest.ts'
import { listInside } from '../../services/files/files.ts'

/** That there is no such configuration, and what is there instead: one with the other ending, one that is called otherwise, one further up. */
export async function missingConfig(folder: string, file: string): Promise<AssayError> {
  return new AssayError({
    code: 'CONFIG_MISSING',
    title: `There is no ${file}`,
    problems: [
      {
        what: 'Assay needs a configuration that names the model',
        where: { file },
        fix: (await insteadOf(folder, file)) ?? 'run `assay init`: it writes one that works',
      },
    ],
  })
}

// --- internal ---

const ENDING = /\.ya?ml$/

async function insteadOf(folder: string, file: string): Promise<string | undefined> {
  const there = (await listInside(folder, posix.dirname(file)))
    .filter(entry => entry.isFile() && ENDING.test(entry.name))
    .map(({ name }) => posix.join(posix.dirname(file), name))
  const twin = there.find(other => other.replace(ENDING, '') === file.replace(ENDING, ''))
  if (twin !== undefined)
    return `\`${twin}\` is there: rename it to \`${file}\`, or name it with \`--config ${twin}\``
  if (file === CONFIG_FILE) return furtherUp(folder)
  const isUsualThere = existsSync(join(folder, CONFIG_FILE))
  return (
    didYouMean(file, there) ??
    (isUsualThere
      ? `\`${CONFIG_FILE}\` is there: correct \`--config\`, or leave it out`
      : `correct \`--config\`; \`assay init\` writes a configuration as \`${CONFIG_FILE}\``)
  )
}

/** The nearest configuration above a folder, in the same repository. */
function furtherUp(folder: string): string | undefined {
  const above = [resolve(folder)]
  while (!existsSync(join(above.at(-1)!, '.git'))) {
    const next = dirname(above.at(-1)!)
    if (next === above.at(-1)) return undefined
    above.push(next)
  }
  const found = above.find(one => existsSync(join(one, CONFIG_FILE)))
  if (found === undefined) return undefined
  return `\`${relative(above[0]!, join(found, CONFIG_FILE))}\` is there: run Assay in the folder of that file`
}
