import { basename, dirname } from 'node:path'
import { isAssayError, type Problem } from '../../core/errors/errors.ts'
import { readTokens, type Tokens } from '../collecting/tokens.ts'
import { watchProblem } from './problems.ts'

/** Tokens that are read again from their file. */
export interface KeptTokens {
  /** Those of the last time that the file could be read; undefined where a proxy lets in. */
  good(): Tokens | undefined
  /** A file that is no good now changes nothing: that is said, once. */
  reread(): Promise<void>
}

/** @throws AssayError where nobody could look: there is no file that is good, and no proxy */
export async function keptTokens({
  file,
  proxyHeader,
  warn,
}: {
  file: string | undefined
  proxyHeader: string | undefined
  warn(text: string): void
}): Promise<KeptTokens> {
  let tokens = await tokensIn(file, proxyHeader)
  let said: string | undefined
  return {
    good: () => tokens,
    async reread() {
      try {
        tokens = await tokensIn(file, proxyHeader)
        said = undefined
      } catch (error) {
        if (!isAssayError(error)) throw error
        const text = `the tokens stay as they were: ${error.problems.map(({ what }) => what).join('; ')}`
        if (text !== said) warn(text)
        said = text
      }
    },
  }
}

// --- internal ---

async function tokensIn(
  file: string | undefined,
  proxyHeader: string | undefined,
): Promise<Tokens | undefined> {
  if (file === undefined && proxyHeader !== undefined) return undefined
  if (file === undefined)
    throw watchProblem([
      {
        what: 'nobody could look',
        fix: 'name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`',
      },
    ])
  try {
    const read = await readTokens(file)
    if ('problems' in read) throw watchProblem(read.problems)
    return read
  } catch (error) {
    if (!isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED')) throw error
    const named = ({ what, fix }: Problem) => ({
      what: `\`--tokens\`: ${what}`,
      where: { file: `${dirname(file)}/${basename(file)}` },
      ...(fix && { fix }),
    })
    throw watchProblem(error.problems.map(named))
  }
}
