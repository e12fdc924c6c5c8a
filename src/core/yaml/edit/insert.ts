import { isMap, isScalar, isSeq, type ParsedNode, type Scalar, visit } from 'yaml'
import { columnOf, endOfContent, lineBreak, lineStart, nextLine } from './lines.ts'
import { type Located, missing, startOf } from './locate.ts'
import type { YamlSource } from './parse.ts'
import { refused, renderPath, type YamlPath } from './problem.ts'
import { type Quotes, renderScalar, type YamlScalar } from './scalar-text.ts'
import { isEmpty, type Splice } from './set-scalar.ts'
import type { YamlValue } from './tree.ts'

/**
 * The splice that adds what is missing of a path, with its value, as the last key or item of what is there, indented
 * like its siblings.
 *
 * @throws AssayError `YAML_EDIT_REFUSED` where the rest cannot hang below what is there
 */
export function insert(source: YamlSource, path: YamlPath, at: Located, value: YamlValue): Splice {
  const parent = at.nodes[at.found]
  const [step, ...rest] = at.path.slice(at.found)
  const whole = rest.reduceRight<YamlValue>(nest, value)
  if (isMap(parent) && typeof step === 'string')
    return parent.flow
      ? intoFlow(parent, pairInFlow(step, whole, quotesIn(parent)))
      : afterBlock(source, parent, indent => blockPair(step, whole, indent, listsIndented(source)))
  if (isSeq(parent) && step === parent.items.length)
    return parent.flow
      ? intoFlow(parent, inFlow(whole, 'none'))
      : afterBlock(source, parent, indent => blockItem(whole, indent, listsIndented(source)))
  const holder = at.entries[at.found - 1]
  if (isScalar(parent) && isEmpty(parent) && holder && 'pair' in holder)
    return belowKey(source, holder.pair.key, nest(whole, step!))
  throw missing(source, path, at)
}

/**
 * The splice that puts a new item before the one that a path ends at.
 *
 * @throws AssayError `YAML_EDIT_REFUSED` where no item of a list is there, or its line begins with something else
 */
export function insertBefore(source: YamlSource, path: YamlPath, at: Located, value: YamlValue): Splice {
  const entry = at.entries[path.length - 1]
  if (!entry || 'pair' in entry) throw missing(source, path, at)
  const start = startOf(entry, entry.at)
  if (entry.in.flow) return { from: start, to: start, text: `${inFlow(value, 'none')}, ` }
  const { text } = source
  const line = lineStart(text, start)
  const indent = text.slice(line, start)
  if (indent.trim() !== '')
    throw refused([
      {
        what: `\`${renderPath(path)}\` does not begin on a line of its own`,
        where: { file: source.file, line: source.lineOf(start) },
        fix: 'write the list below its key',
      },
    ])
  const from = aboveComments(text, line)
  const lines = blockItem(value, columnOf(text, start), listsIndented(source))
  return { from, to: from, text: lines.map(one => one + lineBreak(source)).join('') }
}

// --- internal ---

/**
 * Where the comments begin that stand above a line: with what is put below them, they would be of that. Those further in are of what
 * stands before.
 */
function aboveComments(text: string, line: number): number {
  const column = text.slice(line).search(/\S/)
  let from = line
  for (let at = line; at > 0; ) {
    at = lineStart(text, at - 1)
    const [first = ''] = /\S/.exec(text.slice(at, nextLine(text, at + 1))) ?? []
    if (first === '') continue
    if (first !== '#' || text.slice(at).search(/\S/) > column) break
    from = at
  }
  return from
}

function nest(value: YamlValue, step: string | number): YamlValue {
  return typeof step === 'number' ? [value] : { [step]: value }
}

/** New lines after the last line of a block list or map. */
function afterBlock(source: YamlSource, parent: ParsedNode, render: (indent: number) => string[]): Splice {
  const { text } = source
  const first = isMap(parent) ? (parent.items[0]!.key as ParsedNode).range[0] : dashOf(parent)
  return newLines(source, endOfContent(parent), render(columnOf(text, first)))
}

