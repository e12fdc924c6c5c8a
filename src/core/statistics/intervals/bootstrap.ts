import { requireCount, requireCounts, requireInnerShare, requireSome } from '../checks.ts'
import { mean, sorted, sortedQuantile, variance } from '../describe.ts'
import { drawBinomial } from '../distributions/binomial-sampler.ts'
import { mulberry32 } from '../random.ts'
import type { Bounds } from './proportions.ts'

export interface Bootstrap extends Bounds {
  /** Standard deviation of the resampled statistic. */
  se: number
  mean: number
  /** Share of resamples whose statistic is 0 or less. */
  pLessOrEqualZero: number
  /** Two-sided p of "the statistic is 0": twice the smaller share beyond 0, never below 2/(used + 1). */
  p: number
  /** Resamples in which the statistic was defined; the others are left out. */
  used: number
}

interface Resampling {
  resamples: number
  /** Equal seeds give equal results, to the last bit. */
  seed: number
}

/**
 * Percentile bootstrap over rows. `statistic` gets the drawn row numbers (with repetition, in one array that is
 * overwritten by the next draw) and answers undefined where it has no value.
 * Throws a RangeError when fewer than two resamples have one.
 */
export function pairedBootstrap(
  options: Resampling & { rows: number; statistic: (indices: Uint32Array) => number | undefined },
  level = 0.95,
): Bootstrap {
  requireCount(options.rows, 'The number of rows', 1)
  const random = mulberry32(options.seed)
  const indices = new Uint32Array(options.rows)
  return resample(options, level, () => {
    for (let draw = 0; draw < indices.length; draw++) indices[draw] = Math.floor(random() * indices.length)
    return options.statistic(indices)
  })
}

/**
 * The same for statistics that depend only on how many rows fall into each of a few cells (label × prediction of
 * either model, say): draws the cell counts themselves, so the cost does not grow with the number of rows.
 * `statistic` gets the drawn counts in an array that the next draw overwrites.
 */
export function cellBootstrap(
  options: Resampling & { cells: ArrayLike<number>; statistic: (cells: Float64Array) => number | undefined },
  level = 0.95,
): Bootstrap {
  requireSome(options.cells, 'The cells')
  requireCounts(options.cells, 'The cells')
  const counts = Float64Array.from(options.cells)
  const rows = counts.reduce((sum, count) => sum + count, 0)
  requireCount(rows, 'The number of rows in the cells', 1)
  const random = mulberry32(options.seed)
  const drawn = new Float64Array(counts.length)
  return resample(options, level, () => {
    drawMultinomial(random, counts, rows, drawn)
    return options.statistic(drawn)
  })
}

// --- internal ---

function resample(options: Resampling, level: number, draw: () => number | undefined): Bootstrap {
  requireCount(options.resamples, 'The number of resamples', 2)
  requireCount(options.seed, 'The seed')
  requireInnerShare(level, 'The confidence level')
  const values: number[] = []
  for (let round = 0; round < options.resamples; round++) {
    const value = draw()
    if (value === undefined) continue
    if (!Number.isFinite(value))
      throw new RangeError(`The statistic of a resample must be finite or undefined, but is ${value}.`)
    values.push(value)
  }
  if (values.length < 2)
    throw new RangeError(
      `The statistic was defined in ${values.length} of ${options.resamples} resamples: too few for an interval.`,
    )
  return summarise(values, level)
}

function summarise(values: number[], level: number): Bootstrap {
  const ordered = sorted(values)
  const atMostZero = values.filter(value => value <= 0).length
  const atLeastZero = values.filter(value => value >= 0).length
  return {
    low: sortedQuantile(ordered, (1 - level) / 2),
    high: sortedQuantile(ordered, 1 - (1 - level) / 2),
    se: Math.sqrt(variance(values)),
    mean: mean(values),
    pLessOrEqualZero: atMostZero / values.length,
    p: Math.min(1, (2 * (Math.min(atMostZero, atLeastZero) + 1)) / (values.length + 1)),
    used: values.length,
  }
}

/** Cell by cell: each takes its share of what the cells before it left over. */
function drawMultinomial(
  random: () => number,
  counts: Float64Array,
  rows: number,
  drawn: Float64Array,
): void {
  let toDraw = rows
  let behind = rows
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell]!
    const taken = drawBinomial(random, toDraw, behind === 0 ? 0 : count / behind)
    drawn[cell] = taken
    toDraw -= taken
    behind -= count
  }
}
