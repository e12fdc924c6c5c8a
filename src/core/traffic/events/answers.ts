import type { ModelProfile } from '../profile/profile.ts'
import { MOST_ROWS } from './body-budget.ts'
import type { Answers, NoValues } from './event.ts'
import { isObject, own } from './json-text.ts'
import { type Table, tablesOf } from './tensors.ts'

/** What of answers a profile has bins for. */
export interface Asked {
  /** The classes that it knows, in their order; undefined where it has no bins for predictions or they are numbers. */
  classes?: readonly string[]
  hasPrediction: boolean
  hasScore: boolean
}

export function askedOf({ prediction, score }: Pick<ModelProfile, 'prediction' | 'score'>): Asked {
  return {
    ...(prediction?.type === 'category' && { classes: prediction.categories }),
    hasPrediction: prediction !== undefined,
    hasScore: score !== undefined,
  }
}

/** The answer in a plain event. */
export function plainAnswer(event: unknown): Answers {
  const [prediction, score] = isObject(event) ? [own(event, 'prediction'), own(event, 'score')] : []
  return {
    length: 1,
    ...(prediction !== undefined && { prediction: () => prediction }),
    ...(score !== undefined && { score: () => score }),
  }
}

/** The answers of a model server: `predictions` (V1), or `outputs` (V2). */
export function responseAnswers(body: unknown, asked: Asked): Answers | NoValues {
  if (!isObject(body)) return 'rejected'
  const outputs = own(body, 'outputs')
  if (Array.isArray(outputs)) {
    const tables = tablesOf(outputs)
    return tables ? fromTables(tables, asked) : 'rejected'
  }
  const predictions = own(body, 'predictions')
  if (!Array.isArray(predictions) || predictions.length > MOST_ROWS) return 'rejected'
  return fromList(predictions, asked)
}

// --- internal ---

/** Elements of one kind: a value each, a list of probabilities each, or an object with `prediction` and `score` each. */
function fromList(list: readonly unknown[], asked: Asked): Answers | NoValues {
  if (list.every(isObject)) {
    const has = (name: string) => list.some(one => Object.hasOwn(one, name))
    return {
      length: list.length,
      ...(has('prediction') && { prediction: (row: number) => own(list[row]!, 'prediction') }),
      ...(has('score') && { score: (row: number) => own(list[row]!, 'score') }),
    }
  }
  if (!list.every(Array.isArray)) return list.some(Array.isArray) ? 'mismatch' : scalars(list, asked)
  const columns = (list[0] as unknown[]).length
  const data = list.flat() as unknown[]
  if (list.some(row => row.length !== columns) || data.some(Array.isArray)) return 'mismatch'
  return fromTables([{ name: '', rows: list.length, columns, data }], asked)
}

/** Of several outputs each says what it can: classes one, probabilities another. */
function fromTables(tables: readonly Table[], asked: Asked): Answers | NoValues {
  const length = tables[0]!.rows
  if (tables.some(({ rows }) => rows !== length)) return 'mismatch'
  const single = (table: Table) => table.columns === 1
  const said = tables
    .filter(single)
    .map(table => (tables.length > 1 && byName(table, asked)) || scalars(table.data, asked))
  const likely = tables.filter(table => !single(table)).map(table => probabilities(table, asked))
  const derived = likely.filter(one => typeof one === 'object')
  if (said.length + derived.length === 0) return 'mismatch'
  // What an output says itself goes before what is worked out from probabilities.
  return Object.assign({ length }, ...derived, ...said)
}

/** What one of several outputs is by its name. */
function byName({ name, data, rows }: Table, { hasPrediction, hasScore }: Asked): Answers | undefined {
  const at = (row: number) => data[row]
  if (name === 'score' && hasScore) return { length: rows, score: at }
  return name === 'prediction' && hasPrediction ? { length: rows, prediction: at } : undefined
}

/**
 * A value each: a class where every one is among the classes of the profile, else the score where the profile has one. A profile
 * without a score takes all for predictions, those that it does not know among them.
 */
function scalars(values: readonly unknown[], { classes, hasPrediction, hasScore }: Asked): Answers {
  const at = (row: number) => values[row]
  const isScore = hasScore && values.every(value => typeof value === 'number' || value === null)
  const isClasses = classes !== undefined && values.every(value => classes.includes(String(value)))
  if (isScore && !(hasPrediction && isClasses)) return { length: values.length, score: at }
  return { length: values.length, prediction: at }
}

/** Probabilities of each class: the likeliest is predicted, and of two the second is the score. */
function probabilities({ rows, columns, data }: Table, { classes }: Asked): Answers | NoValues {
  if (data.some(value => typeof value !== 'number' && value !== null)) return 'mismatch'
  if (classes && classes.length !== columns && columns !== 2) return 'mismatch'
  const likeliest = (row: number) => {
    const own = data.slice(row * columns, (row + 1) * columns) as number[]
    return own.some(value => typeof value !== 'number') ? null : classes?.[own.indexOf(Math.max(...own))]
  }
  return {
    length: rows,
    ...(classes?.length === columns && { prediction: likeliest }),
    ...(columns === 2 && { score: (row: number) => data[row * 2 + 1] }),
  }
}
