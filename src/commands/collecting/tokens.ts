import { createHash, timingSafeEqual } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { Problem } from '../../core/errors/errors.ts'
import { STRONG, weakness } from '../../core/secrets/weak-secrets.ts'
import { readInside } from '../../services/files/files.ts'

/** Tokens that are good now. */
export interface Tokens {
  /** Whether a header `authorization` carries one of them; takes the same time for all that are none. */
  admit(authorization: string | undefined): boolean
}

/**
 * The tokens of a file, one a line, so that an old one is good until the last sender has the new one.
 *
 * @throws AssayError where the file cannot be read
 */
export async function readTokens(file: string): Promise<Tokens | { problems: Problem[] }> {
  const { bytes } = await readInside(dirname(file), basename(file), {
    maxBytes: 65_536,
    input: 'file of tokens',
  })
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  const tokens = lines.map(line => line.trim()).filter(line => line !== '')
  const problems = tokens.flatMap((token, index): Problem[] => {
    const why = weakness(token)
    return why === undefined ? [] : [{ what: `token ${index + 1} ${why}`, where: { file }, fix: STRONG }]
  })
  if (tokens.length === 0) problems.push({ what: 'it holds no token', where: { file }, fix: STRONG })
  if (problems.length > 0) return { problems }
  const hashes = tokens.map(digest)
  // Whole headers that were right before: to look one up tells nothing of those that are not equal.
  const admitted = new Set<string>()
  return {
    admit(authorization = '') {
      if (admitted.has(authorization)) return true
      const given = digest(/^bearer +(.*)$/i.exec(authorization)?.[1] ?? '')
      const isOne = hashes.reduce((found, hash) => timingSafeEqual(hash, given) || found, false)
      if (isOne && admitted.size < MOST_ADMITTED) admitted.add(authorization)
      return isOne
    },
  }
}

// --- internal ---

/** A token may be written in many ways: more spaces, another case of `Bearer`. */
const MOST_ADMITTED = 1000

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
