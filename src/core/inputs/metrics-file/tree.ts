import type { Position } from '../../text/position.ts'

/** What a metrics file says, whatever its format, before anything is judged: a tree with positions. */
export type MetricNode =
  | { kind: 'map'; entries: MetricEntry[] }
  | { kind: 'list'; items: MetricNode[] }
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'boolean' }
  | { kind: 'null' }
  | { kind: 'nothing' }
  /** No value, and why, as what a sentence says of the key. */
  | { kind: 'none'; why: string }

export interface MetricEntry {
  key: string
  position: Position
  value: MetricNode
}

/** What a key of a map has; the last where it is repeated. */
export function field(node: MetricNode, key: string): MetricNode | undefined {
  return node.kind === 'map' ? node.entries.findLast(entry => entry.key === key)?.value : undefined
}

/** Maps and lists may be nested this deep. */
export const MAX_DEPTH = 32

/** Thrown by the readers where a text stops making sense: nothing after it can be judged. */
export class MetricSyntaxError extends Error {
  readonly position: Position | undefined

  constructor(message: string, position?: Position) {
    super(message)
    this.position = position
  }
}

export function tooDeep(position?: Position): MetricSyntaxError {
  return new MetricSyntaxError(`nested deeper than ${MAX_DEPTH} levels`, position)
}
