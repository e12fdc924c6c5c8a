import type { CodedColumn, Direction } from '../evaluation.ts'
import type { PairedPredictions } from '../predictions/pair.ts'
import type { Estimate, SliceRow } from '../report/result.ts'
import { holm } from '../statistics/multiple-testing.ts'
import { computedMetric } from './definitions.ts'
import { groupRows, rowsOf } from './group-rows.ts'
import { MOST_DRAWS } from './resampling.ts'
import { type ClusteredSide, isUndefined } from './side.ts'
import { estimateMetric, weighMetric } from './weigh.ts'
import type { WeighOptions } from './weighed.ts'

export interface SliceOptions extends WeighOptions {
  /** Slices with fewer rows are not judged. */
  minRows: number
  /** Default: the metric's own. */
  direction?: Direction
}

/** One slice on its own: for floors and ceilings. Without an estimate it cannot be judged. */
export interface SliceEstimate {
  column: string
  value: string
  rows: number
  estimate?: Estimate
}

/** Why the slices were not looked at, in one sentence. */
export interface SliceProblem {
  problem: string
}

/** More values than this are an id, not a slice. */
export const MOST_SLICES = 1000
/** Numbers of fewer rows than this say something about single people, so they are never shown. */
export const ROWS_TO_SHOW = 10
/** Every slice may draw at least this much (rows × resamples): small ones need the resampling most. */
const LEAST_DRAWS = 1e6

/**
 * Weighs a metric on every value of the given columns, with Holm's correction over all slices of the call.
 *
 * A slice passes when its interval (turned so that more is better) lies above −margin, like a gate on the whole. Else
 * it fails when the candidate is worse there with a significant corrected p. It cannot be judged when it has too few
 * rows, when the metric does not exist on it, or when, neither passed nor failed, it could only have shown differences
 * coarser than the margin; otherwise it is inconclusive.
 */
export function weighSlices(
  name: string,
  pair: PairedPredictions,
  columns: CodedColumn | CodedColumn[],
  options: SliceOptions,
): SliceRow[] | SliceProblem {
  const direction = options.direction ?? computedMetric(name)?.direction
  const rows = eachSlice([columns].flat(), options, (slice, sliceOptions): SliceRow => {
    const unjudged: SliceRow = { metric: name, direction, ...slice, outcome: 'cannot_judge' }
    const weighed = sliceOptions && weighMetric(name, pair, { ...sliceOptions, valuesOnly: true })
    if (!weighed || isUndefined(weighed)) return unjudged
    const { candidate, baseline, difference } = weighed
    return { ...unjudged, candidate: candidate.value, baseline: baseline.value, difference }
  })
  return Array.isArray(rows) ? judge(rows, direction, options) : rows
}

/** The metric of one version on every value of the given columns. */
export function estimateSlices(
  name: string,
  side: ClusteredSide,
  columns: CodedColumn | CodedColumn[],
  options: SliceOptions,
): SliceEstimate[] | SliceProblem {
  return eachSlice([columns].flat(), options, (slice, sliceOptions): SliceEstimate => {
    const estimate = sliceOptions && estimateMetric(name, side, sliceOptions)
    return { ...slice, estimate: isUndefined(estimate) ? undefined : estimate }
  })
}

// --- internal ---

type Slice = Pick<SliceRow, 'column' | 'value' | 'rows'>

/** Visits every slice that has rows; `options` are absent where the slice is too small to show its numbers. */
function eachSlice<T>(
  columns: CodedColumn[],
  options: SliceOptions,
  visit: (slice: Slice, options: WeighOptions | undefined) => T,
): T[] | SliceProblem {
  const wide = columns.find(column => column.values.length > MOST_SLICES)
  if (wide)
    return {
      problem: `column ${wide.name} has ${wide.values.length} values; at most ${MOST_SLICES} can be sliced by`,
    }
  const visited: T[] = []
  for (const column of columns) {
    const groups = groupRows(column)
    const drawsPerRow = (options.draws ?? MOST_DRAWS) / (column.codes.length * columns.length)
    for (const [index, value] of column.values.entries()) {
      const rows = rowsOf(groups, index)
      if (rows.length === 0) continue
      const draws = Math.max(LEAST_DRAWS, drawsPerRow * rows.length)
      const shown = rows.length >= ROWS_TO_SHOW
      const slice = { column: column.name, value, rows: rows.length }
      visited.push(visit(slice, shown ? { ...options, rows, draws } : undefined))
    }
  }
  return visited
}

function judge(rows: SliceRow[], direction: Direction | undefined, options: SliceOptions): SliceRow[] {
  const judged = rows.filter(row => row.difference && row.rows >= options.minRows)
  const adjusted = holm(judged.map(row => row.difference!.p))
  const adjustedP = new Map(judged.map((row, index) => [row, adjusted[index]!]))
  return rows.map(row => {
    const p = adjustedP.get(row)
    if (p === undefined || !direction) return row
    return { ...row, adjustedP: p, outcome: outcomeOf(row.difference!, p, direction, options) }
  })
}

/** Written as "passes if and only if", so that a number that is none passes nothing. */
function outcomeOf(
  { value, interval, detectable }: NonNullable<SliceRow['difference']>,
  adjustedP: number,
  direction: Direction,
  { level, margin }: SliceOptions,
): SliceRow['outcome'] {
  const worse = direction === 'higher' ? value < 0 : value > 0
  const worst = direction === 'higher' ? interval.low : -interval.high
  if (worst > -(margin ?? 0)) return 'pass'
  if (worse && adjustedP < 1 - level) return 'fail'
  return margin !== undefined && detectable !== undefined && detectable > margin
    ? 'cannot_judge'
    : 'inconclusive'
}
