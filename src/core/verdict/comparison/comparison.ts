import { whyNoShare } from '../../config/share-names.ts'
import type { Direction, Evaluation } from '../../inputs/evaluation.ts'
import { whyOtherCode } from '../../inputs/metric-code.ts'
import type { NotComparable, PairedPredictions } from '../../inputs/predictions/pair.ts'
import { pairPredictions } from '../../inputs/predictions/pair.ts'
import { isUsageMetric } from '../../inputs/usage-metrics.ts'
import { hasNoValue } from '../../metrics/side.ts'
import { compareOnRows } from '../../metrics/table/compare.ts'
import { existingMetric } from '../../metrics/table/compute.ts'
import { computedMetric, metricOfRows, metricsOfRows } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { seedFrom } from '../../statistics/random.ts'
import { BROKEN_ITEMS } from '../changed-items.ts'
import { compareAggregates, whyOtherPart } from './compare-aggregates.ts'
import { compareIntervals } from './compare-intervals.ts'
import { estimate, type MetricFacts } from './own-value.ts'
import { compareFolds, compareSeeds } from './repeated-runs.ts'

/** Candidate and one baseline, made ready to be compared metric by metric, or why any comparison is forbidden. */
export interface Matchup extends Partial<NotComparable> {
  candidate: Evaluation
  baseline: Evaluation
  pair?: PairedPredictions
  /** Metric files alone must not be compared although predictions may be: the code that computes them differs. */
  filesNotComparable?: string
}

interface Sides {
  candidate?: Estimate
  baseline?: Estimate
}

export type MetricComparison = Sides &
  (
    | { difference: Difference; missing?: undefined; otherScale?: undefined; otherPart?: undefined }
    | {
        difference?: undefined
        /** Why there is none, in one sentence. */
        missing: string
        /** There is none because a side's scores are on a scale that the metric does not exist on. */
        otherScale?: boolean
        /** There is none because the two are of different parts of the test set. */
        otherPart?: boolean
      }
  )

export function matchUp(candidate: Evaluation, baseline: Evaluation): Matchup {
  const matchup: Matchup = {
    candidate,
    baseline,
    filesNotComparable: whyOtherCode(candidate, baseline),
  }
  if (candidate.predictions && baseline.predictions) {
    const pair = pairPredictions(candidate.predictions, baseline.predictions)
    if (isNotComparable(pair)) Object.assign(matchup, pair)
    else matchup.pair = pair
  } else if (candidate.testSet && baseline.testSet && candidate.testSet.hash !== baseline.testSet.hash) {
    matchup.notComparable = `the test sets differ (${candidate.testSet.hash.slice(0, 8)} and ${baseline.testSet.hash.slice(0, 8)})`
    matchup.otherTestSet = true
  }
  return matchup
}

/** Which way a metric improves: computed metrics know theirs, files say it in `directions`, cost and time are better lower. */
export function directionOf(metric: string, facts: Pick<MetricFacts, 'directions'>): Direction | undefined {
  // A metric may be called `toString`, and nobody said which way that improves.
  const told = Object.hasOwn(facts.directions, metric) ? facts.directions[metric] : undefined
  return (
    told ??
    computedMetric(metric)?.direction ??
    (isUsageMetric(metric) || metric === BROKEN_ITEMS ? 'lower' : undefined)
  )
}

/** Every metric name that any of the evaluations has, gated ones first, then computed ones, then those from files. */
export function metricNames(gated: string[], evaluations: Evaluation[]): string[] {
  const computed = evaluations.flatMap(evaluation =>
    evaluation.predictions ? metricsOfRows(evaluation.predictions).map(metric => metric.name) : [],
  )
  const named = evaluations.flatMap(evaluation => [
    ...evaluation.metrics.keys(),
    ...(evaluation.folds?.scores.keys() ?? []),
  ])
  return [...new Set([...gated, ...computed, ...named.sort()])]
}

/**
 * Compares one metric of a match-up by the strongest method its data allow: five or more paired seeds, folds,
 * rows, aggregates. Bad or absent numbers give `missing`, never a difference.
 */
