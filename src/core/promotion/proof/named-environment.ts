/** Which environment a path or a name speaks of. */

/** Names that people use for the same. */
const SAME: readonly (readonly string[])[] = [
  ['dev', 'develop', 'development'],
  ['test', 'testing'],
  ['staging', 'stage', 'stg'],
  ['prod', 'production', 'prd', 'live'],
]

/** The environment that a text names, also by another word for it; of two, the one with the longer name. */
export function environmentNamed(text: string, names: readonly string[]): string | undefined {
  const found = names.flatMap(name =>
    spellings(name).flatMap(word => (hasWord(text, word) ? [{ name, length: word.length }] : [])),
  )
  return found.toSorted((a, b) => b.length - a.length)[0]?.name
}

// --- internal ---

/** `production-eu`, `prod-eu`, … */
function spellings(name: string): string[] {
  const parts = name.split('-')
  const others = parts.flatMap((part, at) =>
    (SAME.find(words => words.includes(part)) ?? []).map(word => parts.with(at, word).join('-')),
  )
  return [...new Set([name, ...others])]
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(^|[^a-z0-9])${word}($|[^a-z0-9])`, 'i').test(text)
}
