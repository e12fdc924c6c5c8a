import Papa from 'papaparse'
import type { DeployConfig, DeployEnvironment } from '../deploy-config/deploy-config.ts'
import type { ReleaseRecord } from '../release/record.ts'
import { ageWords, VERDICT_WORDS } from '../report/words/words.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { Verdict } from '../verdict/result.ts'
import { subjectWords } from './canary/words.ts'
import { holdPath, placeKey } from './places/places.ts'
import { landingWords } from './plan/landing.ts'
import type { Plan } from './plan/plan.ts'
import { subjectOf } from './plan/proposed-words.ts'
import { isRecorded, type Standing, standingWords } from './plan/standing.ts'
import { othersWords, reasonsWords } from './plan/waiting.ts'

/** What serves where: one row for each model and environment, from the records of one deploy repository. */

export interface InventoryRow {
  model: string
  environment: string
  /** Absent, with all that is known of a release: nothing serves. */
  version?: string
  commit?: string
  /** Days since the commit was made. */
  ageDays?: number
  verdict?: Verdict
  owner?: string
  image?: string
  /** How the manifests stand to the record; absent where they say the same. With `by_hand` or `unknown` the version is not what serves. */
  manifests?: Standing
  /** What is to come, in words, and before it what is not as the record says; absent when all is as it should be. */
  waits?: string
}

/** What an inventory shows as CSV. */
export const CSV_COLUMNS = [
  'model',
  'environment',
  'version',
  'commit',
  'ageDays',
  'verdict',
  'owner',
  'image',
  'waits',
] as const

/** A record as it stands in the repository, or why it cannot be read. */
export type InventoryRecord = { environment: string } & (
  | { release: ReleaseRecord; standing?: Standing }
  | { model: string; unreadable: string }
)

/** Rows by model, then in the order of promotion; a model is in all environments, served or not. `now` is in milliseconds. */
export function inventory(
  { environments }: DeployConfig,
  records: readonly InventoryRecord[],
  plans: readonly Plan[],
  now: number,
): InventoryRow[] {
  const byPlace = new Map(records.map(record => [placeKey(record.environment, modelOf(record)), record]))
  const plan = new Map(plans.map(one => [placeKey(one.environment, one.model), one]))
  const models = [...new Set([...records.map(modelOf), ...plans.map(({ model }) => model)])].sort()
  const known = new Set([
    ...records.map(modelOf),
    ...plans.flatMap(({ model, isIdle }) => (isIdle ? [] : model)),
  ])
  return models.flatMap(model =>
    environments.flatMap(environment => {
      const { name } = environment
      const next = plan.get(placeKey(name, model))
      // Of a model that nothing is known of, there is what is held.
      const isKnown = known.has(model)
      if (!isKnown && !next) return []
      const record = byPlace.get(placeKey(name, model))
      const standing = record && 'release' in record ? record.standing : undefined
      const words = [
        ...(standing ? [standingWords(standing)] : []),
        ...waitsWords(next),
        ...(next && !isKnown ? [idleWords(next, environment)] : []),
      ]
      const waits = words.length > 0 ? words.join('; ') : undefined
      const row: InventoryRow = { model, environment: name }
      if (record && 'unreadable' in record) return { ...row, waits: `cannot be read: ${record.unreadable}` }
      return {
        ...row,
        ...(record && servedBy(record.release, now)),
        ...(standing && { manifests: standing }),
        ...(waits !== undefined && { waits }),
      }
    }),
  )
}

/** The model of a record, whether it can be read or not. */
export function modelOf(record: InventoryRecord): string {
  return 'release' in record ? record.release.model : record.model
}

/** For a terminal: columns of plain text, nothing in it steers the terminal. */
export function renderInventoryTable(rows: readonly InventoryRow[]): string {
  const columns = TABLE_COLUMNS.map(([title, cellOf]) => {
    const cells = rows.map(cellOf)
    const width = cells.reduce((most, cell) => Math.max(most, cell.length), title.length)
    return { title: title.padEnd(width), cellOf, width }
  })
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map(row => columns.map(({ cellOf, width }) => cellOf(row).padEnd(width))),
  ]
  return lines.map(cells => `${cells.join('  ').trimEnd()}\n`).join('')
}

