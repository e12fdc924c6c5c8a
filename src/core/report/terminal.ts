import { visible } from '../visible-text.ts'
import { formatCount, formatNumber } from './numbers.ts'
import type { GateResult, MetricRow, Result } from './result.ts'
import { changeCell, worstSlices } from './tables.ts'
import {
  headlineOf,
  JUDGEMENT_WORDS,
  OUTCOME_WORDS,
  opponentOf,
  rowsThatMatter,
  VERDICT_WORDS,
} from './words.ts'

export interface TerminalOptions {
  colour: boolean
  /** Columns of the terminal. */
  width: number
}

/** ANSI codes of the verdict's colours; the words say the same. */
const COLOURS = { green: '32', red: '31', yellow: '33' }

/** The report for a terminal: the same order and words, plain text, no escape codes unless `colour`. */
export function renderTerminal(result: Result, { colour, width }: TerminalOptions): string {
  const { title, why } = headlineOf(result)
  const code = COLOURS[result.verdict === 'pass' ? 'green' : result.verdict === 'fail' ? 'red' : 'yellow']
  const bold = (text: string) => (colour ? `\u001b[1;${code}m${text}\u001b[0m` : text)
  const parts = [
    `${bold(visible(title))}\n${wrap(visible(why), width)}`,
    result.failure ? indent(visibleLines(result.failure.tail.trim())) : '',
    comparedText(result),
    metricText(result),
    gateText(result, width),
    sliceText(result),
    [...result.configuration.changes, ...result.warnings]
      .map(warning => wrap(`! ${visible(warning)}`, width, '  '))
      .join('\n'),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

/** Columns padded to their widest cell; those listed in `right` to the right. */
export function alignColumns(rows: string[][], right: number[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => [...(row[column] ?? '')].length)))
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const padding = ' '.repeat(widths[column]! - [...cell].length)
          return right.includes(column) ? padding + cell : cell + padding
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

// --- internal ---

function comparedText(result: Result): string {
  const { testSet } = result.candidate
  if (result.state !== 'judged' || !testSet) return ''
  return `${formatCount(testSet.rows)} rows, test set ${testSet.hash.slice(0, 8)}`
}

function metricText(result: Result): string {
  const rows = rowsThatMatter(result)
  if (rows.length === 0) return ''
  const against = opponentOf(result)
  const head = against ? ['', against, 'candidate', 'change (95 % interval)', ''] : ['', 'candidate']
  const cells = rows.map(row =>
    against
      ? comparedCells(row, against)
      : [visible(row.metric), row.candidate ? formatNumber(row.candidate.value, row.candidate) : ''],
  )
  return alignColumns([head, ...cells], [1, 2, 3])
}

function comparedCells(row: MetricRow, against: 'champion' | 'base'): string[] {
  const difference = row.differences[against]
  const before = row[against]
  return [
    visible(row.metric),
    before ? formatNumber(before.value, difference ?? before) : '',
    row.candidate ? formatNumber(row.candidate.value, difference ?? row.candidate) : '',
    difference ? changeCell(difference) : '',
    JUDGEMENT_WORDS[row.judgement],
  ]
}

function gateText(result: Result, width: number): string {
  const word = (gate: GateResult) =>
    gate.waived ? `waived (${VERDICT_WORDS[gate.verdict]})` : VERDICT_WORDS[gate.verdict]
  return result.gates
    .map(gate => wrap(`${word(gate)}: ${visible(gate.name)}. ${visible(gate.reason)}`, width, '  '))
    .join('\n')
}

function sliceText(result: Result): string {
  const worst = worstSlices(result, 5)
  if (worst.length === 0) return ''
  const several = new Set(worst.map(row => row.metric)).size > 1
  const rows = worst.map(row => [
    `${several ? `${visible(row.metric)}: ` : ''}${visible(row.column)} = ${visible(row.value)}`,
    `${formatCount(row.rows)} rows`,
    row.difference ? changeCell(row.difference) : '',
    OUTCOME_WORDS[row.outcome],
  ])
  return `Worst slices${several ? '' : ` (${visible(worst[0]!.metric)})`}\n${alignColumns(rows, [1, 2])}`
}

function wrap(text: string, width: number, hanging = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && [...line].length + 1 + [...word].length > width) {
      lines.push(line)
      line = hanging + word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}

function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n')
}
