import { maskPersonalData } from '../secrets.ts'
import { visible } from '../visible-text.ts'
import { PAGE_STYLE } from './html-style.ts'
import { formatCount, formatDuration, formatMoney, formatNumber, formatShare } from './numbers.ts'
import type { Plot, PlotData } from './plots.ts'
import type { MetricRow, Result, SliceRow, Version } from './result.ts'
import { changeCell } from './tables.ts'
import {
  headlineOf,
  JUDGEMENT_WORDS,
  OUTCOME_WORDS,
  opponentOf,
  rowsThatMatter,
  VERDICT_SIGNS,
  VERDICT_WORDS,
} from './words.ts'

/**
 * report.html: one page that needs nothing else, neither network nor scripts, with everything the result holds and the
 * plots. Readable without the pictures: each has a sentence, and the numbers stand in tables.
 */
export async function renderHtml(result: Result, data: PlotData): Promise<string> {
  // The chart library is large and only this page needs it.
  const { renderPlots } = await import('./plots.ts')
  const { sign, title, why } = headlineOf(result)
  const body = [
    `<header><h1><span aria-hidden="true">${sign}</span> ${text(title)}</h1><p class="why ${result.verdict}">${text(why.replaceAll('`', ''))}</p>${comparedList(result)}</header>`,
    failurePart(result),
    section('What matters', metricTable(result, rowsThatMatter(result))),
    section('Gates', gateTable(result)),
    warningPart(result),
    plotPart(renderPlots(result, data)),
    section('Slices', sliceTable(result.slices)),
    section('All metrics', metricTable(result, result.metrics)),
    section('Confusion matrix', confusionTables(result)),
    section('Cost and time', costTable(result)),
    section('Methods, to recompute', methodTable(result)),
    section('Reproduce', result.reproduce ? `<pre>${text(result.reproduce)}</pre>` : ''),
    section('Notes of the team', result.notes ? `<pre>${lines(result.notes)}</pre>` : ''),
    `<footer>Assay ${text(result.assay)}</footer>`,
  ]
  return page(title, body.filter(part => part !== '').join('\n'))
}

// --- internal ---

/** Text from anywhere as HTML text: made visible, personal data masked, every special character an entity. */
function text(value: string): string {
  return escapeHtml(visible(maskPersonalData(value)))
}

