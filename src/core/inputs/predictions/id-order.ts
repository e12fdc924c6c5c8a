import { PackedIds, type RowIds } from '../row-ids.ts'

/**
 * One total order of row names: shorter first, then by code unit. Ids that count up (`1`, `2`, … `10`) are then in
 * order as they stand. Repeated ids, the hash of the test set and the join of two files all follow from it.
 */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Compares a row of one file with a row of another, or of the same, by their names. */
export function comparerOf(ours: RowIds, theirs: RowIds): (our: number, their: number) => number {
  if (ours instanceof PackedIds && theirs instanceof PackedIds)
    return (our, their) => comparePacked(ours, our, theirs, their)
  return (our, their) => compareIds(ours.at(our)!, theirs.at(their)!)
}

/** The rows in the order of their ids; `undefined` where they are strictly in order already. Kept per ids. */
export function idOrder(ids: RowIds): Uint32Array | undefined {
  if (!orders.has(ids)) orders.set(ids, isStrictlyOrdered(ids) ? undefined : sortedRows(ids))
  return orders.get(ids)
}

/** Takes it as known: where the ids were sorted elsewhere. */
export function keepIdOrder(ids: RowIds, order: Uint32Array | undefined): void {
  orders.set(ids, order)
}

/** Ids that are there more than once, with the row (from 1) of the first and of each further one; at most `limit`. */
export function repeatedIds(ids: RowIds, limit: number): { id: string; first: number; again: number }[] {
  const order = idOrder(ids)
  const repeated: { id: string; first: number; again: number }[] = []
  if (!order) return repeated
  const compare = comparerOf(ids, ids)
  let first = order[0]!
  for (let index = 1; index < order.length && repeated.length < limit; index++) {
    const row = order[index]!
    if (compare(row, first) === 0) repeated.push({ id: ids.at(row)!, first: first + 1, again: row + 1 })
    else first = row
  }
  return repeated
}

// --- internal ---

/** Sorting a million names takes longer than all else that is done with them: once per file is enough. */
const orders = new WeakMap<RowIds, Uint32Array | undefined>()

function isStrictlyOrdered(ids: RowIds): boolean {
  const compare = comparerOf(ids, ids)
  for (let row = 1; row < ids.length; row++) if (compare(row - 1, row) >= 0) return false
  return true
}

/** Equal ids stay in file order, for the sort is stable. */
function sortedRows(ids: RowIds): Uint32Array {
  const keys = sortKeys(ids)
  const compare = comparerOf(ids, ids)
  const rows = Uint32Array.from({ length: ids.length }, (_, row) => row)
  return rows.sort((a, b) => keys[a]! - keys[b]! || compare(a, b) || a - b)
}

function comparePacked(ours: PackedIds, our: number, theirs: PackedIds, their: number): number {
  let at = ours.start(our)
  let other = theirs.start(their)
  const end = ours.ends[our]!
  const longer = end - at - (theirs.ends[their]! - other)
  if (longer !== 0) return longer
  for (; at < end; at++, other++) {
    const difference = ours.bytes[at]! - theirs.bytes[other]!
    if (difference !== 0) return difference
  }
  return 0
}

/** How long a name is, and what stands at each place of it. */
interface Units {
  lengthOf(row: number): number
  unitAt(row: number, at: number): number
}

function unitsOf(ids: RowIds): Units {
  if (ids instanceof PackedIds)
    return {
      lengthOf: row => ids.ends[row]! - ids.start(row),
      unitAt: (row, at) => ids.bytes[ids.start(row) + at]!,
    }
  return { lengthOf: row => ids.at(row)!.length, unitAt: (row, at) => ids.at(row)!.charCodeAt(at) }
}

/** Numbers in the order of the ids, as far as the length and six characters after the common prefix decide it. */
function sortKeys(ids: RowIds): Float64Array {
  const units = unitsOf(ids)
  const prefix = commonPrefix(ids, units)
  const keys = new Float64Array(ids.length)
  for (let row = 0; row < keys.length; row++) {
    const length = units.lengthOf(row)
    let key = length
    let decided = true
    for (let at = prefix; at < prefix + 6; at++) {
      const unit = decided && at < length ? Math.min(units.unitAt(row, at), 127) : 0
      key = key * 128 + unit
      // Characters beyond ASCII share one number: what follows them must not decide before they do.
      if (unit === 127) decided = false
    }
    keys[row] = key
  }
  return keys
}

function commonPrefix({ length: rows }: RowIds, { lengthOf, unitAt }: Units): number {
  let length = rows === 0 ? 0 : lengthOf(0)
  for (let row = 1; row < rows && length > 0; row++) {
    const own = Math.min(length, lengthOf(row))
    let at = 0
    while (at < own && unitAt(row, at) === unitAt(0, at)) at++
    length = at
  }
  return length
}
