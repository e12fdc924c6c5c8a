import type { Aggregate, Evaluation } from '../../inputs/evaluation.ts'
import { ALL_ROWS } from '../../inputs/metrics-file/whole.ts'
import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { detectableDifference } from '../../statistics/intervals/power.ts'
import { newcombe, type Proportion } from '../../statistics/intervals/proportions.ts'
import { formatCount } from '../../text/numbers.ts'
import { compareIntervals } from './compare-intervals.ts'
import { type MetricFacts, shareOfFile } from './own-value.ts'

/**
 * Two numbers of files, all that is left when there are no rows: two shares by Newcombe, others by their standard errors, whose
 * squares add (Altman & Bland 2003, BMJ 326, 219; what recovering the variances from such intervals comes to). As if the rows were
 * not the same: low power. Undefined where a side has neither.
 */
export function compareAggregates(
  metric: string,
  matchup: { candidate: Evaluation; baseline: Evaluation },
  facts: MetricFacts,
  candidate: Estimate,
  baseline: Estimate,
): Difference | undefined {
  const isOfFile = ({ method }: Estimate) => method === 'wilson' || method === 'standard error'
  if (!isOfFile(candidate) || !isOfFile(baseline)) return undefined
  const sides = [matchup.candidate, matchup.baseline]
  const [ours, theirs] = sides.map(side => shareOfFile(metric, side, facts))
  if (ours && theirs) return compareShares(ours, theirs, candidate.value - baseline.value, facts.level)
  const [own, other] = sides.map(side => side.aggregates?.get(metric)?.rows)
  return compareIntervals(candidate, baseline, [own, other])
}

/**
 * Why two numbers are of other rows, as their files say it: the first hundred rows of a test set are no sample of all of them. A
 * file that says nothing is of no part that another one names; a release record that says nothing is of nobody knows which.
 */
export function whyOtherPart(
  metric: string,
  { candidate, baseline }: { candidate: Evaluation; baseline: Evaluation },
): string | undefined {
  const [ours, theirs] = [candidate, baseline].map(({ aggregates }) => aggregates?.get(metric))
  if (!isPart(ours) && !isPart(theirs)) return undefined
  if (ours?.part === theirs?.part || (baseline.estimates && theirs?.part === undefined)) return undefined
  const words = ({ side }: Evaluation, known: Aggregate | undefined) =>
    `that of the ${side} of ${known?.part === ALL_ROWS ? `all${known.rows === undefined ? '' : ` ${formatCount(known.rows)}`}` : (known?.part ?? 'one that its file does not name')}`
  return `the two are of different parts of the test set: ${words(candidate, ours)}, ${words(baseline, theirs)}`
}

/** Metrics that are compared although the candidate's is of a part, and the record of the baseline's release does not say of which. */
export function unknownParts({
  candidate,
  baseline,
}: {
  candidate: Evaluation
  baseline: Evaluation
}): string[] {
  return [...(baseline.estimates?.keys() ?? [])].filter(
    metric =>
      isPart(candidate.aggregates?.get(metric)) && baseline.aggregates?.get(metric)?.part === undefined,
  )
}

// --- internal ---

function isPart(known: Aggregate | undefined): boolean {
  return known?.part !== undefined && known.part !== ALL_ROWS
}

/** @param value the difference as the files have it, whose digits the counts may not carry */
function compareShares(ours: Proportion, theirs: Proportion, value: number, level: number): Difference {
  const test = newcombe(ours, theirs, level)
  const variance = ({ successes, n }: Proportion) => ((successes / n) * (1 - successes / n)) / n
  return {
    value,
    interval: { low: test.low, high: test.high, level },
    p: test.p,
    method: 'newcombe',
    paired: false,
    ...(ours.n === theirs.n && { rows: ours.n }),
    counts: { candidate_successes: ours.successes, baseline_successes: theirs.successes },
    detectable: detectableDifference(Math.sqrt(variance(ours) + variance(theirs))),
  }
}