function lines(value: string): string {
  return value.split(/\r?\n/).map(text).join('\n')
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${text(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${title}</h2>${content}</section>`
}

/** A table that scrolls on its own on a narrow page; `number` columns are set to the right. */
function table(caption: string, head: string[], numbers: number[], rows: string[][]): string {
  if (rows.length === 0) return ''
  const side = (index: number) => (numbers.includes(index) ? ' class="number"' : '')
  const headRow = head.map((cell, index) => `<th scope="col"${side(index)}>${cell}</th>`).join('')
  const bodyRows = rows.map(
    row =>
      `<tr>${row.map((cell, index) => (index === 0 ? `<th scope="row">${cell}</th>` : `<td${side(index)}>${cell}</td>`)).join('')}</tr>`,
  )
  return `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${headRow}</tr></thead><tbody>\n${bodyRows.join('\n')}\n</tbody></table></div>`
}

function comparedList(result: Result): string {
  if (result.state !== 'judged') return ''
  const entry = (name: string, version: Version | undefined) =>
    version ? `<dt>${name}</dt><dd>${versionText(version)}</dd>` : ''
  return `<dl>${entry('candidate', result.candidate)}${entry('champion', result.champion)}${entry('base', result.base)}</dl>`
}

function versionText(version: Version): string {
  const parts = [
    text(version.source),
    version.commit ? `<code>${text(version.commit.slice(0, 12))}</code>` : '',
    version.testSet
      ? `${formatCount(version.testSet.rows)} rows, test set <code>${text(version.testSet.hash.slice(0, 12))}</code>`
      : '',
    ...(version.data ?? []).map(text),
    version.seeds ? `seeds ${version.seeds.join(', ')}` : '',
  ]
  return parts.filter(Boolean).join(' · ')
}

function failurePart({ failure }: Result): string {
  return failure ? section('The end of its output', `<pre>${lines(failure.tail)}</pre>`) : ''
}

function warningPart(result: Result): string {
  const warnings = [...result.configuration.changes, ...result.warnings]
  return section(
    'To know',
    warnings.length > 0 ? `<ul>${warnings.map(warning => `<li>${text(warning)}</li>`).join('')}</ul>` : '',
  )
}

function metricTable(result: Result, rows: MetricRow[]): string {
  const against = opponentOf(result)
  const arrow = {
    higher: ' <span title="higher is better">↑</span>',
    lower: ' <span title="lower is better">↓</span>',
  }
  return table(
    `Metrics${against ? ` against the ${against}` : ''}`,
    ['metric', against ?? '', 'candidate', 'change (95 % interval)', 'shown'],
    [1, 2, 3],
    rows.map(row => {
      const difference = against && row.differences[against]
      const before = against && row[against]
      return [
        `${text(row.metric)}${row.direction ? arrow[row.direction] : ''}`,
        before ? formatNumber(before.value, difference ?? before) : '',
        row.candidate ? formatNumber(row.candidate.value, difference ?? row.candidate) : '',
        difference ? changeCell(difference) : '',
        `<span class="${row.judgement}">${JUDGEMENT_WORDS[row.judgement]}</span>${row.note ? `<br><small>${text(row.note)}</small>` : ''}`,
      ]
    }),
  )
}

function gateTable(result: Result): string {
  return table(
    'Gates',
    ['verdict', 'rule', 'why'],
    [],
    result.gates.map(gate => [
      `<span class="${gate.verdict}"><span aria-hidden="true">${VERDICT_SIGNS[gate.verdict]}</span> ${VERDICT_WORDS[gate.verdict]}${gate.waived ? ', waived' : ''}</span>`,
      text(gate.name),
      `${text(gate.reason)}${gate.waived ? `<br><small>Waived until ${text(gate.waived.until)} by ${text(gate.waived.author)}: ${text(gate.waived.reason)}</small>` : ''}`,
    ]),
  )
}

function plotPart(plots: Plot[]): string {
  const figures = plots.map(
    plot =>
      `<figure role="img" aria-label="${text(`${plot.title}. ${plot.description}`)}">${plot.svg}<figcaption><strong>${text(plot.title)}</strong> ${text(plot.description)}</figcaption></figure>`,
  )
  return section('Plots', figures.length > 0 ? `<div class="plots">${figures.join('\n')}</div>` : '')
}

function sliceTable(rows: SliceRow[]): string {
  return table(
    'Slices, worst first',
    ['slice', 'metric', 'rows', 'before', 'candidate', 'change (95 % interval)', 'shown'],
    [2, 3, 4, 5],
    rows.map(row => [
      `${text(row.column)} = ${text(row.value)}`,
      text(row.metric),
      formatCount(row.rows),
      row.baseline === undefined ? '' : formatNumber(row.baseline, row.difference),
      row.candidate === undefined ? '' : formatNumber(row.candidate, row.difference),
      row.difference ? changeCell(row.difference) : '',
      `<span class="${row.outcome}">${OUTCOME_WORDS[row.outcome]}</span>`,
    ]),
  )
}

function confusionTables({ confusion }: Result): string {
  if (!confusion) return ''
  const names = confusion.classes.map(text)
  const matrix = (caption: string, counts: number[][]) =>
    table(
      caption,
      ['actual ↓ predicted →', ...names],
      names.map((_, index) => index + 1),
      counts.map((row, index) => [names[index]!, ...row.map(formatCount)]),
    )
  return (
    matrix('Candidate', confusion.candidate) +
    (confusion.champion ? matrix('Champion', confusion.champion) : '')
  )
}

function costTable({ candidate }: Result): string {
  const { usage } = candidate
  if (!usage) return ''
  const rows: string[][] = []
  if (usage.trainSeconds !== undefined) rows.push(['training', formatDuration(usage.trainSeconds)])
  if (usage.evaluateSeconds !== undefined) rows.push(['evaluation', formatDuration(usage.evaluateSeconds)])
  if (usage.cost !== undefined)
    rows.push([
      'cost',
      `${text(formatMoney(usage.cost, usage.currency))}${usage.priceSource ? ` (${text(usage.priceSource)})` : ''}`,
    ])
  for (const gpu of usage.gpus ?? [])
    rows.push([
      `GPU ${gpu.index}: ${text(gpu.name)}`,
      [
        gpu.utilisation === undefined ? '' : `busy ${formatShare(gpu.utilisation)}`,
        gpu.idleShare === undefined ? '' : `idle ${formatShare(gpu.idleShare)}`,
        gpu.energyWh === undefined ? '' : `${gpu.energyWh.toFixed(1)} Wh`,
      ]
        .filter(Boolean)
        .join(', '),
    ])
  return table('Cost and time', ['what', 'measured'], [1], rows)
}

function methodTable(result: Result): string {
  const against = opponentOf(result)
  if (!against) return ''
  const rows = result.metrics.flatMap(row => {
    const difference = row.differences[against]
    if (!difference) return []
    const counts = Object.entries(difference.counts ?? {}).map(
      ([name, count]) => `${name.replaceAll('_', ' ')} ${formatNumber(count)}`,
    )
    const seed =
      difference.seed === undefined ? [] : [`seed ${difference.seed}, ${difference.resamples} resamples`]
    return [
      [
        text(row.metric),
        text(difference.method),
        difference.p < 0.0001 ? '&lt; 0.0001' : difference.p.toFixed(4),
        [...counts, ...seed].map(text).join(', '),
      ],
    ]
  })
  return table('How each interval was made', ['metric', 'method', 'p', 'from'], [2], rows)
}
