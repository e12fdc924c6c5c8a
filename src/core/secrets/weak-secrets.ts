/** What to do about a weak one. */
export const STRONG = 'make one, for example with `openssl rand -hex 32`, and give it to both sides'

/** Bytes that a secret has at least: with fewer, it can be found by trying. */
const LEAST = 16
/** Different characters: 32 hexadecimal ones that are drawn have fewer than eight of them once in ten thousand times. */
const LEAST_DIFFERENT = 8

/** What people and frameworks write where a secret is due. */
const PLACEHOLDERS =
  /development|changeme|change[-_ ]me|replace[-_ ]?me|password|passw0rd|your[-_ ]?(webhook[-_ ]?)?(secret|token)|my[-_ ]?(webhook[-_ ]?)?(secret|token)|webhook[-_ ]?secret|example|placeholder|0123456789|abcdefgh|qwerty|^<.*>$|^\$\{.*\}$/i

/** Why a secret is none that a stranger could not guess, in words that do not repeat it; undefined where it is one. */
export function weakness(secret: string): string | undefined {
  const bytes = Buffer.byteLength(secret)
  if (bytes < LEAST) return `is too short: it has ${bytes} bytes, and ${LEAST} are the least`
  if (PLACEHOLDERS.test(secret)) return 'is one that anybody would try first'
  if (new Set(secret).size < LEAST_DIFFERENT) return 'repeats a few characters, so that it can be guessed'
  return undefined
}
