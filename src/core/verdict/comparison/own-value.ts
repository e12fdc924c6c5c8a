import { whyNoShare } from '../../config/share-names.ts'
import type { Direction, Evaluation } from '../../inputs/evaluation.ts'
import { usageMetric } from '../../inputs/usage-metrics.ts'
import { hasNoValue } from '../../metrics/side.ts'
import { estimateMetric } from '../../metrics/table/compare.ts'
import { metricOfRows } from '../../metrics/table/metrics.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { wilson } from '../../statistics/intervals/proportions.ts'
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
  const isShare = facts.proportions.includes(metric) && whyNoShare(metric) === undefined
  if (facts.rows !== undefined && isShare && value >= 0 && value <= 1) {
    const interval = wilson(Math.round(value * facts.rows), facts.rows, facts.level)
    return {
      value,
      interval: { low: interval.low, high: interval.high, level: facts.level },
      method: 'wilson',
    }
  }
  const seeds = evaluation.seeds?.flatMap(entry => entry.metrics.get(metric) ?? []) ?? []
  return seeds.length > 1 ? estimateOfRuns(seeds, 'mean of seeds', facts.level) : { value }
}
