import { formatCount } from '../../text/numbers.ts'
import type { Position } from '../../text/position.ts'
import { shortened, visibleAscii } from '../../text/visible-text.ts'
import type { ProblemList } from '../problem-list.ts'
import { lastOfHistory, mapOfList } from './lists.ts'
import { field, type MetricEntry, type MetricNode } from './tree.ts'

/** One value of the tree with the keys that lead to it. */
export interface Leaf {
  path: string[]
  value: MetricNode
  position?: Position
}

/**
 * The values of a tree in file order. Repeated keys are problems. Lists of objects are read as `mapOfList` says; of a run as a tracker
 * exports it, whatever frames it, the metrics count and nothing else; an object that says its `_type` is one, and no metrics.
 *
 * @param isPart whether the tree stands in a larger one
 */
export function leavesOf(root: MetricNode, isPart: boolean, problems: ProblemList): Leaf[] {
  const leaves: Leaf[] = []
  collect(metricsOfRun(root) ?? root, [], undefined, isPart, leaves, problems)
  if (leaves.length > MOST_LEAVES) problems.add(TOO_MANY)
  return leaves
}

/** So many values are read. */
export const MOST_LEAVES = 20_000
export const TOO_MANY = `more than ${formatCount(MOST_LEAVES)} values`

// --- internal ---

function collect(
  given: MetricNode,
  path: string[],
  position: Position | undefined,
  isPart: boolean,
  leaves: Leaf[],
  problems: ProblemList,
): void {
  if (leaves.length > MOST_LEAVES) return
  if (given.kind === 'list') for (const item of given.items) refuseRepeated(item, problems)
  else refuseRepeated(given, problems)
  const value = given.kind === 'list' ? (mapOfList(given.items) ?? given) : withoutNextPage(given)
  if (value.kind !== 'map') leaves.push({ path, value, position })
  else if (path.length > 0 && field(value, '_type')?.kind === 'string')
    leaves.push({ path, value: { kind: 'none', why: 'is an object of its own kind' }, position })
  else
    for (const entry of lastOfHistory(value.entries, isPart) ?? value.entries)
      collect(entry.value, [...path, entry.key], entry.position, true, leaves, problems)
}

/** Of an answer that goes on in another page nobody knows which value is the last. */
function withoutNextPage(node: MetricNode): MetricNode {
  const next = field(node, 'next_page_token')
  if (node.kind !== 'map' || next?.kind !== 'string' || next.value === '') return node
  const open: MetricNode = { kind: 'none', why: 'goes on in a page that is not in the file' }
  return {
    kind: 'map',
    entries: node.entries.map(entry => (entry.value.kind === 'list' ? { ...entry, value: open } : entry)),
  }
}

function refuseRepeated(node: MetricNode, problems: ProblemList): void {
  if (node.kind !== 'map') return
  const seen = new Set<string>()
  for (const { key, position } of node.entries) {
    if (seen.has(key)) problems.add(`duplicate key \`${keyShown(key)}\``, position, 'Keep one of them.')
    seen.add(key)
  }
}

function keyShown(key: string): string {
  return shortened(visibleAscii(key), 130)
}

/** `data.metrics` of `{info, data, …}`, in which parameters, tags and inputs stand too; with `{run: …}` around it or without. */
function metricsOfRun(root: MetricNode): MetricNode | undefined {
  const [only, ...more] = entriesOf(root)
  if (only?.key === 'run' && more.length === 0) return metricsOfRun(only.value)
  const isFrame = ['info', 'data'].every(name => field(root, name)?.kind === 'map')
  const isWhole = entriesOf(root).every(({ key }) => ['info', 'data', 'inputs', 'outputs'].includes(key))
  if (!isFrame || !isWhole) return undefined
  const data = field(root, 'data')!
  const parts = entriesOf(data).every(({ key }) => ['metrics', 'params', 'tags'].includes(key))
  const metrics = field(data, 'metrics')
  const areNone = metrics === undefined || (metrics.kind === 'list' && metrics.items.length === 0)
  return parts ? (areNone ? { kind: 'map', entries: [] } : metrics) : undefined
}

function entriesOf(node: MetricNode): MetricEntry[] {
  return node.kind === 'map' ? node.entries : []
}
