import { maskPersonalData } from '../../secrets/secrets.ts'

/** Text of which some parts are code or names: each rendering shows those in its own way and escapes all of it. */
export type Phrase = (string | { code: string } | { name: string })[]

/** A phrase as plain text; in what is not ours, personal data is masked. */
export function plainPhrase(phrase: Phrase): string {
  return phrase
    .map(part => (typeof part === 'string' ? part : maskPersonalData('code' in part ? part.code : part.name)))
    .join('')
}

/** Names as they are listed: the first three, and how many more. */
export function listNames(names: string[]): Phrase {
  const shown = names.slice(0, MOST_NAMES)
  const more = names.length - shown.length
  const list = shown.flatMap(
    (name, index): Phrase => [
      index === 0 ? '' : index === shown.length - 1 && more === 0 ? ' and ' : ', ',
      { name },
    ],
  )
  return more > 0 ? [...list, ` and ${more} more`] : list
}

// --- internal ---

const MOST_NAMES = 3
