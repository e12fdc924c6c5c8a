import * as z from 'zod'
import { METRIC_NAME } from '../../text/names.ts'
import { armId, armIn, itemOf } from '../evals/arms.ts'
import type { Arms, Predictions, ScoreColumn } from '../evaluation.ts'
import { areProbabilities } from '../predictions/labels/probabilities.ts'
import { scoreColumn } from '../predictions/score-column.ts'
import { isWeight } from '../predictions/weight-column.ts'
import { type RowIds, textsOf } from '../row-ids.ts'
import { NAME_BYTES, type RowNames } from './row-names.ts'

/**
 * Predictions of a release as they are kept for the comparisons to come: the name of each row, its truth, its answer and its
 * score, its columns of scores and its weight, in the order of the names, so that nothing is told of the order of the file. No id, no slice, no other column.
 *
 * The bytes are a line of JSON, and then column after column: names (16 bytes each, ascending), label, prediction, score, columns
 * of scores, weight and the probability of each class (64-bit numbers, little-endian), each where the line says that it is there. The same
 * rows and key give the same bytes.
 */

/** Rows that are kept at most: 160 MB of them. */
const MOST_KEPT_ROWS = 4_000_000
const LONGEST_ROW = NAME_BYTES + 3 * 8

/** Prompts and providers of a file whose rows can be kept. */
const MOST_ARMS = 10_000

/** A thousand classes of two thousand characters, and the rest of the line. */
const LONGEST_HEADER = 2_500_000

/** Bytes that a file of so many rows has at most. Probabilities of many classes are kept where there is room left for them. */
export const MOST_KEPT_BYTES = MOST_KEPT_ROWS * LONGEST_ROW + LONGEST_HEADER

/** What rows are found again by. */
export type CandidateRows = Pick<Predictions, 'ids' | 'arms'>

const Header = z.strictObject({
  schema: z.literal('assay rows 1'),
  task: z.enum(['binary', 'multiclass', 'regression', 'scores']),
  rows: z.int().positive().max(MOST_KEPT_ROWS),
  /** Of the key that the rows are named by. */
  key: z.string().regex(/^[0-9a-f]{8}$/),
  classes: z.array(z.string().max(2000)).max(1000).optional(),
  undecided: z.string().max(2000).optional(),
  noPositive: z.string().max(2000).optional(),
  score: z.boolean(),
  values: z
    .array(
      z.strictObject({
        name: z.string().regex(METRIC_NAME),
        direction: z.enum(['higher', 'lower']),
        /** Rows that have no such score, and NaN there. */
        without: z.int().positive().optional(),
      }),
    )
    .max(60)
    .optional(),
  /** What the column `passed` is made of. */
  passedBy: z.string().max(20_000).optional(),
  /** There is a column for each class. */
  probabilities: z.literal(true).optional(),
  quantile: z.number().gt(0).lt(1).optional(),
  /** What the prompts and providers are called that the ids of rows have the numbers of, in their order and by the key. */
  arms: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(2)
    .max(MOST_ARMS)
    .optional(),
  /** The column of weights, of which the rows have one each. */
  weight: z.string().max(2000).optional(),
})

/** More rows than this are not kept, where they have columns of scores of their own fewer. */
export function mostKeptRows({ values = [], weight }: Pick<Predictions, 'values' | 'weight'>): number {
  const columns = values.length + Number(weight !== undefined)
  return Math.floor((MOST_KEPT_ROWS * LONGEST_ROW) / (LONGEST_ROW + columns * 8))
}

/** @throws RangeError where there are more than `mostKeptRows` */
export function keptRows(predictions: Predictions, names: RowNames): Buffer {
  const { task, rows, ids, label, prediction, score, values, classes, undecided, noPositive } = predictions
  if (rows > mostKeptRows(predictions)) throw new RangeError('too many rows to be kept')
  const named = Array.from({ length: rows }, (_, row) => ({ name: names.of(ids.at(row)!), row }))
  named.sort((one, other) => Buffer.compare(one.name, other.name))
  const header = { schema: 'assay rows 1', task, rows, key: names.key, classes, undecided, noPositive }
  const columns = values?.map(({ name, direction, without }) => ({ name, direction, without }))
  const probabilities = fits(predictions) ? predictions.probabilities : undefined
  const facts = {
    ...header,
    score: score !== undefined,
    values: columns,
    passedBy: predictions.passing?.by,
    probabilities: probabilities && true,
    quantile: predictions.quantile,
    arms: predictions.arms?.names.map(names.ofArm),
    weight: predictions.weight?.name,
  }
  const first = Buffer.from(`${JSON.stringify(facts)}\n`)
  const column = (values: Float64Array) => {
    const bytes = Buffer.allocUnsafe(rows * 8)
    for (const [at, { row }] of named.entries()) bytes.writeDoubleLE(values[row]!, at * 8)
    return bytes
  }
  return Buffer.concat([
    first,
    ...named.map(({ name }) => name),
    column(label),
    // Without a threshold there are no answers, which nothing could be compared with.
    ...(undecided === undefined ? [column(prediction)] : []),
    ...(score ? [column(score)] : []),
    ...(values ?? []).map(one => column(one.values)),
    ...(predictions.weight ? [column(predictions.weight.values)] : []),
    ...(probabilities ?? []).map(column),
  ])
}

/**
 * Kept rows as predictions, with the ids of those rows that the candidate has too; another row is called by its name. They have no
 * slices and no groups: in a comparison those are the candidate's.
 *
 * @param candidate its prompts and providers, where it has several, must be known by name: their numbers may have changed
 * @returns what is wrong with the bytes, in words, where they are no kept rows or of another key
 */
