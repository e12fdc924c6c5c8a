/**
 * A text that says yes or no: `true`, `yes`, `on`, `1` and `false`, `no`, `off`, `0`, in any case. The one reader of them, for
 * inputs, flags and the environment: the same word must not mean yes to one reader and nothing to another.
 *
 * @returns undefined for any other text
 */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (YES.includes(word)) return true
  return NO.includes(word) ? false : undefined
}

/** What to write instead. */
export const NEITHER = 'use true or false (yes, on, 1 and no, off, 0 are taken too)'

// --- internal ---

const YES: readonly string[] = ['true', 'yes', 'on', '1']
const NO: readonly string[] = ['false', 'no', 'off', '0']
