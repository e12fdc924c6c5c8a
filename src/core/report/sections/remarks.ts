import {
  count,
  formatDuration,
  formatMoney,
  formatRelative,
  formatShare,
  formatSigned,
} from '../../text/numbers.ts'
import type { Result, Version } from '../../verdict/result.ts'
import { fenced, inline, plain, sentence } from '../words/escape.ts'
import { failureTitle, warningsOf } from '../words/words.ts'
import { evaluationChange } from './evaluation-change.ts'

/** The parts around the numbers: what it cost, what changed in the rules, what to know, how a command died. */

type Usage = NonNullable<Version['usage']>

/** A GPU that idles more than this share of the time is worth a word: it costs the same. */
const IDLE = 0.3

/** Money and time, against the base's where they are known, and GPUs that had nothing to do. */
export function costSection(result: Result): string {
  const { usage } = result.candidate
  if (!usage) return ''
  const side = result.base?.usage ? 'base' : 'champion'
  const before = result[side]?.usage
  const parts = [
    timeWords('training', usage.trainSeconds, before?.trainSeconds, side),
    timeWords('evaluation', usage.evaluateSeconds, before?.evaluateSeconds, side),
    moneyWords(usage, before, side),
  ].filter(part => part !== '')
  const idle = idleWords(usage)
  return parts.length > 0 ? `**Cost**: ${parts.join(' · ')}${idle}` : ''
}

/** That the goalposts move, and which. */
export function rulesSection({ configuration }: Result, most: number, text: number): string {
  const { changes, source } = configuration
  if (changes.length === 0) return ''
  const head =
    source === 'base'
      ? '**This pull request changes the rules.** The changes take effect after the merge; this report is judged by the rules of the base:'
      : '**About the rules:**'
  const lines = changes.slice(0, most).map(change => `- ${sentence(change, text)}`)
  if (changes.length > most) lines.push(`- … ${count(changes.length - most, 'more change')}`)
  return `${head}\n\n${lines.join('\n')}`
}

/** Above the verdict: who wrote the numbers, where that is nobody of this repository. */
export function forkSection({ run }: Result): string {
  if (!run.fork) return ''
  return '⚠️ **The code of a fork wrote these numbers.** Nobody of this repository has measured them, so the check does not turn green.'
}

/** Above the verdict: the numbers come from another evaluation than the base's. */
export function evaluationSection(result: Result, most: number, text: number): string {
  const change = evaluationChange(result, most)
  if (!change) return ''
  const lines = [...change.changes.map(entry => sentence(entry, text)), ...(change.more ? [change.more] : [])]
  return `⚠️ **${change.head}** ${change.effect}\n\n${lines.map(line => `- ${line}`).join('\n')}`
}

/** What a reader must know before believing the numbers. */
export function warningsSection(result: Result, most: number, text: number): string {
  const warnings = warningsOf(result)
  if (warnings.length === 0) return ''
  const lines = warnings.slice(0, most).map(warning => `- ⚠️ ${sentence(warning, text)}`)
  if (warnings.length > most) lines.push(`- … ${count(warnings.length - most, 'more warning')}`)
  return `**Warnings**\n\n${lines.join('\n')}`
}

/** The end of what the command printed. */
export function failureSection(result: Result, most: number): string {
  const { failure } = result
  if (!failure || most === 0) return ''
  const output = failure.tail.trimEnd()
  if (output.trim() === '') return 'It printed nothing.'
  const end = output.length > most ? `…\n${output.slice(-most).replace(/^[^\n]*\n/, '')}` : output
  return `${failureTitle(failure)}:\n\n${fenced(end)}`
}

// --- internal ---

function timeWords(
  what: string,
  seconds: number | undefined,
  before: number | undefined,
  side: string,
): string {
  if (seconds === undefined) return ''
  const change =
    before === undefined
      ? ''
      : ` (${side} ${formatDuration(before)}, ${formatRelative(seconds - before, before)})`
  return `${what} ${formatDuration(seconds)}${change}`
}

function moneyWords(usage: Usage, before: Usage | undefined, side: string): string {
  if (usage.cost === undefined) return ''
  const same = before?.cost !== undefined && before.currency === usage.currency
  const change = same ? `, ${formatSigned(usage.cost - before.cost!, CENTS)} against the ${side}` : ''
  const source = usage.priceSource ? `, price of ${inline(usage.priceSource, 80)}` : ''
  return `${sentence(formatMoney(usage.cost, usage.currency && plain(usage.currency)), 40)}${change}${source}`
}

/** Two decimals. */
const CENTS = { interval: { low: 0, high: 0.2 } }

function idleWords(usage: Usage): string {
  const idle = (usage.gpus ?? []).filter(gpu => (gpu.idleShare ?? 0) >= IDLE)
  if (idle.length === 0) return ''
  const list = idle.slice(0, 4).map(gpu => `GPU ${gpu.index} idle ${formatShare(gpu.idleShare!)} of the time`)
  return ` · ⚠️ ${list.join(', ')}${idle.length > 4 ? `, and ${idle.length - 4} more` : ''}`
}
