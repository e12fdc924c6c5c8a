import { htmlSection, htmlText, htmlWords } from '../report/html/text.ts'
import { minuteWords } from '../text/instant-words.ts'
import { count, formatCount } from '../text/numbers.ts'
import { shortened } from '../text/visible-text.ts'
import { knownRow, matrixRow, matrixTable } from './matrix.ts'
import { type Missing, missingWords } from './missing.ts'
import type { Cell, SeenOverview } from './overview.ts'
import { type Frame, pageHtml, type Viewer } from './shell.ts'
import { type CellState, STATES } from './states.ts'
import { type Row, rowsOf, SORTS, STATE_FILTERS, type StateFilter, type View, viewQuery } from './view.ts'
import { linkIn, linkOut, modelPath } from './words.ts'

/** Milliseconds after which what was read is marked as old. */
export const OLD_MS = 600_000

/**
 * The page that says what waits for whom: what needs the viewer, what is wrong, then all models. Only what the viewer may
 * see is given to it. The same input gives the same bytes, and the matrix ends before they get too many.
 */
export function renderOverview(
  seen: readonly SeenOverview[],
  {
    view,
    viewer,
    missing,
    changed,
    now,
    version,
    script,
  }: {
    view: View
    viewer: Viewer
    missing?: Missing | undefined
    /** Which rows somebody has not seen yet, who has the others already; absent: all are shown. */
    changed?: ((row: Row) => boolean) | undefined
    now: number
    /** What lets it change by itself. */
    script: string
  } & Pick<Frame, 'version'>,
): string {
  const cells = seen.flatMap(one => (one.overview?.cells ?? []).map(cell => ({ ...one, cell })))
  const [needed, others] = parted(
    cells.filter(({ cell }) => cell.state === 'person'),
    one => isAsked(one, viewer.login),
  )
  const wrong = cells.filter(({ cell }) => cell.state === 'wrong')
  const shifted = cells.filter(({ cell }) => cell.traffic?.state === 'critical')
  const unread = [
    ...(missing ? [htmlWords(missingWords(missing))] : []),
    ...seen.flatMap(one => unreadWords(one, now)),
    ...unwatchedWords(seen),
    ...shifted.map(trafficItem),
  ]
  const parts = [
    ['needs-you', `${formatCount(needed.length)} need${needed.length === 1 ? 's' : ''} you`],
    ['wrong-now', `${formatCount(wrong.length + unread.length)} wrong`],
    [
      'models',
      `${count(new Set(cells.map(({ repository, cell }) => `${repository} ${cell.model}`)).size, 'model')} in ${formatCount(seen.length)} deploy ${seen.length === 1 ? 'repository' : 'repositories'}`,
    ],
  ] as const
  const lead = parts.map(([, words]) => words).join(', ')
  const leadHtml = parts.map(([id, words]) => `<a href="#${id}">${words}</a>`).join(', ')
  const content = `<h1>What serves, and what waits for whom</h1>
<p class="lead">${leadHtml}. It is ${minuteWords(now)}.</p>
<div class="first">
${cardHtml('needs-you', 'Needs you', 'open', needed, {
  none: 'Nothing waits for you.',
  more: 'person',
  ...(others.length > 0 && {
    also: `${formatCount(others.length)} wait${others.length === 1 ? 's' : ''} for others`,
  }),
})}
${cardHtml('wrong-now', 'Wrong now', 'bad', [...unread, ...wrong], { none: 'Nothing that is known of.', more: 'wrong' })}
</div>
<section aria-labelledby="models">
<h2 id="models">All models</h2>
${filterHtml(view)}
<div>
${matrices(seen, { view, now, changed })}
</div>
</section>
<p class="note"><a href="/activity">What the bot did</a> · <a href="/health">How the bot is</a></p>`
  const isPart = missing !== undefined || seen.some(({ overview }) => !overview)
  return pageHtml({ title: `Assay: ${lead}`, viewer, version, live: { script, at: now, isPart } }, content)
}

// --- internal ---

const MOST_ITEMS = 25
/** Bytes of tables: with all around them, a page stays below 120,000. */
const MOST_BYTES = 96_000

type Placed = SeenOverview & { cell: Cell }

/** Who may write there and is asked, or belongs to a team that may be; where nobody is named, everybody who may write. */
function isAsked({ mayWrite, cell: { reviewers } }: Placed, login: string): boolean {
  const named = (name: string) => name.includes('/') || name.toLowerCase() === login.toLowerCase()
  return mayWrite && (reviewers.length === 0 || reviewers.some(named))
}

function itemHtml({ repository, cell }: Placed): string {
  const { model, environment, waits, pullRequest, state, reviewers } = cell
  const name = `${model} in ${environment}`
  const head =
    pullRequest?.url === undefined
      ? linkIn(modelPath(model, repository), name)
      : linkOut(pullRequest.url, name)
  const asks =
    state === 'person' && reviewers.length > 0 ? ` <span>Asks ${htmlText(reviewers.join(', '))}.</span>` : ''
  return `${head}: ${htmlWords(shortened(waits ?? STATES[state].word, 300))}.${asks} <small>${htmlText(repository)}</small>`
}

function unreadWords({ repository, overview, failed }: SeenOverview, now: number): string[] {
  const name = `<strong>${htmlText(repository)}</strong>`
  const why = failed === undefined ? '' : `: ${htmlWords(failed)}`
  if (!overview) return [`${name} could not be read${why}.`]
  if (now - overview.readAt <= OLD_MS) return []
  return [`${name} was last read at ${minuteWords(overview.readAt)}; what is shown is as it was then${why}.`]
}

