import { orient } from '../gates/judge.ts'
import { isUsageMetric } from '../usage-metrics.ts'
import { sentence } from './escape.ts'
import { formatChange } from './numbers.ts'
import type { GateResult, MetricRow, Result, SliceRow, Verdict } from './result.ts'

/** What verdicts are called and how they look. The sign repeats the word; colour carries nothing alone. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'inconclusive, cannot tell',
  not_comparable: 'not comparable',
}
export const VERDICT_SIGNS: Record<Verdict, string> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❓',
  not_comparable: '⚠️',
}
export const JUDGEMENT_WORDS: Record<MetricRow['judgement'], string> = {
  better: '▲ better',
  worse: '▼ worse',
  no_difference_shown: '≈ no difference',
  not_judged: 'not judged',
}
export const OUTCOME_WORDS: Record<SliceRow['outcome'], string> = {
  pass: 'fine',
  fail: '▼ worse',
  inconclusive: 'cannot tell',
  cannot_judge: 'too few rows',
}

export interface Headline {
  sign: string
  /** `late-flights: pass`. */
  title: string
  /** One or two sentences that say why. Plain text: escape where it goes. */
  why: string
}

/** The first line of every rendering: the verdict in words, and why. */
export function headlineOf(result: Result): Headline {
  if (result.state === 'skipped')
    return { sign: '⏭️', title: `${result.model}: skipped`, why: 'Nothing this model depends on was touched.' }
  if (result.state !== 'judged') {
    const stage = result.state === 'training_failed' ? 'training failed' : 'evaluation failed'
    return {
      sign: '❌',
      title: `${result.model}: ${stage}`,
      why: `${howItEnded(result)} There is no verdict on the model.`,
    }
  }
  const waived = result.gates.filter(gate => gate.waived).length
  const words = VERDICT_WORDS[result.verdict]
  return {
    sign: VERDICT_SIGNS[result.verdict],
    title: `${result.model}: ${words}${waived > 0 ? ` (${waived} waived)` : ''}`,
    why: whyOf(result),
  }
}

/** How the command of a failed result ended, in a sentence. */
export function howItEnded(result: Result): string {
  const { failure } = result
  if (!failure) return 'The command did not finish.'
  const how = failure.timedOut
    ? 'ran into its time limit'
    : failure.signal
      ? `was ended by ${failure.signal}`
      : failure.exitCode === 0 || failure.exitCode === undefined
        ? 'left files that cannot be read'
        : `ended with exit code ${failure.exitCode}`
  return `\`${failure.command}\` ${how}.`
}

/** The version that the candidate is shown against: the champion, else the base. */
export function opponentOf(result: Result): 'champion' | 'base' | undefined {
  return result.champion ? 'champion' : result.base ? 'base' : undefined
}

/** Rows that matter: gated, or shown to differ; losses first, then what cannot be told, then gains. */
export function rowsThatMatter(result: Result): MetricRow[] {
  const rank = { worse: 0, not_judged: 2, no_difference_shown: 1, better: 3 }
  return (
    result.metrics
      .filter(row => row.gated || row.judgement === 'worse' || row.judgement === 'better')
      // Time and cost without a baseline stand in their own line.
      .filter(row => !isUsageMetric(row.metric) || row.differences.champion || row.differences.base)
      .sort((a, b) => rank[a.judgement] - rank[b.judgement] || Number(b.gated) - Number(a.gated))
  )
}

// --- internal ---

function whyOf(result: Result): string {
  const { gates } = result
  const blocking = gates.filter(gate => gate.blocks)
  if (blocking.length > 0)
    return `${count(blocking, gates, result.verdict === 'not_comparable' ? 'could not be judged' : 'failed')} ${reasonOf(blocking[0]!)}`
  if (gates.length === 0) return 'No gate is configured, so nothing was judged.'
  const open = gates.filter(gate => gate.verdict === 'inconclusive' && !gate.waived)
  if (open.length > 0) return `${count(open, gates, 'could not tell')} ${reasonOf(open[0]!)}`
  return `${gates.length === 1 ? 'The gate passed' : `All ${gates.length} gates passed`}${changeSentence(result)}`
}

function count(some: GateResult[], all: GateResult[], what: string): string {
  return all.length === 1 ? `The gate ${what}.` : `${some.length} of ${all.length} gates ${what}.`
}

function reasonOf(gate: GateResult): string {
  return `${gate.reason.charAt(0).toUpperCase()}${gate.reason.slice(1)}.`.replace(/\.\.$/, '.')
}

/** The largest significant gain and loss, so that a pass that costs something says so. */
function changeSentence(result: Result): string {
  const against = opponentOf(result)
  if (!against) return '.'
  const changed = result.metrics.filter(row => row.gated && row.differences[against] && row.direction)
  const gain = (row: MetricRow) => orient(row.differences[against]!, row.direction!).value
  const better = changed.filter(row => row.judgement === 'better').sort((a, b) => gain(b) - gain(a))[0]
  const worse = changed.filter(row => row.judgement === 'worse').sort((a, b) => gain(a) - gain(b))[0]
  const parts = [
    better
      ? `${better.metric} is better than the ${against}'s: ${formatChange(better.differences[against]!)}`
      : '',
    worse ? `${worse.metric} is worse, within its margin: ${formatChange(worse.differences[against]!)}` : '',
  ].filter(Boolean)
  return parts.length > 0 ? `. ${parts.join('. ')}.` : '; no difference is shown.'
}

/** The why of a headline as safe Markdown; commands keep their code look. */
export function whyInMarkdown(why: string): string {
  return why
    .split(/(`[^`]*`)/)
    .map(part =>
      part.startsWith('`') && part.length > 2 && !/[<|@]/.test(part)
        ? part.replaceAll('\n', ' ')
        : sentence(part),
    )
    .join('')
}
