import { maskPersonalData } from '../../secrets/secrets.ts'
import { formatCount } from '../../text/numbers.ts'
import type { Result, Version } from '../../verdict/result.ts'
import type { PlotData } from '../plots/data.ts'
import type { Plot } from '../plots/plots.ts'
import { MOST_DRAWN_CLASSES } from '../plots/results.ts'
import { evaluationChange } from '../sections/evaluation-change.ts'
import { headlineOf, headlineText } from '../sections/headline.ts'
import { itemsTable, itemsWords } from '../sections/items.ts'
import { mlflowWords } from '../sections/mlflow.ts'
import { profileWords } from '../sections/profile.ts'
import { plainPhrase } from '../words/phrase.ts'
import { ageWords, failureTitle, rowsThatMatter, rowsWords, warningsOf } from '../words/words.ts'
import { htmlPage } from './page.ts'
import {
  confusionHtml,
  costHtml,
  gatesHtml,
  gpusHtml,
  methodsHtml,
  metricsHtml,
  slicesHtml,
} from './tables.ts'
import {
  htmlFold,
  htmlLines,
  htmlOutput,
  htmlSection,
  htmlSentence,
  htmlTable,
  htmlText,
  htmlWords,
} from './text.ts'

/**
 * report.html: one page that needs nothing else, neither network nor scripts, with everything the result holds and the
 * plots. Readable without the pictures: each has a sentence and its numbers. The same input gives the same bytes.
 */
export async function renderHtml(result: Result, data: PlotData): Promise<string> {
  // The chart library is large and only this page needs it.
  const { renderPlots } = await import('../plots/plots.ts')
  const parts = [
    header(result),
    htmlSection(
      result.failure ? failureTitle(result.failure) : '',
      result.failure ? htmlOutput(htmlLines(result.failure.tail)) : '',
    ),
    htmlSection(
      'What matters',
      htmlTable(metricsHtml(result, rowsThatMatter(result), 'Gated metrics and shown changes, losses first')),
    ),
    htmlSection('Gates', htmlTable(gatesHtml(result))),
    htmlSection('Items', itemsHtml(result)),
    remarks(result),
    plotsPart(renderPlots(result, data)),
    htmlFold(`Slices (${formatCount(result.slices.length)})`, htmlTable(slicesHtml(result.slices))),
    htmlFold(
      `All metrics (${formatCount(result.metrics.length)})`,
      htmlTable(metricsHtml(result, result.metrics, 'All metrics')),
    ),
    htmlFold('Confusion matrices', manyClasses(result)),
    htmlSection('Cost and time', htmlTable(costHtml(result)) + htmlTable(gpusHtml(result))),
    htmlSection('Profile', profileHtml(result)),
    htmlSection('MLflow', mlflowHtml(result)),
    htmlFold('How each interval was made', htmlTable(methodsHtml(result))),
    htmlSection('Reproduce', result.reproduce ? htmlOutput(htmlText(result.reproduce)) : ''),
    htmlSection(
      'Notes of the team',
      result.notes ? htmlOutput(htmlLines(maskPersonalData(result.notes))) : '',
    ),
    footer(result),
  ]
  return htmlPage(headlineText(result), parts.filter(part => part !== '').join('\n'))
}

// --- internal ---

function header(result: Result): string {
  const { sign, verdict, meaning, why, tone } = headlineOf(result)
  const entry = (name: string, version: Version | undefined) =>
    version ? `<dt>${name}</dt><dd>${versionHtml(version)}</dd>` : ''
  return `<header>
<p class="model">${htmlText(result.model)}</p>${evaluationHtml(result)}
<h1><span aria-hidden="true">${sign}</span> ${verdict} — ${htmlWords(meaning)}</h1>
<p class="why ${tone}">${htmlWords(plainPhrase(why).trim())}</p>
<dl>${entry('candidate', result.candidate)}${entry('champion', result.champion)}${entry('base', result.base)}</dl>
</header>`
}

