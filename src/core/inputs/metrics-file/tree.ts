/** What a metrics file says, whatever its format, before anything is judged: a tree with places. */
export type MetricNode =
  | { kind: 'map'; entries: MetricEntry[] }
  | { kind: 'list'; items: MetricNode[] }
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'boolean' }
  | { kind: 'null' }
  | { kind: 'nothing' }

export interface MetricEntry {
  key: string
  place: Place
  value: MetricNode
}

/** Both from 1. */
export interface Place {
  line: number
  column: number
}

/** Maps and lists may be nested this deep. */
export const MAX_DEPTH = 32

/** Thrown by the readers where a text stops making sense: nothing after it can be judged. */
export class MetricSyntaxError extends Error {
  readonly place: Place | undefined

  constructor(message: string, place?: Place) {
    super(message)
    this.place = place
  }
}

export function tooDeep(place?: Place): MetricSyntaxError {
  return new MetricSyntaxError(`nested deeper than ${MAX_DEPTH} levels`, place)
}

/** A function from an offset in `text` to its place. */
export function placesIn(text: string): (offset: number) => Place {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return offset => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }
}
