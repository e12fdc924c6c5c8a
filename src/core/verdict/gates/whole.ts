import type { Gate } from '../../config/config.ts'
import { isUsageMetric } from '../../inputs/usage-metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { formatChange, formatNumber } from '../../text/numbers.ts'
import { BROKEN_ITEMS } from '../changed-items.ts'
import { directionOf, type MetricComparison } from '../comparison/comparison.ts'
import type { Against, Verdict } from '../result.ts'
import { whyUnaskable } from './askable.ts'
import type { GateInputs, Judged } from './inputs.ts'
import { judgeDifference, judgeEstimate, type RelativeRule } from './judge.ts'
import { relativeRule } from './rule.ts'
import { settleWords } from './settle.ts'

/** Judges a gate on the whole test set. */
export function judgeWhole(gate: Gate, inputs: GateInputs): Judged {
  const relative = relativeRule(gate)
  const unaskable = whyUnaskable(gate, relative, inputs)
  if (unaskable) return unaskable
  return relative ? judgeRelative(gate, relative, inputs) : judgeAbsolute(gate, inputs)
}

// --- internal ---

/** Measured or counted, and no estimate of anything. */
function isExact(metric: string): boolean {
  return isUsageMetric(metric) || metric === BROKEN_ITEMS
}

function judgeAbsolute(gate: Gate, inputs: GateInputs): Judged {
  const own = inputs.own(gate.metric)!
  const limit = gate.at_least ?? gate.at_most!
  const verdict = judgeEstimate(own, gate)
  const rule = gate.at_least !== undefined ? `the floor is ${limit}` : `the ceiling is ${limit}`
  return {
    verdict,
    reason: `${maskPersonalData(gate.metric)} is ${withInterval(own)}; ${rule}${isExact(gate.metric) ? '' : tail(verdict, own)}`,
  }
}

function judgeRelative(gate: Gate, rule: RelativeRule & { against: Against }, inputs: GateInputs): Judged {
  const { candidate, baseline, difference } = inputs.compare(gate.metric, rule.against)
  const direction = directionOf(gate.metric, inputs.facts)!
  const verdict = judgeDifference(difference!, direction, rule)
  const open = verdict === 'inconclusive' ? settleWords(difference!, direction, rule) : ''
  const metric = maskPersonalData(gate.metric)
  return { verdict, reason: `${relativeReason(metric, rule, { candidate, baseline }, difference!)}${open}` }
}

function relativeReason(
  metric: string,
  rule: RelativeRule & { against: Against },
  compared: Pick<MetricComparison, 'candidate' | 'baseline'>,
  difference: Difference,
): string {
  const change = formatChange(difference)
  const values =
    compared.candidate && compared.baseline
      ? `${metric} ${formatNumber(compared.candidate.value, difference)} against the ${rule.against}'s ${formatNumber(compared.baseline.value, difference)}`
      : metric
  const ask =
    rule.kind === 'not_worse'
      ? `up to ${rule.by} worse is accepted`
      : rule.by > 0
        ? `more than ${rule.by} better is asked`
        : 'better is asked'
  return `${values}: ${change}; ${ask}${difference.paired ? '' : ' (unpaired: low power)'}`
}

function withInterval(own: Estimate): string {
  if (!own.interval) return formatNumber(own.value)
  const { low, high } = own.interval
  return `${formatNumber(own.value, own)} (${Math.round(own.interval.level * 100)} % interval ${formatNumber(low, own)} to ${formatNumber(high, own)})`
}

function tail(verdict: Verdict, own: Estimate): string {
  if (!own.interval) return '. One number without an interval: noise is not accounted for'
  return verdict === 'inconclusive' ? ', inside the interval' : ''
}
