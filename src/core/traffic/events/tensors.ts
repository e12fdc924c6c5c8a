import { MOST_ROWS, MOST_TEXTS } from './body-budget.ts'
import type { NoValues, Rows } from './event.ts'
import { isObject, own, parseJsonText } from './json-text.ts'
import { decoded } from './payload.ts'

/** A tensor of the Open Inference Protocol as a table: values by row, then by column. */
export interface Table {
  name: string
  rows: number
  columns: number
  data: readonly unknown[]
}

/** Whether it means to be a tensor. */
export function isTensor(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, 'shape')
}

/**
 * The tables of a list of tensors, each `{ name, shape, datatype, data }` with its data flat by rows or nested. Undefined where one
 * is none: values that are not in it (a binary extension), another number of them than its shape says, more than two axes, too many
 * rows.
 */
export function tablesOf(tensors: readonly unknown[]): Table[] | undefined {
  const tables = tensors.map(tableOf)
  return tables.length > 0 && tables.every(table => table !== undefined) ? tables : undefined
}

/**
 * The rows of a request's inputs: one tensor with a column for each feature, in the profile's order; or a tensor for each feature,
 * by its name. Where no tensor has the name of a feature, there are as many as features and they are in order.
 */
export function tensorRows(inputs: readonly unknown[], names: readonly string[]): Rows | NoValues {
  const tables = tablesOf(inputs)
  if (!tables) return 'rejected'
  const [first] = tables
  const { rows: length, columns, data } = first!
  if (tables.length === 1 && columns === names.length)
    return { length, value: (row, feature) => data[row * columns + feature] }
  const singles = tables.map(table => (table.columns === 1 && table.rows === length ? table.data : undefined))
  if (!singles.every(single => single !== undefined)) return 'mismatch'
  const byName = new Map(tables.map(({ name }, index) => [name, singles[index]!]))
  const isNamed = names.some(name => byName.has(name))
  if (!isNamed && singles.length !== names.length) return 'mismatch'
  const columnsInOrder = isNamed ? names.map(name => byName.get(name)) : singles
  return { length, value: (row, feature) => columnsInOrder[feature]?.[row] }
}

// --- internal ---

function tableOf(tensor: unknown): Table | undefined {
  if (!isObject(tensor)) return undefined
  const [name, shape, nested] = ['name', 'shape', 'data'].map(key => own(tensor, key))
  if (typeof name !== 'string' || !Array.isArray(shape) || !Array.isArray(nested)) return undefined
  const axes = shape.filter(axis => Number.isInteger(axis) && axis >= 0) as number[]
  if (axes.length !== shape.length || axes.length < 1 || axes.length > 2) return undefined
  const [rows = 0, columns = 1] = axes
  if (rows > MOST_ROWS) return undefined
  const data = hasList(nested) ? nested.flat() : nested
  if (data.length !== rows * columns || (data !== nested && hasList(data))) return undefined
  const decode = DECODERS.get(contentType(tensor))
  if (decode && data.length > MOST_TEXTS) return undefined
  return { name, rows, columns, data: decode ? data.map(decode) : data }
}

/** A loop: of millions of values, `some` takes several times as long. */
function hasList(values: readonly unknown[]): boolean {
  for (const value of values) if (Array.isArray(value)) return true
  return false
}

function contentType(tensor: object): unknown {
  const parameters = own(tensor, 'parameters')
  return isObject(parameters) ? own(parameters, 'content_type') : undefined
}

/** How MLServer's codecs write what is no plain value (`np`, `pd`, `str`, `datetime` are). What is not written so stays. */
const DECODERS: ReadonlyMap<unknown, (value: unknown) => unknown> = new Map([
  [
    'pd_json',
    (value: unknown) => (typeof value === 'string' ? (parseJsonText(value) ?? { value }).value : value),
  ],
  [
    'base64',
    (value: unknown) => (typeof value === 'string' && BASE64.test(value) ? (textIn(value) ?? value) : value),
  ],
])

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function textIn(base64: string): string | undefined {
  return decoded(Buffer.from(base64, 'base64'))
}
