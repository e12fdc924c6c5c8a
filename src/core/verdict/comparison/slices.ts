import type { CodedColumn, Direction } from '../../inputs/evaluation.ts'
import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import type { CompareOptions } from '../../metrics/compare/comparison.ts'
import { needsScores } from '../../metrics/compare/metric.ts'
import { MOST_DRAWS } from '../../metrics/compare/resampling.ts'
import { answeredApart } from '../../metrics/compare/telling.ts'
import { groupRows, type RowGroups, rowsByValue, rowsOf } from '../../metrics/group-rows.ts'
import { effectiveRows } from '../../metrics/row-weights/counts.ts'
import { hasNoValue, type OneSide } from '../../metrics/side.ts'
import { compareByCounts, compareOnRows, estimateMetric } from '../../metrics/table/compare.ts'
import { metricOfRows } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import type { SliceRow } from '../result.ts'

/** A slice as it is compared, before it is judged. Without a difference it cannot be. */
export type SliceDifference = Omit<SliceRow, 'outcome' | 'adjustedP'>

/** One slice on its own: for floors and ceilings. Without an estimate it cannot be judged. */
export interface SliceEstimate extends Slice {
  estimate?: Estimate
}

export interface SlicesOptions extends CompareOptions {
  /** The slices of fewer rows than this are, beside each by itself, one slice together where that has so many. */
  together?: number
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

/** Compares a metric on every value of the given columns; `direction` is the metric's own where it is not given. */
export function compareSlices(
  name: string,
  pair: PairedPredictions,
  columns: CodedColumn | CodedColumn[],
  {
    direction = metricOfRows(name, pair.candidate)?.direction,
    ...options
  }: SlicesOptions & { direction?: Direction },
): SliceDifference[] | SliceProblem {
  const byCounts = compareByCounts(name, pair)
  // Of counts nothing has to be told about rows that are alike.
  const asked = byCounts ? options : { ...options, alike: rowsAlike(name, pair) }
  return eachSlice([columns].flat(), asked, column => {
    const compareValue = byCounts?.(column)
    const compare = (one: SliceOptions) =>
      compareValue && one.index !== undefined
        ? compareValue(one.index, one)
        : compareOnRows(name, pair, { ...one, rows: one.rows(), valuesOnly: true })
    return (slice, one): SliceDifference => {
      const alone = { metric: name, direction, ...slice }
      const compared = one && compare(one)
      if (!compared || hasNoValue(compared)) return alone
      const { candidate, baseline, difference } = compared
      return { ...alone, candidate: candidate.value, baseline: baseline.value, difference }
    }
  })
}

/** The metric of one version on every value of the given columns. */
export function estimateSlices(
  name: string,
  side: OneSide,
  columns: CodedColumn | CodedColumn[],
  options: SlicesOptions,
): SliceEstimate[] | SliceProblem {
  return eachSlice([columns].flat(), options, () => (slice, one): SliceEstimate => {
    const estimate = one && estimateMetric(name, side, { ...one, rows: one.rows() })
    return { ...slice, estimate: hasNoValue(estimate) ? undefined : estimate }
  })
}

/**
 * How many of the slices of a column, by their rows, are too small to be judged alone, and so are judged together; undefined where they
 * are not several, or are too few rows together too. Which they are is known before anything is compared.
 */
export function togetherOf(
  rows: readonly number[],
  minRows: number,
): { slices: number; rows: number } | undefined {
  const few = rows.filter(one => one < minRows)
  const all = few.reduce((sum, one) => sum + one, 0)
  return few.length > 1 && all >= minRows ? { slices: few.length, rows: all } : undefined
}

// --- internal ---

/** All rows, where both sides answer every one of them alike as far as the metric sees: a part of them is no other model. */
function rowsAlike(name: string, pair: PairedPredictions): number | undefined {
  const metric = metricOfRows(name, pair.candidate)
  const isSame = metric !== undefined && metric.needs === metricOfRows(name, pair.baseline)?.needs
  const areThere =
    isSame &&
    (!needsScores(metric) ||
      [pair.candidate, pair.baseline].every(({ score, probabilities }) => score ?? probabilities))
  return areThere && answeredApart(metric, pair) === 0 ? effectiveRows(pair) : undefined
}

type Slice = Pick<SliceRow, 'column' | 'value' | 'rows' | 'together'>

/** What a slice is compared by: its rows where they are asked for, and, of one value, the number of that in the column. */
type SliceOptions = Omit<CompareOptions, 'rows'> & { rows: () => Uint32Array; index?: number }

/** Visits every slice that has rows; `options` are absent where the slice is too small to show its numbers. */
function eachSlice<T>(
  columns: CodedColumn[],
  { together = 0, ...options }: SlicesOptions,
  begin: (column: CodedColumn) => (slice: Slice, options: SliceOptions | undefined) => T,
): T[] | SliceProblem {
  const wide = columns.find(column => column.values.length > MOST_SLICES)
  if (wide)
    return {
      problem: `column ${maskPersonalData(wide.name)} has ${wide.values.length} values; at most ${MOST_SLICES} can be sliced by`,
    }
  const visited: T[] = []
  for (const column of columns) {
    const visit = begin(column)
    let groups: RowGroups | undefined
    const rowsIn = (index: number) => {
      groups ??= groupRows(column)
      return rowsOf(groups, index)
    }
    const all = column.codes.length * columns.length
    // The numbers of all rows are shown anyway.
    const asked = (rows: number) =>
      rows < Math.min(ROWS_TO_SHOW, column.codes.length)
        ? undefined
        : { ...options, draws: Math.max(LEAST_DRAWS, ((options.draws ?? MOST_DRAWS) * rows) / all) }
    const counts = rowsByValue(column)
    for (const [index, rows] of counts.entries()) {
      if (rows === 0) continue
      const slice = { column: column.name, value: column.values[index]!, rows }
      const own = asked(rows)
      visited.push(visit(slice, own && { ...own, rows: () => rowsIn(index), index }))
    }
    const rest = restOf(column, counts, together)
    if (rest) {
      const own = asked(rest.slice.rows)
      visited.push(visit(rest.slice, own && { ...own, rows: rest.rows }))
    }
  }
  return visited
}

/** The slices of fewer rows than `together` as one, by `togetherOf`. */
function restOf(
  { name, codes }: CodedColumn,
  counts: Uint32Array,
  together: number,
): { slice: Slice; rows: () => Uint32Array } | undefined {
  const few = togetherOf(
    [...counts].filter(rows => rows > 0),
    together,
  )
  if (!few) return undefined
  const value = `the rest (${few.slices} slices)`
  return {
    slice: { column: name, value, rows: few.rows, together: few.slices },
    rows: () => Uint32Array.from(codes.keys()).filter(row => counts[codes[row]!]! < together),
  }
}
