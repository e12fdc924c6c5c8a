import { createHash } from 'node:crypto'
import { kish } from '../../statistics/describe.ts'
import type { Predictions, TestSet } from '../evaluation.ts'
import { PackedIds, type RowIds } from '../row-ids.ts'
import { idOrder } from './id-order.ts'
import { isSinglePrecision, shortestOf } from './single-precision.ts'

/**
 * The identity of the rows a model was judged on: sha256 over task and (id, label) in id order, with the weight of each row where rows have any. The order of the
 * rows, the predictions and all other columns make no difference, nor does whether the labels have 32 bits or 64. Ids hold no control characters (the reader
 * refuses them), so that tab and line feed keep the parts apart.
 */
export function testSetOf(predictions: Predictions): TestSet {
  const { ids, label, classes, rows, weight } = predictions
  // What is true does not depend on how many classes a version of Assay takes to be several.
  const task = classes ? 'multiclass' : predictions.task
  const hash = createHash('sha256').update(`assay test set 1\t${task}${weight ? '\tweighted' : ''}\n`)
  const order = idOrder(ids)
  const lines = Buffer.alloc(65_536)
  let filled = 0
  const areSingle = weight && isSinglePrecision(weight.values)
  const isSingle = task === 'regression' && isSinglePrecision(label)
  // Few values for many rows, but for those of a regression.
  const endings = new Map<number, Buffer>()
  const endingOf = (value: number): Buffer => {
    const known = endings.get(value)
    if (known) return known
    const ending = Buffer.from(classes ? `\t${classes[value]!}\n` : `\t${value}\n`)
    if (endings.size < MOST_ENDINGS) endings.set(value, ending)
    return ending
  }
  for (let index = 0; index < rows; index++) {
    const row = order ? order[index]! : index
    if (filled > lines.length - LONGEST_LINE) {
      hash.update(lines.subarray(0, filled))
      filled = 0
    }
    filled = writeId(lines, filled, ids, row)
    const ending = endingOf(isSingle ? shortestOf(label[row]!) : label[row]!)
    for (let at = 0; at < ending.length; at++) lines[filled++] = ending[at]!
    if (weight)
      filled += lines.write(`${areSingle ? shortestOf(weight.values[row]!) : weight.values[row]!}\n`, filled)
  }
  const tested = { hash: hash.update(lines.subarray(0, filled)).digest('hex'), rows }
  if (!weight) return tested
  return { ...tested, weighted: { by: weight.name, effective: kish(weight.values) } }
}

// --- internal ---

const MOST_ENDINGS = 1000

/** @returns where it ends */
function writeId(lines: Buffer, start: number, ids: RowIds, row: number): number {
  if (!(ids instanceof PackedIds)) return start + lines.write(ids.at(row)!, start)
  const end = ids.ends[row]!
  let to = start
  for (let at = ids.start(row); at < end; at++) lines[to++] = ids.bytes[at]!
  return to
}

/** Id and class have at most 200 characters each, which may be written out as `\\u{…}`, at most 10 bytes a character. */
const LONGEST_LINE = 8192
