import type { CanaryCounts } from '../canary/counts.ts'
import { isOfNow } from '../events/event-time.ts'
import { hashOf } from '../events/text-hash.ts'
import type { Slices } from './slices.ts'
import type { Answered, AnswerResult, CanaryStep, Contact, ContactResult } from './step.ts'
import { type ArmName, armOf, emptyTally, type Tally } from './tally.ts'
import { unitTable } from './unit-table.ts'
import { waitingOutcomes } from './waiting.ts'

/** Counts the units that meet the two arms of a step, and what becomes of them. Of a unit nothing is kept but a hash. */
export interface Exposures {
  readonly step: CanaryStep
  readonly slices: Slices | undefined
  /** From when on it counts, in milliseconds. */
  since(): number
  readonly restarted: boolean
  /** The challenger is live since then, in milliseconds: where counting began before that, it begins anew. */
  live(since: number, now: number): void
  contact(event: Contact, now: number): void
  outcome(of: Answered, now: number): void
  /** Counts who is mature, and gives up what has waited for too long. */
  tick(now: number): void
  /** As of the last tick, or of what came since. */
  tally(): Tally
  counts(now: number): CanaryCounts
}

export interface ExposuresOf {
  step: CanaryStep
  slices?: Slices
  environment?: string
  /** Drawn for each process. */
  seed: number
  /** Units that are known at once. */
  most: number
  /** From when on it counts, in milliseconds: may be ahead. */
  since: number
  /** Milliseconds from the first unit that meets the challenger on until the weight is that of the traffic. */
  settle: number
  /** The step had begun before. */
  restarted: boolean
}

/**
 * Times of contacts and outcomes are the senders', and count by the second; what they say is ahead happens now. Of a unit that came
 * twice the contact that was told first is the first one.
 */
