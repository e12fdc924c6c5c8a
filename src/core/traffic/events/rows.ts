import { MOST_CELLS, MOST_ROWS } from './body-budget.ts'
import type { NoValues, Rows, TrafficEvent } from './event.ts'
import { isObject, own } from './json-text.ts'
import { isTensor, tensorRows } from './tensors.ts'

/**
 * The one row of a plain event: features by name, or in the order of the profile. An event without `features` is itself a row,
 * as a log of predictions has it (BentoML's monitor files), where it has a feature by a name that events do not have of their own.
 */
export function plainRow(event: unknown, names: readonly string[]): Rows | NoValues {
  if (!isObject(event)) return 'rejected'
  const features = own(event, 'features')
  if (features !== undefined) return listed([features], names)
  const columns = Object.keys(event).filter(
    name => !OF_EVENTS.has(name) && !(OF_UNITS.has(name) && !names.includes(name)),
  )
  if (columns.length === 0) return 'rejected'
  return names.some(name => columns.includes(name)) ? listed([event], names) : 'mismatch'
}

/**
 * The rows of a request as a model server gets it: `inputs` of tensors (V2, Open Inference Protocol), or `instances` (V1), which
 * KServe's servers take as `inputs` too.
 */
export function requestRows(body: unknown, names: readonly string[]): Rows | NoValues {
  if (!isObject(body)) return 'rejected'
  const inputs = own(body, 'inputs')
  if (Array.isArray(inputs) && (inputs.length === 0 || inputs.some(isTensor)))
    return tensorRows(inputs, names)
  const instances = Array.isArray(inputs) ? inputs : own(body, 'instances')
  if (!Array.isArray(instances) || areTooMany(instances, names)) return 'rejected'
  return instanceRows(instances, names)
}

/** Whether an event without a row says something all the same: that somebody was answered, or that it failed. */
export function tellsOfUnit({ unit, data }: TrafficEvent): boolean {
  return unit !== undefined && isObject(data) && own(data, 'features') === undefined
}

// --- internal ---

const OF_EVENTS: ReadonlySet<string> = new Set(['id', 'time', 'model', 'release', 'prediction', 'score'])
/** What says something of a unit, where they are no features. */
const OF_UNITS: ReadonlySet<string> = new Set(['unit', 'error', 'latency_ms'])

/**
 * KServe's servers make a `pandas.DataFrame` of each instance that has names, so that it may be a row, a list of rows, or several
 * rows by columns: `{ age: [41, 10] }`, or by index `{ age: { "0": 41, "1": 10 } }`.
 */
function instanceRows(instances: readonly unknown[], names: readonly string[]): Rows | NoValues {
  const [first] = instances
  if (Array.isArray(first) && isObject(first[0]))
    return instances.every(Array.isArray) ? listed(instances.flat(), names) : 'mismatch'
  return isObject(first) && columnsOf(first, names) ? columnRows(instances, names) : listed(instances, names)
}

function columnRows(instances: readonly unknown[], names: readonly string[]): Rows | NoValues {
  const rows: { columns: Columns; key: string }[] = []
  for (const instance of instances) {
    const columns = isObject(instance) ? columnsOf(instance, names) : undefined
    const lengths = new Set(columns?.map(column => column && lengthOf(column)))
    lengths.delete(undefined)
    if (!columns || lengths.size !== 1) return 'mismatch'
    if (rows.length + [...lengths][0]! > MOST_ROWS) return 'rejected'
    for (const key of Object.keys(columns.find(column => column)!)) rows.push({ columns, key })
  }
  return {
    length: rows.length,
    value(row, feature) {
      const { columns, key } = rows[row]!
      const column = columns[feature]
      return column && own(column, key)
    },
  }
}

/** One for each feature, undefined where there is none. */
type Columns = readonly (object | undefined)[]

function lengthOf(column: object): number {
  return Array.isArray(column) ? column.length : Object.keys(column).length
}

/** The columns of what has nothing but columns under the names that the profile knows. */
function columnsOf(instance: object, names: readonly string[]): Columns | undefined {
  const columns: (object | undefined)[] = []
  for (const name of names) {
    const value = own(instance, name)
    if (value !== undefined && !Array.isArray(value) && !isObject(value)) return undefined
    columns.push(value)
  }
  return columns.some(column => column !== undefined) ? columns : undefined
}

/**
 * A row without names has as many values as the profile has features: which is which is never guessed. A row with names may have
 * others beside; one of which the profile knows none is of something else.
 */
function listed(rows: readonly unknown[], names: readonly string[]): Rows | NoValues {
  if (areTooMany(rows, names)) return 'rejected'
  for (const row of rows) if (!fits(row, names)) return 'mismatch'
  return {
    length: rows.length,
    value(index, feature) {
      const row = rows[index]
      if (Array.isArray(row)) return row[feature]
      return isObject(row) ? named(row, names[feature]!) : row
    },
  }
}

function areTooMany(rows: readonly unknown[], names: readonly string[]): boolean {
  return rows.length > MOST_ROWS || rows.length * names.length > MOST_CELLS
}

function fits(row: unknown, names: readonly string[]): boolean {
  if (Array.isArray(row)) return row.length === names.length && !row.some(Array.isArray)
  if (isObject(row)) return names.some(name => Object.hasOwn(row, name))
  return names.length === 1
}

/** Of what JSON can say nothing is a function: one was not sent, but is what every object has under that name. */
function named(row: Record<string, unknown>, name: string): unknown {
  const value = row[name]
  return typeof value === 'function' ? undefined : value
}
