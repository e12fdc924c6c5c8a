import type { Difference } from '../statistics/estimate.ts'
import { changeText, count, formatDuration, formatMoney, formatNumber, formatShare } from '../text/numbers.ts'
import { shortened } from '../text/visible-text.ts'
import type { GateResult, MetricRow, Result, Version } from '../verdict/result.ts'
import { evaluationChange } from './sections/evaluation-change.ts'
import { endSentence, gatesInOrder } from './sections/gates.ts'
import { headlineOf, headlineText } from './sections/headline.ts'
import { itemsTable, itemsWords } from './sections/items.ts'
import { mlflowWords } from './sections/mlflow.ts'
import { profileWords } from './sections/profile.ts'
import { plain } from './words/escape.ts'
import { plainPhrase } from './words/phrase.ts'
import {
  ageWords,
  opponentOf,
  outcomeWords,
  rowsThatMatter,
  rowsWords,
  shownWords,
  VERDICT_WORDS,
  warningsOf,
  worstSlices,
} from './words/words.ts'
import { columnsOf, wrap } from './words/wrap.ts'

export interface TerminalOptions {
  colour: boolean
  /** Columns of the terminal. */
  width: number
}

const MOST_METRICS = 30
const MOST_GATES = 100
const MOST_REMARKS = 20
/** A window of less cannot be written for; of more, nobody reads the lines. */
const WIDTHS = { least: 40, most: 120 }
/** ANSI codes of the verdict's colours; the words say the same. */
const COLOURS = { pass: '32', fail: '31', inconclusive: '33', not_comparable: '33', skipped: '33' }

