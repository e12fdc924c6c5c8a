export const MINUTE_MS = 60_000

/** The minute that an instant in milliseconds lies in, since the epoch. */
export function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE_MS)
}

/** Counts by slot, altogether and for each of the last minutes. */
export interface Minutes {
  add(slot: number, by: number, minute: number): void
  /** All that was ever added. */
  total(slot: number): number
  /** What was added from a minute on, for every slot. */
  since(minute: number): Float64Array
}

/**
 * A ring of minutes over `size` slots. The minute that runs is a plain array; one that is over is kept in two bytes a slot, or in
 * pairs where few slots have anything, and a minute in which nothing came is kept in none.
 *
 * @param kept how many minutes
 */
export function minuteRing(size: number, kept: number): Minutes {
  const totals = new Float64Array(size)
  const over = new Map<number, Packed>()
  let running = new Float64Array(size)
  let runs = Number.NEGATIVE_INFINITY

  /** A clock that goes back adds to the minute that runs: none begins twice. */
  const enter = (minute: number) => {
    if (Number.isFinite(runs)) over.set(runs, pack(running))
    for (let slot = 0; slot < size; slot++) totals[slot]! += running[slot]!
    running = new Float64Array(size)
    runs = minute
    for (const old of over.keys()) {
      if (old > minute - kept) break
      over.delete(old)
    }
  }
  return {
    add(slot, by, minute) {
      if (minute > runs) enter(minute)
      running[slot]! += by
    },
    total: slot => totals[slot]! + running[slot]!,
    since(minute) {
      const sum = runs >= minute ? running.slice() : new Float64Array(size)
      for (const [one, packed] of over) if (one >= minute) addPacked(sum, packed)
      return sum
    },
  }
}

// --- internal ---

/** Every slot in order; or the slots that have something, with theirs in `counts`. */
interface Packed {
  slots?: Uint32Array
  counts: Uint16Array | Uint32Array
}

function pack(values: Float64Array): Packed {
  const slots: number[] = []
  let largest = 0
  for (const [slot, value] of values.entries()) {
    if (value !== 0) slots.push(slot)
    if (value > largest) largest = value
  }
  const Counts = largest > 0xffff ? Uint32Array : Uint16Array
  if (slots.length * 3 > values.length) return { counts: new Counts(values) }
  return { slots: new Uint32Array(slots), counts: new Counts(slots.map(slot => values[slot]!)) }
}

function addPacked(sum: Float64Array, { slots, counts }: Packed): void {
  if (slots) for (let at = 0; at < slots.length; at++) sum[slots[at]!]! += counts[at]!
  else for (let slot = 0; slot < counts.length; slot++) sum[slot]! += counts[slot]!
}