export function compareMetric(
  metric: string,
  matchup: Matchup,
  facts: MetricFacts,
  { margin, draws }: { margin?: number; draws?: number } = {},
): MetricComparison {
  const own = (side: Evaluation) => estimate(metric, side, facts, draws)
  const values = () => ({ candidate: own(matchup.candidate), baseline: own(matchup.baseline) })
  if (matchup.notComparable !== undefined && !isUsageMetric(metric))
    return { ...values(), missing: matchup.notComparable }
  const repeated = compareRuns(metric, matchup, facts, margin)
  if (repeated?.difference) return repeated
  if (matchup.pair && metricOfRows(metric, matchup.pair.candidate)) {
    const seed = seedFrom(...facts.seedParts, metric)
    const compared = compareOnRows(metric, matchup.pair, { level: facts.level, seed, margin, draws })
    if (!hasNoValue(compared)) return compared
    // A number of a file that rows cannot come to is the file's: that of another measure never is.
    const ofFiles =
      compared.otherScale || isFromRows(metric, matchup)
        ? undefined
        : compareNumbers(metric, matchup, facts, values())
    if (ofFiles?.difference) return ofFiles
    const silent = [matchup.candidate, matchup.baseline].find(({ noValue }) => noValue?.has(metric))
    const missing = silent ? hasNot(metric, silent) : compared.undefinedBecause
    return { ...values(), missing, otherScale: compared.otherScale }
  }
  const compared = compareNumbers(metric, matchup, facts, values())
  return compared.difference ? compared : { ...compared, ...repeated }
}

// --- internal ---

function isNotComparable(pair: PairedPredictions | NotComparable): pair is NotComparable {
  return 'notComparable' in pair
}

/** Repeated runs, seeds before folds: those of files only where one code computed them of the same part, those of rows in any case. */
function compareRuns(
  metric: string,
  matchup: Matchup,
  facts: MetricFacts,
  margin: number | undefined,
): MetricComparison | undefined {
  const { candidate, baseline, filesNotComparable } = matchup
  const isOfSame = filesNotComparable === undefined && whyOtherPart(metric, matchup) === undefined
  const ofFiles = isOfSame || isUsageMetric(metric)
  if (!ofFiles && !isFromRows(metric, matchup)) return undefined
  const seeds = compareSeeds(metric, candidate, baseline, facts.level, margin)
  if (seeds && 'difference' in seeds) return seeds
  return (ofFiles ? compareFolds(metric, candidate, baseline, facts.level) : undefined) ?? seeds
}

/** Whether both values are Assay's own, of rows, and no file's. */
function isFromRows(metric: string, { candidate, baseline }: Matchup): boolean {
  return (
    candidate.predictions !== undefined &&
    !hasNoValue(existingMetric(metric, candidate.predictions)) &&
    baseline.testSet !== undefined
  )
}

/** What is left when there are neither rows nor repeated runs: exact usage, shares of known size, or bare numbers. */
function compareNumbers(
  metric: string,
  matchup: Matchup,
  facts: MetricFacts,
  own: { candidate?: Estimate; baseline?: Estimate },
): MetricComparison {
  const { candidate, baseline } = own
  if (candidate === undefined) return { ...own, missing: hasNot(metric, matchup.candidate) }
  if (baseline === undefined) return { ...own, missing: hasNot(metric, matchup.baseline) }
  if (isUsageMetric(metric)) {
    const [ours, theirs] = [matchup.candidate.usage?.currency, matchup.baseline.usage?.currency]
    if (metric === 'cost' && ours !== theirs && ours !== undefined && theirs !== undefined)
      return { ...own, missing: `the costs are in ${maskPersonalData(ours)} and ${maskPersonalData(theirs)}` }
    return { ...own, difference: exactDifference(candidate.value - baseline.value) }
  }
  if (matchup.filesNotComparable !== undefined && !isFromRows(metric, matchup))
    return { ...own, missing: matchup.filesNotComparable }
  const otherPart = whyOtherPart(metric, matchup)
  if (otherPart !== undefined) return { ...own, missing: otherPart, otherPart: true }
  if (matchup.baseline.estimates) {
    const difference = compareIntervals(candidate, baseline, [
      matchup.candidate.testSet?.rows,
      matchup.baseline.testSet?.rows,
    ])
    if (difference) return { ...own, difference }
  } else {
    const difference = compareAggregates(metric, matchup, facts, candidate, baseline)
    if (difference) return { ...own, difference }
  }
  return {
    ...own,
    missing: `one number a side has no interval: give predictions, seeds${whyNoShare(metric) === undefined ? ', folds, `stderr`, or `rows` and `proportions`' : ', folds or `stderr`'}`,
  }
}

function hasNot(metric: string, { side, noValue }: Evaluation): string {
  const why = noValue?.get(metric)
  return `the ${side} does not have this metric${why === undefined ? '' : `: ${why}`}`
}

function exactDifference(value: number): Difference {
  return {
    value,
    interval: { low: value, high: value, level: 1 },
    p: value === 0 ? 1 : 0,
    method: 'exact',
    paired: true,
  }
}
