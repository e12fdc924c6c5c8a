import type { Difference, Estimate } from '../../statistics/estimate.ts'
import {
  changeText,
  formatCount,
  formatDuration,
  formatMoney,
  formatNumber,
  formatRelative,
  formatShare,
} from '../../text/numbers.ts'
import type { GateResult, MetricRow, Result, SliceRow } from '../../verdict/result.ts'
import { gatesInOrder } from '../sections/gates.ts'
import { sharesOf } from '../tables/detail-tables.ts'
import { formatP, inputsOf } from '../tables/method-table.ts'
import { plain } from '../words/escape.ts'
import {
  JUDGEMENT_SIGNS,
  OUTCOME_SIGNS,
  opponentOf,
  outcomeWords,
  ROWS_TO_SHOW,
  shownWords,
  VERDICT_SIGNS,
  VERDICT_WORDS,
} from '../words/words.ts'
import { type HtmlTable, htmlSentence, htmlText, htmlWords } from './text.ts'

/** The tables of the page. Signs repeat the words that stand beside them, so a screen reader leaves them out. */

export function metricsHtml(result: Result, rows: MetricRow[], caption: string): HtmlTable {
  const against = opponentOf(result)
  const values = (row: MetricRow) => {
    const difference = against && row.differences[against]
    return [
      `${against ? metricSign(row, against) : ''}${row.gated ? `<strong>${htmlText(row.metric)}</strong>` : htmlText(row.metric)}${row.direction === 'lower' ? ' <small>lower is better</small>' : ''}`,
      against
        ? ofTwo(value(row[against], difference), value(row.candidate, difference))
        : value(row.candidate, difference),
      ...(against
        ? [difference ? changeHtml(difference) : '', relative(row, against)]
        : [interval(row.candidate)]),
      `${against ? shown(row, against) : ''}${row.note ? ` <small>${htmlWords(row.note)}</small>` : ''}`,
    ]
  }
  return against
    ? {
        caption,
        head: ['metric', `${against} → candidate`, 'change (95 % interval)', 'relative', 'shown'],
        numbers: [1, 2, 3],
        rows: rows.map(values),
      }
    : {
        caption,
        head: ['metric', 'candidate', '95 % interval', 'note'],
        numbers: [1, 2],
        rows: rows.map(values),
      }
}

export function gatesHtml(result: Result): HtmlTable {
  return {
    caption: 'Gates: the rules and what they say',
    head: ['verdict', 'rule', 'why'],
    numbers: [],
    rows: gatesInOrder(result).map(gate => [
      gateVerdict(gate),
      htmlText(gate.name),
      `${htmlSentence(gate.reason)}${waiver(gate)}`,
    ]),
  }
}

export function slicesHtml(rows: SliceRow[]): HtmlTable {
  return {
    caption: 'Slices, worst first',
    head: ['slice', 'metric', 'rows', 'before → candidate', 'change (95 % interval)', 'outcome'],
    numbers: [2, 3, 4],
    rows: rows.map(row => {
      const number = (shown: number | undefined) =>
        shown === undefined || row.rows < ROWS_TO_SHOW ? '–' : formatNumber(shown, row.difference)
      const hidden = row.rows < ROWS_TO_SHOW
      return [
        signed(hidden ? '' : OUTCOME_SIGNS[row.outcome], htmlText(`${row.column} = ${row.value}`)),
        htmlText(row.metric),
        hidden ? `&lt; ${ROWS_TO_SHOW}` : formatCount(row.rows),
        hidden || row.baseline === undefined
          ? number(row.candidate)
          : ofTwo(number(row.baseline), number(row.candidate)),
        hidden || !row.difference ? '' : changeHtml(row.difference),
        outcomeWords(row),
      ]
    }),
  }
}

export function confusionHtml({ confusion }: Result): HtmlTable[] {
  if (!confusion) return []
  const names = confusion.classes.map(htmlText)
  const matrix = (side: string, counts: number[][]): HtmlTable => ({
    caption: `Confusion matrix of the ${side}`,
    head: ['actual ↓ predicted →', ...names],
    numbers: names.map((_, index) => index + 1),
    rows: counts.map((row, index) => [names[index] ?? '', ...row.map(formatCount)]),
    shades: counts.map(sharesOf),
  })
  return [
    matrix('candidate', confusion.candidate),
    ...(confusion.champion ? [matrix('champion', confusion.champion)] : []),
  ]
}

