import { createHash } from 'node:crypto'
import { ageWords } from '../report/words/words.ts'
import type { Cell, Overview } from './overview.ts'

/** The id of a row, on the page and wherever it is told of: it names nobody's model. */
export function rowId(repository: string, model: string): string {
  return `r${createHash('sha256').update(`${repository}\n${model}`).digest('hex').slice(0, 10)}`
}

/** Ids of the rows that look other than they did, or that are there no more. */
export function changedRows(before: Overview | undefined, after: Overview | undefined): string[] {
  const { repository } = (after ?? before)!
  const [was, is] = [looksOf(before), looksOf(after)]
  const models = new Set([...was.keys(), ...is.keys()])
  return [...models].filter(model => was.get(model) !== is.get(model)).map(model => rowId(repository, model))
}

// --- internal ---

/** What can be seen of each model: an age only as the words for it. */
function looksOf(overview: Overview | undefined): Map<string, string> {
  const byModel = Map.groupBy(overview?.cells ?? [], ({ model }) => model)
  const look = ({ ageDays, traffic, ...cell }: Cell) => ({
    ...cell,
    // Not its words: how many rows came is another number each minute.
    traffic: [traffic?.state, traffic?.kind],
    age: ageDays === undefined ? '' : ageWords(ageDays),
  })
  return new Map(
    [...byModel].map(([model, cells]) => [model, JSON.stringify([overview!.environments, cells.map(look)])]),
  )
}
