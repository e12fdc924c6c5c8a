import type { Plan } from './plan.ts'
import type { Reason } from './reasons.ts'

/**
 * When a plan is to be made anew although nobody does anything: a soak or a freeze ends, or it waits for what tells nobody when it
 * is there. Undefined where only what somebody does can change it.
 *
 * @param now milliseconds, as the result
 */
export function wakeOf(plan: Plan, now: number): number | undefined {
  const waiting = 'waiting' in plan ? plan.waiting : []
  const reasons = [...('reasons' in plan ? plan.reasons : []), ...waiting.flatMap(one => one.reasons)]
  const moments = reasons.flatMap(reason => momentOf(reason, now) ?? [])
  if ('lands' in plan && plan.lands === 'after_checks') moments.push(now + ASK_AGAIN)
  // A release that harms is gone as soon as the forge lets it: what it has refused is tried again.
  if ('canary' in plan && plan.canary?.step === 'take_back') moments.push(now + TICK)
  // What was a yes may be none any more, and tells nobody.
  if (plan.answers) moments.push(now + ASK_AGAIN)
  if (plan.isTried) moments.push(now + TICK)
  return moments.length === 0 ? undefined : Math.max(now + SOONEST, Math.min(...moments))
}

// --- internal ---

/** Milliseconds until what tells nobody is asked again. */
const ASK_AGAIN = 300_000
/** Verdicts on live traffic are made as often. */
const TICK = 60_000
/** What ends a soak has a clock of its own. */
const SOONEST = 10_000

function momentOf(reason: Reason, now: number): number | undefined {
  switch (reason.kind) {
    case 'soak':
    case 'freeze':
      return reason.until
    case 'not_live':
    case 'unhealthy':
    case 'canary_slow':
    case 'signature_unknown':
    // Whoever signs it tells nobody here.
    case 'not_signed':
    case 'answer':
    case 'answer_unknown':
      return now + ASK_AGAIN
    case 'canary_stays':
      // What a step waits for may be over sooner: harm is looked for at every tick.
      return now + TICK
    case 'canary':
    case 'taken_back':
    case 'canary_unreadable':
    case 'rejected':
    case 'rollback':
    case 'held':
    case 'origin':
    case 'verdict':
    case 'registry':
    case 'no_image':
    case 'not_scanned':
    case 'image_not_scanned':
    case 'rolled_back':
    case 'not_recorded':
      return undefined
  }
}
