import type { Evaluation } from '../../inputs/evaluation.ts'
import { tQuantile } from '../../statistics/distributions/distributions.ts'
import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { detectableDifference, sizeNeeded } from '../../statistics/intervals/power.ts'
import { areUsable } from '../../statistics/largest-number.ts'
import { nadeauBengio } from '../../statistics/paired/nadeau-bengio.ts'
import { pairedT } from '../../statistics/paired/paired-t.ts'

/** Comparisons over repeated runs: seeds of a training, folds of a cross-validation. */

/** Five paired seeds are the fewest with which training noise can be judged: with three, no exact test can reach 5 %. */
export const SEEDS_TO_JUDGE = 5

export interface ComparedRuns {
  candidate: Estimate
  baseline: Estimate
  difference: Difference
}

/** Why runs that are there, and enough of them, say nothing, in one sentence. */
export interface SilentRuns {
  missing: string
}

/** Scores nearer to each other than this, as a part of the largest, are the same but for rounding. */
const ROUNDING = 1e-9

/** Paired t over the seeds that both sides have; undefined below five of them. */
export function compareSeeds(
  metric: string,
  candidate: Evaluation,
  baseline: Evaluation,
  level: number,
  margin?: number,
): ComparedRuns | SilentRuns | undefined {
  const known = new Map(baseline.seeds?.map(entry => [entry.seed, entry.metrics.get(metric)]))
  const pairs = (candidate.seeds ?? []).flatMap(entry => {
    const ours = entry.metrics.get(metric)
    const theirs = known.get(entry.seed)
    return ours === undefined || theirs === undefined ? [] : [[ours, theirs] as const]
  })
  if (pairs.length < SEEDS_TO_JUDGE || !areUsable(pairs.flat())) return undefined
  const differences = pairs.map(([ours, theirs]) => ours - theirs)
  if (
    areSilent(
      pairs.map(([ours]) => ours),
      differences,
    )
  )
    return silent('seeds', differences.length)
  const test = pairedT(differences, level)
  const have = differences.length
  const detectable = detectableDifference(spread(differences) / Math.sqrt(have), 0.8, level, have - 1)
  const needed = margin ? sizeNeeded({ have, detectable, student: true }, margin) : undefined
  return {
    candidate: estimateOfRuns(
      pairs.map(([ours]) => ours),
      'mean of seeds',
      level,
    ),
    baseline: estimateOfRuns(
      pairs.map(([, theirs]) => theirs),
      'mean of seeds',
      level,
    ),
    difference: {
      value: test.mean,
      interval: { low: test.low, high: test.high, level },
      p: test.p,
      method: 'seeds-paired-t',
      paired: true,
      counts: { seeds: have },
      detectable,
      needed: needed === undefined ? undefined : { count: needed, unit: 'seeds' },
    },
  }
}

/** Nadeau–Bengio's corrected t over the folds of one cross-validation; undefined where the folds do not match. */
export function compareFolds(
  metric: string,
  candidate: Evaluation,
  baseline: Evaluation,
  level: number,
): ComparedRuns | SilentRuns | undefined {
  const { folds } = candidate
  const scores = folds?.scores.get(metric)
  const theirs = baseline.folds?.scores.get(metric)
  if (!folds || !scores || !theirs || scores.length !== theirs.length || scores.length < 2) return undefined
  if (!areUsable(scores) || !areUsable(theirs)) return undefined
  const differences = scores.map((score, fold) => score - theirs[fold]!)
  if (areSilent(scores, differences)) return silent('folds', differences.length)
  const test = nadeauBengio(differences, folds.trainRows, folds.testRows, level)
  const se = spread(differences) * Math.sqrt(1 / differences.length + folds.testRows / folds.trainRows)
  return {
    candidate: estimateOfRuns(scores, 'mean of folds', level),
    baseline: estimateOfRuns(theirs, 'mean of folds', level),
    difference: {
      value: test.mean,
      interval: { low: test.low, high: test.high, level },
      p: test.p,
      method: 'nadeau-bengio',
      paired: true,
      counts: { folds: differences.length, train_rows: folds.trainRows, test_rows: folds.testRows },
      detectable: detectableDifference(se, 0.8, level, differences.length - 1),
    },
  }
}

/**
 * The mean of a metric over runs. Seeds are independent, so they give a t interval; folds share rows, so they give none, and
 * seeds that all come to the same number do not reach the training: that is one number.
 */
export function estimateOfRuns(
  scores: number[],
  method: 'mean of seeds' | 'mean of folds',
  level: number,
): Estimate {
  const value = mean(scores)
  if (method === 'mean of folds' || scores.length < 2 || !areUsable(scores) || areAlike(scores))
    return { value, method }
  const half = (tQuantile((1 + level) / 2, scores.length - 1) * spread(scores)) / Math.sqrt(scores.length)
  return { value, interval: { low: value - half, high: value + half, level }, method }
}

// --- internal ---

/**
 * Runs whose differences are all one number have no spread to judge it by. Only where the runs themselves differ, and both sides
 * come to the same number in every one, is that the finding: then the two are the same computation.
 */
function areSilent(scores: number[], differences: number[]): boolean {
  const scale = largest(scores)
  return areAlike(differences, scale) && (largest(differences) > ROUNDING * scale || areAlike(scores))
}

function silent(unit: 'seeds' | 'folds', count: number): SilentRuns {
  return { missing: `all ${count} ${unit} give the same difference, so nothing is known of its spread` }
}

function areAlike(values: number[], scale = largest(values)): boolean {
  return Math.max(...values) - Math.min(...values) <= ROUNDING * scale
}

function largest(values: number[]): number {
  return Math.max(...values.map(Math.abs))
}

function mean(values: number[]): number {
  // Divided first: a sum may be larger than any number.
  return areUsable(values)
    ? values.reduce((sum, value) => sum + value, 0) / values.length
    : values.reduce((sum, value) => sum + value / values.length, 0)
}

function spread(values: number[]): number {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}
