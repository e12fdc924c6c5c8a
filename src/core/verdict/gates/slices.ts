import type { Gate, ModelConfig } from '../../config/config.ts'
import type { CodedColumn } from '../../inputs/evaluation.ts'
import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { metricOfRows, metricsOfRows } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { seedFrom } from '../../statistics/random.ts'
import { formatCount, formatNumber } from '../../text/numbers.ts'
import { directionOf } from '../comparison/comparison.ts'
import { compareSlices, estimateSlices, type SliceProblem, type SlicesOptions } from '../comparison/slices.ts'
import type { Against, GateResult, SliceRow } from '../result.ts'
import { whyUnaskable } from './askable.ts'
import type { GateInputs, Judged } from './inputs.ts'
import { orient } from './orient.ts'
import { relativeRule } from './rule.ts'
import { type AskedSlice, askSlice, outcomesOf } from './slice-outcomes.ts'
import { judgeWhole } from './whole.ts'

export interface JudgedSlices extends Judged {
  slices: SliceRow[]
  summary?: GateResult['slices']
}

/** Random draws for slices that no gate asks about. */
const DRAWS_UNASKED = 2e7
/** `min_rows` of the slices that no gate asks about. */
const ROWS_UNASKED = 50
const MOST_SLICE_ROWS = 2000
const SEVERITY = { fail: 0, inconclusive: 1, pass: 2, cannot_judge: 3 }

/**
 * Judges a gate on every value of its columns. It fails when any slice fails after Holm's correction over all of them;
 * slices that cannot be judged (too few rows, differences too fine to see) are counted and shown, and never make it
 * green alone; those of too few rows are one more slice together, which can fail and does not pass alone either. It does not pass where the same gate without `slices` fails: what is lost may lie in slices that nobody could judge.
 * A column of one value has the verdict of the same gate without `slices`.
 */
export function judgeSlices(gate: Gate, inputs: GateInputs): JudgedSlices {
  const rule = relativeRule(gate)
  // More than there are cannot be asked for: what holds every row is judged as the whole is.
  const minRows = Math.min(gate.min_rows, inputs.predictions?.rows ?? gate.min_rows)
  const options = { ...sliceOptions(gate.metric, inputs), together: minRows }
  const asked = rule ? relativeSlices(gate, inputs, rule, options) : absoluteSlices(gate, inputs, options)
  if (!Array.isArray(asked)) return { ...asked, slices: [] }
  const rows = outcomesOf(asked, {
    level: inputs.facts.level,
    minRows,
    margin: rule?.kind === 'not_worse' ? rule.by : undefined,
  })
  return verdictOnSlices(gate, rows, inputs)
}

/** The verdict of a gate on slices that have their outcomes. */
export function verdictOnSlices(gate: Gate, rows: SliceRow[], inputs: GateInputs): JudgedSlices {
  const single = rows.filter(row => row.together === undefined)
  const rests = rows.filter(row => row.together !== undefined && row.outcome !== 'cannot_judge')
  const count = (outcome: SliceRow['outcome']) => single.filter(row => row.outcome === outcome).length
  const failed = rows.filter(row => row.outcome === 'fail')
  const cannot = count('cannot_judge')
  const judged = single.length - cannot
  const passes = judged > 0 && count('pass') === judged && rests.every(row => row.outcome === 'pass')
  const columns = [...new Set(rows.map(row => row.column))].join(', ')
  const counts = { judged, passed: count('pass'), cannot, columns, rests }
  const whole = passes ? judgeWhole(gate, inputs) : undefined
  const hidden = whole?.verdict === 'fail' ? `; but over all rows ${whole.reason}` : ''
  return {
    verdict: failed.length > 0 ? 'fail' : passes && !hidden ? 'pass' : 'inconclusive',
    reason: `${sliceReason(gate, failed, counts)}${hidden}`,
    slices: rows,
    summary: {
      column: columns,
      judged,
      cannotJudge: cannot,
      failed: failed.map(row => `${row.column} = ${row.value}`),
    },
  }
}

/** That a column parts the rows otherwise than in the baseline's file, where it does: the candidate would choose its own slices. */
export function movedWords(column: string, pair: PairedPredictions, against: Against): string | undefined {
  const moved = pair.movedRows?.get(column)
  if (moved === undefined) return undefined
  return `\`${maskPersonalData(column)}\` puts ${formatCount(moved)} of ${formatCount(pair.rows)} rows into another slice than the ${against}'s file does`
}

/** Looks at every slice column for the most important metric, though no gate asks: the worst slice is worth seeing. */
export function exploreSlices(config: ModelConfig, inputs: GateInputs): SliceRow[] {
  const against: Against = inputs.matchups.champion ? 'champion' : 'base'
  const pair = inputs.matchups[against]?.pair
  if (!pair || pair.slices.length === 0) return []
  const gated = config.gates.find(gate => metricOfRows(gate.metric, pair.candidate))?.metric
  const metric = gated ?? metricsOfRows({ task: pair.task, ...pair.candidate })[0]?.name
  if (!metric) return []
  const rows = compareSlices(metric, pair, pair.slices, {
    ...sliceOptions(metric, inputs),
    draws: DRAWS_UNASKED,
  })
  if (!Array.isArray(rows)) return []
  const asked = rows.map(row => askSlice({ ...row, against }, row.difference, { kind: 'not_worse', by: 0 }))
  return outcomesOf(asked, { level: inputs.facts.level, minRows: ROWS_UNASKED })
}

