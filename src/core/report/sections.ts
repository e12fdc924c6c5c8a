import { fenced, inline, sentence } from './escape.ts'
import { formatCount, formatDuration, formatMoney, formatShare, formatSigned } from './numbers.ts'
import type { GateResult, Result, Version } from './result.ts'
import { metricTable, sliceTable, worstSlices } from './tables.ts'
import { opponentOf, rowsThatMatter, VERDICT_SIGNS, VERDICT_WORDS } from './words.ts'

/** The parts of the report that are always open. Each is Markdown, or an empty string where it has nothing to say. */

const WORST_SLICES = 5

/** What was compared: commits, test set, rows, age. Without the same rows there is nothing to believe. */
export function comparedLine(result: Result): string {
  if (result.state !== 'judged') return ''
  const { candidate, champion, base } = result
  const parts = [`candidate ${versionWords(candidate)}`]
  if (champion)
    parts.push(
      `champion ${versionWords(champion)}${champion.ageDays === undefined ? '' : `, ${formatAge(champion.ageDays)} old`}`,
    )
  if (base) parts.push(`base ${versionWords(base)}`)
  const { testSet } = candidate
  const rows = testSet
    ? ` on the same ${formatCount(testSet.rows)} rows (test set \`${testSet.hash.slice(0, 8)}\`)`
    : ''
  const alone =
    !champion && !base
      ? ' There is nothing to compare with yet; after the merge this version can become the champion.'
      : ''
  return `Compared: ${parts.join(' · ')}${champion || base ? rows : testSet ? `, ${formatCount(testSet.rows)} rows (test set \`${testSet.hash.slice(0, 8)}\`)` : ''}.${alone}`
}

/** Only gated metrics and significant changes, losses first. */
export function metricSection(result: Result): string {
  const rows = rowsThatMatter(result)
  if (rows.length === 0) return ''
  const legend = opponentOf(result)
    ? '\n\n<sub>**bold**: a gate asks for it · ↑ higher is better · ↓ lower is better</sub>'
    : ''
  return `${metricTable(result, rows, 25)}${legend}`
}

export function sliceSection(result: Result): string {
  if (result.slices.length === 0) return ''
  const worst = worstSlices(result, WORST_SLICES)
  const cannot = result.slices.filter(row => row.outcome === 'cannot_judge').length
  const small = cannot > 0 ? `${cannot} of ${result.slices.length} slices are too small to judge.` : ''
  if (worst.length === 0) return `No slice got worse. ${small}`.trim()
  const metrics = [...new Set(worst.map(row => inline(row.metric)))].join(', ')
  return `**Worst slices, by ${metrics}**\n\n${sliceTable(worst)}${small ? `\n\n${small}` : ''}`
}

/** One line a gate: its verdict in words, the rule, the numbers that decided. */
export function gateSection(result: Result): string {
  const rank = (gate: GateResult) => (gate.blocks ? 0 : gate.waived ? 1 : gate.verdict === 'pass' ? 3 : 2)
  const gates = [...result.gates].sort((a, b) => rank(a) - rank(b))
  if (gates.length === 0) return ''
  return `**Gates**\n\n${gates.map(gateLine).join('\n')}`
}

/** Money, time and idle cards; against the base where it is known. */
export function costLine(result: Result): string {
  const { usage } = result.candidate
  if (!usage) return ''
  const parts: string[] = []
  if (usage.trainSeconds !== undefined) parts.push(`trained in ${formatDuration(usage.trainSeconds)}`)
  if (usage.evaluateSeconds !== undefined) parts.push(`evaluated in ${formatDuration(usage.evaluateSeconds)}`)
  const before = (result.champion ?? result.base)?.usage
  if (usage.cost !== undefined) {
    const change =
      before?.cost === undefined ? '' : ` (${formatSigned(usage.cost - before.cost)} against before)`
    parts.push(
      `${formatMoney(usage.cost, usage.currency)}${change}${usage.priceSource ? `, ${sentence(usage.priceSource)}` : ''}`,
    )
  }
  for (const gpu of usage.gpus ?? [])
    if (gpu.idleShare !== undefined && gpu.idleShare >= 0.3)
      parts.push(`⚠️ GPU ${gpu.index} was idle ${formatShare(gpu.idleShare)} of the time`)
  return parts.length > 0 ? `Cost: ${parts.join(' · ')}.` : ''
}

/** What a reader must know before believing the numbers, changes to the rules first. */
export function warningSection(result: Result): string {
  const changes = result.configuration.changes.map(change => `- ${sentence(change)}`)
  const effect =
    result.configuration.source === 'base'
      ? ' It takes effect after the merge; this report is judged by the rules of the base'
      : ''
  const head =
    changes.length > 0
      ? [`**This pull request changes the rules.**${effect ? `${effect}.` : ''}`, '', ...changes, '']
      : []
  const warnings = result.warnings.map(warning => `- ⚠️ ${sentence(warning)}`)
  return [...head, ...warnings].join('\n').trim()
}

/** How the command died, with the end of what it printed. */
export function failureSection(result: Result): string {
  if (!result.failure) return ''
  const output = result.failure.tail.trim()
  return output === '' ? 'It printed nothing.' : `The end of its output:\n\n${fenced(output)}`
}

/** `1a2b3c4`, with its source where that is not a commit. */
export function versionWords(version: Version): string {
  const commit =
    version.commit && /^[0-9a-f]{7,64}$/.test(version.commit) ? version.commit.slice(0, 7) : undefined
  if (version.source === 'this commit' || version.source === 'base commit') return commit ?? version.source
  return `${sourceWords(version.source)}${commit ? ` at ${commit}` : ''}`
}

// --- internal ---

/** A command reads as code where nothing in it could end the code or the cell. */
function sourceWords(source: string): string {
  const [kind, ...rest] = source.split(' ')
  const what = rest.join(' ')
  return /^(command|folder)$/.test(kind!) && /^[\w ./=,:-]+$/.test(what)
    ? `${kind} \`${what}\``
    : sentence(source)
}

function gateLine(gate: GateResult): string {
  const sign = gate.waived ? '🟡' : VERDICT_SIGNS[gate.verdict]
  const word = gate.waived ? `${VERDICT_WORDS[gate.verdict]}, waived` : VERDICT_WORDS[gate.verdict]
  const waiver = gate.waived
    ? ` Waived until ${gate.waived.until} by ${sentence(gate.waived.author)}: ${sentence(gate.waived.reason)}.`
    : ''
  return `- ${sign} **${word}**: ${inline(gate.name, 200)}. ${sentence(gate.reason)}.${waiver}`
}

function formatAge(days: number): string {
  if (days < 1) return `${Math.round(days * 24)} h`
  return days < 60 ? `${Math.round(days)} days` : `${Math.round(days / 30.4)} months`
}
