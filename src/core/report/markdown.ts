import { count } from '../text/numbers.ts'
import type { Result } from '../verdict/result.ts'
import { comparedSection } from './sections/compared.ts'
import { detailsOf } from './sections/details.ts'
import { type Fitted, fitDetails } from './sections/fit.ts'
import { gatesSection } from './sections/gates.ts'
import { type Headline, headlineOf } from './sections/headline.ts'
import { itemsSection } from './sections/items.ts'
import { mlflowSection } from './sections/mlflow.ts'
import { profileSection } from './sections/profile.ts'
import {
  costSection,
  evaluationSection,
  failureSection,
  forkSection,
  rulesSection,
  warningsSection,
} from './sections/remarks.ts'
import { metricTable } from './tables/metric-table.ts'
import { sliceTable } from './tables/slice-table.ts'
import { renderTable } from './tables/table.ts'
import type { ForgeDialect } from './words/dialect.ts'
import { code, inline, link, sentence, shortCommit } from './words/escape.ts'
import type { Phrase } from './words/phrase.ts'
import { outcomeWords, rowsThatMatter, worstSlices } from './words/words.ts'

export interface MarkdownOptions {
  /** Most characters; default: what the dialect takes. */
  maxBody?: number
  /** The commit that the pull request is at: a report of another one says so. */
  head?: string
}

/**
 * The report as Markdown of a forge's dialect: the verdict first, then what decided it, then everything else folded.
 * Never longer than allowed: details are cut and left out from the least important on, then the open parts say less;
 * the verdict and the failed gates stay. The same result gives the same text.
 */
export function renderMarkdown(result: Result, dialect: ForgeDialect, options: MarkdownOptions): string {
  const most = options.maxBody ?? dialect.maxBody
  const foot = `\n\n${footer(result)}\n`
  const room = most - foot.length - NOTICE_ROOM
  const top = topOf(result, dialect, options.head, room)
  if (top === undefined) return shortest(result, most)
  const frame = (title: string) => fold(title, '', dialect).length + 2
  const fitted = fitDetails(detailsOf(result, dialect.quickActions), room - top.length, frame)
  const folded = fitted.kept.map(({ title, body }) => fold(title, body, dialect))
  return `${[top, ...folded, ...notice(result, fitted)].join('\n\n')}${foot}`
}

// --- internal ---

/** How much the open parts say, from the most to the least. */
const LEVELS = [
  { rows: 30, slices: 5, gates: 200, text: 600, warnings: 20, tail: 6000 },
  { rows: 15, slices: 3, gates: 40, text: 200, warnings: 8, tail: 2000 },
  { rows: 5, slices: 0, gates: 20, text: 80, warnings: 3, tail: 500 },
  { rows: 0, slices: 0, gates: 8, text: 60, warnings: 0, tail: 0 },
]
type Level = (typeof LEVELS)[number]

/** Kept free for the line that says what is missing. */
const NOTICE_ROOM = 600
const ALERTS = { fail: 'CAUTION', inconclusive: 'IMPORTANT', not_comparable: 'WARNING' } as const

function topOf(
  result: Result,
  dialect: ForgeDialect,
  head: string | undefined,
  room: number,
): string | undefined {
  const tops = LEVELS.map(level => () => renderTop(result, dialect, head, level))
  for (const render of tops) {
    const top = render()
    if (top.length <= room) return top
  }
  return undefined
}

