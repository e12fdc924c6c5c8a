import { CSV_COLUMNS, csvText } from '../promotion/inventory.ts'
import type { SeenOverview } from './overview.ts'
import { STATES } from './states.ts'
import { isWanted, rowsOf, type View } from './view.ts'

/** The rows that a view asks for, one for each model and environment: the columns of an inventory, and what the page adds. */
export function overviewCsv(seen: readonly SeenOverview[], view: View): string {
  const cells = rowsOf(seen, view).flatMap(({ repository, cells }) =>
    cells
      .filter(({ state }) => isWanted(state, view.state))
      .map(({ state, until, pullRequest, traffic, ...row }) => ({
        ...row,
        repository,
        state: STATES[state].word,
        until: until === undefined ? '' : new Date(until).toISOString(),
        pullRequest: pullRequest?.url ?? '',
        traffic: traffic?.state ?? '',
      })),
  )
  return csvText(['repository', ...CSV_COLUMNS, 'state', 'until', 'pullRequest', 'traffic'], cells)
}
