/**
 * One total order of row names: shorter first, then by code unit. Ids that count up (`1`, `2`, … `10`) are then in
 * order as they stand. Repeated ids, the hash of the test set and the join of two files all follow from it.
 */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** The rows in the order of their ids; `undefined` where they are strictly in order already. Kept per array of ids. */
export function idOrder(ids: readonly string[]): Uint32Array | undefined {
  if (!orders.has(ids)) orders.set(ids, isStrictlyOrdered(ids) ? undefined : sortedRows(ids))
  return orders.get(ids)
}

/** Ids that are there more than once, with the row (from 1) of the first and of each further one; at most `limit`. */
export function repeatedIds(
  ids: readonly string[],
  limit: number,
): { id: string; first: number; again: number }[] {
  const order = idOrder(ids)
  const repeated: { id: string; first: number; again: number }[] = []
  if (!order) return repeated
  let first = order[0]!
  for (let index = 1; index < order.length && repeated.length < limit; index++) {
    const row = order[index]!
    if (ids[row] === ids[first]) repeated.push({ id: ids[row]!, first: first + 1, again: row + 1 })
    else first = row
  }
  return repeated
}

// --- internal ---

/** Sorting a million names takes longer than all else that is done with them: once per file is enough. */
const orders = new WeakMap<readonly string[], Uint32Array | undefined>()

function isStrictlyOrdered(ids: readonly string[]): boolean {
  for (let row = 1; row < ids.length; row++) if (compareIds(ids[row - 1]!, ids[row]!) >= 0) return false
  return true
}

/** Equal ids stay in file order, for the sort is stable. */
function sortedRows(ids: readonly string[]): Uint32Array {
  const keys = sortKeys(ids)
  const rows = Uint32Array.from({ length: ids.length }, (_, row) => row)
  return rows.sort((a, b) => keys[a]! - keys[b]! || compareIds(ids[a]!, ids[b]!) || a - b)
}

/** Numbers in the order of the ids, as far as the length and six characters after the common prefix decide it. */
function sortKeys(ids: readonly string[]): Float64Array {
  const prefix = commonPrefix(ids)
  const keys = new Float64Array(ids.length)
  for (const [row, id] of ids.entries()) {
    let key = id.length
    let decided = true
    for (let at = prefix; at < prefix + 6; at++) {
      const unit = decided && at < id.length ? Math.min(id.charCodeAt(at), 127) : 0
      key = key * 128 + unit
      // Characters beyond ASCII share one number: what follows them must not decide before they do.
      if (unit === 127) decided = false
    }
    keys[row] = key
  }
  return keys
}

function commonPrefix(ids: readonly string[]): number {
  const first = ids[0] ?? ''
  let length = first.length
  for (const id of ids) {
    let at = 0
    while (at < length && id.charCodeAt(at) === first.charCodeAt(at)) at++
    length = at
  }
  return length
}
