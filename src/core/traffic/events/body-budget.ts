/**
 * What is left of what one body may become, however it is packed and whatever is packed inside of it: a few bytes can say very much.
 * All that is read of a body takes from one budget.
 */
export interface BodyBudget {
  /** Unpacked. */
  bytes: number
  events: number
  /** Of JSON, weighed by the memory that they take; of a tensor behind it. */
  values: number
  /** Of all events: features times rows. */
  cells: number
}

/** Rows of one event. */
export const MOST_ROWS = 100_000
/** Features times rows, of all events of a body. */
export const MOST_CELLS = 4_000_000
/** Values of a tensor that are texts to be decoded one by one. */
export const MOST_TEXTS = 200_000
/** What a body may become in all, in bytes. */
export const MOST_UNPACKED = 8 * 1024 * 1024

/** @param weight bytes of what was sent, or what it says that it is unpacked: what waits has been let in by that */
export function bodyBudget(weight: number): BodyBudget {
  return {
    bytes: Math.min(MOST_UNPACKED, 65_536 + MOST_TIMES * weight),
    events: 50_000,
    values: 4_000_000,
    cells: MOST_CELLS,
  }
}

/** Takes from the budget. False where there is not so much left: nothing is taken then. */
export function spend(budget: BodyBudget, of: keyof BodyBudget, amount: number): boolean {
  if (budget[of] < amount) return false
  budget[of] -= amount
  return true
}

/** Unpacks what is `most` bytes at most. Undefined where it cannot, or it becomes more. */
export type Unpack = (bytes: Uint8Array, most: number) => Uint8Array | undefined

/** Bytes as they are where they are not packed; what cannot be unpacked costs what it might have become. */
export function unpackWithin(
  bytes: Uint8Array,
  unpack: Unpack,
  budget: BodyBudget,
  most = budget.bytes,
): Uint8Array | undefined {
  const unpacked = unpack(bytes, Math.min(most, budget.bytes))
  if (unpacked === bytes) return bytes
  budget.bytes -= Math.min(budget.bytes, unpacked?.length ?? bytes.length * DEFLATE_TIMES)
  return unpacked
}

// --- internal ---

/** What is packed inside of an event may be so many times as large as the body. Real values become eight times as large. */
const MOST_TIMES = 32
/** No deflated byte becomes more. */
const DEFLATE_TIMES = 1032
