import { requireInnerShare } from '../checks.ts'
import { binomialPmf } from '../distributions/distributions.ts'
import type { Bounds } from '../intervals/proportions.ts'
import type { PairedCounts } from '../paired/mcnemar.ts'

export interface ExactBootstrap extends Bounds {
  mean: number
  se: number
  /** Probability that a resample's difference is 0 or less. */
  pLessOrEqualZero: number
}

/**
 * What a bootstrap of the difference of two accuracies tends to with endless resamples: its law is known, because every
 * drawn row adds −1, 0 or 1. Takes rows × discordant rows steps; for checking resampling, and for small tables.
 */
export function exactAccuracyBootstrap(counts: PairedCounts, level = 0.95): ExactBootstrap {
  requireInnerShare(level, 'The confidence level')
  const { championOnly: b, candidateOnly: c } = counts
  const rows = counts.bothCorrect + b + c + counts.bothWrong
  if (!(rows > 0)) throw new RangeError('Two models cannot be compared on 0 rows.')
  const law = lawOfDifference(rows, b, c)
  const mean = (c - b) / rows
  const tail = (1 - level) / 2
  let pLessOrEqualZero = 0
  for (let gain = -rows; gain <= 0; gain++) pLessOrEqualZero += law[gain + rows]!
  return {
    mean,
    se: Math.sqrt(Math.max(0, (b + c) / rows - mean ** 2) / rows),
    low: quantile(law, tail, rows),
    high: quantile(law, 1 - tail, rows),
    pLessOrEqualZero,
  }
}

// --- internal ---

/** P(gain) at index gain + rows: how many drawn rows are discordant, and how many of these favour the candidate. */
function lawOfDifference(rows: number, b: number, c: number): Float64Array {
  const law = new Float64Array(2 * rows + 1)
  const share = b + c === 0 ? 0 : c / (b + c)
  for (let discordant = 0; discordant <= rows; discordant++) {
    const weight = binomialPmf(discordant, rows, (b + c) / rows)
    if (weight < 1e-18) continue
    for (let gained = 0; gained <= discordant; gained++)
      law[rows + 2 * gained - discordant]! += weight * binomialPmf(gained, discordant, share)
  }
  return law
}

/** The smallest difference whose cumulated probability reaches `share`. */
function quantile(law: Float64Array, share: number, rows: number): number {
  let reached = 0
  for (let index = 0; index < law.length; index++) {
    reached += law[index]!
    if (reached >= share - 1e-13) return (index - rows) / rows
  }
  return 1
}
