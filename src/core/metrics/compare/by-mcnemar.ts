import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { wilson } from '../../statistics/intervals/proportions.ts'
import { mcnemar } from '../../statistics/paired/mcnemar.ts'
import { isShareName, type MetricName } from '../definitions.ts'
import type { OneSide } from '../side.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'

/** Accuracies on independent rows: McNemar's test with Bonett and Price's interval, from four counts. */
export function compareAccuracy(pair: PairedPredictions, options: CompareOptions): Compared {
  const counts = countPairs(pair)
  const { bothCorrect, candidateOnly, championOnly } = counts
  const test = mcnemar(counts, options.level)
  const finding = {
    value: test.difference,
    own: {
      candidate: (bothCorrect + candidateOnly) / pair.rows,
      baseline: (bothCorrect + championOnly) / pair.rows,
    },
    low: test.low,
    high: test.high,
    p: test.p,
    // The error under "no difference". Where no row tells the two apart one is assumed: seeing none is no proof.
    se: Math.sqrt(Math.max(1, candidateOnly + championOnly)) / pair.rows,
    method: 'mcnemar+bonett-price',
    rows: pair.rows,
    counts: {
      both_correct: bothCorrect,
      champion_only: championOnly,
      candidate_only: candidateOnly,
      both_wrong: counts.bothWrong,
    },
  }
  return {
    candidate: shareEstimate(bothCorrect + candidateOnly, pair.rows, options.level),
    baseline: shareEstimate(bothCorrect + championOnly, pair.rows, options.level),
    difference: differenceOf(finding, options),
  }
}

/**
 * The metrics that are a share of some rows, with Wilson's interval given how many rows those are; others: undefined. F1 =
 * 2 J / (1 + J) rises with Jaccard's index J, the hits among the rows that are labelled or predicted positive, which is such
 * a share: the ends of its interval are those of J on the same map.
 */
export function estimateShare(name: MetricName, side: OneSide, level: number): Estimate | undefined {
  if (name !== 'accuracy' && (side.task !== 'binary' || !isShareName(name))) return undefined
  let hits = 0
  let whole = 0
  for (let i = 0; i < side.rows; i++) {
    const [label, prediction] = [side.label[i], side.prediction[i]]
    const counted = isCounted(name, label === 1, prediction === 1) ? 1 : 0
    whole += counted
    if (label === prediction) hits += counted
  }
  if (whole === 0) return undefined
  const share = shareEstimate(hits, whole, level)
  return name === 'f1' ? onF1(share, (2 * hits) / (whole + hits)) : share
}

// --- internal ---

function shareEstimate(successes: number, rows: number, level: number): Estimate {
  const { low, high } = wilson(successes, rows, level)
  return { value: successes / rows, interval: { low, high, level }, method: 'wilson' }
}

function isCounted(name: MetricName, labelled: boolean, predicted: boolean): boolean {
  if (name === 'accuracy') return true
  if (name === 'f1') return labelled || predicted
  return name === 'precision' ? predicted : labelled
}

function onF1({ interval }: Estimate, value: number): Estimate {
  const { low, high, level } = interval!
  const f1 = (jaccard: number) => (2 * jaccard) / (1 + jaccard)
  return {
    value,
    interval: { low: Math.min(value, f1(low)), high: Math.max(value, f1(high)), level },
    method: 'wilson',
  }
}

function countPairs({ rows, label, candidate, baseline }: PairedPredictions) {
  const ours = candidate.prediction
  const theirs = baseline.prediction
  let bothCorrect = 0
  let candidateOnly = 0
  let championOnly = 0
  for (let i = 0; i < rows; i++) {
    const we = ours[i] === label[i]
    const they = theirs[i] === label[i]
    if (we && they) bothCorrect++
    else if (we) candidateOnly++
    else if (they) championOnly++
  }
  return {
    bothCorrect,
    candidateOnly,
    championOnly,
    bothWrong: rows - bothCorrect - candidateOnly - championOnly,
  }
}
