import type { Position } from '../../text/position.ts'
import { shortened, visibleAscii } from '../../text/visible-text.ts'
import type { ProblemList } from '../problem-list.ts'
import type { MetricEntry, MetricNode } from './tree.ts'

/** One value of the tree with the keys that lead to it. */
export interface Leaf {
  path: string[]
  value: MetricNode
  position?: Position
}

/**
 * The values of a tree in file order. Repeated keys are problems. Two shapes are unfolded: a list of
 * `{key, value, step}` (how trackers export histories: the last step counts) and an exported tracker run, whose
 * metrics stand under `data.metrics` beside `info`, `params` and `tags`, which are not metrics.
 */
export function leavesOf(root: MetricNode, problems: ProblemList): Leaf[] {
  const leaves: Leaf[] = []
  collect(root, [], undefined, leaves, problems)
  return withoutRunFrame(leaves)
}

// --- internal ---

function collect(
  value: MetricNode,
  path: string[],
  position: Position | undefined,
  leaves: Leaf[],
  problems: ProblemList,
): void {
  const history = value.kind === 'list' ? historyOf(value.items) : undefined
  if (history) for (const [key, last] of history) leaves.push({ path: [...path, key], value: last, position })
  else if (value.kind !== 'map') leaves.push({ path, value, position })
  else {
    const seen = new Set<string>()
    for (const entry of value.entries) {
      if (seen.has(entry.key))
        problems.add(`duplicate key \`${keyShown(entry.key)}\``, entry.position, 'Keep one of them.')
      seen.add(entry.key)
      collect(entry.value, [...path, entry.key], entry.position, leaves, problems)
    }
  }
}

function keyShown(key: string): string {
  return shortened(visibleAscii(key), 130)
}

/** The value of every key at its last step; `undefined` unless every item is a `{key, value}`. */
function historyOf(items: MetricNode[]): Map<string, MetricNode> | undefined {
  const last = new Map<string, { value: MetricNode; order: number[] }>()
  for (const item of items) {
    if (item.kind !== 'map') return undefined
    const key = field(item.entries, 'key')
    const value = field(item.entries, 'value')
    if (key?.kind !== 'string' || value === undefined) return undefined
    const order = ['step', 'timestamp'].map(name => numberIn(field(item.entries, name)))
    const before = last.get(key.value)
    if (!before || !isBefore(order, before.order)) last.set(key.value, { value, order })
  }
  return last.size === 0 ? undefined : new Map([...last].map(([key, { value }]) => [key, value]))
}

function field(entries: MetricEntry[], key: string): MetricNode | undefined {
  return entries.findLast(entry => entry.key === key)?.value
}

function numberIn(node: MetricNode | undefined): number {
  return node?.kind === 'number' ? node.value : 0
}

function isBefore(a: number[], b: number[]): boolean {
  const different = a.findIndex((part, index) => part !== b[index])
  return different >= 0 && a[different]! < b[different]!
}

function withoutRunFrame(leaves: Leaf[]): Leaf[] {
  const isMetric = ({ path }: Leaf) => path[0] === 'data' && path[1] === 'metrics' && path.length > 2
  const isFrame = ({ path }: Leaf) =>
    path[0] === 'info' || (path[0] === 'data' && (path[1] === 'params' || path[1] === 'tags'))
  if (!leaves.some(isFrame) || !leaves.every(leaf => isFrame(leaf) || leaf.path[0] === 'data')) return leaves
  return leaves.filter(isMetric).map(leaf => ({ ...leaf, path: leaf.path.slice(2) }))
}
