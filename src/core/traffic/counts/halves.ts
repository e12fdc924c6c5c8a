import type { Answers, NoValues, Rows, TrafficEvent, Turns } from '../events/event.ts'
import { plainRow } from '../events/rows.ts'
import { binOf } from '../profile/bins.ts'
import type { Feature } from '../profile/feature.ts'

/** Rows as the bins of their features, one row after the other: what waits for an answer holds no value. */
export interface BinnedRows {
  length: number
  bins: Uint16Array
}

/** Bins of what was answered, a row each; absent where the answer, or the profile, has none of it. */
export interface BinnedAnswers {
  length: number
  score?: Uint16Array
  prediction?: Uint16Array
}

/** One of the two events that a logger sends of a request. One that could not be read has been counted as that. */
export type Half =
  | { part: 'request'; rows: BinnedRows }
  | { part: 'response'; answers: BinnedAnswers }
  | { part: 'request' | 'response'; counted: true }

/** Bins of the one row of a plain event, which may have been read into them. */
export function plainBins(
  { bins, data }: TrafficEvent,
  features: readonly Feature[],
  names: readonly string[],
): Uint16Array | NoValues {
  if (bins) return bins
  const row = plainRow(data, names)
  if (typeof row === 'string') return row
  return Uint16Array.from(features, (feature, index) => binOf(feature, row.value(0, index)))
}

export function* binnedRows({ length, value }: Rows, features: readonly Feature[]): Turns<BinnedRows> {
  const bins = new Uint16Array(length * features.length)
  let place = 0
  for (let row = 0; row < length; row++) {
    for (let feature = 0; feature < features.length; feature++)
      bins[place++] = binOf(features[feature]!, value(row, feature))
    if (isTurn(row)) yield
  }
  return { length, bins }
}

export function binnedAnswers(
  { length, score, prediction }: Answers,
  bins: { score?: Feature; prediction?: Feature; classOf?: (score: unknown) => unknown },
): BinnedAnswers {
  const { classOf } = bins
  const derived = classOf && score && ((row: number) => classOf(score(row)))
  const binned = (feature: Feature | undefined, value: ((row: number) => unknown) | undefined) => {
    if (!feature || !value) return undefined
    const found = new Uint16Array(length)
    for (let row = 0; row < length; row++) found[row] = binOf(feature, value(row))
    return found
  }
  return {
    length,
    score: binned(bins.score, score),
    prediction: binned(bins.prediction, prediction ?? derived),
  }
}

/** Whether something else may have a turn after a row. */
export function isTurn(row: number): boolean {
  return row % ROWS_OF_TURN === ROWS_OF_TURN - 1
}

/** What a half costs while it waits: the bins that it holds, and itself. */
export function costOf(half: Half): number {
  if ('counted' in half) return 1
  return 1 + (half.part === 'request' ? half.rows.bins.length : 2 * half.answers.length)
}

// --- internal ---

/** With a hundred features about a millisecond. */
const ROWS_OF_TURN = 256
