import { sorted, sortedQuantile } from '../statistics/describe.ts'
import { sortOrder } from '../statistics/sort-order.ts'
import type { OneSide } from './side.ts'

/** Rows that were predicted alike, and what they came to. All in the unit of the label. */
export interface PredictedBin {
  /** Mean prediction. */
  predicted: number
  /** The median of what was true, and between which values eight of ten rows lie. */
  middle: number
  low: number
  high: number
  rows: number
}

/** A bar of the histogram of residuals: prediction − truth. */
export interface ResidualBin {
  /** Its middle, in the unit of the label. The first and last bars hold what lies beyond them too. */
  residual: number
  /** Share of the rows, 0 to 1. */
  share: number
}

/** Fewer rows than this would say something about single people. */
const ROWS_IN_A_BIN = 10
const MOST_BINS = 20
const BARS = 25
/** The range of the histogram: all but so much of the rows at either end. */
const TAIL = 0.01

/**
 * What came true where so much was predicted: the rows in up to 20 equal parts by their prediction, none of fewer than 10 rows.
 * Undefined where the model is no regression, or there are fewer than 20 rows.
 */
export function predictedBins({ task, rows, label, prediction }: OneSide): PredictedBin[] | undefined {
  const bins = Math.min(MOST_BINS, Math.floor(rows / ROWS_IN_A_BIN))
  if (task !== 'regression' || bins < 2) return undefined
  const order = sortOrder(prediction)
  return Array.from({ length: bins }, (_, bin) => {
    const part = order.subarray(Math.floor((bin * rows) / bins), Math.floor(((bin + 1) * rows) / bins))
    const truths = sorted(Float64Array.from(part, row => label[row]!))
    return {
      predicted: part.reduce((sum, row) => sum + prediction[row]! / part.length, 0),
      middle: sortedQuantile(truths, 0.5),
      low: sortedQuantile(truths, 0.1),
      high: sortedQuantile(truths, 0.9),
      rows: part.length,
    }
  })
}

/**
 * The residuals of one or two regressions in 25 bars of equal width, the same for all: over the range of all but the outermost
 * hundredths. Undefined for a side that is no regression or has fewer than 20 rows, and where all residuals are equal.
 */
export function residualBins(sides: readonly (OneSide | undefined)[]): (ResidualBin[] | undefined)[] {
  const residuals = sides.map(side => side && residualsOf(side))
  const all = residuals.flatMap(values =>
    values ? [[sortedQuantile(values, TAIL), sortedQuantile(values, 1 - TAIL)] as const] : [],
  )
  const low = Math.min(...all.map(([from]) => from))
  const width = (Math.max(...all.map(([, to]) => to)) - low) / BARS
  return residuals.map(values => (values && width > 0 ? histogram(values, low, width) : undefined))
}

// --- internal ---

/** Sorted. */
function residualsOf({ task, rows, label, prediction }: OneSide): Float64Array | undefined {
  if (task !== 'regression' || rows < 2 * ROWS_IN_A_BIN) return undefined
  return sorted(prediction.map((value, row) => value - label[row]!))
}

function histogram(values: Float64Array, low: number, width: number): ResidualBin[] {
  const counts = new Uint32Array(BARS)
  for (const value of values) counts[Math.max(0, Math.min(BARS - 1, Math.floor((value - low) / width)))]!++
  return Array.from(counts, (count, bar) => ({
    residual: low + (bar + 0.5) * width,
    share: count / values.length,
  }))
}