function newLines(source: YamlSource, after: number, lines: string[]): Splice {
  const { text } = source
  const at = nextLine(text, after)
  const end = lineBreak(source)
  const open = at === text.length && text[at - 1] !== '\n'
  return {
    from: at,
    to: at,
    text: open ? lines.map(line => end + line).join('') : lines.map(line => line + end).join(''),
  }
}

/** What hangs below a key that has no value yet. */
function belowKey(source: YamlSource, key: ParsedNode, value: YamlValue): Splice {
  const own = columnOf(source.text, key.range[0])
  const indent = Array.isArray(value) && !listsIndented(source) ? own : own + 2
  return newLines(
    source,
    key.range[1],
    blockLines(value as object as YamlValue, indent, listsIndented(source)),
  )
}

/** Before the closing bracket, after the last item. */
function intoFlow(parent: ParsedNode, item: string): Splice {
  const last = (isMap(parent) || isSeq(parent) ? parent.items.at(-1) : undefined) as
    | ParsedNode
    | { key: ParsedNode; value: ParsedNode | null }
    | undefined
  if (!last) return { from: parent.range[0] + 1, to: parent.range[0] + 1, text: item }
  const node = 'key' in last ? (last.value ?? last.key) : last
  const end = 'key' in last ? Math.max(node.range[1], last.key.range[1]) : node.range[1]
  return { from: end, to: end, text: `, ${item}` }
}

/** JSON-like maps have quoted keys and texts; what is added has them too. */
function quotesIn(parent: ParsedNode): Quotes {
  const key = isMap(parent) ? (parent.items[0]?.key as Scalar | undefined) : undefined
  return key?.type === 'QUOTE_DOUBLE' ? 'double' : 'none'
}

function pairInFlow(key: string, value: YamlValue, quotes: Quotes): string {
  return `${renderScalar(key, quotes, true)}: ${inFlow(value, quotes)}`
}

function inFlow(value: YamlValue, quotes: Quotes): string {
  if (Array.isArray(value)) return `[${value.map(item => inFlow(item, quotes)).join(', ')}]`
  if (typeof value !== 'object') return renderScalar(value, quotes, true)
  return `{${Object.entries(value)
    .map(([key, inner]) => pairInFlow(key, inner, quotes))
    .join(', ')}}`
}

function blockLines(value: YamlValue, indent: number, lists: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap(item => blockItem(item, indent, lists))
  return Object.entries(value as object).flatMap(([key, inner]) => blockPair(key, inner, indent, lists))
}

function blockPair(key: string, value: YamlValue, indent: number, lists: boolean): string[] {
  const head = `${' '.repeat(indent)}${renderScalar(key, 'none')}:`
  if (typeof value !== 'object' || Object.keys(value).length === 0)
    return [
      `${head} ${typeof value === 'object' ? inFlow(value, 'none') : renderScalar(value as YamlScalar, 'none')}`,
    ]
  const inner = Array.isArray(value) && !lists ? indent : indent + 2
  return [head, ...blockLines(value, inner, lists)]
}

function blockItem(value: YamlValue, indent: number, lists: boolean): string[] {
  const dash = `${' '.repeat(indent)}- `
  if (typeof value !== 'object' || Array.isArray(value) || Object.keys(value).length === 0)
    return [`${dash}${inFlow(value, 'none')}`]
  const [first, ...rest] = blockLines(value, indent + 2, lists)
  return [dash + first!.trimStart(), ...rest]
}

/** Whether this file indents a list below its key. Where it has none to go by, it does. */
function listsIndented(source: YamlSource): boolean {
  let indented: boolean | undefined
  for (const document of source.documents) {
    if (indented !== undefined) break
    visit(document, {
      Pair(_, { key, value }) {
        if (!isSeq(value) || value.flow || !isScalar(key)) return
        indented = columnOf(source.text, dashOf(value as ParsedNode)) > columnOf(source.text, key.range![0])
        return visit.BREAK
      },
    })
  }
  return indented ?? true
}

/** Offset of the first dash of a block list. */
function dashOf(list: ParsedNode): number {
  const token = list.srcToken
  const start = token?.type === 'block-seq' ? token.items[0]?.start : undefined
  return start?.find(part => part.type === 'seq-item-ind')?.offset ?? list.range[0]
}
