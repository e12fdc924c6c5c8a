import { createHash, timingSafeEqual } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { Problem } from '../../core/errors/errors.ts'
import { readTokenLine, scopeOfBoth, type TokenScope } from '../../core/secrets/token-scope.ts'
import { STRONG, weakness } from '../../core/secrets/weak-secrets.ts'
import { readInside } from '../../services/files/files.ts'

/** Tokens that are good now. */
export interface Tokens {
  /** What the token in a header `authorization` is for; undefined: it is none of them, which takes the same time for all. */
  scopeOf(authorization: string | undefined): TokenScope | undefined
}

/**
 * The tokens of a file, one a line, so that an old one is good until the last sender has the new one. Behind a token may stand what it is
 * for; one that stands on several lines is for all that they say.
 *
 * @throws AssayError where the file cannot be read
 */
export async function readTokens(file: string): Promise<Tokens | { problems: Problem[] }> {
  const { bytes } = await readInside(dirname(file), basename(file), {
    maxBytes: 65_536,
    input: 'file of tokens',
  })
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  const tokens = lines.filter(line => line.trim() !== '').map(readTokenLine)
  const problems = tokens.flatMap((one, index): Problem[] => {
    const token = `token ${index + 1}`
    if ('wrong' in one) return [{ what: `${token} ${one.wrong}`, where: { file }, fix: AS_PLACES }]
    const why = weakness(one.token)
    return why === undefined ? [] : [{ what: `${token} ${why}`, where: { file }, fix: STRONG }]
  })
  if (tokens.length === 0) problems.push({ what: 'it holds no token', where: { file }, fix: STRONG })
  if (problems.length > 0) return { problems }
  const known = tokens.flatMap(one => ('token' in one ? [{ hash: digest(one.token), scope: one.scope }] : []))
  // Whole headers that were right before: to look one up tells nothing of those that are not equal.
  const admitted = new Map<string, TokenScope>()
  return {
    scopeOf(authorization = '') {
      const before = admitted.get(authorization)
      if (before) return before
      const given = digest(/^bearer +(.*)$/i.exec(authorization)?.[1] ?? '')
      const scope = known.reduce<TokenScope | undefined>(
        (found, { hash, scope: own }) =>
          timingSafeEqual(hash, given) ? (found ? scopeOfBoth(found, own) : own) : found,
        undefined,
      )
      if (scope && admitted.size < MOST_ADMITTED) admitted.set(authorization, scope)
      return scope
    },
  }
}

// --- internal ---

const AS_PLACES =
  'write what a token is for behind it, as `churn`, `churn/production` or `*/production`, with spaces between'

/** A token may be written in many ways: more spaces, another case of `Bearer`. */
const MOST_ADMITTED = 1000

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
