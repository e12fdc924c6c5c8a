import type { MetricEntry, MetricNode } from './tree.ts'

/**
 * YAML as tools write it, a key or an item a line → the tree that the YAML parser makes of it; undefined for every other text.
 * The parser alone takes three times what a file of twenty thousand metrics may cost.
 */
export function lineTree(text: string): MetricNode | undefined {
  const read = linesIn(text)
  let line = read()

  const block = (column: number, level: number): MetricNode | undefined => {
    if (level > MOST_LEVELS) return undefined
    return line?.dash ? list(column, level) : map(column, level)
  }
  const map = (column: number, level: number): MetricNode | undefined => {
    const entries: MetricEntry[] = []
    while (line && line.column === column && !line.dash) {
      const { key, value, number } = line
      if (key === undefined) return undefined
      line = read()
      const inner = value === '' ? below(column, level) : scalar(value)
      if (!inner) return undefined
      entries.push({ key: unquoted(key), position: { line: number, column: column + 1 }, value: inner })
    }
    return { kind: 'map', entries }
  }
  const list = (column: number, level: number): MetricNode | undefined => {
    const items: MetricNode[] = []
    while (line && line.column === column && line.dash) {
      const { key, value } = line
      // What stands beside the dash is a map of its own, with the lines below that are as far in.
      line = key === undefined ? read() : { ...line, dash: false, column: column + 2 }
      const item = key === undefined ? scalar(value) : block(column + 2, level + 1)
      if (!item) return undefined
      items.push(item)
    }
    return { kind: 'list', items }
  }
  const below = (column: number, level: number): MetricNode | undefined => {
    const isBelow = line && (line.column > column || (line.column === column && line.dash))
    return isBelow ? block(line!.column, level + 1) : { kind: 'null' }
  }

  const root = line?.column === 0 ? block(0, 1) : undefined
  // A line that fits nowhere ends every block around it.
  return line === undefined ? root : undefined
}

// --- internal ---

/** What is more is the parser's to read, or to refuse. */
const MOST_LEVELS = 16
const MOST_LINES = 120_000
const LONGEST_LINE = 1000

interface Line {
  number: number
  /** Where its dash, key or value begins, from 0. */
  column: number
  dash: boolean
  key?: string
  value: string
}

/** Never the start of anything: a line that is not as these are. */
const OTHER: Line = { number: 0, column: -1, dash: false, value: '' }

/** A function that gives the next line with content; undefined after the last. */
function linesIn(text: string): () => Line | undefined {
  let at = text.startsWith('---\n') ? 4 : 0
  let number = at > 0 ? 1 : 0
  return () => {
    while (at < text.length) {
      const end = text.indexOf('\n', at)
      const line = text.slice(at, end < 0 ? text.length : end)
      at = end < 0 ? text.length : end + 1
      if (++number > MOST_LINES || line.length > LONGEST_LINE) return OTHER
      if (EMPTY.test(line)) continue
      const [whole, indent = '', dash, key, value = ''] = LINE.exec(line) ?? []
      if (whole === undefined || (key === undefined && value === '')) return OTHER
      return { number, column: indent.length, dash: dash !== undefined, key, value }
    }
    return undefined
  }
}

/** Words of signs that mean nothing within them. */
const PLAIN = String.raw`\w[\w./@()%+=-]*(?: [\w(][\w./@()%+=-]*)*`
const QUOTED = String.raw`"[ !#-[\]-~]*"|'[ -&(-~]*'`
const LINE = new RegExp(
  `^( *)(- )?(?:(${PLAIN}|${QUOTED}):(?: +|$))?(-?[\\d.][\\w.+-]*|${PLAIN}|${QUOTED})?(?: +(?:#[ -~]*)?)?$`,
)
const EMPTY = /^ *(?:#[ -~]*)?$/
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/
const INFINITE = /^-?\.(?:inf|Inf|INF)$/
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/
const OTHER_BASE = /^-?0[a-zA-Z]/

function scalar(text: string): MetricNode | undefined {
  if (NUMBER.test(text)) return { kind: 'number', value: Number(text) }
  if (INFINITE.test(text)) return { kind: 'number', value: text[0] === '-' ? -1 / 0 : 1 / 0 }
  if (NOT_A_NUMBER.test(text)) return { kind: 'number', value: Number.NaN }
  if (/^(?:null|Null|NULL)$/.test(text)) return { kind: 'null' }
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return { kind: 'boolean' }
  return OTHER_BASE.test(text) ? undefined : { kind: 'string', value: unquoted(text) }
}

function unquoted(text: string): string {
  return text[0] === '"' || text[0] === "'" ? text.slice(1, -1) : text
}
