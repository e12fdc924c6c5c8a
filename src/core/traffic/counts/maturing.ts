/** Counts that wait until their predictions are old enough. */
export interface Maturing {
  /** @param at when it is ripe, in milliseconds */
  add(slot: number, at: number): void
  /** Hands over what is ripe. */
  tick(now: number): void
}

/** Ripe by whole hours, and never too early: what waits is a number for each hour and slot, however many outcomes it is. */
export function maturing(ripe: (slot: number, count: number) => void): Maturing {
  const hours = new Map<number, Map<number, number>>()
  return {
    add(slot, at) {
      const hour = Math.ceil(at / HOUR_MS)
      const slots = hours.get(hour) ?? new Map<number, number>()
      hours.set(hour, slots.set(slot, (slots.get(slot) ?? 0) + 1))
    },
    tick(now) {
      for (const [hour, slots] of hours) {
        if (hour * HOUR_MS > now) continue
        hours.delete(hour)
        for (const [slot, count] of slots) ripe(slot, count)
      }
    },
  }
}

// --- internal ---

const HOUR_MS = 3_600_000
