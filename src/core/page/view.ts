import type { Cell, SeenOverview } from './overview.ts'
import { byState, type CellState, STATE_NAMES } from './states.ts'

/** What somebody asked the page to show: the whole of it stands in the address, so that it can be sent to others. */
export interface View {
  /** Looked for in names of models, repositories and owners, and in versions. */
  text: string
  state: StateFilter
  sort: Sort
  /** The row that the page begins with. */
  from: number
}

export const STATE_FILTERS = ['all', 'open', ...STATE_NAMES] as const
export type StateFilter = (typeof STATE_FILTERS)[number]

export const SORTS = {
  model: 'name',
  state: 'worst first',
  until: 'what goes on soonest',
  age: 'oldest first',
} as const
export type Sort = keyof typeof SORTS

/** One model of one deploy repository. */
export interface Row {
  repository: string
  model: string
  cells: Cell[]
}

/** Takes any query: what it does not understand counts as not asked for. */
export function parseView(query: URLSearchParams): View {
  const [state, sort, from] = ['state', 'sort', 'from'].map(name => query.get(name) ?? '')
  return {
    text: (query.get('q') ?? '').trim().slice(0, 100),
    state: STATE_FILTERS.find(one => one === state) ?? 'all',
    sort: Object.hasOwn(SORTS, sort!) ? (sort as Sort) : 'model',
    from: /^\d{1,6}$/.test(from!) ? Number(from) : 0,
  }
}

/** The query of a view, with `?` where there is one. */
export function viewQuery({ text, state, sort, from }: View): string {
  const query = new URLSearchParams()
  if (text !== '') query.set('q', text)
  if (state !== 'all') query.set('state', state)
  if (sort !== 'model') query.set('sort', sort)
  if (from > 0) query.set('from', String(from))
  const words = query.toString()
  return words === '' ? '' : `?${words}`
}

/** The models that a view asks for, in its order, one repository after the other; all of them, wherever the page begins. */
export function rowsOf(seen: readonly SeenOverview[], view: View): Row[] {
  return seen.flatMap(({ repository, overview }) => {
    const byModel = Map.groupBy(overview?.cells ?? [], ({ model }) => model)
    return [...byModel]
      .map(([model, cells]): Row => ({ repository, model, cells }))
      .filter(row => row.cells.some(({ state }) => isWanted(state, view.state)) && hasText(row, view.text))
      .sort((a, b) => ORDERS[view.sort](a, b) || compare(a.model, b.model))
  })
}

/** Whether a state is one that a filter asks for; `open`: anything that is not as it should be for long. */
export function isWanted(state: CellState, filter: StateFilter): boolean {
  if (filter === 'all') return true
  return filter === 'open' ? state !== 'serves' && state !== 'none' : state === filter
}

// --- internal ---

const ORDERS: Record<Sort, (a: Row, b: Row) => number> = {
  model: () => 0,
  state: (a, b) => byState(worst(a), worst(b)),
  until: (a, b) => difference(soonest(a), soonest(b)),
  age: (a, b) => difference(-oldest(a), -oldest(b)),
}

function worst({ cells }: Row): CellState {
  return cells.map(({ state }) => state).sort(byState)[0] ?? 'none'
}

function soonest({ cells }: Row): number {
  return Math.min(...cells.map(({ until }) => until ?? Infinity))
}

function oldest({ cells }: Row): number {
  return Math.max(...cells.map(({ ageDays }) => ageDays ?? -1))
}

/** Infinities are equal. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function hasText({ repository, model, cells }: Row, text: string): boolean {
  if (text === '') return true
  const wanted = text.toLowerCase()
  const places = [repository, model, ...cells.flatMap(({ version, owner }) => [version ?? '', owner ?? ''])]
  return places.some(place => place.toLowerCase().includes(wanted))
}
