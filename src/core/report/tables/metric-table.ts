import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { changeText, formatNumber, formatRelative } from '../../text/numbers.ts'
import type { Against, MetricRow, Result } from '../../verdict/result.ts'
import { inline, sentence } from '../words/escape.ts'
import { JUDGEMENT_SIGNS, opponentOf, shownWords } from '../words/words.ts'
import type { Table } from './table.ts'

/** The main table: metric, values, change with its interval, what that shows. Four columns and the sign first, for phones. */
export function metricTable(result: Result, rows: MetricRow[]): Table {
  const against = opponentOf(result)
  if (!against) return ownTable(rows)
  return {
    head: ['Metric', `${TITLES[against]} → candidate`, changeHead(rows, against), 'Shown'],
    right: [1, 2],
    rows: rows.map(row => [
      `${row.differences[against] ? JUDGEMENT_SIGNS[row.judgement] : ''} ${nameCell(row)}`.trim(),
      valuesCell(row, against),
      changeCell(row.differences[against]),
      shownWords(row, against).replace('<', '&lt;'),
    ]),
  }
}

/** Every metric with everything known of it: also the base where there is a champion, the relative change, the note. */
export function fullMetricTable(result: Result): Table {
  const against = opponentOf(result)
  if (!against) return ownTable(result.metrics)
  const both = against === 'champion' && result.metrics.some(row => row.base)
  const same = sameTestSet(result, against)
  const notes = result.metrics.some(row => row.note)
  const { head, right, rows } = metricTable(result, result.metrics)
  return {
    head: [...head, 'Relative', ...(both ? ['Base', 'Change from base'] : []), ...(notes ? ['Note'] : [])],
    right: [...right, 4, ...(both ? [5, 6] : [])],
    rows: rows.map((cells, index) => {
      const row = result.metrics[index]!
      return [
        ...cells,
        row.differences[against] || same ? relativeCell(row, against) : '',
        ...(both ? [valueCell(row.base, row.differences.base), changeCell(row.differences.base)] : []),
        ...(notes ? [row.note ? sentence(row.note, 120) : ''] : []),
      ]
    }),
  }
}

/** `+0.0022 (−0.0010 to +0.0054)`, empty where there is no change to show. */
export function changeCell(difference: Difference | undefined): string {
  return difference ? changeText(difference) : ''
}

/** `Change (95 % interval)`, with the level that the differences have. */
export function changeHead(rows: { differences: MetricRow['differences'] }[], against: Against): string {
  const level = rows.map(row => row.differences[against]?.interval.level).find(level => level && level < 1)
  return level === undefined ? 'Change' : `Change (${Math.round(level * 100)} % interval)`
}

// --- internal ---

const TITLES = { champion: 'Champion', base: 'Base' }

/** `0.8712 → 0.8734`, in the decimals of their difference. */
function valuesCell(row: MetricRow, against: Against): string {
  const difference = row.differences[against]
  return `${valueCell(row[against], difference)} → ${valueCell(row.candidate, difference)}`
}

function ownTable(rows: MetricRow[]): Table {
  const intervals = rows.some(row => row.candidate?.interval)
  return {
    head: ['Metric', 'Candidate', ...(intervals ? ['95 % interval'] : [])],
    right: intervals ? [1, 2] : [1],
    rows: rows.map(row => [
      nameCell(row),
      valueCell(row.candidate),
      ...(intervals ? [intervalCell(row.candidate)] : []),
    ]),
  }
}

/** Most metrics are better when higher; only the others say so. Gated ones are bold. */
function nameCell(row: MetricRow): string {
  const name = row.gated ? `**${inline(row.metric)}**` : inline(row.metric)
  return row.direction === 'lower' ? `${name} (lower is better)` : name
}

function valueCell(estimate: Estimate | undefined, difference?: Difference): string {
  return estimate ? formatNumber(estimate.value, difference ?? estimate) : '–'
}

/** A change between different test sets is none. */
function sameTestSet(result: Result, against: Against): boolean {
  const [ours, theirs] = [result.candidate.testSet?.hash, result[against]?.testSet?.hash]
  return ours === undefined || theirs === undefined || ours === theirs
}

function relativeCell(row: MetricRow, against: Against): string {
  const before = row[against]?.value
  const change = row.differences[against]?.value
  if (before === undefined || row.candidate === undefined) return ''
  return formatRelative(change ?? row.candidate.value - before, before)
}

function intervalCell(estimate: Estimate | undefined): string {
  if (!estimate?.interval) return ''
  const { low, high } = estimate.interval
  return `${formatNumber(low, estimate)} to ${formatNumber(high, estimate)}`
}
