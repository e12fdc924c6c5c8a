/**
 * JSON as senders write it. What Python's `json.dumps` makes of numbers that are none is taken as well: NaN is no value, an
 * infinity stays what no bin for numbers holds.
 *
 * @returns undefined where it is no JSON
 */
export function parseJsonText(text: string): { value: unknown } | undefined {
  const exact = parseExactly(text)
  if (exact || !/NaN|Infinity/.test(text)) return exact
  return parseExactly(text.replace(NOT_FINITE, inJson))
}

/** JSON as it is written, and nothing else. */
export function parseExactly(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** What an object has of its own: a name such as `constructor` or `__proto__` finds nothing that nobody sent. */
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// --- internal ---

/** Strings come first, so that the words in them stay. One without an end is the rest, and is read once. */
const NOT_FINITE = /"(?:[^"\\]|\\[\s\S])*"?|-?Infinity|NaN/g

function inJson(token: string): string {
  if (token.startsWith('"')) return token
  return token === 'NaN' ? 'null' : token.startsWith('-') ? '-1e999' : '1e999'
}