/** The report for a terminal: the same order and words, plain text, no escape codes unless `colour`. */
export function renderTerminal(result: Result, { colour, width }: TerminalOptions): string {
  const columns = Math.min(WIDTHS.most, Math.max(WIDTHS.least, width))
  const { tone, why } = headlineOf(result)
  const first = wrap(headlineText(result), columns)
  const code = COLOURS[tone]
  const parts = [
    evaluationText(result, columns),
    `${colour ? `\u001b[1;${code}m${first}\u001b[0m` : first}\n${wrap(plainPhrase(why).trim(), columns)}`,
    tailText(result),
    comparedText(result, columns),
    metricText(result, columns),
    itemsText(result, columns),
    sliceText(result),
    gateText(result, columns),
    costText(result, columns),
    profileText(result, columns),
    mlflowText(result, columns),
    remarks(result)
      .map(remark => wrap(`! ${remark}`, columns, '  '))
      .join('\n'),
    result.reproduce ? `Reproduce: ${plain(result.reproduce)}` : '',
  ]
  return inert(parts.filter(part => part !== '').join('\n\n'))
}

/** Columns padded to their widest cell; those listed in `right` to the right. */
export function alignColumns(rows: string[][], right: number[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => columnsOf(row[column] ?? ''))))
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const padding = ' '.repeat(widths[column]! - columnsOf(cell))
          return right.includes(column) ? padding + cell : cell + padding
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

// --- internal ---

/** Runners of CI take such lines as orders. */
function inert(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1\\::').replace(/##(\w*)\[/g, '##$1\\[')
}

function profileText(result: Result, width: number): string {
  const words = profileWords(result)
  if (!words) return ''
  return wrap(`Profile: ${[words.is, ...words.advice.map(plain)].join(' ')}`, width)
}

/** The address stands whole: a terminal makes a link of it. */
function mlflowText(result: Result, width: number): string {
  const words = mlflowWords(result)
  if (!words) return ''
  const { url, problems } = words
  return [
    ...(url === undefined ? [] : [`MLflow: ${url}`]),
    ...problems.map(one => wrap(`! MLflow: ${plain(one)}`, width, '  ')),
  ].join('\n')
}

function tailText({ failure }: Result): string {
  const tail = failure?.tail.trim() ?? ''
  return tail === ''
    ? ''
    : tail
        .split(/\r?\n/)
        .slice(-40)
        .map(line => `    ${plain(line.replaceAll('\t', '    '))}`)
        .join('\n')
}

function comparedText(result: Result, width: number): string {
  if (result.state !== 'judged') return ''
  const against = opponentOf(result)
  const { candidate } = result
  const opponent = against && result[against]
  const rows = candidate.testSet
    ? `, ${rowsWords(candidate.testSet, name => plain(name, 100))} of test set ${candidate.testSet.hash.slice(0, 8)}`
    : ''
  const age = opponent?.ageDays === undefined ? '' : `, ${ageWords(opponent.ageDays)} old`
  const other = opponent
    ? ` against the ${against} ${versionText(opponent)}${age}`
    : result.unavailable
      ? ', without what it should be compared with'
      : ', nothing to compare with yet'
  return wrap(`Candidate ${versionText(candidate)}${other}${rows}`, width)
}

function versionText(version: Version): string {
  return plain(version.commit?.slice(0, 7) ?? version.source)
}

function metricText(result: Result, width: number): string {
  const rows = rowsThatMatter(result)
  if (rows.length === 0) return ''
  const against = opponentOf(result)
  const head = against ? ['', against, 'candidate', 'change', '(95 % interval)', ''] : ['', 'candidate']
  const cells = rows.slice(0, MOST_METRICS).map(row => metricCells(row, against))
  const whole = alignColumns([head, ...cells], [1, 2, 3])
  const wide = whole.split('\n').some(line => columnsOf(line) > width)
  const text = wide && against ? cells.map(narrow).join('\n') : whole
  return rows.length > MOST_METRICS ? `${text}\n… ${rows.length - MOST_METRICS} more` : text
}

function metricCells(row: MetricRow, against: 'champion' | 'base' | undefined): string[] {
  const name = plain(row.metric)
  if (!against) return [name, row.candidate ? formatNumber(row.candidate.value, row.candidate) : '']
  const difference = row.differences[against]
  const before = row[against]
  return [
    name,
    before ? formatNumber(before.value, difference ?? before) : '–',
    row.candidate ? formatNumber(row.candidate.value, difference ?? row.candidate) : '–',
    ...changeCells(difference),
    shownWords(row, against),
  ]
}

/** For windows narrower than the table. */
function narrow([name, before, candidate, change, interval, shown]: string[]): string {
  return `${name}: ${shown}\n  ${before} → ${candidate}${change ? `\n  ${change} ${interval}` : ''}`
}

/** A change and its interval apart, so that each lines up with those above it. */
function changeCells(difference: Difference | undefined): [string, string] {
  if (!difference) return ['', '']
  const [change = '', interval] = changeText(difference).split(' (')
  return [change, interval === undefined ? '' : `(${interval}`]
}

function itemsText({ items }: Result, width: number): string {
  if (!items) return ''
  const rows = itemsTable(items).rows.map(row => row.map(cell => plain(cell, 100)))
  const table = alignColumns([...rows.slice(0, MOST_METRICS), [`Rows of ${plain(items.file)}`]], [])
  return `${wrap(`Items: ${itemsWords(items)}`, width)}${rows.length > 0 ? `\n${table}` : ''}`
}

function sliceText(result: Result): string {
  const worst = worstSlices(result, 5)
  if (worst.length === 0) return ''
  const several = new Set(worst.map(row => row.metric)).size > 1
  const rows = worst.map(row => [
    plain(`${several ? `${row.metric}: ` : ''}${row.column} = ${row.value}`),
    count(row.rows, 'row'),
    ...changeCells(row.difference),
    outcomeWords(row),
  ])
  return `Worst slices${several ? '' : `, by ${plain(worst[0]!.metric)}`}\n${alignColumns(rows, [1, 2])}`
}

function gateText(result: Result, width: number): string {
  const lines = gatesInOrder(result)
    .slice(0, MOST_GATES)
    .map(gate => {
      const reason = endSentence(shortened(gate.reason, 1000))
      return wrap(`${gateWord(gate)}: ${plain(gate.name)} — ${reason}`, width, '  ')
    })
  const more = result.gates.length - lines.length
  return [...lines, ...(more > 0 ? [`… ${count(more, 'more gate')}`] : [])].join('\n')
}

function gateWord({ verdict, waived }: GateResult): string {
  if (!waived) return VERDICT_WORDS[verdict]
  return `${VERDICT_WORDS[verdict]}, waived until ${plain(waived.until)} by ${plain(waived.author)} (${plain(waived.reason)})`
}

function costText({ candidate: { usage } }: Result, width: number): string {
  if (!usage) return ''
  const idle = (usage.gpus ?? []).filter(gpu => (gpu.idleShare ?? 0) >= 0.3)
  const parts = [
    usage.trainSeconds === undefined ? '' : `training ${formatDuration(usage.trainSeconds)}`,
    usage.evaluateSeconds === undefined ? '' : `evaluation ${formatDuration(usage.evaluateSeconds)}`,
    usage.cost === undefined ? '' : formatMoney(usage.cost, usage.currency && plain(usage.currency)),
    ...idle.map(gpu => `GPU ${gpu.index} idle ${formatShare(gpu.idleShare!)} of the time`),
  ].filter(Boolean)
  return parts.length > 0 ? wrap(`Cost: ${parts.join(', ')}`, width, '  ') : ''
}

function evaluationText(result: Result, width: number): string {
  const change = evaluationChange(result, MOST_REMARKS)
  if (!change) return ''
  const lines = [
    `! ${change.head} ${change.effect}`,
    ...change.changes,
    ...(change.more ? [change.more] : []),
  ]
  return lines.map(line => wrap(shortened(line, 1000), width, '  ')).join('\n')
}

function remarks(result: Result): string[] {
  const { changes, source } = result.configuration
  const effect =
    changes.length > 0 && source === 'base'
      ? ['This pull request changes the rules; the changes take effect after the merge:']
      : []
  return [...effect, ...cut(changes, 'change'), ...cut(warningsOf(result), 'warning')]
}

function cut(remarks: string[], noun: string): string[] {
  const shown = remarks.slice(0, MOST_REMARKS).map(remark => shortened(remark, 1000))
  return remarks.length > shown.length
    ? [...shown, `… ${count(remarks.length - shown.length, `more ${noun}`)}`]
    : shown
}
