import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml'
import type { YamlScalar } from './scalar-text.ts'

/** What an edit may add: a scalar, or lists and maps of them. */
export type YamlValue = YamlScalar | YamlValue[] | { [key: string]: YamlValue }

/** A document as its reader understands it, for comparison: values with their types, keys in order, anchors, tags, aliases. */
export type Tree = string | { mark: string; list: Tree[] } | { mark: string; map: [string, Tree][] }

export function treeFrom(document: Document.Parsed): Tree {
  return treeOfNode(document.contents)
}

/** The tree that must come out when `value` is written at `path` (absent: when the path is taken away). */
export function treeWith(tree: Tree, path: readonly (string | number)[], value: YamlValue | undefined): Tree {
  const [step, ...rest] = path
  if (step === undefined) return treeOfValue(value!)
  if (typeof step === 'number') {
    const list = typeof tree === 'object' && 'list' in tree ? tree : { mark: '', list: [] }
    return { mark: list.mark, list: replaced(list.list, step, rest, value) }
  }
  const { mark, map } = typeof tree === 'object' && 'map' in tree ? tree : { mark: '', map: [] }
  const at = map.findIndex(([key]) => key === step)
  if (value === undefined && rest.length === 0) return { mark, map: map.filter((_, index) => index !== at) }
  const changed = (old: Tree): [string, Tree] => [step, treeWith(old, rest, value)]
  return { mark, map: at < 0 ? [...map, changed('')] : map.with(at, changed(map[at]![1])) }
}

export function sameTree(a: Tree, b: Tree): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

// --- internal ---

function treeOfNode(node: ParsedNode | null): Tree {
  if (node === null) return ''
  if (isAlias(node)) return `*${node.source}`
  const mark = `${node.anchor ? `&${node.anchor}` : ''}${node.tag ? `!${node.tag}` : ''}`
  if (isMap(node))
    return {
      mark,
      map: node.items.map(({ key, value }) => [keyOf(key), treeOfNode(value as ParsedNode | null)]),
    }
  if (isSeq(node)) return { mark, list: node.items.map(item => treeOfNode(item as ParsedNode)) }
  return `${mark}${typeof node.value}:${node.source ?? ''}`
}

/** The key as text: the version 1.1 reader takes `on` for a switch, but it is the same key. */
function keyOf(key: unknown): string {
  return isScalar(key) ? ((key as Scalar).source ?? String(key.value)) : JSON.stringify(key)
}

function treeOfValue(value: YamlValue): Tree {
  if (Array.isArray(value)) return { mark: '', list: value.map(treeOfValue) }
  if (typeof value === 'object')
    return { mark: '', map: Object.entries(value).map(([key, inner]) => [key, treeOfValue(inner)]) }
  return `${typeof value}:${String(value)}`
}

function replaced(list: Tree[], at: number, rest: (string | number)[], value: YamlValue | undefined): Tree[] {
  if (value === undefined && rest.length === 0) return list.filter((_, index) => index !== at)
  const item = treeWith(list[at] ?? '', rest, value)
  return at < list.length ? list.with(at, item) : [...list, item]
}