/** It is said once, whoever has how many deploy repositories. */
function unwatchedWords(seen: readonly SeenOverview[]): string[] {
  const all = new Set(seen.flatMap(({ overview }) => overview?.unwatched ?? []))
  return [...all].map(why => `Live traffic is not known: ${htmlWords(shortened(why, 300))}.`)
}

function trafficItem({ repository, cell }: Placed): string {
  const { model, environment, traffic } = cell
  const head = linkIn(modelPath(model, repository), `${model} in ${environment}`)
  return `${head}: live traffic: ${htmlWords(shortened(traffic!.words, 300))}. <small>${htmlText(repository)}</small>`
}

function cardHtml(
  id: string,
  title: string,
  tone: 'open' | 'bad',
  items: readonly (string | Placed)[],
  { none, more, also }: { none: string; more: CellState; also?: string },
): string {
  const shown = items
    .slice(0, MOST_ITEMS)
    .map(item => `<li>${typeof item === 'string' ? item : itemHtml(item)}</li>`)
  const rest = items.length - shown.length
  const link = `/${viewQuery({ text: '', state: more, sort: 'model', from: 0 })}#models`
  const others = [...(rest > 0 ? [`${formatCount(rest)} more`] : []), ...(also ? [also] : [])]
  const end = others.length > 0 ? `<p class="note"><a href="${link}">${others.join(', ')}</a></p>` : ''
  const body = items.length === 0 ? `<p>${none}</p>` : `<ul>\n${shown.join('\n')}\n</ul>`
  const section = htmlSection(`${title} (${formatCount(items.length)})`, `${body}${end}`)
  return section.replace(
    '<section>',
    `<section id="${id}" class="card ${items.length === 0 ? 'good' : tone}">`,
  )
}

function filterHtml(view: View): string {
  const choice = <T extends string>(id: string, name: string, options: readonly [T, string][], chosen: T) =>
    `<div><label for="${id}">${name}</label><select id="${id}" name="${id}">${options
      .map(
        ([value, words]) =>
          `<option value="${value}"${value === chosen ? ' selected' : ''}>${words}</option>`,
      )
      .join('')}</select></div>`
  const states = STATE_FILTERS.map((state): [StateFilter, string] => [state, FILTER_WORDS[state]])
  const sorts = Object.entries(SORTS) as [View['sort'], string][]
  return `<form class="filter" role="search" action="/#models">
<div><label for="q">Model, version, owner or repository</label><input id="q" name="q" type="search" maxlength="100" value="${htmlWords(view.text)}"></div>
${choice('state', 'State', states, view.state)}
${choice('sort', 'Order', sorts, view.sort)}
<button type="submit">Show</button>
</form>`
}

const FILTER_WORDS: Record<StateFilter, string> = {
  all: 'all',
  open: 'anything to do or to wait for',
  ...(Object.fromEntries(Object.entries(STATES).map(([state, { word }]) => [state, word])) as Record<
    CellState,
    string
  >),
}

function matrices(
  seen: readonly SeenOverview[],
  { view, now, changed }: { view: View; now: number; changed: ((row: Row) => boolean) | undefined },
): string {
  const all = rowsOf(seen, view)
  if (all.length === 0) return '<p>No model is like that. <a href="/#models">Show all</a></p>'
  const parts: string[] = []
  let left = MOST_BYTES
  let next = view.from < all.length ? view.from : 0
  const from = next
  for (const { repository, overview } of seen) {
    const rows = all.slice(next).filter(row => row.repository === repository)
    if (!overview || rows.length === 0 || left <= 0) continue
    const caption = `${repository}, read at ${minuteWords(overview.readAt)}${now - overview.readAt > OLD_MS ? ', which is long ago' : ''}`
    const table = (rows: readonly string[]) => matrixTable(caption, overview.environments, rows)
    left -= bytesOf(table(['']))
    const shown: string[] = []
    for (const row of rows) {
      const html = matrixRow(row, overview.environments, seen.length > 1)
      left -= bytesOf(html) + 1
      if (left <= 0 && next > from) break
      shown.push(changed?.(row) === false ? knownRow(row) : html)
      next++
    }
    if (shown.length > 0) parts.push(table(shown))
    if (shown.length < rows.length) break
  }
  const query = viewQuery({ ...view, from: 0 })
  const links = [
    `<a href="/page.csv${htmlWords(query)}">As CSV</a>`,
    ...(query === '' ? [] : ['<a href="/#models">Show all</a>']),
  ]
  return `<p class="note">${rangeWords(all, from, next)}. Versions with nothing below serve as their records say. ${links.join(' · ')}</p>
${parts.join('\n')}
${pagesHtml(view, from, next, all.length)}`
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

function rangeWords(all: readonly Row[], from: number, next: number): string {
  if (from === 0 && next === all.length) return count(all.length, 'model')
  return `Models ${formatCount(from + 1)} to ${formatCount(next)} of ${formatCount(all.length)}`
}

function pagesHtml(view: View, from: number, next: number, all: number): string {
  const link = (at: number, words: string) =>
    `<a href="/${htmlWords(viewQuery({ ...view, from: at }))}#models">${words}</a>`
  const links = [
    ...(from > 0 ? [link(0, 'From the first')] : []),
    ...(next < all ? [link(next, `The next, from ${formatCount(next + 1)}`)] : []),
  ]
  return links.length === 0 ? '' : `<nav aria-label="Pages"><p>${links.join(' · ')}</p></nav>`
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter(item => !isFirst(item))]
}