export function readKeptRows(
  bytes: Buffer,
  names: RowNames,
  candidate: CandidateRows,
): Predictions | { problem: string } {
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf('\n')
  const header = end < 0 ? undefined : headerIn(bytes.toString('utf8', 0, end))
  if (!header) return { problem: 'they are no rows that Assay kept' }
  if (header.key !== names.key)
    return { problem: 'they were kept with another key than ASSAY_BASELINES_KEY is now' }
  if (candidate.arms && !header.arms)
    return {
      problem: 'they were kept without the names of prompts, so which one each row is of is not known',
    }
  const { task, rows, classes, undecided, noPositive } = header
  const ofClasses = header.probabilities ? (classes?.length ?? 0) : 0
  const ofScores = Number(header.score) + (header.values?.length ?? 0) + Number(header.weight !== undefined)
  const columns = 1 + Number(undecided === undefined) + ofScores + ofClasses
  if (bytes.length !== end + 1 + rows * (NAME_BYTES + columns * 8)) return { problem: 'they are not whole' }
  const start = end + 1
  const arms = candidate.arms && header.arms && armNames(header.arms, candidate.arms, names)
  const ids = arms ? idsOfArms(candidate.ids, arms) : textsOf(candidate.ids)
  const rowIds = idsOf(bytes.subarray(start, start + rows * NAME_BYTES), names, ids)
  if (!rowIds) return { problem: 'their names are not in order' }
  let at = start + rows * NAME_BYTES
  const column = () => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) values[row] = bytes.readDoubleLE(at + row * 8)
    at += rows * 8
    return values
  }
  const label = column()
  const prediction = undecided === undefined ? column() : new Float64Array(rows).fill(Number.NaN)
  const score = header.score ? column() : undefined
  const values = header.values?.map(({ name, direction }) => scoreColumn(name, direction, column()))
  const weight = header.weight === undefined ? undefined : { name: header.weight, values: column() }
  const probabilities = header.probabilities && Array.from({ length: ofClasses }, column)
  const codes = classes?.length ?? (task === 'binary' ? 2 : undefined)
  const isCode = (value: number) =>
    codes === undefined || (Number.isInteger(value) && value >= 0 && value < codes)
  const isSound = (value: number) => Number.isFinite(value) && isCode(value)
  if (!label.every(isSound) || (undecided === undefined && !prediction.every(isSound)))
    return { problem: 'they hold a label or an answer that cannot be' }
  const isWhole = (one: ScoreColumn, at: number) =>
    one.without === header.values![at]!.without &&
    one.values.every(value => Number.isFinite(value) || Number.isNaN(value))
  if (!(score ?? label).every(Number.isFinite) || !(values ?? []).every(isWhole))
    return { problem: 'they hold a score that is no number' }
  if (weight && !weight.values.every(isWeight)) return { problem: 'they hold a weight that cannot be' }
  if (probabilities && !probabilities.every(areProbabilities))
    return { problem: 'they hold a probability that is none' }
  return {
    task,
    rows,
    ids: rowIds,
    label,
    prediction,
    slices: [],
    ...(arms && { arms: { names: arms, of: Uint32Array.from(rowIds, id => armIn(id)) } }),
    ...(score && { score }),
    ...(values && { values }),
    ...(header.passedBy !== undefined && { passing: { by: header.passedBy } }),
    ...(probabilities && { probabilities }),
    ...(header.quantile !== undefined && { quantile: header.quantile }),
    ...(weight && { weight }),
    ...(classes && { classes }),
    ...(undecided !== undefined && { undecided }),
    ...(noPositive !== undefined && { noPositive }),
  }
}

// --- internal ---

/** Whether there is room for the probabilities of its classes. */
function fits({ rows, probabilities = [], values = [], weight }: Predictions): boolean {
  const columns = values.length + probabilities.length + Number(weight !== undefined)
  return rows * (LONGEST_ROW + columns * 8) <= MOST_KEPT_ROWS * LONGEST_ROW
}

function headerIn(text: string): z.infer<typeof Header> | undefined {
  try {
    return Header.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** What the kept prompts are called by the candidate; one that it has not is called by its hash. */
function armNames(kept: readonly string[], { names: called }: Arms, names: RowNames): string[] {
  const known = new Map(called.map(name => [names.ofArm(name), name]))
  return kept.map(hash => known.get(hash) ?? `kept prompt ${hash}`)
}

/** The ids that the candidate's items have by the numbers of the kept prompts. */
function idsOfArms(ids: RowIds, arms: readonly string[]): string[] {
  const items = new Set(textsOf(ids).map(itemOf))
  // Of other items or prompts, then: there may be any number of both.
  if (items.size * arms.length > MOST_KEPT_ROWS) return []
  return [...items].flatMap(item => arms.map((_, arm) => armId(item, arm)))
}

/** undefined where the names do not rise: a row that is there twice would be counted twice. */
function idsOf(kept: Buffer, names: RowNames, ids: readonly string[]): string[] | undefined {
  const known = new Map(ids.map(id => [names.of(id).toString('latin1'), id]))
  const found: string[] = []
  for (let at = 0; at < kept.length; at += NAME_BYTES) {
    const name = kept.subarray(at, at + NAME_BYTES)
    if (at > 0 && Buffer.compare(kept.subarray(at - NAME_BYTES, at), name) >= 0) return undefined
    found.push(known.get(name.toString('latin1')) ?? `kept row ${name.toString('hex')}`)
  }
  return found
}
