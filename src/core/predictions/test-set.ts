import { createHash } from 'node:crypto'
import type { Predictions, TestSet } from '../evaluation.ts'
import { compareIds, isStrictlyOrdered } from './id-order.ts'

/**
 * The identity of the rows a model was judged on: sha256 over task and (id, label) in id order. The order of the
 * rows, the predictions and all other columns make no difference. Ids hold no control characters (the reader
 * refuses them), so that tab and line feed keep the parts apart.
 */
export function testSetOf(predictions: Predictions): TestSet {
  const { ids, label, classes, rows, task } = predictions
  const hash = createHash('sha256').update(`assay test set 1\t${task}\n`)
  const order = isStrictlyOrdered(ids) ? undefined : orderOf(ids)
  let lines = ''
  for (let index = 0; index < rows; index++) {
    const row = order ? order[index]! : index
    const value = label[row]!
    lines += `${ids[row]!}\t${classes ? classes[value]! : value}\n`
    if (lines.length > 65_536) {
      hash.update(lines)
      lines = ''
    }
  }
  return { hash: hash.update(lines).digest('hex'), rows }
}

// --- internal ---

function orderOf(ids: string[]): Uint32Array {
  const keys = sortKeys(ids)
  return Uint32Array.from(ids.keys()).sort((a, b) => keys[a]! - keys[b]! || compareIds(ids[a]!, ids[b]!))
}

/** Numbers in the order of the ids, as far as the length and six characters after the common prefix decide it. */
function sortKeys(ids: string[]): Float64Array {
  const prefix = commonPrefix(ids)
  return Float64Array.from(ids, id => {
    let key = id.length
    for (let at = prefix; at < prefix + 6; at++)
      key = key * 128 + (at < id.length ? Math.min(id.charCodeAt(at), 127) : 0)
    return key
  })
}

function commonPrefix(ids: string[]): number {
  const first = ids[0] ?? ''
  let length = first.length
  for (const id of ids) {
    let at = 0
    while (at < length && id.charCodeAt(at) === first.charCodeAt(at)) at++
    length = at
  }
  return length
}