export function countExposures(of: ExposuresOf): Exposures {
  const { step, slices, environment, seed, most, restarted, settle: settling } = of
  const names = slices?.names ?? []
  const within = Math.ceil(step.within / 1000)
  let { since } = of
  let units = unitTable(most, names.length > 0)
  let tally = emptyTally(names.length)
  /** Until somebody has met the challenger there is no split, and nothing says of what is counted that it is one arm of two. */
  let isSplit = !step.isFirst
  let ticked: number | undefined
  const waiting = waitingOutcomes(outcomes => {
    tally.outcomes.unexposed += outcomes
  })
  const beginAt = (at: number) => {
    since = at
    units = unitTable(most, names.length > 0)
    tally = emptyTally(names.length)
  }
  const armIn = (release: string): ArmName | undefined =>
    release === step.challenger ? 'challenger' : release === step.champion ? 'champion' : undefined
  const hashIn = (unit: string | undefined) =>
    unit === undefined || unit === '' || unit.length > LONGEST ? undefined : hashOf(unit, seed)

  /** Counts a unit as mature where it is: from then on nothing that it does changes what it was. */
  const settle = (place: number, now: number): number => {
    const flags = units.flags(place)
    if (flags & MATURED || isCrossed(flags) || now <= units.since(place) + within) return flags
    const name = flags & CHAMPION ? 'champion' : 'challenger'
    const arm = tally.arms[name]
    const slice = tally.slices[units.slice(place)]?.[name]
    arm.matured++
    if (flags & CONVERTED) arm.converted++
    if (slice) {
      slice.matured++
      if (flags & CONVERTED) slice.converted++
    }
    if (!(flags & OUTCOME)) arm.harmed.missing_outcome++
    units.setFlags(place, flags | MATURED)
    return flags | MATURED
  }
  const met = (
    { release, unit, time, isError, latency = 0, isOwn, slice = 0 }: Contact,
    now: number,
  ): ContactResult => {
    const arm = armIn(release)
    if (!arm) return 'other_release'
    if (!isOfNow({ time }, now)) return 'late'
    const hash = hashIn(unit)
    if (hash === undefined) return 'no_unit'
    const at = Math.min(time ?? now, now)
    if (!isSplit && arm === 'challenger') {
      // One of its pods answers: the others may still be on their way.
      beginAt(at + settling)
      isSplit = true
      return 'before'
    }
    if (at < since) return 'before'
    let place = units.find(hash)
    if (place < 0) place = units.add(hash, seconds(at), slice)
    if (place < 0) return 'full'
    const before = settle(place, seconds(now))
    const flags = before | BIT[arm]
    units.setFlags(place, flags)
    if (flags !== before) enter(arm, before)
    if (arm === 'challenger' && !isOwn) tally.echoed++
    if (!isCrossed(flags)) {
      if (isError) harm(place, arm, 'errors', ERROR)
      if (step.slow !== undefined && latency > step.slow) harm(place, arm, 'latency', SLOW)
      for (const outcome of waiting.take(hash, seconds(now))) tally.outcomes[answer(place, outcome, now)]++
    }
    return 'counted'
  }
  const enter = (arm: ArmName, before: number) => {
    tally.arms[arm].exposures++
    if (!(before & BOTH)) return
    tally.metBoth++
    tally.arms.champion.crossed++
    tally.arms.challenger.crossed++
    const other = tally.arms[arm === 'champion' ? 'challenger' : 'champion']
    if (before & ERROR) other.harmedCrossed.errors++
    if (before & SLOW) other.harmedCrossed.latency++
  }
  const harm = (place: number, arm: ArmName, guardrail: 'errors' | 'latency', bit: number) => {
    const flags = units.flags(place)
    if (flags & bit) return
    units.setFlags(place, flags | bit)
    tally.arms[arm].harmed[guardrail]++
  }
  const answer = (
    place: number,
    { at, converts }: { at: number; converts: boolean },
    now: number,
  ): AnswerResult => {
    const flags = settle(place, seconds(now))
    if (isCrossed(flags)) return 'crossed'
    if (at < units.since(place)) return 'early'
    if (flags & MATURED || at > units.since(place) + within) return 'late'
    const after = flags | OUTCOME | (converts ? CONVERTED : 0)
    units.setFlags(place, after)
    return after === flags ? 'repeated' : 'counted'
  }
  const answered = ({ release, unit, time, converts }: Answered, now: number): AnswerResult | undefined => {
    if (release !== undefined && !armIn(release)) return 'other_release'
    const hash = hashIn(unit)
    if (hash === undefined) return 'no_unit'
    const outcome = { at: seconds(Math.min(time ?? now, now)), told: seconds(now), converts }
    const place = units.find(hash)
    if (place >= 0) return answer(place, outcome, now)
    waiting.add(hash, outcome)
    return undefined
  }
  const tick = (now: number) => {
    const second = seconds(now)
    if (second === ticked) return
    ticked = second
    units.each({ before: second - within, without: MATURED }, place => void settle(place, second))
    // A request comes no second time.
    if (step.unit === 'request') units.forget(flags => (flags & MATURED) > 0)
    waiting.expire(second)
  }

  return {
    step,
    slices,
    since: () => since,
    restarted,
    live(at, now) {
      // Units that came since cannot be told from those before.
      if (since < at) beginAt(Math.max(at, now))
    },
    contact(event, now) {
      const result = met(event, now)
      tally.contacts[result]++
    },
    outcome(one, now) {
      const result = answered(one, now)
      if (result) tally.outcomes[result]++
    },
    tick,
    tally: () => tally,
    counts(now) {
      tick(now)
      const { arms, contacts, outcomes, metBoth, echoed } = tally
      return {
        model: step.model,
        ...(environment !== undefined && { environment }),
        key: step.key,
        since,
        asOf: now,
        restarted,
        arms: {
          champion: armOf(arms.champion, step.guardrails),
          challenger: armOf(arms.challenger, step.guardrails),
        },
        metBoth,
        unattributed: contacts.no_unit + contacts.late + contacts.other_release,
        full: contacts.full,
        echoed,
        outcomes: outcomes.counted,
        ...(names.length > 0 && { slices: tally.slices.map((arms, at) => ({ name: names[at]!, arms })) }),
      }
    },
  }
}

// --- internal ---

/** What is known of a unit. */
const [CHAMPION, CHALLENGER, MATURED, CONVERTED, OUTCOME, ERROR, SLOW] = [1, 2, 4, 8, 16, 32, 64] as const
const BOTH = CHAMPION | CHALLENGER
const BIT = { champion: CHAMPION, challenger: CHALLENGER }
const LONGEST = 256

function isCrossed(flags: number): boolean {
  return (flags & BOTH) === BOTH
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
