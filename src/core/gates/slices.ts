import { directionOf } from '../comparison.ts'
import type { Gate, ModelConfig } from '../config.ts'
import type { CodedColumn } from '../evaluation.ts'
import { computedMetric, computedMetrics } from '../metrics/definitions.ts'
import { estimateSlices, type SliceEstimate, weighSlices } from '../metrics/slices.ts'
import type { PairedPredictions } from '../predictions/pair.ts'
import { formatNumber } from '../report/numbers.ts'
import type { Against, GateResult, SliceRow } from '../report/result.ts'
import { normalSf } from '../statistics/distributions.ts'
import { holm } from '../statistics/multiple-testing.ts'
import { seedFrom } from '../statistics/random.ts'
import type { GateInputs, Judged } from './inputs.ts'
import { judgeDifference, judgeEstimate, orient } from './judge.ts'
import { relativeRule } from './rule.ts'

export interface JudgedSlices extends Judged {
  slices: SliceRow[]
  summary?: GateResult['slices']
}

/** Random draws for slices that no gate asks about. */
const DRAWS_UNASKED = 2e7
const MOST_SLICE_ROWS = 2000
const SEVERITY = { fail: 0, inconclusive: 1, pass: 2, cannot_judge: 3 }

/**
 * Judges a gate on every value of its columns. It fails when any slice is worse after Holm's correction; slices that
 * cannot be judged (too few rows, differences too fine to see) are counted and shown, and never make it green alone.
 */
export function judgeSlices(gate: Gate, inputs: GateInputs): JudgedSlices {
  const rule = relativeRule(gate)
  const rows = rule ? relativeSlices(gate, inputs, rule) : absoluteSlices(gate, inputs)
  if (!Array.isArray(rows)) return { ...rows, slices: [] }
  const count = (outcome: SliceRow['outcome']) => rows.filter(row => row.outcome === outcome).length
  const failed = rows.filter(row => row.outcome === 'fail')
  const judged = rows.length - count('cannot_judge')
  const verdict =
    failed.length > 0 ? 'fail' : judged === 0 || count('inconclusive') > 0 ? 'inconclusive' : 'pass'
  const columns = [...new Set(rows.map(row => row.column))].join(', ')
  return {
    verdict,
    reason: sliceReason(gate, failed, {
      judged,
      passed: count('pass'),
      cannot: count('cannot_judge'),
      columns,
    }),
    slices: rows,
    summary: {
      column: columns,
      judged,
      cannotJudge: count('cannot_judge'),
      failed: failed.map(row => `${row.column} = ${row.value}`),
    },
  }
}

/** Looks at every slice column for the most important metric, though no gate asks: the worst slice is worth seeing. */
export function exploreSlices(config: ModelConfig, inputs: GateInputs): SliceRow[] {
  const against: Against = inputs.matchups.champion ? 'champion' : 'base'
  const pair = inputs.matchups[against]?.pair
  if (!pair || pair.slices.length === 0) return []
  const gated = config.gates.find(gate => computedMetric(gate.metric))?.metric
  const metric = gated ?? computedMetrics({ task: pair.task, score: pair.candidate.score })[0]?.name
  if (!metric) return []
  const rows = weighSlices(metric, pair, pair.slices, {
    ...sliceOptions(metric, inputs, 50),
    draws: DRAWS_UNASKED,
  })
  return Array.isArray(rows) ? rows.map(row => ({ ...row, against })) : []
}

/** Worst first: failed, cannot tell, fine, cannot judge; within each the largest loss first. One row per slice and metric. */
export function sortSlices(rows: SliceRow[]): SliceRow[] {
  const seen = new Set<string>()
  const unique = rows.filter(row => {
    const key = JSON.stringify([row.metric, row.column, row.value])
    return !seen.has(key) && seen.add(key)
  })
  const gain = (row: SliceRow) =>
    row.difference && row.direction ? orient(row.difference, row.direction).value : Number.POSITIVE_INFINITY
  return unique
    .sort((a, b) => SEVERITY[a.outcome] - SEVERITY[b.outcome] || gain(a) - gain(b) || b.rows - a.rows)
    .slice(0, MOST_SLICE_ROWS)
}

// --- internal ---

type Rule = NonNullable<ReturnType<typeof relativeRule>>

