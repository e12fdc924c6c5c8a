/** Outcomes whose unit has met no arm yet: the event of its contact may be on its way, or wait behind others. */
export interface Waiting {
  add(hash: number, outcome: WaitingOutcome): void
  /** Those of a unit that are not too old, which wait no more. */
  take(hash: number, now: number): WaitingOutcome[]
  /** Gives up what has waited for too long. */
  expire(now: number): void
}

/** Times in seconds. */
export interface WaitingOutcome {
  at: number
  told: number
  converts: boolean
}

/** @param onGivenUp outcomes that are given up, for their age or for newer ones */
export function waitingOutcomes(onGivenUp: (outcomes: number) => void): Waiting {
  /** The one that was told of last stands last. */
  const units = new Map<number, WaitingOutcome[]>()
  const giveUpWhile = (is: (outcomes: WaitingOutcome[]) => boolean) => {
    for (const [hash, outcomes] of units) {
      if (!is(outcomes)) return
      units.delete(hash)
      onGivenUp(outcomes.length)
    }
  }
  return {
    add(hash, outcome) {
      const own = units.get(hash) ?? []
      units.delete(hash)
      units.set(hash, own)
      own.push(outcome)
      if (own.length > MOST_OF_ONE) {
        own.shift()
        onGivenUp(1)
      }
      giveUpWhile(() => units.size > MOST)
    },
    take(hash, now) {
      const own = units.get(hash)
      if (!own) return NONE
      units.delete(hash)
      const young = own.filter(({ told }) => now - told <= SECONDS)
      onGivenUp(own.length - young.length)
      return young
    },
    expire: now => giveUpWhile(outcomes => now - outcomes.at(-1)!.told > SECONDS),
  }
}

// --- internal ---

const NONE: WaitingOutcome[] = []
const MOST = 20_000
const MOST_OF_ONE = 4
const SECONDS = 5 * 60
