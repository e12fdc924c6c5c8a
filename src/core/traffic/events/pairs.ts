/** Halves of events that wait for their other: a request for its answer, or the answer for its request. */
export interface Pairs<H> {
  /** The other half where it waits already, which is then handed over; else this one waits. */
  meet(id: string, half: H, cost: number, now: number): H | undefined
  /** What waits under an id. */
  waiting(id: string): H | undefined
  /** Gives up what has waited for too long. */
  expire(now: number): void
}

export interface PairLimits {
  /** Halves that wait at once, and what they may cost together: the oldest is given up for the newest. */
  most: number
  cost: number
  /** Milliseconds that one waits. */
  age: number
}

/** @param onGivenUp a half whose other did not come in time, or for which there was no more room */
export function pairs<H>({ most, cost: dearest, age }: PairLimits, onGivenUp: (half: H) => void): Pairs<H> {
  const halves = new Map<string, { half: H; cost: number; since: number }>()
  let held = 0
  const take = (id: string) => {
    const found = halves.get(id)
    if (!found) return undefined
    halves.delete(id)
    held -= found.cost
    return found.half
  }
  const giveUpWhile = (is: (oldest: { since: number }) => boolean) => {
    for (const [id, waiting] of halves) {
      if (!is(waiting)) return
      take(id)
      onGivenUp(waiting.half)
    }
  }
  return {
    meet(id, half, cost, now) {
      const other = take(id)
      if (other !== undefined) return other
      halves.set(id, { half, cost, since: now })
      held += cost
      giveUpWhile(() => halves.size > most || held > dearest)
      return undefined
    },
    waiting: id => halves.get(id)?.half,
    expire: now => giveUpWhile(({ since }) => now - since > age),
  }
}
