import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What `assay run` leaves in the folder, and nobody commits. */
const LEFT = 'assay-result/'

/**
 * Adds it to `.gitignore`: appended, whatever stands there.
 *
 * @returns what was done, in words; undefined where it is ignored already
 */
export async function ignoreResult(folder: string, dryRun: boolean): Promise<string | undefined> {
  const path = join(folder, '.gitignore')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (/^\/?(\*\*\/)?assay-result\/?\s*$/m.test(text)) return undefined
  if (dryRun) return `Would add ${LEFT} to .gitignore`
  await appendFile(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${LEFT}\n`)
  return `Added ${LEFT} to .gitignore`
}