function renderTop(result: Result, dialect: ForgeDialect, head: string | undefined, level: Level): string {
  const headline = headlineOf(result)
  return [
    forkSection(result),
    evaluationSection(result, level.warnings, level.text),
    `### ${headline.sign} ${inline(result.model, 63)}: ${headline.verdict} — ${sentence(headline.meaning, 300)}`,
    whySection(headline, dialect),
    staleSection(result, head),
    failureSection(result, level.tail),
    comparedSection(result),
    rulesSection(result, level.warnings, level.text),
    metricsSection(result, level),
    itemsSection(result, level.rows),
    slicesSection(result, level),
    gatesSection(result, level),
    costSection(result),
    profileSection(result, level.warnings, level.text),
    mlflowSection(result, level.warnings, level.text),
    warningsSection(result, level.warnings, level.text),
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

/** A verdict on another commit than the one it stands under. */
function staleSection({ candidate }: Result, head: string | undefined): string {
  const [ours, theirs] = [shortCommit(candidate.commit), shortCommit(head)]
  if (ours === undefined || theirs === undefined || ours === theirs) return ''
  return `⚠️ **Stale**: this is the report of commit ${ours}, and the pull request is at ${theirs}.`
}

/** The reason in an alert box where the forge has them; a pass needs none. */
function whySection({ why, tone }: Headline, dialect: ForgeDialect): string {
  const words = phraseInMarkdown(why).trim()
  if (tone === 'pass' || tone === 'skipped') return words
  const alert = ALERTS[tone]
  return dialect.alerts ? `> [!${alert}]\n> ${words}` : `**${words.replaceAll('**', '')}**`
}

function phraseInMarkdown(phrase: Phrase): string {
  return phrase
    .map(part =>
      typeof part === 'string' ? part : 'code' in part ? code(part.code) : `**${inline(part.name, 120)}**`,
    )
    .join('')
}

function metricsSection(result: Result, level: Level): string {
  const rows = rowsThatMatter(result)
  if (rows.length === 0 || level.rows === 0) return ''
  return renderTable(metricTable(result, rows), level.rows) ?? ''
}

function slicesSection(result: Result, level: Level): string {
  if (result.slices.length === 0) return ''
  const worst = worstSlices(result, level.slices)
  // What the small ones are together is no slice more, as in what a gate counts.
  const single = result.slices.filter(row => row.together === undefined)
  const cannot = single.filter(row => ['cannot judge', 'too few rows'].includes(outcomeWords(row))).length
  const judged = single.length - cannot
  const small = cannot > 0 ? ` ${count(cannot, 'slice')} too small to judge.` : ''
  const metrics = [...new Set(worst.map(row => inline(row.metric)))]
  if (worst.length === 0)
    return level.slices === 0 ? '' : `**Slices**: no loss in ${count(judged, 'judged slice')}.${small}`
  return `**Worst slices** of ${count(judged, 'judged slice')}, by ${metrics.slice(0, 3).join(', ')}.${small}\n\n${renderTable(sliceTable(worst))}`
}

function fold(title: string, body: string, dialect: ForgeDialect): string {
  if (!dialect.details) return `#### ${title}\n\n${body}`
  return `<details>\n<summary>${title}</summary>\n\n${body.trimEnd()}\n\n</details>`
}

function notice(result: Result, { shortened, omitted }: Fitted): string[] {
  if (shortened.length + omitted.length === 0) return []
  const parts = [
    shortened.length > 0 ? `cut short: ${shortened.join(', ')}` : '',
    omitted.length > 0 ? `left out: ${omitted.join(', ')}` : '',
  ]
  return [`ℹ️ For length, ${parts.filter(Boolean).join('; ')}. ${whereAllIs(result)}`]
}

function whereAllIs(result: Result): string {
  const run = link('the run', result.run.url)
  return `Everything is in \`report.html\` and \`result.json\`, kept with ${run}.`
}

function footer(result: Result): string {
  const commit = shortCommit(result.candidate.commit)
  const parts = [
    `Assay ${inline(result.assay, 40)}`,
    commit ? `commit ${commit}` : '',
    result.run.url ? link('run', result.run.url) : '',
  ]
  return `<sub>${parts.filter(Boolean).join(' · ')}</sub>`
}

/** Where hardly anything has room: the verdict and the gates that failed, by name. */
function shortest(result: Result, most: number): string {
  const { sign, verdict } = headlineOf(result)
  const above = [forkSection(result), evaluationSection(result, 0, 0)].filter(part => part !== '')
  const lines = [
    ...above.flatMap(part => [part, '']),
    `### ${sign} ${inline(result.model, 63)}: ${verdict}`,
    '',
  ]
  const failed = result.gates.filter(gate => gate.blocks).map(gate => `- ❌ ${inline(gate.name, 60)}`)
  for (const line of [...failed, '', whereAllIs(result)])
    if ([...lines, line, ''].join('\n').length <= most) lines.push(line)
  const text = `${lines.join('\n').trimEnd()}\n`
  return text.length <= most ? text : ''
}
