import { planRedeliveries, type Untaken } from '../../src/commands/bot/heal/redelivery.ts'
import type { DeliveryAttempt } from '../../src/forges/github/app/deliveries.ts'
import { seenIds } from '../hooks/seen.ts'

/** What a forge keeps of its attempts to tell the bot of events. */
export interface DeliveryLog {
  /** The attempts since a time that were about something of interest; `isCut`: not all of them. */
  since(time: number): Promise<{ attempts: DeliveryAttempt[]; isCut: boolean }>
  /** Has it told once more. */
  again(id: number): Promise<void>
}

export interface RedeliveryRound {
  redelivered: number
  /** Due, and left to the next round. */
  left: number
  /** Given up. */
  lost: number
  isCut: boolean
}

export interface Redeliveries {
  /** @throws AssayError those of the forge; what was not done is done in the next round */
  round(): Promise<RedeliveryRound>
  /** Events that nobody took yet. */
  untaken(): number
}

/**
 * Has events told once more that nobody took: that costs one call where all was taken. Never one that was taken once, whatever
 * became of it later. What it knows ends with the process, and is read again.
 */
export function redeliveriesOf(log: DeliveryLog, now: () => number): Redeliveries {
  const untaken = new Map<string, Untaken>()
  const known = seenIds(MOST_KNOWN)
  const taken = seenIds(MOST_KNOWN)
  let since = now() - FIRST_MS

  /** Oldest first, so that an event's first attempt is known before what was repeated of it. */
  function learn(attempts: readonly DeliveryAttempt[]): void {
    for (const { id, guid, event, at, isTaken, isRepeat } of attempts.toReversed()) {
      if (known.has(`${id}`)) continue
      known.add(`${id}`)
      if (isTaken) {
        taken.add(guid)
        untaken.delete(guid)
      }
      const before = untaken.get(guid)
      // Of what was repeated and has no beginning here, nobody knows whether it was taken before.
      if (isTaken || taken.has(guid) || (isRepeat && !before)) continue
      const attempts = (before?.attempts ?? 0) + 1
      untaken.set(guid, { event, attempts, since: before?.since ?? at, last: at, id })
    }
  }

  return {
    untaken: () => untaken.size,
    async round() {
      const began = now()
      const { attempts, isCut } = await log.since(since)
      learn(attempts)
      // By the forge's clock, which need not be ours.
      since = Math.max(since, ...attempts.map(({ at }) => at - OVERLAP_MS))
      const plan = planRedeliveries([...untaken.values()], { now: began, most: MOST_A_ROUND })
      for (const [guid, one] of untaken) if (plan.lost.includes(one)) untaken.delete(guid)
      for (const one of plan.now) {
        one.last = now()
        await log.again(one.id)
      }
      return { redelivered: plan.now.length, left: plan.left, lost: plan.lost.length, isCut }
    },
  }
}

// --- internal ---

const FIRST_MS = 3 * 86_400_000
/** What is under way when the list is read stands in it later. */
const OVERLAP_MS = 120_000
const MOST_KNOWN = 20_000
const MOST_A_ROUND = 100
