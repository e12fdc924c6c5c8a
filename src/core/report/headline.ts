import { orient } from '../gates/judge.ts'
import { maskPersonalData } from '../secrets.ts'
import type { Against, GateResult, MetricRow, Result } from './result.ts'
import { count, endedWords, opponentOf, VERDICT_SIGNS, VERDICT_WORDS } from './words.ts'

/** Text of which some parts are code or names: each rendering shows those in its own way and escapes all of it. */
export type Phrase = (string | { code: string } | { name: string })[]

export interface Headline {
  sign: string
  /** The verdict in words: `pass`, `training failed`. */
  verdict: string
  /** What that means, to follow a dash: `not worse than the champion`. */
  meaning: string
  /** One to three sentences: what decided, and what follows from it. */
  why: Phrase
}

/** The first lines of every rendering: the verdict in words, what it means, and why. */
export function headlineOf(result: Result): Headline {
  if (result.state === 'skipped')
    return {
      sign: '⏭️',
      verdict: 'skipped',
      meaning: 'nothing this model depends on was touched',
      why: ['Nothing was trained or judged. Touch a file under its `paths`, or name the model, to run it.'],
    }
  if (result.state !== 'judged') return failureHeadline(result)
  return {
    sign: VERDICT_SIGNS[result.verdict],
    verdict: VERDICT_WORDS[result.verdict],
    meaning: meaningOf(result),
    why: whyOf(result),
  }
}

/** `late-flights: pass — not worse than the champion`. */
export function headlineText(result: Result): string {
  const { verdict, meaning } = headlineOf(result)
  return `${maskPersonalData(result.model)}: ${verdict} — ${meaning}`
}

/** A phrase as plain text; in what is not ours, personal data is masked. */
export function plainPhrase(phrase: Phrase): string {
  return phrase
    .map(part => (typeof part === 'string' ? part : maskPersonalData('code' in part ? part.code : part.name)))
    .join('')
}

// --- internal ---

const MOST_NAMES = 3

function failureHeadline(result: Result): Headline {
  const stage = result.state === 'training_failed' ? 'training' : 'evaluation'
  const { failure } = result
  return {
    sign: '❌',
    verdict: `${stage} failed`,
    meaning: 'there is no verdict on the model',
    why: failure
      ? [{ code: failure.command }, ` ${endedWords(failure)}, so nothing was compared. The check fails.`]
      : ['The command did not finish, so nothing was compared. The check fails.'],
  }
}

function meaningOf(result: Result): string {
  const against = opponentOf(result)
  const gates = result.gates.filter(gate => !gate.waived)
  const decisive = gates.filter(gate => gate.verdict === result.verdict)
  if (result.gates.length === 0) return 'no gate is configured, so nothing was judged'
  if (gates.length === 0) return 'every gate is waived'
  if (result.verdict === 'fail') return failMeaning(result, decisive, against)
  if (result.verdict === 'not_comparable') return notComparableMeaning(result)
  if (result.verdict === 'inconclusive') return openMeaning(result, decisive, against)
  return passMeaning(result, gates, against)
}

/** What the failed gates found, so that the sentence below can name them without saying it twice. */
function failMeaning(result: Result, failed: GateResult[], against: Against | undefined): string {
  const lost = (gate: GateResult) =>
    !gate.slices && result.metrics.some(row => row.metric === gate.metric && row.judgement === 'worse')
  if (against && failed.some(lost)) return `worse than the ${against}`
  const slices = new Set(failed.flatMap(gate => gate.slices?.failed ?? []))
  if (slices.size > 0 && failed.every(gate => gate.slices)) return `fails in ${count(slices.size, 'slice')}`
  return failed.length === 1 ? 'a gate failed' : `${failed.length} gates failed`
}

/** Says no more than the gates asked: only a gate on the opponent allows "not worse". */
function passMeaning(result: Result, gates: GateResult[], against: Against | undefined): string {
  const waived = result.gates.length - gates.length
  return `${changeMeaning(result, gates, against)}${waived > 0 ? `, ${count(waived, 'gate')} waived` : ''}`
}

function changeMeaning(result: Result, gates: GateResult[], against: Against | undefined): string {
  const plain = `${allGates(gates.length)} passed`
  if (against === undefined) return plain
  const { better, worse } = gatedChanges(result, against)
  if (worse.length > 0 && better.length > 0)
    return `partly better, partly worse than the ${against}, within what is allowed`
  if (worse.length > 0) return `worse than the ${against}, but within what is allowed`
  if (better.length > 0) return `better than the ${against}`
  const compared = gates.some(gate => new RegExp(`not worse than ${against}`).test(gate.name))
  return compared ? `not worse than the ${against}` : plain
}

