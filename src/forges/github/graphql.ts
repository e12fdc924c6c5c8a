import type { Octokit } from '@octokit/rest'
import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { refusalIn, waitingHelps } from '../../core/errors/refusals.ts'
import { badAnswer, type ForgeErrorCode, forgeError } from '../forge-error.ts'

export type Graphql = Octokit['graphql']

type Variables = Record<string, unknown>

/**
 * Asks GitHub's GraphQL API, which reads in one call what REST needs ten for, and is the only one that moves a branch from an
 * expected commit. Something that is not there comes back as null where its field may be null.
 *
 * @param absent where something may be missing without an error: only inside the repository, or the repository too
 * @throws AssayError; an answer with errors is one, although its status is 200
 */
export async function askGraphql<T>(
  graphql: Graphql,
  query: string,
  variables: Variables,
  absent: 'inside' | 'anywhere' = 'inside',
): Promise<T> {
  const call = `POST /graphql(${/^\w+ (\w+)/.exec(query)?.[1]})`
  try {
    const data = await graphql<T | null | undefined>(query, variables)
    if (typeof data === 'object' && data !== null) return data
  } catch (error) {
    if (isAssayError(error)) throw error
    const { errors, data } = error as { errors?: GraphqlError[]; data?: T | null }
    if (!Array.isArray(errors)) throw error
    const depth = absent === 'inside' ? 2 : 1
    if (data && errors.every(({ type, path }) => type === 'NOT_FOUND' && (path?.length ?? 0) >= depth))
      return data
    throw describeErrors(errors, call)
  }
  throw badAnswer(call, 'the answer holds no data')
}

// --- internal ---

interface GraphqlError {
  type?: string
  message?: string
  path?: (string | number)[]
}

const CODES: Record<string, ForgeErrorCode> = {
  NOT_FOUND: 'FORGE_NOT_FOUND',
  FORBIDDEN: 'FORGE_FORBIDDEN',
  INSUFFICIENT_SCOPES: 'FORGE_FORBIDDEN',
  RATE_LIMITED: 'FORGE_RATE_LIMITED',
}
const FIXES: Partial<Record<ForgeErrorCode, string>> = {
  FORGE_NOT_FOUND: 'Check the name; a token without access to the repository gets the same answer',
  FORGE_FORBIDDEN: 'Give the token `contents: write` and `pull-requests: write` for the deploy repository',
  FORGE_RATE_LIMITED: 'Run again in an hour',
  FORGE_UNAVAILABLE: 'The forge has trouble; run again later',
}

/** An error without a type is trouble inside the forge, unless its words say what is wrong. */
function describeErrors(errors: GraphqlError[], call: string): AssayError {
  const [first] = errors
  const said = errors.map(({ message }) => message ?? 'no reason given').join('; ')
  const reason = refusalIn(said)
  const isRefused = first?.type !== undefined || (reason !== undefined && !waitingHelps(reason))
  const code = isRefused ? (CODES[first?.type ?? ''] ?? 'FORGE_REJECTED') : 'FORGE_UNAVAILABLE'
  return forgeError({ code, call, said, fix: FIXES[code] ?? 'See what the forge says' })
}
