import { htmlWords } from '../report/html/text.ts'
import { METRIC_NAME } from '../text/names.ts'
import type { Story } from './story.ts'

/** What can be said about a model in comments, ready to be copied: what is in capitals is for whoever writes it. */
export function commandsHtml(story: Story): string {
  const { model, environments, stays, inFlight } = story
  const serving = new Set(stays.map(({ environment }) => environment))
  const newest = stays.map(({ release }) => release).sort((a, b) => (a.created < b.created ? 1 : -1))[0]
  const gates = Object.entries(newest?.metrics ?? {}).flatMap(([name, { gated }]) =>
    gated && METRIC_NAME.test(name) ? [name] : [],
  )
  const promoted = [...new Set(inFlight.map(({ environment }) => environment))]
  return [
    '<p>Written as the first line of a comment below a pull request of the deploy repository, or of the model’s:</p>',
    linesHtml('Commands on what serves', [
      `/assay status ${model}`,
      ...environments.flatMap(name => [
        ...(serving.has(name) ? [`/assay rollback ${name} ${model} -- REASON`] : []),
        `/assay hold ${name} ${model} -- REASON`,
        `/assay release-hold ${name} ${model}`,
      ]),
    ]),
    '<p>Below one of the model’s repository; promote below the merged one of the release, reweigh below an open one:</p>',
    linesHtml('Commands on the model', [
      ...promoted.map(name => `/assay promote ${name} ${model}`),
      `/assay retrain ${model} -- REASON`,
      ...gates.slice(0, MOST_GATES).map(gate => `/assay waive ${gate} until DATE ${model} -- REASON`),
      '/assay reweigh',
    ]),
  ].join('\n')
}

// --- internal ---

const MOST_GATES = 6

function linesHtml(label: string, lines: readonly string[]): string {
  return `<pre tabindex="0" aria-label="${label}">${lines.map(htmlWords).join('\n')}</pre>`
}