function itemsHtml({ items }: Result): string {
  if (!items) return ''
  const { head, rows } = itemsTable(items)
  const cells = rows.map(row => row.map(htmlText))
  const names = ['What', ...head.slice(1)]
  const table = htmlTable({
    caption: `Rows of ${items.file}`,
    head: names,
    numbers: [],
    rows: cells,
  })
  return `<p>${htmlSentence(itemsWords(items))}</p>\n${table}`
}

function profileHtml(result: Result): string {
  const words = profileWords(result)
  if (!words) return ''
  return `<p>${[words.is, ...words.advice].map(htmlSentence).join(' ')}</p>`
}

function mlflowHtml(result: Result): string {
  const { url, problems = [] } = mlflowWords(result) ?? {}
  const lines = [...(url === undefined ? [] : [htmlText(url)]), ...problems.map(htmlSentence)]
  const parameters = Object.entries(result.mlflow?.parameters ?? {})
  const rows = parameters.map(([name, value]) => [htmlText(name), htmlText(value)])
  const table = htmlTable({ caption: 'Parameters', head: ['Parameter', 'Value'], numbers: [], rows })
  return `${lines.map(line => `<p>${line}</p>`).join('\n')}${table}`
}

function evaluationHtml(result: Result): string {
  const change = evaluationChange(result, Number.POSITIVE_INFINITY)
  if (!change) return ''
  const items = change.changes.map(entry => `<li>${htmlSentence(entry)}</li>`).join('')
  return `\n<p><strong>${change.head}</strong> ${change.effect}</p>\n<ul>${items}</ul>`
}

function versionHtml(version: Version): string {
  const { commit, testSet, metricCode, data = [], seeds, ageDays } = version
  const hash = (value: string) => `<code>${htmlText(value.slice(0, 12))}</code>`
  return [
    commit ? hash(commit) : '',
    htmlText(version.source),
    ageDays === undefined ? '' : `${ageWords(ageDays)} old`,
    testSet ? `${rowsWords(testSet, htmlText)}, test set ${hash(testSet.hash)}` : '',
    metricCode ? `metric code ${hash(metricCode)}` : '',
    ...data.map(htmlText),
    seeds ? `seeds ${seeds.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

function remarks(result: Result): string {
  const { configuration } = result
  const warnings = warningsOf(result)
  const list = (items: string[]) => `<ul>${items.map(item => `<li>${htmlSentence(item)}</li>`).join('')}</ul>`
  const effect =
    configuration.source === 'base'
      ? '<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>'
      : ''
  const changes = configuration.changes.length > 0 ? effect + list(configuration.changes) : ''
  return (
    htmlSection('Changed rules', changes) + htmlSection('Warnings', warnings.length > 0 ? list(warnings) : '')
  )
}

function plotsPart(plots: Plot[]): string {
  const figures = plots.map(({ title, description, svg, table }) => {
    const label = htmlWords(`${title}. ${description}`)
    const numbers = htmlTable({
      caption: title,
      head: table.head.map(htmlWords),
      numbers: table.head.map((_, index) => index).slice(1),
      rows: table.rows.map(row => row.map(htmlWords)),
      shades: table.shades,
    })
    return `<figure>
<h3>${htmlWords(title)}</h3>
<div class="plot" role="img" aria-label="${label}">${svg}</div>
<figcaption>${htmlWords(description)}</figcaption>
<details><summary>Numbers</summary>
${numbers}
</details>
</figure>`
  })
  return htmlSection('Plots', figures.length > 0 ? `<div class="plots">\n${figures.join('\n')}\n</div>` : '')
}

/** Those that are too many for a picture. */
function manyClasses(result: Result): string {
  const drawn = (result.confusion?.classes.length ?? 0) <= MOST_DRAWN_CLASSES
  return drawn ? '' : confusionHtml(result).map(htmlTable).join('\n')
}

function footer(result: Result): string {
  const url = result.run.url
  const run = url && /^https?:\/\//.test(url) ? ` · run ${htmlText(url)}` : ''
  const commit = result.candidate.commit ? ` · commit ${htmlText(result.candidate.commit)}` : ''
  return `<footer>Assay ${htmlText(result.assay)}${commit}${run}</footer>`
}
