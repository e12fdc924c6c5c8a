/** An event that the forge has tried to tell of, and nobody took. */
export interface Untaken {
  event: string
  attempts: number
  /** When it happened, and when it was last tried, in milliseconds since the epoch. */
  since: number
  last: number
  /** The attempt to repeat. */
  id: number
}

export interface RedeliveryPlan<T extends Untaken> {
  /** Those to be told of once more, what waits longest first. */
  now: T[]
  /** Due, and more than fit. */
  left: number
  /** What is not tried any more: the forge has it no longer, or it failed too often. */
  lost: T[]
}

/** Which events are to be told of once more. Each failure makes the pause before the next try longer. */
export function planRedeliveries<T extends Untaken>(
  untaken: readonly T[],
  { now, most }: { now: number; most: number },
): RedeliveryPlan<T> {
  const isLost = ({ attempts, since }: T) => attempts > PAUSES_MS.length || now - since > KEPT_MS
  const isDue = (one: T) => !isLost(one) && now - one.last >= PAUSES_MS[one.attempts - 1]!
  const due = untaken.filter(isDue).sort((a, b) => a.since - b.since)
  return { now: due.slice(0, most), left: Math.max(0, due.length - most), lost: untaken.filter(isLost) }
}

// --- internal ---

/** Milliseconds after each failure. */
const PAUSES_MS = [30_000, 240_000, 900_000, 3_600_000, 6 * 3_600_000, 12 * 3_600_000]
/** GitHub repeats what is three days old at most; what is older is found by looking at the state. */
const KEPT_MS = 3 * 86_400_000
