import type { Gate } from '../../config/config.ts'
import { PASSED } from '../../inputs/predictions/passed.ts'
import { isUsageMetric } from '../../inputs/usage-metrics.ts'
import { whyNoInterval } from '../../metrics/compare/unseen.ts'
import { hasNoValue } from '../../metrics/side.ts'
import { computeMetric } from '../../metrics/table/compute.ts'
import { metricOfRows } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { didYouMean } from '../../text/nearest.ts'
import { formatNumber } from '../../text/numbers.ts'
import { BROKEN_ITEMS } from '../changed-items.ts'
import { directionOf } from '../comparison/comparison.ts'
import type { Against } from '../result.ts'
import type { GateInputs, Judged } from './inputs.ts'

/**
 * What a gate's question comes to where there is no number to put it to, on the whole test set and so in every slice of
 * it: a metric that is missing or not a finite number never passes. Undefined where the gate can be asked.
 */
export function whyUnaskable(
  gate: Gate,
  relative: { against: Against } | undefined,
  inputs: GateInputs,
): Judged | undefined {
  const own = inputs.own(gate.metric)
  if (!own && gate.metric === BROKEN_ITEMS) return untoldItems(inputs)
  if (!own) return missingMetric(gate.metric, inputs)
  if (!relative) {
    const metric = inputs.predictions && metricOfRows(gate.metric, inputs.predictions)
    if (own.interval || !inputs.predictions || !metric) return undefined
    const why = whyNoInterval(metric, inputs.predictions) ?? 'its rows are too few for an interval'
    return {
      verdict: 'inconclusive',
      reason: `${maskPersonalData(gate.metric)} is ${formatNumber(own.value)}, and ${why}`,
    }
  }
  const matchup = inputs.matchups[relative.against]
  const absent = inputs.absent[relative.against]
  if (!matchup) return { verdict: absent.broken ? 'not_comparable' : 'inconclusive', reason: absent.reason }
  const { difference, missing, otherScale, otherPart } = inputs.compare(gate.metric, relative.against)
  if (!difference) {
    const isBroken =
      otherScale || otherPart || matchup.notComparable !== undefined || matchup.filesNotComparable === missing
    return {
      verdict: isBroken ? 'not_comparable' : 'inconclusive',
      reason: missing,
    }
  }
  if (directionOf(gate.metric, inputs.facts)) return undefined
  return {
    verdict: 'inconclusive',
    reason: `nobody said which way ${maskPersonalData(gate.metric)} improves: add it to \`directions\``,
  }
}

// --- internal ---

/** Which items broke takes a side to break from, the same items, and a word on which of them passed. */
function untoldItems({ matchups, absent, unwritten, noValue }: GateInputs): Judged {
  const matchup = matchups.champion ?? matchups.base
  if (unwritten !== undefined) return { verdict: 'inconclusive', reason: unwritten }
  if (!matchup) {
    const broken = [absent.champion, absent.base].find(one => one.broken)
    const { reason } = broken ?? absent.champion
    return { verdict: broken ? 'not_comparable' : 'inconclusive', reason }
  }
  if (matchup.notComparable !== undefined) return { verdict: 'not_comparable', reason: matchup.notComparable }
  const why = noValue?.get(PASSED) ?? matchup.baseline?.noValue?.get(PASSED)
  return {
    verdict: 'inconclusive',
    reason: why ?? 'nothing says of both sides which items passed: `predictions.passed` does',
  }
}

/** The verdict on a metric that the candidate does not have. */
function missingMetric(metric: string, inputs: GateInputs): Judged {
  const open = inputs.unwritten ?? inputs.untold
  if (open !== undefined) return { verdict: 'inconclusive', reason: open }
  const known =
    inputs.predictions &&
    metricOfRows(metric, inputs.predictions) &&
    computeMetric(metric, inputs.predictions)
  const unknown = known && hasNoValue(known) ? known : undefined
  if (unknown?.otherScale) return { verdict: 'not_comparable', reason: unknown.undefinedBecause }
  const said = inputs.noValue?.get(metric)
  const names = inputs.metricNames.filter(name => name !== metric)
  const meant = didYouMean(metric, names)
  const why =
    metric === 'cost'
      ? ': it takes a GPU that can be measured and a price in `budget`'
      : isUsageMetric(metric)
        ? ': nothing was measured'
        : unknown
          ? `: ${unknown.undefinedBecause}`
          : said
            ? `: ${said}`
            : meant
              ? ` (${maskPersonalData(meant)})`
              : ''
  return {
    verdict: 'fail',
    reason: `the candidate has no usable value of ${maskPersonalData(metric)}${why}; a missing number never passes`,
  }
}