/** A list of rows; what is absent is left out. */
export function renderInventoryJson(rows: readonly InventoryRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`
}

export function renderInventoryCsv(rows: readonly InventoryRow[]): string {
  return csvText(CSV_COLUMNS, rows)
}

/** RFC 4180, with a head. No cell is taken for a formula by a spreadsheet: those that begin like one have `'` before. */
export function csvText<C extends string>(
  columns: readonly C[],
  rows: readonly Readonly<Partial<Record<C, string | number>>>[],
): string {
  const data = rows.map(row =>
    columns.map(column => {
      const value = row[column]
      return typeof value === 'number' ? value.toFixed(1) : visible(value ?? '')
    }),
  )
  return `${Papa.unparse({ fields: [...columns], data }, { newline: '\r\n', escapeFormulae: FORMULA })}\r\n`
}

// --- internal ---

const TABLE_COLUMNS: readonly [title: string, cellOf: (row: InventoryRow) => string][] = [
  ['MODEL', row => row.model],
  ['ENVIRONMENT', row => row.environment],
  ['VERSION', versionCell],
  ['AGE', ({ ageDays }) => (ageDays === undefined ? '' : ageWords(ageDays))],
  ['VERDICT', ({ verdict }) => (verdict === undefined ? '' : VERDICT_WORDS[verdict])],
  ['OWNER', ({ owner }) => shortened(visible(owner ?? ''), 24)],
  ['WAITS', ({ waits }) => shortened(visible(waits ?? ''), 100)],
]

/** Some programs pass over white space before a formula, and take full-width signs too. */
const FORMULA = /^\s*[=+\-@\t\r|%＝＋－＠]/
const DAY = 86_400_000

/** A version that its manifests contradict is marked where people look first. */
function versionCell({ version, manifests }: InventoryRow): string {
  return `${version ?? '–'}${isRecorded(manifests) ? '' : ' (not what serves)'}`
}

function servedBy(release: ReleaseRecord, now: number): Partial<InventoryRow> {
  const { version, commit, committed, verdict, image, uri, owner, by } = release
  const deployed = image ? `${image.name}@${image.digest}` : uri
  return {
    version,
    commit,
    ageDays: Math.max(0, (now - Date.parse(committed)) / DAY),
    verdict,
    owner: owner ?? by,
    ...(deployed !== undefined && { image: deployed }),
  }
}

/** A hold is said whatever comes next: what waits behind it has it among its reasons. */
function waitsWords(plan: Plan | undefined): string[] {
  if (!plan) return []
  const words = planWords(plan)
  const isSaid = plan.action === 'hold' || !plan.holds
  return [...(words === undefined ? [] : [words]), ...(isSaid ? [] : [reasonsWords(plan.holds ?? [])])]
}

/** What to do about a hold that keeps nothing out. */
function idleWords({ model, holds = [] }: Plan, environment: DeployEnvironment): string {
  const [hold] = holds
  const number = hold?.kind === 'held' ? hold.proposed?.number : undefined
  const lift =
    number === undefined ? `remove ${holdPath(environment, model)}` : `close pull request ${number}`
  return `no release of ${model} is known here, so look at the name; where the hold is over, ${lift}`
}

function planWords(plan: Plan): string | undefined {
  const request =
    'open' in plan && plan.open?.number !== undefined ? `, pull request ${plan.open.number}` : ''
  switch (plan.action) {
    case 'promote':
      return `${subjectOf(plan)} is to be proposed${othersWords(plan)}`
    case 'update':
      return `${subjectOf(plan)} is to be proposed${request}${othersWords(plan)}`
    case 'hold':
      return `${plan.release.version}: ${reasonsWords(plan.reasons)}${request}${othersWords(plan)}`
    case 'leave':
      return `left alone, somebody pushed to its branch${request}`
    case 'close':
      return `to be closed${request}`
    case 'nothing': {
      if (!plan.open) return undefined
      const what = plan.open.release?.version ?? 'a release'
      return `${subjectWords(what, plan.open.step)} ${landingWords(plan, request)}${othersWords(plan)}`
    }
  }
}