function relativeSlices(gate: Gate, inputs: GateInputs, rule: Rule): SliceRow[] | Judged {
  const matchup = inputs.matchups[rule.against]
  const absent = inputs.absent[rule.against]
  if (!matchup) return { verdict: absent.broken ? 'not_comparable' : 'inconclusive', reason: absent.reason }
  if (matchup.notComparable) return { verdict: 'not_comparable', reason: matchup.notComparable }
  if (!matchup.pair)
    return {
      verdict: 'inconclusive',
      reason: `slices need predictions of the candidate and the ${rule.against}`,
    }
  const columns = columnsOf(gate, matchup.pair)
  const options = {
    ...sliceOptions(gate.metric, inputs, gate.min_rows),
    margin: rule.kind === 'not_worse' ? rule.by : undefined,
  }
  const weighed = weighSlices(gate.metric, matchup.pair, columns, options)
  if (!Array.isArray(weighed)) return { verdict: 'not_comparable', reason: weighed.problem }
  const rows = weighed.map(row => ({ ...row, against: rule.against }))
  return rule.kind === 'not_worse' ? rows : rows.map(row => askBetter(row, rule))
}

/** Superiority in a slice: `weighSlices` judges harm, so only its passes are asked again. */
function askBetter(row: SliceRow, rule: Rule): SliceRow {
  if (row.outcome === 'cannot_judge' || row.outcome === 'fail' || !row.difference || !row.direction)
    return row
  const verdict = judgeDifference(row.difference, row.direction, rule)
  return { ...row, outcome: verdict === 'pass' ? 'pass' : 'inconclusive' }
}

function absoluteSlices(gate: Gate, inputs: GateInputs): SliceRow[] | Judged {
  const { predictions } = inputs
  if (!predictions) return { verdict: 'inconclusive', reason: 'slices need predictions' }
  const estimated = estimateSlices(
    gate.metric,
    predictions,
    columnsOf(gate, predictions),
    sliceOptions(gate.metric, inputs, gate.min_rows),
  )
  if (!Array.isArray(estimated)) return { verdict: 'not_comparable', reason: estimated.problem }
  const judged = estimated.filter(slice => slice.estimate?.interval && slice.rows >= gate.min_rows)
  const adjusted = holm(judged.map(slice => shortfallP(slice, gate)))
  const adjustedP = new Map(judged.map((slice, index) => [slice, adjusted[index]!]))
  return estimated.map(slice => {
    const row = {
      metric: gate.metric,
      direction: directionOf(gate.metric, inputs.facts),
      column: slice.column,
      value: slice.value,
      rows: slice.rows,
    }
    const p = adjustedP.get(slice)
    if (p === undefined || !slice.estimate)
      return { ...row, candidate: slice.estimate?.value, outcome: 'cannot_judge' as const }
    const verdict = judgeEstimate(slice.estimate, gate)
    const outcome = verdict === 'pass' ? 'pass' : p < 1 - inputs.facts.level ? 'fail' : 'inconclusive'
    return { ...row, candidate: slice.estimate.value, adjustedP: p, outcome: outcome as SliceRow['outcome'] }
  })
}

/** One-sided p for "the slice keeps the floor (or ceiling)", from its interval by the normal approximation. */
function shortfallP({ estimate }: SliceEstimate, gate: Gate): number {
  const { low, high } = estimate!.interval!
  const limit = gate.at_least ?? gate.at_most!
  const gap = gate.at_least !== undefined ? limit - estimate!.value : estimate!.value - limit
  const se = (high - low) / (2 * 1.959963984540054)
  return se > 0 ? normalSf(gap / se) : gap > 0 ? 0 : 1
}

function columnsOf(gate: Gate, from: Pick<PairedPredictions, 'slices'>): CodedColumn[] {
  return gate.slices === 'all'
    ? from.slices
    : from.slices.filter(column => gate.slices?.includes(column.name))
}

function sliceOptions(metric: string, inputs: GateInputs, minRows: number) {
  return {
    level: inputs.facts.level,
    seed: seedFrom(...inputs.facts.seedParts, metric, 'slices'),
    minRows,
    direction: directionOf(metric, inputs.facts),
  }
}

function sliceReason(
  gate: Gate,
  failed: SliceRow[],
  counts: { judged: number; passed: number; cannot: number; columns: string },
): string {
  const cannot = counts.cannot > 0 ? `; ${counts.cannot} too small to judge` : ''
  const [worst] = sortSlices(failed)
  if (!worst)
    return `${gate.metric}: ${counts.passed} of ${counts.judged} judged slices of ${counts.columns} pass${cannot}`
  const value = worst.candidate === undefined ? '' : `: ${formatNumber(worst.candidate)}`
  const others = failed.length > 1 ? ` and ${failed.length - 1} more` : ''
  const against = worst.baseline === undefined ? '' : ` against ${formatNumber(worst.baseline)}`
  return `${gate.metric} is significantly worse in ${worst.column} = ${worst.value}${value}${against}${others}${cannot}`
}