/** Worst first: failed, cannot tell, fine, cannot judge; within each the largest loss first. One row per slice and metric. */
export function sortSlices(rows: SliceRow[]): SliceRow[] {
  const seen = new Set<string>()
  const unique = rows.filter(row => {
    const key = JSON.stringify([row.metric, row.column, row.value, row.together])
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

function relativeSlices(
  gate: Gate,
  inputs: GateInputs,
  rule: Rule,
  options: SlicesOptions,
): AskedSlice[] | Judged {
  const unaskable = whyUnaskable(gate, rule, inputs)
  if (unaskable) return unaskable
  const pair = inputs.matchups[rule.against]?.pair
  if (!pair)
    return {
      verdict: 'inconclusive',
      reason: `slices need predictions of the candidate and the ${rule.against}`,
    }
  const columns = columnsOf(gate, pair)
  for (const { name } of columns) {
    const moved = movedWords(name, pair, rule.against)
    if (moved !== undefined) return { verdict: 'not_comparable', reason: moved }
  }
  const compared = compareSlices(gate.metric, pair, columns, {
    ...options,
    margin: rule.kind === 'not_worse' ? rule.by : undefined,
  })
  if (!Array.isArray(compared)) return problemOf(compared)
  return compared.map(row => askSlice({ ...row, against: rule.against }, row.difference, rule))
}

function absoluteSlices(gate: Gate, inputs: GateInputs, options: SlicesOptions): AskedSlice[] | Judged {
  const unaskable = whyUnaskable(gate, undefined, inputs)
  if (unaskable) return unaskable
  const { predictions } = inputs
  if (!predictions) return { verdict: 'inconclusive', reason: 'slices need predictions' }
  const estimated = estimateSlices(gate.metric, predictions, columnsOf(gate, predictions), options)
  if (!Array.isArray(estimated)) return problemOf(estimated)
  const direction = directionOf(gate.metric, inputs.facts)
  return estimated.map(({ estimate, ...slice }) => {
    const row = { metric: gate.metric, direction, ...slice, candidate: estimate?.value }
    return askSlice(row, estimate?.interval && estimate, gate)
  })
}

function problemOf({ problem }: SliceProblem): Judged {
  return { verdict: 'not_comparable', reason: problem }
}

function columnsOf(gate: Gate, from: Pick<PairedPredictions, 'slices'>): CodedColumn[] {
  return gate.slices === 'all'
    ? from.slices
    : from.slices.filter(column => gate.slices?.includes(column.name))
}

/** The seed is that of the whole: a slice that holds every row is drawn as the whole is. */
function sliceOptions(metric: string, { facts }: GateInputs) {
  return {
    level: facts.level,
    seed: seedFrom(...facts.seedParts, metric),
    direction: directionOf(metric, facts),
  }
}

function sliceReason(
  gate: Gate,
  failed: SliceRow[],
  counts: { judged: number; passed: number; cannot: number; columns: string; rests: SliceRow[] },
): string {
  const metric = maskPersonalData(gate.metric)
  const cannot =
    counts.cannot > 0 ? `; ${counts.cannot} too small to judge${togetherWords(counts.rests)}` : ''
  const [worst] = sortSlices(failed)
  if (!worst)
    return `${metric}: ${counts.passed} of ${counts.judged} judged slices of ${maskPersonalData(counts.columns)} pass${cannot}`
  const value = worst.candidate === undefined ? '' : `: ${formatNumber(worst.candidate, worst.difference)}`
  const others = failed.length > 1 ? ` and ${failed.length - 1} more` : ''
  const against =
    worst.baseline === undefined ? '' : ` against ${formatNumber(worst.baseline, worst.difference)}`
  return `${metric} is ${failedWords(gate)} in ${maskPersonalData(`${worst.column} = ${worst.value}`)}${value}${against}${others}${cannot}`
}

/** What slices that are too small come to together; one that fails is named where it fails. */
function togetherWords(rests: SliceRow[]): string {
  if (rests.length === 0) return ''
  const open = rests.some(({ outcome }) => outcome === 'inconclusive')
  if (open) return ' alone, and together they cannot tell'
  return rests.every(({ outcome }) => outcome === 'pass') ? ' alone, and together they pass' : ' alone'
}

/** What a slice that fails is found to be, and compared with what. */
function failedWords({ at_least, at_most, not_worse_than, better_than, by }: Gate): string {
  if (at_least !== undefined) return `below the floor of ${at_least}`
  if (at_most !== undefined) return `above the ceiling of ${at_most}`
  if (not_worse_than) return `significantly worse than the ${not_worse_than}'s`
  return by
    ? `not better than the ${better_than}'s by ${by}`
    : `significantly worse than the ${better_than}'s`
}
