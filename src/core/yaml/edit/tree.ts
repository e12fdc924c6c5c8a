import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { YamlPath } from './problem.ts'
import type { YamlScalar } from './scalar-text.ts'

/** What an edit may add: a scalar, or lists and maps of them. */
export type YamlValue = YamlScalar | YamlValue[] | { [key: string]: YamlValue }

/**
 * A document as its reader understands it, for comparison: values with their types, keys in order, anchors, tags, aliases.
 * A text where no edit goes further in.
 */
export type Tree = string | { mark: string; list: Tree[] } | { mark: string; map: [string, Tree][] }

/** `paths`: those that edits go along. */
export function treeFrom(document: Document.Parsed, paths: readonly YamlPath[]): Tree {
  return treeOfNode(document.contents, paths)
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
  return { mark, map: at < 0 ? [...map, changed('""')] : map.with(at, changed(map[at]![1])) }
}

/** The tree that must come out when `value` becomes an item of its own before the one at `path`. */
export function treeBefore(tree: Tree, path: readonly (string | number)[], value: YamlValue): Tree {
  const [step, ...rest] = path
  if (typeof tree !== 'object') return tree
  if ('list' in tree) {
    const at = Number(step)
    const { mark, list } = tree
    if (rest.length === 0) return { mark, list: list.toSpliced(at, 0, treeOfValue(value)) }
    return { mark, list: list.with(at, treeBefore(list[at]!, rest, value)) }
  }
  const map = tree.map.map(([key, inner]): [string, Tree] =>
    key === step ? [key, treeBefore(inner, rest, value)] : [key, inner],
  )
  return { mark: tree.mark, map }
}

export function sameTree(a: Tree, b: Tree): boolean {
  return textOf(a) === textOf(b)
}

// --- internal ---

const NOWHERE: readonly YamlPath[] = []

function treeOfNode(node: ParsedNode | null, paths: readonly YamlPath[]): Tree {
  if (node === null) return '""'
  if (isAlias(node)) return JSON.stringify(`*${node.source}`)
  const mark = `${node.anchor ? `&${node.anchor}` : ''}${node.tag ? `!${node.tag}` : ''}`
  if (isScalar(node)) return JSON.stringify(`${mark}${typeof node.value}:${node.source ?? ''}`)
  const ways = paths.filter(path => path.length > 0)
  const tree = isMap(node) ? { mark, map: entriesOf(node, ways) } : { mark, list: itemsOf(node, ways) }
  return ways.length > 0 ? tree : textOf(tree)
}

function entriesOf({ items }: YAMLMap.Parsed, paths: readonly YamlPath[]): [string, Tree][] {
  return items.map(({ key, value }) => {
    const name = keyOf(key)
    const further = paths.length === 0 ? NOWHERE : paths.filter(([step]) => String(step) === name)
    return [
      name,
      treeOfNode(
        value as ParsedNode | null,
        further.map(path => path.slice(1)),
      ),
    ]
  })
}

/** Which item a step means may change on the way: it is each of them. */
function itemsOf({ items }: YAMLSeq.Parsed, paths: readonly YamlPath[]): Tree[] {
  const further = paths.map(path => path.slice(1))
  return items.map(item => treeOfNode(item as ParsedNode, further))
}

/** No two trees that differ have one text. */
function textOf(tree: Tree): string {
  if (typeof tree === 'string') return tree
  const mark = JSON.stringify(tree.mark)
  if ('list' in tree) return `${mark}[${tree.list.map(textOf).join()}]`
  return `${mark}{${tree.map.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join()}}`
}

/** The key as text: the version 1.1 reader takes `on` for a switch, but it is the same key. */
function keyOf(key: unknown): string {
  return isScalar(key) ? ((key as Scalar).source ?? String(key.value)) : JSON.stringify(key)
}

function treeOfValue(value: YamlValue): Tree {
  if (Array.isArray(value)) return { mark: '', list: value.map(treeOfValue) }
  if (typeof value === 'object')
    return { mark: '', map: Object.entries(value).map(([key, inner]) => [key, treeOfValue(inner)]) }
  return JSON.stringify(`${typeof value}:${String(value)}`)
}

function replaced(list: Tree[], at: number, rest: (string | number)[], value: YamlValue | undefined): Tree[] {
  if (value === undefined && rest.length === 0) return list.filter((_, index) => index !== at)
  const item = treeWith(list[at] ?? '""', rest, value)
  return at < list.length ? list.with(at, item) : [...list, item]
}
