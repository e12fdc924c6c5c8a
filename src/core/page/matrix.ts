import { htmlText, htmlWords } from '../report/html/text.ts'
import { ageWords, VERDICT_WORDS } from '../report/words/words.ts'
import { shortened } from '../text/visible-text.ts'
import type { Cell } from './overview.ts'
import { rowId } from './rows.ts'
import { STATES } from './states.ts'
import { cellStart, tableHtml } from './table.ts'
import { TRAFFIC_TONES, trafficHtml } from './traffic.ts'
import type { Row } from './view.ts'
import { afterWord, modelPath } from './words.ts'

/** A row of the matrix: the model, and a cell for each environment; end tags that HTML does not need are left out. */
export function matrixRow(
  { repository, model, cells }: Row,
  environments: readonly string[],
  hasSeveral: boolean,
): string {
  const path = htmlWords(modelPath(model, hasSeveral ? repository : undefined))
  const by = new Map(cells.map(cell => [cell.environment, cell]))
  // Where nothing of a model serves anywhere, nobody knows that it skips something.
  const absent = cells.some(cell => cell.version !== undefined)
    ? '<small>skipped</small>'
    : '<small>–</small>'
  const shown = environments.map(name => {
    const cell = by.get(name)
    return `${cellStart(name)}${cell ? cellHtml(cell) : absent}`
  })
  return `<tr id=${rowId(repository, model)}><th scope=row><a href="${path}">${htmlText(model)}</a>${shown.join('')}`
}

/** In place of a row that somebody has already. */
export function knownRow({ repository, model }: Row): string {
  return `<tr id=${rowId(repository, model)}>`
}

/** A table around rows. */
export function matrixTable(
  caption: string,
  environments: readonly string[],
  rows: readonly string[],
): string {
  return tableHtml({ caption, columns: ['model', ...environments], width: `c${environments.length}`, rows })
}

// --- internal ---

/** So much of what is to come is said in a cell; the page of the model has all of it. */
const MOST_SHOWN = 160

function cellHtml(cell: Cell): string {
  const { version, verdict, ageDays, state, waits, traffic } = cell
  const facts = [
    ...(verdict === undefined ? [] : [verdictHtml(verdict)]),
    ...(ageDays === undefined ? [] : [ageWords(ageDays)]),
  ].join(' · ')
  const { sign, word, tone } = STATES[state]
  const about = afterWord(word, waits === undefined ? undefined : shortened(waits, MOST_SHOWN))
  const isQuiet = about === '' && (state === 'serves' || state === 'none')
  return [
    version === undefined ? '<small>nothing serves</small>' : `<b>${htmlWords(version)}</b>`,
    facts === '' ? '' : `<small>${facts}</small>`,
    isQuiet ? '' : `<p class=${tone}><span aria-hidden=true>${sign}</span> ${word}${htmlWords(about)}`,
    traffic === undefined ? '' : `<p class=${TRAFFIC_TONES[traffic.state]}>${trafficHtml(traffic)}`,
  ].join('')
}

function verdictHtml(verdict: NonNullable<Cell['verdict']>): string {
  const words = VERDICT_WORDS[verdict]
  return verdict === 'fail' ? `<span class=bad>${words}</span>` : words
}