/** Numbers that could not be had measure nothing at all. */
function notComparableMeaning({ unavailable }: Result): string {
  if (unavailable?.champion !== undefined) return 'the champion could not be evaluated'
  if (unavailable?.base !== undefined) return 'the base could not be read'
  return 'the numbers do not measure the same thing'
}

/** Blames the data only where there was a difference to look at. */
function openMeaning(result: Result, open: GateResult[], against: Against | undefined): string {
  if (result.unmeasured !== undefined) return 'not everything was measured'
  if (against === undefined) return 'nothing to compare with yet'
  // Where nobody could find out what serves, the gates say why.
  const awaited = ({ name, reason }: GateResult) =>
    /champion/.test(name) && !/deploy repository|is not known/.test(reason)
  if (against === 'base' && open.every(awaited)) return 'there is no champion yet'
  const weighed = open.some(gate =>
    result.metrics.some(row => row.metric === gate.metric && row.differences[against] !== undefined),
  )
  const rows = result.candidate.testSet?.rows
  return weighed
    ? `cannot tell from ${rows === undefined ? 'this data' : `these ${count(rows, 'row')}`}`
    : 'cannot tell'
}

function whyOf(result: Result): Phrase {
  const { gates } = result
  if (gates.length === 0) return ['Add ', { code: 'gates' }, ' to the configuration to have a verdict.']
  const open = gates.filter(gate => !gate.waived)
  const waived = waivedPhrase(gates.filter(gate => gate.waived))
  if (result.verdict === 'pass') return [...passWhy(result, open), ...waived]
  const what = {
    fail: 'failed',
    inconclusive: 'cannot tell',
    not_comparable: 'cannot be compared',
    skipped: 'was skipped',
  }
  const decisive = open.filter(gate => gate.verdict === result.verdict)
  const names = listNames(decisive.map(gate => gate.name))
  const first: Phrase =
    gates.length === 1
      ? ['The gate ', ...names, ` ${what[result.verdict]}.`]
      : [`${decisive.length} of ${count(gates.length, 'gate')} ${what[result.verdict]}: `, ...names, '.']
  return [...(decisive.length > 0 ? first : []), ...waived, ` ${consequence(result)}`]
}

function waivedPhrase(waived: GateResult[]): Phrase {
  if (waived.length === 0) return []
  const first = waived.length === 1 ? ' A gate is waived: ' : ` ${waived.length} gates are waived: `
  return [first, ...listNames(waived.map(gate => gate.name)), '.']
}

function consequence(result: Result): string {
  if (result.blocks) return 'The check fails.'
  if (result.verdict !== 'inconclusive') return 'The check does not fail.'
  return 'The check does not fail, and it is not green: a person decides.'
}

/** A pass that costs something says so: the largest significant gain and loss among the gated metrics. */
function passWhy(result: Result, gates: GateResult[]): Phrase {
  const words = allGates(gates.length)
  const all = `${words.charAt(0).toUpperCase()}${words.slice(1)} passed.`
  const against = opponentOf(result)
  if (against === undefined) return [all]
  const { better, worse } = gatedChanges(result, against)
  const names = (rows: MetricRow[]) => listNames(rows.map(row => row.metric))
  const are = (rows: MetricRow[]) => (rows.length === 1 ? 'is' : 'are')
  return [
    all,
    ...(better.length > 0 ? [' ', ...names(better), ` ${are(better)} better than the ${against}'s.`] : []),
    ...(worse.length > 0 ? [' ', ...names(worse), ` ${are(worse)} worse, within what the gates allow.`] : []),
    ...(better.length + worse.length === 0 ? [` No difference to the ${against} is shown.`] : []),
  ]
}

function allGates(number: number): string {
  if (number === 1) return 'the gate'
  return number === 2 ? 'both gates' : `all ${number} gates`
}

/** Significant changes of metrics whose gates count; those of waived gates are told with the waiver. */
function gatedChanges(result: Result, against: Against): { better: MetricRow[]; worse: MetricRow[] } {
  const gain = (row: MetricRow) => orient(row.differences[against]!, row.direction!).value
  const counting = new Set(result.gates.filter(gate => !gate.waived).map(gate => gate.metric))
  const changed = result.metrics.filter(
    row => counting.has(row.metric) && row.differences[against] && row.direction,
  )
  return {
    better: changed.filter(row => row.judgement === 'better').sort((a, b) => gain(b) - gain(a)),
    worse: changed.filter(row => row.judgement === 'worse').sort((a, b) => gain(a) - gain(b)),
  }
}

function listNames(names: string[]): Phrase {
  const shown = names.slice(0, MOST_NAMES)
  const more = names.length - shown.length
  const list = shown.flatMap(
    (name, index): Phrase => [
      index === 0 ? '' : index === shown.length - 1 && more === 0 ? ' and ' : ', ',
      { name },
    ],
  )
  return more > 0 ? [...list, ` and ${more} more`] : list
}
