import type { Gate, ModelConfig } from '../../config/config.ts'
import { directionsIn, isOfOwnRows } from '../../config/gate-metrics.ts'
import { withNewNames } from '../../config/gates.ts'
import type { Direction } from '../../inputs/evaluation.ts'
import { isUsageMetric } from '../../inputs/usage-metrics.ts'
import { computedMetric } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { formatNumber } from '../../text/numbers.ts'
import { BROKEN_ITEMS } from '../changed-items.ts'
import { directionOf } from '../comparison/comparison.ts'
import { filesGateAgain, verdictOf } from '../gates/files.ts'
import { gateResult, judgeGate, nameOf, ofThisRun } from '../gates/gate.ts'
import type { GateInputs, Judged } from '../gates/inputs.ts'
import { judgementOf } from '../gates/judge.ts'
import { relativeRule } from '../gates/rule.ts'
import { askSlice, outcomesOf } from '../gates/slice-outcomes.ts'
import { verdictOnSlices } from '../gates/slices.ts'
import { judgeWhole } from '../gates/whole.ts'
import type { Against, GateResult, MetricRow, Result, SliceRow, Verdict } from '../result.ts'
import { withMacroNamesOf } from './macro-names.ts'
import { slicesAskedOf, slicesOfGate } from './slices-again.ts'

/**
 * A result that other code wrote, judged anew from its numbers by gates that are not its own. Of its own verdicts only what is worse
 * counts: it may know of something that its numbers do not show, such as that two versions were measured by other code. So it is
 * never greener than its numbers and never greener than it says; what it says of the rules, which gates there are, which are waived,
 * which way a metric improves, counts for nothing.
 *
 * @param today ISO date, for waivers
 */
export function judgeAgain(result: Result, config: ModelConfig, today: string): Result {
  if (result.state === 'skipped') return { ...result, blocks: false }
  if (result.state !== 'judged') return { ...result, verdict: 'fail', blocks: true, gates: [] }
  const renamed = withRenamedOf(result, config)
  const rules = hasSeveralClasses(result, config) ? withMacroNamesOf(renamed.rules) : renamed.rules
  const metrics = result.metrics.map(row => metricRow(row, result, rules))
  const inputs = inputsOf({ ...result, metrics }, rules, today)
  const ruled = rules.gates.map(gate => {
    const claimed = result.gates.find(one => one.name === nameOf(gate) && one.metric === gate.metric)
    const ours = ofThisRun(fromNumbers(gate, result, { inputs, config: rules }, claimed), inputs)
    return gateResult(gate, worse(ours, claimed), inputs)
  })
  const files = config.scan && filesGateAgain(result.gates)
  const gates = files ? [...ruled, files] : ruled
  return {
    ...result,
    verdict: verdictOf(ruled, files),
    blocks: gates.some(gate => gate.blocks),
    metrics,
    gates,
    warnings: [...result.warnings, ...renamed.said],
  }
}

// --- internal ---

/**
 * The rules by the names that the run says its metrics have now, and which gates that are. It may say any number of any name, so it
 * is not believed more by this; but where it or the rules have the old name too, or a metric is
 * Assay's own, the gate asks what it asked.
 */
function withRenamedOf(
  { metrics, renamed = {} }: Result,
  config: ModelConfig,
): { rules: ModelConfig; said: string[] } {
  const has = new Set(metrics.map(({ metric }) => metric))
  const isOurs = (metric: string) =>
    isUsageMetric(metric) ||
    metric === BROKEN_ITEMS ||
    (config.predictions !== undefined && isOfRows(metric, config))
  const pairs = Object.entries(renamed).filter(([before]) => !has.has(before) && !isOurs(before))
  const named = withNewNames(config, Object.fromEntries(pairs))
  return {
    rules: named.config,
    said: named.applied
      .filter(([before]) => config.gates.some(({ metric }) => metric === before))
      .map(
        ([before, now]) =>
          `What gates ask of ${maskPersonalData(before)} was asked of ${maskPersonalData(now)}, which this pull request calls it.`,
      ),
  }
}

/** What the product computes. An interval of a smaller level is narrower, and shows what is not there. */
const LEVEL = 0.95

/** From green to red. */
const ORDER: Verdict[] = ['pass', 'inconclusive', 'not_comparable', 'fail']

type JudgedGate = Judged & { summary?: GateResult['slices'] }

function worse(ours: JudgedGate, claimed: GateResult | undefined): JudgedGate {
  if (!claimed || ORDER.indexOf(claimed.verdict) <= ORDER.indexOf(ours.verdict)) return ours
  return asClaimed(claimed)
}

function asClaimed({ verdict, reason, slices }: GateResult): JudgedGate {
  return { verdict, reason: `the run says: ${reason}`.slice(0, 20_000), summary: slices }
}

function fromNumbers(
  gate: Gate,
  result: Result,
  { inputs, config }: { inputs: GateInputs; config: ModelConfig },
  claimed: GateResult | undefined,
): JudgedGate {
  if (gate.slices) return fromSlices(gate, result, inputs, claimed)
  const own = inputs.own(gate.metric)
  const isBare = !relativeRule(gate) && own !== undefined && own.interval === undefined
  if (isBare && result.candidate.testSet && isOfRows(gate.metric, config))
    return {
      verdict: 'inconclusive',
      reason: `${gate.metric} is ${formatNumber(own.value)}, and there is no ${LEVEL * 100} % interval of it`,
    }
  return judgeGate(gate, inputs).result
}