export function costHtml(result: Result): HtmlTable {
  const side = result.base?.usage ? 'base' : 'champion'
  const [usage, before] = [result.candidate.usage, result[side]?.usage]
  const duration = (seconds: number | undefined) => (seconds === undefined ? '–' : formatDuration(seconds))
  const money = (cost: number | undefined, currency: string | undefined) =>
    cost === undefined ? '–' : htmlWords(formatMoney(cost, currency && plain(currency)))
  const rows = [
    ['training', duration(usage?.trainSeconds), duration(before?.trainSeconds)],
    ['evaluation', duration(usage?.evaluateSeconds), duration(before?.evaluateSeconds)],
    [
      `cost${usage?.priceSource ? ` <small>${htmlText(usage.priceSource)}</small>` : ''}`,
      money(usage?.cost, usage?.currency),
      money(before?.cost, before?.currency),
    ],
  ].filter(row => row[1] !== '–')
  return { caption: 'Cost and time', head: ['what', 'candidate', side], numbers: [1, 2], rows }
}

export function gpusHtml({ candidate }: Result): HtmlTable {
  const share = (part: number | undefined) => (part === undefined ? '–' : formatShare(part))
  return {
    caption: 'GPUs',
    head: ['GPU', 'busy', 'idle', 'memory, peak', 'energy', 'time'],
    numbers: [1, 2, 3, 4, 5],
    rows: (candidate.usage?.gpus ?? []).map(gpu => [
      `${gpu.index}: ${htmlText(gpu.name)}`,
      share(gpu.utilisation),
      share(gpu.idleShare),
      gpu.memoryPeakMiB === undefined
        ? '–'
        : wrapping(
            `${formatCount(gpu.memoryPeakMiB)}${gpu.memoryTotalMiB === undefined ? '' : ` of ${formatCount(gpu.memoryTotalMiB)}`} MiB`,
          ),
      gpu.energyWh === undefined ? '–' : `${gpu.energyWh.toFixed(1)} Wh`,
      formatDuration(gpu.seconds),
    ]),
  }
}

export function methodsHtml(result: Result): HtmlTable {
  const against = opponentOf(result)
  const rows = result.metrics.flatMap(row => {
    const difference = against && row.differences[against]
    if (!difference) return []
    const from = htmlWords(inputsOf(difference))
    return [[htmlText(row.metric), htmlText(difference.method), htmlWords(formatP(difference.p)), from]]
  })
  return {
    caption: 'How each interval was made',
    head: ['metric', 'method', 'p', 'from'],
    numbers: [2],
    rows,
  }
}

// --- internal ---

function signed(sign: string, words: string): string {
  return sign === '' ? words : `<span aria-hidden="true">${sign}</span> ${words}`
}

/** Stands before the name, where a narrow page shows it too. */
function metricSign(row: MetricRow, against: 'champion' | 'base'): string {
  const sign = row.differences[against] ? JUDGEMENT_SIGNS[row.judgement] : ''
  return signed(sign, '')
}

function shown(row: MetricRow, against: 'champion' | 'base'): string {
  return `<span class="${row.judgement}">${htmlWords(shownWords(row, against))}</span>`
}

function ofTwo(before: string, after: string): string {
  return wrapping(`${before} → ${after}`)
}

/** Numbers that take two lines on a narrow page rather than more room than it has. */
function wrapping(numbers: string): string {
  return `<span class="wraps">${numbers}</span>`
}

/** On a narrow page the interval goes to a line of its own. */
function changeHtml(difference: Difference): string {
  const [change = '', interval] = changeText(difference).split(' (')
  return interval === undefined ? change : `${change} <span class="interval">(${interval}</span>`
}

function value(estimate: Estimate | undefined, difference: Difference | undefined): string {
  return estimate ? formatNumber(estimate.value, difference ?? estimate) : '–'
}

function interval(estimate: Estimate | undefined): string {
  if (!estimate?.interval) return ''
  return `${formatNumber(estimate.interval.low, estimate)} to ${formatNumber(estimate.interval.high, estimate)}`
}

function relative(row: MetricRow, against: 'champion' | 'base'): string {
  const before = row[against]?.value
  if (before === undefined || !row.candidate) return ''
  return formatRelative(row.differences[against]?.value ?? row.candidate.value - before, before)
}

function gateVerdict(gate: GateResult): string {
  const sign = gate.waived ? '🟡' : VERDICT_SIGNS[gate.verdict]
  const words = `${VERDICT_WORDS[gate.verdict]}${gate.waived ? ', waived' : ''}`
  return `<span class="${gate.verdict}">${signed(sign, words)}</span>`
}

function waiver({ waived }: GateResult): string {
  if (!waived) return ''
  return `<br><small>Waived until ${htmlText(waived.until)} by ${htmlText(waived.author)}: ${htmlText(waived.reason)}</small>`
}
