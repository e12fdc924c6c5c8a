import { orient } from '../gates/judge.ts'
import { inline } from './escape.ts'
import { formatCount, formatNumber, formatSigned } from './numbers.ts'
import type { Difference, MetricRow, Result, SliceRow } from './result.ts'
import { JUDGEMENT_WORDS, OUTCOME_WORDS, opponentOf } from './words.ts'

/** Rows above this are cut, with a line that says how many more there are. */
export const MOST_ROWS = 200

/** A GFM table from cells that are safe already; numbers to the right. */
export function table(head: string[], right: number[], rows: string[][], most = MOST_ROWS): string {
  const shown = rows.slice(0, most)
  const rule = head.map((_, index) => (right.includes(index) ? '--:' : '---'))
  const lines = [head, rule, ...shown].map(cells => `| ${cells.join(' | ')} |`)
  if (rows.length > shown.length)
    lines.push('', `… ${formatCount(rows.length - shown.length)} more rows in report.html and result.json.`)
  return lines.join('\n')
}

/** metric | champion → candidate | change | what it shows: four columns, so that a phone shows the change too. */
export function metricTable(result: Result, rows: MetricRow[], most?: number): string {
  const against = opponentOf(result)
  if (!against)
    return table(
      ['metric', 'candidate', '95 % interval'],
      [1, 2],
      rows.map(row => [metricName(row), shownValue(row.candidate), intervalOf(row.candidate)]),
      most,
    )
  return table(
    ['metric', `${against} → candidate`, 'change (95 % interval)', 'shown'],
    [1, 2],
    rows.map(row => {
      const difference = row.differences[against]
      const values = [shownValue(row[against], difference), shownValue(row.candidate, difference)]
      return [
        metricName(row),
        values.every(value => value !== '') ? values.join(' → ') : values.join(''),
        difference ? changeCell(difference) : '',
        shownOf(row, against),
      ]
    }),
    most,
  )
}

/** slice (rows) | before → candidate | change | what it shows. */
export function sliceTable(rows: SliceRow[], most?: number): string {
  const several = new Set(rows.map(row => row.metric)).size > 1
  return table(
    ['slice (rows)', 'before → candidate', 'change (95 % interval)', 'shown'],
    [1, 2],
    rows.map(row => [
      `${several ? `${inline(row.metric)}: ` : ''}${inline(row.column)} = ${inline(row.value)} (${formatCount(row.rows)})`,
      [row.baseline, row.candidate]
        .filter(value => value !== undefined)
        .map(value => formatNumber(value, row.difference))
        .join(' → '),
      row.difference ? changeCell(row.difference) : '',
      OUTCOME_WORDS[row.outcome],
    ]),
    most,
  )
}

/** `+0.0022 (−0.0010 to +0.0054)`. */
export function changeCell(difference: Difference): string {
  const { low, high } = difference.interval
  const value = formatSigned(difference.value, difference)
  return low === high
    ? value
    : `${value} (${formatSigned(low, difference)} to ${formatSigned(high, difference)})`
}

/** `roc_auc ↑`: the arrow says which way is better. */
export function metricName(row: Pick<MetricRow, 'metric' | 'direction' | 'gated'>): string {
  const arrow = row.direction === 'higher' ? ' ↑' : row.direction === 'lower' ? ' ↓' : ''
  return `${row.gated ? '**' : ''}${inline(row.metric)}${row.gated ? '**' : ''}${arrow}`
}

/** Slices in which the candidate lost, worst first, by its point change or by the verdict on the slice. */
export function worstSlices(result: Result, most: number): SliceRow[] {
  return result.slices
    .filter(
      row =>
        row.outcome === 'fail' ||
        (row.outcome !== 'cannot_judge' &&
          row.difference &&
          row.direction &&
          orient(row.difference, row.direction).value < 0),
    )
    .slice(0, most)
}

// --- internal ---

function shownValue(estimate: MetricRow['candidate'], difference?: Difference): string {
  return estimate ? formatNumber(estimate.value, difference ?? estimate) : ''
}

function intervalOf(estimate: MetricRow['candidate']): string {
  if (!estimate?.interval) return ''
  return `${formatNumber(estimate.interval.low, estimate)} to ${formatNumber(estimate.interval.high, estimate)}`
}

function shownOf(row: MetricRow, against: 'champion' | 'base'): string {
  if (row.differences[against]) return JUDGEMENT_WORDS[row.judgement]
  if (row.candidate && !row[against]) return 'new'
  if (!row.candidate && row[against]) return 'gone'
  return JUDGEMENT_WORDS.not_judged
}
