import { whyNoShare } from '../../config/share-names.ts'
import type { Direction, Evaluation } from '../../inputs/evaluation.ts'
import { usageMetric } from '../../inputs/usage-metrics.ts'
import { hasNoValue } from '../../metrics/side.ts'
import { estimateMetric } from '../../metrics/table/compare.ts'
import { metricOfRows } from '../../metrics/table/metrics.ts'
import { tQuantile, twoSidedZ } from '../../statistics/distributions/distributions.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { type Proportion, wilson } from '../../statistics/intervals/proportions.ts'
import { seedFrom } from '../../statistics/random.ts'
import { estimateOfRuns } from './repeated-runs.ts'

/** What is known of the metrics of one model beyond the evaluations themselves. */
export interface MetricFacts {
  directions: Record<string, Direction>
  /** Test rows behind metric files, and which of their metrics are shares of them. */
  rows?: number
  proportions: string[]
  /** Commits the resampling seed is derived from: a re-run resamples identically. */
  seedParts: string[]
  level: number
}

/** One side's own value and interval, by the best means it has; undefined where the side does not have the metric. */
export function estimate(
  metric: string,
  evaluation: Evaluation,
  facts: MetricFacts,
  draws?: number,
): Estimate | undefined {
  const usage = usageMetric(metric, evaluation.usage)
  // A tenth of a second or a hundredth of a coin is all that a wall clock carries.
  if (usage !== undefined && Number.isFinite(usage)) return { value: Math.round(usage * 100) / 100 }
  if (evaluation.predictions && metricOfRows(metric, evaluation.predictions)) {
    const seed = seedFrom(...facts.seedParts, metric)
    const own = estimateMetric(metric, evaluation.predictions, { level: facts.level, seed, draws })
    if (!hasNoValue(own)) return own
    // Rows are there, and nobody can say what they come to: a number beside them is not theirs.
    if (own.otherScale) return undefined
  }
  const kept = evaluation.estimates?.get(metric)
  if (kept?.interval !== undefined && Number.isFinite(kept.value)) return kept
  const value = evaluation.metrics.get(metric)
  // A number that is none counts as missing, wherever it came from: it must not be taken for "cannot tell".
  if (value === undefined || !Number.isFinite(value)) {
    const scores = evaluation.folds?.scores.get(metric)
    return scores && scores.length > 0 && scores.every(Number.isFinite)
      ? estimateOfRuns(scores, 'mean of folds', facts.level)
      : undefined
  }
  const share = shareOfFile(metric, evaluation, facts)
  if (share) {
    const interval = wilson(share.successes, share.n, facts.level)
    return {
      value,
      interval: { low: interval.low, high: interval.high, level: facts.level },
      method: 'wilson',
    }
  }
  const { stderr, rows } = evaluation.aggregates?.get(metric) ?? {}
  if (stderr !== undefined && stderr > 0) return byStandardError(value, stderr, rows, facts.level)
  const seeds = evaluation.seeds?.flatMap(entry => entry.metrics.get(metric) ?? []) ?? []
  return seeds.length > 1 ? estimateOfRuns(seeds, 'mean of seeds', facts.level) : { value }
}

/**
 * The counts behind a number of a file that is a share of rows: one that the configuration says is one, or one whose standard error
 * is that of a share, √(p(1 − p)/(n − 1)) or with n below. Undefined for any other.
 */
export function shareOfFile(
  metric: string,
  { metrics, aggregates }: Evaluation,
  facts: MetricFacts,
): Proportion | undefined {
  const value = metrics.get(metric)
  const { stderr, rows = facts.rows } = aggregates?.get(metric) ?? {}
  if (rows === undefined || value === undefined || !(value >= 0 && value <= 1)) return undefined
  const isDeclared = facts.proportions.includes(metric) && whyNoShare(metric) === undefined
  const isFound = stderr !== undefined && isErrorOfShare(stderr, value, rows)
  return isDeclared || isFound ? { successes: Math.round(value * rows), n: rows } : undefined
}

// --- internal ---

function isErrorOfShare(stderr: number, value: number, rows: number): boolean {
  const isCount = Math.abs(value * rows - Math.round(value * rows)) < 1e-6 * rows
  return (
    isCount &&
    [rows - 1, rows].some(below => {
      const expected = below > 0 ? Math.sqrt((value * (1 - value)) / below) : Number.NaN
      return Math.abs(stderr - expected) <= 1e-6 * expected
    })
  )
}

/** Student's interval of a mean of so many independent rows; the normal one where nobody says how many. */
function byStandardError(value: number, stderr: number, rows: number | undefined, level: number): Estimate {
  const times = rows !== undefined && rows > 1 ? tQuantile((1 + level) / 2, rows - 1) : twoSidedZ(level)
  const [low, high] = [value - times * stderr, value + times * stderr]
  if (!Number.isFinite(high - low)) return { value }
  return { value, interval: { low, high, level }, method: 'standard error' }
}
