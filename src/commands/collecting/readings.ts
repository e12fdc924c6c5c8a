import { type AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import { ENVIRONMENT_NAME } from '../../core/text/names.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import type { ReceiptKeys } from '../../core/traffic/receipts/receipt.ts'
import { readKeys } from './keys.ts'
import { collectProblem } from './problems.ts'
import { readTokens, type Tokens } from './tokens.ts'

/** What the collector reads of files that options name, with the option in what is wrong with them. */

/** @throws AssayError where there are none */
export function tokensIn(file: string | undefined): Promise<Tokens> {
  return asOption('tokens', file, async path => {
    const read = await readTokens(path)
    if ('problems' in read) throw collectProblem(read.problems)
    return read
  })
}

/** @throws AssayError where one of them is none */
export async function keysIn(folder: string | undefined): Promise<ReceiptKeys> {
  if (folder === undefined) return new Map()
  return asOption('receipt-keys', folder, async path => {
    const read = await readKeys(path)
    if ('problems' in read) throw collectProblem(read.problems)
    return read.keys
  })
}

/** What an option names; with the path as it was looked for, and the option that names another, in what is wrong with it. */
export async function asOption<T>(
  option: Option,
  path: string | undefined,
  read: (path: string) => Promise<T>,
): Promise<T> {
  if (path === undefined) throw collectProblem([NOT_NAMED[option]])
  try {
    return await read(path)
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED'))
      throw collectProblem(error.problems.map(problem => named(option, path, problem)))
    throw error
  }
}

/** @throws AssayError where it can be none of a deploy repository */
export async function checkEnvironment(name: string | undefined): Promise<void> {
  if (name === undefined || ENVIRONMENT_NAME.test(name)) return
  const what = `\`${shortened(visible(name))}\` is no name of an environment`
  throw collectProblem([{ what, fix: 'as `assay-deploy.yml` has it, such as `production`' }])
}

/** Why nobody can say here that a model is counted. */
export function noLocks(folder: string, error: unknown): AssayError {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  const what = `\`--locks\`: the folder cannot be written in (${code})`
  const fix = 'name a folder that may be written in, on a volume that all collectors of these models share'
  return collectProblem([{ what, where: { file: folder }, fix }], error)
}

// --- internal ---

type Option = keyof typeof NOT_NAMED

const NOT_NAMED = {
  profiles: {
    what: 'there are no profiles to count by',
    fix: 'name their folder with `--profiles`, or what says which serve with `--deploy-repo`',
  },
  tokens: { what: 'nobody could send anything', fix: 'name a file of tokens with `--tokens`' },
  'receipt-keys': { what: 'there are no keys', fix: 'name their folder with `--receipt-keys`' },
}

function named(option: Option, path: string, { what, where, fix }: Problem): Problem {
  return { what: `\`--${option}\`: ${what}`, where: where?.file.includes('/') ? where : { file: path }, fix }
}
