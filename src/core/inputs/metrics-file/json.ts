import { positionsIn } from '../../text/position.ts'
import { MAX_DEPTH, type MetricEntry, type MetricNode, MetricSyntaxError, tooDeep } from './tree.ts'

/**
 * RFC 8259 JSON to a tree that keeps every key, also a repeated one, with its position: `JSON.parse` keeps the last
 * silently. One thing beyond the standard: `NaN`, `Infinity` and `-Infinity`, as Python writes them, become
 * numbers, so that the metric can be named that has none.
 *
 * @param firstLine the number of the first line of the text
 * @throws MetricSyntaxError where it is not JSON or too deep
 */
export function jsonTree(text: string, firstLine = 1): MetricNode {
  const inText = positionsIn(text)
  const positionOf = (offset: number) => {
    const { line, column } = inText(offset)
    return { line: line + firstLine - 1, column }
  }
  let at = 0

  const fail = (message: string): never => {
    throw new MetricSyntaxError(message, positionOf(at))
  }
  const skipSpace = () => {
    SPACE.lastIndex = at
    at += SPACE.exec(text)![0].length
  }
  const take = (token: RegExp): string | undefined => {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const takeSign = (sign: string): boolean => {
    skipSpace()
    if (text[at] !== sign) return false
    at++
    return true
  }
  const takeString = (): string | undefined => {
    const token = take(STRING)
    return token === undefined ? undefined : (JSON.parse(token) as string)
  }

  const mapAt = (depth: number): MetricNode => {
    const entries: MetricEntry[] = []
    if (takeSign('}')) return { kind: 'map', entries }
    do {
      skipSpace()
      const position = positionOf(at)
      const key = takeString() ?? fail('not valid JSON: expected a key in double quotes')
      if (!takeSign(':')) fail('not valid JSON: expected `:` after the key')
      entries.push({ key, position, value: valueAt(depth) })
    } while (takeSign(','))
    if (!takeSign('}')) fail('not valid JSON: expected `,` or `}`')
    return { kind: 'map', entries }
  }
  const listAt = (depth: number): MetricNode => {
    const items: MetricNode[] = []
    if (takeSign(']')) return { kind: 'list', items }
    do items.push(valueAt(depth))
    while (takeSign(','))
    if (!takeSign(']')) fail('not valid JSON: expected `,` or `]`')
    return { kind: 'list', items }
  }
  const valueAt = (depth: number): MetricNode => {
    skipSpace()
    if (depth > MAX_DEPTH) throw tooDeep(positionOf(at))
    if (takeSign('{')) return mapAt(depth + 1)
    if (takeSign('[')) return listAt(depth + 1)
    const string = takeString()
    if (string !== undefined) return { kind: 'string', value: string }
    const word = take(WORD) ?? fail('not valid JSON: expected a value')
    return scalar(word) ?? fail('not valid JSON: expected a value')
  }

  skipSpace()
  if (at === text.length) return { kind: 'nothing' }
  const root = valueAt(1)
  skipSpace()
  if (at < text.length) fail('not valid JSON: there is more after the end of the value')
  return root
}

// --- internal ---

const SPACE = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not contain them
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const WORD = /[\w.+-]+/y
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function scalar(word: string): MetricNode | undefined {
  if (word === 'true' || word === 'false') return { kind: 'boolean' }
  if (word === 'null') return { kind: 'null' }
  if (NUMBER.test(word) || /^(NaN|-?Infinity)$/.test(word)) return { kind: 'number', value: Number(word) }
  return undefined
}
