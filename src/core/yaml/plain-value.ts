import type { Document, ParsedNode } from 'yaml'

/** The parser itself gives up at 100. */
export const MOST_LEVELS = 90

export function tooDeep(levels: number): string {
  return `nested deeper than ${levels} levels`
}

/** The plain data of a document, or of a part of it, aliases resolved; or why there is none. */
export function plainValue(
  document: Document.Parsed,
  part?: ParsedNode,
): { value: unknown } | { fault: string } {
  try {
    const limits = { maxAliasCount: MOST_COPIES }
    const value: unknown = part ? part.toJS(document, limits) : document.toJS(limits)
    if (isDeeper(value, MOST_LEVELS, new Map())) return { fault: tooDeep(MOST_LEVELS) }
    return unfolded(value, new Map()) > MOST_UNFOLDED ? { fault: LARGER } : { value }
  } catch (error) {
    return { fault: aliasWords(error instanceof Error ? error.message : '') }
  }
}

// --- internal ---

const MOST_COPIES = 100
/** No text that is read has more characters, and none becomes more without aliases. */
const MOST_UNFOLDED = 4 * 1024 * 1024
const LARGER = 'aliases that make it larger than 4 MiB'

function aliasWords(message: string): string {
  if (message.startsWith('Excessive')) return `aliases that make more than ${MOST_COPIES} copies`
  if (message.startsWith('Merge')) return 'a merge key (`<<`) that names no map'
  return 'an alias (`*name`) whose anchor does not stand before it'
}

/** Aliases make a value deeper than its text, or hold itself. Each part is looked at again only where it lies deeper. */
function isDeeper(value: unknown, room: number, seen: Map<object, number>): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (room === 0) return true
  if ((seen.get(value) ?? Number.POSITIVE_INFINITY) <= room) return false
  seen.set(value, room)
  return Object.values(value).some(inner => isDeeper(inner, room - 1, seen))
}

/** Characters of a value that holds no loop, each part as often as it stands there: whoever writes it writes them all. */
function unfolded(value: unknown, known: Map<object, number>): number {
  if (typeof value === 'string') return value.length + 1
  if (typeof value !== 'object' || value === null) return 1
  let sum = known.get(value)
  if (sum === undefined) {
    sum = 1
    const isList = Array.isArray(value)
    for (const [key, inner] of Object.entries(value))
      sum += (isList ? 0 : key.length) + unfolded(inner, known)
    known.set(value, sum)
  }
  return sum
}