/** Where its rows are not all there, or the gate asks for what they do not hold, the numbers allow no verdict, and the claimed one counts. */
function fromSlices(
  gate: Gate,
  result: Result,
  inputs: GateInputs,
  claimed: GateResult | undefined,
): JudgedGate {
  const rule = relativeRule(gate)
  const minRows = Math.min(gate.min_rows, result.candidate.testSet?.rows ?? gate.min_rows)
  const askedOf = slicesAskedOf(gate, result, rule?.against)
  const rows = rule && slicesOfGate(askedOf, minRows, claimed?.slices)
  if (!rule || !rows) return ofSlices(gate, askedOf, inputs, claimed)
  const direction = directionOf(gate.metric, inputs.facts)
  const asked = rows.map(({ outcome: _, adjustedP: __, ...row }) =>
    askSlice({ ...row, direction }, sound(row.difference), rule),
  )
  return verdictOnSlices(
    gate,
    outcomesOf(asked, {
      level: LEVEL,
      minRows,
      margin: rule.kind === 'not_worse' ? rule.by : undefined,
    }),
    inputs,
  )
}

/** What the result says, as far as neither the whole nor a value of a slice by itself belies it: of these it keeps no interval. */
function ofSlices(
  gate: Gate,
  rows: SliceRow[],
  inputs: GateInputs,
  claimed: GateResult | undefined,
): JudgedGate {
  const { metric, at_least = Number.NEGATIVE_INFINITY, at_most = Number.POSITIVE_INFINITY } = gate
  if (!claimed)
    return {
      verdict: 'inconclusive',
      reason: `the result does not hold what this asks of slices of ${metric}`,
    }
  const beyond = rows.find(
    ({ candidate, outcome }) =>
      outcome !== 'cannot_judge' && candidate !== undefined && (candidate < at_least || candidate > at_most),
  )
  if (claimed.verdict !== 'pass') return asClaimed(claimed)
  const whole = judgeWhole(gate, inputs)
  const belied = beyond
    ? `${metric} is ${beyond.candidate} in ${maskPersonalData(`${beyond.column} = ${beyond.value}`)}`
    : whole.verdict === 'fail' && `over all rows ${whole.reason}`
  if (!belied) return asClaimed(claimed)
  return { verdict: 'inconclusive', reason: `the run says that it passes, and ${belied}` }
}

/** Whether its value is made of rows, which have an interval unless they are too few. */
function isOfRows(metric: string, { predictions }: ModelConfig): boolean {
  if (metric === BROKEN_ITEMS) return false
  return computedMetric(metric) !== undefined || isOfOwnRows(predictions, metric)
}

/** What a tool scores improves upwards, where the configuration does not say otherwise. */
function directionsAgain({ metrics }: Result, config: ModelConfig): Record<string, Direction> {
  const named = config.predictions?.from === undefined ? [] : metrics.map(({ metric }) => metric)
  const own = named.filter(
    metric => !computedMetric(metric) && !isUsageMetric(metric) && metric !== BROKEN_ITEMS,
  )
  return { ...Object.fromEntries(own.map(metric => [metric, 'higher'] as const)), ...directionsIn(config) }
}

function inputsOf(result: Result, config: ModelConfig, today: string): GateInputs {
  const { rows, proportions } = config
  const directions = directionsAgain(result, config)
  const rowOf = new Map(result.metrics.map(row => [row.metric, row]))
  const absent = (against: Against) => {
    const broken = result.unavailable?.[against]
    return { reason: broken ?? `the result has no ${against}`, broken: broken !== undefined }
  }
  return {
    own: metric => {
      const estimate = rowOf.get(metric)?.candidate
      return estimate && soundEstimate(estimate)
    },
    ...(result.unmeasured !== undefined && { unwritten: result.unmeasured }),
    ...(result.untold !== undefined && { untold: result.untold }),
    matchups: { ...(result.champion && { champion: {} }), ...(result.base && { base: {} }) },
    facts: { directions, ...(rows !== undefined && { rows }), proportions, seedParts: [], level: LEVEL },
    absent: { champion: absent('champion'), base: absent('base') },
    compare: (metric, against) => {
      const row = rowOf.get(metric)
      const difference = sound(row?.differences[against])
      const sides = { candidate: row?.candidate, baseline: row?.[against] }
      const missing = `the result has no ${LEVEL * 100} % interval of the difference to the ${against}`
      return difference ? { ...sides, difference } : { ...sides, missing }
    },
    waivers: config.waivers,
    today,
    metricNames: [...rowOf.keys()],
  }
}

function metricRow(row: MetricRow, result: Result, config: ModelConfig): MetricRow {
  const direction = directionOf(row.metric, { directions: directionsAgain(result, config) })
  const { champion, base } = row.differences
  return {
    ...row,
    direction,
    judgement: judgementOf(sound(champion) ?? (result.champion ? undefined : sound(base)), direction),
    gated: config.gates.some(gate => gate.metric === row.metric),
  }
}

function sound(difference: Difference | undefined): Difference | undefined {
  return difference && difference.interval.level >= LEVEL ? difference : undefined
}

function soundEstimate(estimate: Estimate): Estimate {
  const { interval, ...bare } = estimate
  return interval && interval.level < LEVEL ? bare : estimate
}

/** What is configured counts; where nothing is, what was counted. */
function hasSeveralClasses({ confusion }: Result, { predictions }: ModelConfig): boolean {
  if (predictions?.task !== undefined) return predictions.task === 'multiclass'
  return (confusion?.classes.length ?? 0) > 2
}
