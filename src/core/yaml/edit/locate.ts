import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { didYouMean } from '../../text/nearest.ts'
import type { YamlSource } from './parse.ts'
import { refused, renderMatch, renderPath, type YamlMatch, type YamlPath } from './problem.ts'

/** Where a path leads: everything that is there, from the document down, and what is not. */
export interface Located {
  /** The path with every match replaced by its index. */
  path: (string | number)[]
  /** Nodes that are there, the document's content first. */
  nodes: ParsedNode[]
  /** The pairs or items that hold them: `entries[i]` holds `nodes[i + 1]`. */
  entries: Entry[]
  /** How many steps of the path are there. Less than all: the rest is missing. */
  found: number
}
export type Entry =
  | { in: YAMLMap.Parsed; at: number; pair: Pair<ParsedNode, ParsedNode | null> }
  | { in: YAMLSeq.Parsed; at: number }

/**
 * Follows a path as far as the document has it.
 *
 * @throws AssayError `YAML_EDIT_REFUSED`, with line, where an alias, anchor, tag or merge key is on it or a match fails
 */
export function locate(source: YamlSource, document: Document.Parsed, path: YamlPath): Located {
  const at: Located = { path: [], nodes: [], entries: [], found: 0 }
  let node = document.contents as ParsedNode | null
  for (const [depth, step] of path.entries()) {
    if (node === null) break
    ensureOwn(source, node, path.slice(0, depth))
    at.nodes.push(node)
    const index = typeof step === 'object' ? indexOf(source, node, path, depth, step) : step
    at.path.push(stepInto(node, index))
    const entry = entryAt(node, index)
    if (!entry) {
      ensureNotMerged(source, node, path.slice(0, depth + 1))
      break
    }
    at.entries.push(entry)
    at.found = depth + 1
    node = 'pair' in entry ? entry.pair.value : (entry.in.items[entry.at] as ParsedNode)
  }
  if (node !== null && at.found === path.length) {
    ensureOwn(source, node, path)
    at.nodes.push(node)
  }
  for (const step of path.slice(at.path.length)) {
    if (typeof step === 'object') throw missing(source, path, at)
    at.path.push(step)
  }
  return at
}

/** The error for a path that is not there: what is missing, where, and the key that was probably meant. */
export function missing(source: YamlSource, path: YamlPath, at: Located) {
  const parent = at.nodes[at.found]
  const step = path[at.found]
  const inside = at.found > 0 ? ` in \`${renderPath(path.slice(0, at.found))}\`` : ''
  const what =
    typeof step === 'number'
      ? `no item ${step}${inside}`
      : `no ${typeof step === 'object' ? `item with ${renderMatch(step)}` : `\`${step}\``}${inside}`
  const keys = isMap(parent) ? parent.items.map(pair => keyText(pair.key)) : []
  const meant = typeof step === 'string' ? didYouMean(step, keys) : undefined
  const known = keys.length > 0 ? `there are: ${keys.slice(0, 12).join(', ')}` : undefined
  const line = parent ? source.lineOf(parent.range[0]) : 1
  const fix = meant ?? known
  return refused([{ what, where: { file: source.file, line }, ...(fix ? { fix } : {}) }])
}

export function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : ''
}

/** Where a key or item begins: an item of a block at its dash. */
export function startOf(entry: Entry, at: number): number {
  if (isMap(entry.in)) return (entry.in.items[at]!.key as ParsedNode).range[0]
  const token = entry.in.srcToken
  const start = token && 'items' in token ? token.items[at]?.start : undefined
  const dash = start?.find(part => part.type === 'seq-item-ind')?.offset
  return dash ?? (entry.in.items[at] as ParsedNode).range[0]
}

// --- internal ---

/** A node that is written here and nowhere else: what shares it would change too. */
function ensureOwn(source: YamlSource, node: ParsedNode, path: YamlPath): void {
  const line = source.lineOf(node.range[0])
  const name = path.length > 0 ? `\`${renderPath(path)}\`` : 'the whole document'
  const refuse = (what: string, fix: string) => refused([{ what, where: { file: source.file, line }, fix }])
  if (isAlias(node))
    throw refuse(
      `${name} is the alias \`*${node.source}\`: to write there would change every place that shares it`,
      'write the value out instead of the alias',
    )
  if (node.anchor)
    throw refuse(
      `${name} has the anchor \`&${node.anchor}\`: what refers to it would change too`,
      'write the value out where it is used, without anchor',
    )
  if (isScalar(node) && node.tag) throw refuse(`${name} has the tag \`${node.tag}\``, 'remove the tag')
}

function ensureNotMerged(source: YamlSource, node: ParsedNode, path: YamlPath): void {
  if (!isMap(node)) return
  const merge = node.items.find(pair => keyText(pair.key) === '<<')
  if (!merge) return
  const where = { file: source.file, line: source.lineOf(merge.key.range[0]) }
  const what = `\`${renderPath(path)}\` may come from the merge key \`<<\``
  throw refused([{ what, where, fix: 'write the key out beside `<<`' }])
}

/** A list is entered by numbers and a map by text, however the path says it. */
function stepInto(node: ParsedNode, step: string | number): string | number {
  if (isMap(node)) return String(step)
  return isSeq(node) && typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step
}

function entryAt(node: ParsedNode, step: string | number): Entry | undefined {
  if (isMap(node)) {
    const at = node.items.findIndex(pair => keyText(pair.key) === String(step))
    const pair = node.items[at]
    return pair && { in: node as YAMLMap.Parsed, at, pair: pair as Pair<ParsedNode, ParsedNode | null> }
  }
  if (!isSeq(node)) return undefined
  const at = typeof step === 'number' ? step : /^\d+$/.test(step) ? Number(step) : -1
  return at in node.items ? { in: node as YAMLSeq.Parsed, at } : undefined
}

/** Index of the one list item that has what the match asks for. */
function indexOf(
  source: YamlSource,
  node: ParsedNode,
  path: YamlPath,
  depth: number,
  match: YamlMatch,
): number {
  const where = { file: source.file, line: source.lineOf(node.range[0]) }
  const name = `\`${renderPath(path.slice(0, depth))}\``
  if (!isSeq(node)) throw refused([{ what: `${name} is not a list`, where }])
  const indices = node.items.flatMap((item, index) => (matches(item, match) ? [index] : []))
  if (indices.length > 1)
    throw refused([{ what: `${indices.length} items of ${name} have ${renderMatch(match)}`, where }])
  if (indices[0] !== undefined) return indices[0]
  const [key, wanted] = Object.entries(match)[0]!
  const there = node.items.flatMap(item =>
    isMap(item) && isScalar(item.get(key, true)) ? [String(item.get(key))] : [],
  )
  const meant = typeof wanted === 'string' ? didYouMean(wanted, there) : undefined
  const known = there.length > 0 ? `there are: ${there.slice(0, 12).join(', ')}` : undefined
  const fix = meant ?? known
  throw refused([{ what: `no item with ${renderMatch(match)} in ${name}`, where, ...(fix ? { fix } : {}) }])
}

function matches(node: unknown, match: YamlMatch): boolean {
  if (!isMap(node)) return false
  return Object.entries(match).every(([key, wanted]) => {
    const value = node.get(key, true)
    if (typeof wanted === 'object') return matches(value, wanted)
    return isScalar(value) && (value.source ?? String(value.value)) === String(wanted)
  })
}
