import { maskPersonalData } from '../../secrets/secrets.ts'
import { count } from '../../text/numbers.ts'
import type { Against, GateResult, MetricRow, Result } from '../../verdict/result.ts'
import { listNames, type Phrase } from '../words/phrase.ts'
import { failurePhrase, opponentOf, VERDICT_SIGNS, VERDICT_WORDS } from '../words/words.ts'
import { type Coverage, coverageOf, isLosing } from './coverage.ts'
import { firstRunPhrase } from './first-run.ts'
import { allGates, meaningOf } from './meaning.ts'

export interface Headline {
  sign: string
  /** The verdict in words: `pass`, `training failed`. */
  verdict: string
  /** What that means, to follow a dash: `not worse than the champion`. A sentence of ours, not escaped. */
  meaning: string
  /** The verdict whose colour and calm this headline has: a pass over losses that no gate asks about is not the calm one. */
  tone: Result['verdict']
  /** One to three sentences: what decided, and what follows from it. */
  why: Phrase
}

/** The first lines of every rendering: the verdict in words, what it means, and why. */
export function headlineOf(result: Result): Headline {
  if (result.state === 'skipped') return skippedHeadline(result)
  if (result.state !== 'judged') return failureHeadline(result)
  const against = opponentOf(result)
  const coverage = against && coverageOf(result, against)
  const isMixed = result.verdict === 'pass' && coverage && isLosing(coverage)
  return {
    sign: VERDICT_SIGNS[result.verdict],
    verdict: VERDICT_WORDS[result.verdict],
    tone: isMixed ? 'inconclusive' : result.verdict,
    meaning: meaningOf(result, coverage),
    why: whyOf(result, coverage),
  }
}

/** `late-flights: pass — not worse than the champion`. */
export function headlineText(result: Result): string {
  const { verdict, meaning } = headlineOf(result)
  return `${maskPersonalData(result.model)}: ${verdict} — ${meaning}`
}

// --- internal ---

function skippedHeadline({ removed }: Result): Headline {
  const ending = { sign: '⏭️', verdict: 'skipped', tone: 'skipped' as const }
  if (removed)
    return {
      ...ending,
      meaning: 'this pull request removes the model',
      why: [
        'Nothing was trained or judged: there is no verdict, and after the merge no more releases. What serves of it goes on serving, and its open promotions stay, until somebody takes it out of the deploy repository.',
      ],
    }
  return {
    ...ending,
    meaning: 'nothing this model depends on was touched',
    why: ['Nothing was trained or judged. Touch a file under its `paths`, or name the model, to run it.'],
  }
}

function failureHeadline(result: Result): Headline {
  const stage = result.state === 'training_failed' ? 'training' : 'evaluation'
  const { failure } = result
  return {
    sign: '❌',
    verdict: `${stage} failed`,
    tone: 'fail',
    meaning: 'there is no verdict on the model',
    why: failure
      ? [...failurePhrase(result.state, failure), ', so nothing was compared. The check fails.']
      : ['The command did not finish, so nothing was compared. The check fails.'],
  }
}

function whyOf(result: Result, coverage: Coverage | undefined): Phrase {
  const { gates } = result
  if (gates.length === 0) return ['Add ', { code: 'gates' }, ' to the configuration to have a verdict.']
  const open = gates.filter(gate => !gate.waived)
  const waived = waivedPhrase(gates.filter(gate => gate.waived))
  if (result.verdict === 'pass') return [...passWhy(result, open, coverage), ...waived]
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
  return [
    ...(decisive.length > 0 ? first : []),
    ...waived,
    ...(result.verdict === 'not_comparable' ? [] : uncomparedPhrase(result)),
    ` ${consequence(result)}`,
    ...firstRunPhrase(result),
  ]
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
function passWhy(result: Result, gates: GateResult[], coverage: Coverage | undefined): Phrase {
  const words = allGates(gates.length)
  const all = `${words.charAt(0).toUpperCase()}${words.slice(1)} passed.`
  const against = opponentOf(result)
  if (against === undefined || coverage === undefined) return [all]
  const { better, worse } = coverage
  const names = (rows: MetricRow[]) => listNames(rows.map(row => row.metric))
  const are = (rows: MetricRow[]) => (rows.length === 1 ? 'is' : 'are')
  return [
    all,
    ...(better.length > 0 ? [' ', ...names(better), ` ${are(better)} better than the ${against}'s.`] : []),
    ...(worse.length > 0 ? [' ', ...names(worse), ` ${are(worse)} worse, within what the gates allow.`] : []),
    ...uncomparedPhrase(result),
    ...(better.length + worse.length === 0 ? sameWhy(result, against, coverage) : []),
    ...lossesWhy(coverage),
  ]
}

/** Where no gate asked for it, the verdict stands all the same. */
function uncomparedPhrase(result: Result): Phrase {
  const against = opponentOf(result)
  const why = against && result.notCompared?.[against]
  return why === undefined ? [] : [` Nothing was compared with the ${against}: ${why}.`]
}

/** Nothing is said of rows that the table shows otherwise. */
function sameWhy(result: Result, against: Against, coverage: Coverage): Phrase {
  if (result.notCompared?.[against] !== undefined) return []
  if (!coverage.othersDiffer) return [` No difference to the ${against} is shown.`]
  const same = result.metrics.filter(row => row.gated && row.judgement === 'no_difference_shown')
  if (same.length === 0) return []
  return [` No difference to the ${against} is shown in `, ...listNames(same.map(row => row.metric)), '.']
}

function lossesWhy({ losses, lostSlices }: Coverage): Phrase {
  const [first, ...others] = lostSlices
  const more = others.length > 0 ? ` and ${count(others.length, 'more slice')}` : ''
  return [
    ...(losses.length > 0
      ? [' Worse without a gate: ', ...listNames(losses.map(row => row.metric)), '.']
      : []),
    ...(first ? [' Worse without a gate in ', { name: `${first.column} = ${first.value}` }, `${more}.`] : []),
  ]
}
