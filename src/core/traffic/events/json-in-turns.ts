import { type BodyBudget, spend } from './body-budget.ts'
import type { Turns } from './event.ts'
import { parseExactly, parseJsonText } from './json-text.ts'

/** Characters of a piece: about a millisecond. */
export const PIECE = 32 * 1024

/**
 * JSON as `parseJsonText` reads it, a large text in pieces, with a turn after each: whoever reads may do something else meanwhile.
 * What becomes too many values is given up before it is made.
 *
 * @returns undefined where it is no JSON, or more than the budget has left
 */
export function* parseInTurns(
  text: string,
  budget: BodyBudget,
  piece = PIECE,
): Turns<{ value: unknown } | undefined> {
  if (text.length <= piece) return parseJsonText(text)
  const read = yield* valueAt({ text, budget, piece }, 0, 0)
  return read && afterSpace(text, read.end) === text.length ? { value: read.value } : undefined
}

// --- internal ---

/** How deep what is larger than a piece may lie: a list, an event, its data, its tensors, the values of one, its rows. */
const DEEPEST = 10
/** Names in an object that is larger than a piece. No profile has so many. */
const MOST_NAMES = 20_000
/** Of a number, or what stands for one. A longer one is cut, and so none. */
const LONGEST_WORD = 400
/** What stands behind more space than this is not found. */
const MOST_SPACE = 2 ** 18
/** What a value takes, in numbers: a list or an object of its own, and the name of one. */
const WEIGHT_OF_CONTAINER = 16
const WEIGHT_OF_NAME = 2

const [QUOTE, BACKSLASH, COMMA, COLON] = ['"', '\\', ',', ':'].map(code) as [number, number, number, number]
const [LIST, LIST_END, OBJECT, OBJECT_END] = ['[', ']', '{', '}'].map(code) as [
  number,
  number,
  number,
  number,
]

interface Of {
  text: string
  budget: BodyBudget
  piece: number
}

type Read = { value: unknown; end: number }

function* valueAt(of: Of, from: number, depth: number): Turns<Read | undefined> {
  const start = afterSpace(of.text, from)
  const first = of.text.charCodeAt(start)
  if (first === LIST || first === OBJECT)
    return depth < DEEPEST ? yield* containerAt(of, start, depth) : undefined
  if (first === QUOTE) {
    const end = yield* endOfString(of, start)
    const whole = end === undefined ? undefined : parseExactly(of.text.slice(start, end))
    return whole && { value: whole.value, end: end! }
  }
  const [word = ''] = /^[^,\]}\s]*/.exec(of.text.slice(start, start + LONGEST_WORD)) ?? []
  const whole = parseJsonText(word)
  return whole && { value: whole.value, end: start + word.length }
}

/** Elements are parsed many at a time, up to the last that is whole in a piece; one that is larger is looked into. */
function* containerAt(of: Of, open: number, depth: number): Turns<Read | undefined> {
  const { text, budget, piece } = of
  const made = text.charCodeAt(open) === LIST ? listOf() : objectOf()
  let [run, comma, inside] = [open + 1, -1, 0]
  let weight = WEIGHT_OF_CONTAINER
  let at = run
  while (at < text.length) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      const end = endOfStringIn(text, at, run + piece)
      at = end ?? run + piece
      if (end !== undefined) continue
    } else if (char === COMMA) {
      if (inside === 0) comma = at
      weight++
      at++
    } else if (char === LIST || char === OBJECT) {
      inside++
      weight += WEIGHT_OF_CONTAINER
      at++
    } else if (char === LIST_END || char === OBJECT_END) {
      if (inside === 0) {
        if (char !== made.close || !spend(budget, 'values', weight)) return undefined
        const isEmpty = comma < 0 && run === open + 1 && afterSpace(text, run) === at
        return isEmpty || made.add(text.slice(run, at)) ? { value: made.value, end: at + 1 } : undefined
      }
      inside--
      at++
    } else {
      if (char === COLON) weight += WEIGHT_OF_NAME
      at++
    }
    if (at - run < piece) continue
    if (comma >= 0) {
      if (!spend(budget, 'values', weight) || !made.add(text.slice(run, comma))) return undefined
      // What lies behind the comma is read once more: it may end within the next piece.
      run = comma + 1
    } else {
      const name = made.nameAt(text, run, piece)
      const read: Read | undefined = name && (yield* valueAt(of, name.end, depth + 1))
      if (!read || !made.put(name!.value, read.value)) return undefined
      run = afterSpace(text, read.end)
      if (text.charCodeAt(run) === made.close) return { value: made.value, end: run + 1 }
      if (text.charCodeAt(run) !== COMMA) return undefined
      run++
    }
    ;[at, comma, inside, weight] = [run, -1, 0, 0]
    yield
  }
  return undefined
}

/** A list or an object as it grows. */
interface Made {
  close: number
  value: unknown
  /** Elements as text. False where they are none. */
  add(elements: string): boolean
  /** What the next element is called, and where its value begins. */
  nameAt(text: string, from: number, piece: number): { value: string; end: number } | undefined
  put(name: string, value: unknown): boolean
}

function listOf(): Made {
  const value: unknown[] = []
  return {
    close: LIST_END,
    value,
    add(elements) {
      const part = parseJsonText(`[${elements}]`)?.value as unknown[] | undefined
      if (!part || part.length === 0) return false
      for (const one of part) value.push(one)
      return true
    },
    nameAt: (_, from) => ({ value: '', end: from }),
    put: (_, one) => value.push(one) > 0,
  }
}

function objectOf(): Made {
  const value: Record<string, unknown> = {}
  let names = 0
  const put = (name: string, one: unknown) => {
    Object.defineProperty(value, name, { value: one, enumerable: true, configurable: true, writable: true })
    return ++names <= MOST_NAMES
  }
  return {
    close: OBJECT_END,
    value,
    add(elements) {
      const part = Object.entries((parseJsonText(`{${elements}}`)?.value as object | undefined) ?? {})
      return part.length > 0 && part.every(([name, one]) => put(name, one))
    },
    nameAt(text, from, piece) {
      const start = afterSpace(text, from)
      const end = text.charCodeAt(start) === QUOTE ? endOfStringIn(text, start, start + piece) : undefined
      const name = end === undefined ? undefined : parseExactly(text.slice(start, end))
      const colon = end === undefined ? -1 : afterSpace(text, end)
      if (!name || text.charCodeAt(colon) !== COLON) return undefined
      return { value: name.value as string, end: colon + 1 }
    },
    put,
  }
}

function* endOfString({ text, piece }: Of, start: number): Turns<number | undefined> {
  let at = start + 1
  while (at < text.length) {
    const until = Math.min(text.length, at + piece)
    while (at < until) {
      const char = text.charCodeAt(at)
      if (char === QUOTE) return at + 1
      at += char === BACKSLASH ? 2 : 1
    }
    yield
  }
  return undefined
}

function endOfStringIn(text: string, start: number, most: number): number | undefined {
  const until = Math.min(text.length, most)
  let at = start + 1
  while (at < until) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) return at + 1
    at += char === BACKSLASH ? 2 : 1
  }
  return undefined
}

function afterSpace(text: string, from: number): number {
  let at = from
  while (at - from < MOST_SPACE && isSpace(text.charCodeAt(at))) at++
  return at
}

function isSpace(char: number): boolean {
  return char === 32 || char === 10 || char === 13 || char === 9
}

function code(char: string): number {
  return char.charCodeAt(0)
}
