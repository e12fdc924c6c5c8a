import { countExposures, type Exposures } from './exposures.ts'
import type { Slices } from './slices.ts'
import type { CanaryStep } from './step.ts'

/** The canaries in progress, each counted by itself: what one is sent costs no other anything. */
export interface Canaries {
  /**
   * The steps that are in progress now. One that is new, or judged by other rules than before, begins with 0 in every counter; one that
   * is gone is forgotten with its counts.
   */
  set(steps: readonly CanaryStep[], now: number): void
  of(model: string): Exposures | undefined
  /**
   * The challenger of a step is live since then, in milliseconds: what was counted before that is forgotten.
   *
   * @param key of the step; of another one nothing is done
   * @returns whether it is the step that is counted
   */
  live(of: { model: string; key: string; since: number }, now: number): boolean
  all(): Exposures[]
  tick(now: number): void
}

export interface CanariesOf {
  environment?: string
  startedAt: number
  /** Drawn for each process. */
  seed: number
  /** Units of one model that are known at once. */
  most: number
  /** Milliseconds that a new weight needs until it is that of the traffic: from when it was read on, or from the first unit that met a new challenger. */
  settle: number
  /** What tells the slices of its units. */
  slicesOf?(step: CanaryStep): Slices | undefined
}

export function countCanaries({ startedAt, slicesOf = () => undefined, ...given }: CanariesOf): Canaries {
  const { settle } = given
  const known = new Map<string, Exposures>()
  let isFirstSet = true

  const begun = (step: CanaryStep, now: number): Exposures => {
    const before = known.get(step.model)
    const slices = slicesOf(step)
    const of = { ...given, ...(slices && { slices }) }
    const isNext =
      before?.step.champion === step.champion && before.step.challenger === step.challenger && !step.isFirst
    if (isNext) return countExposures({ ...of, step, since: now + settle, restarted: false })
    // Of one that is there when the process begins, or that is not the first, something has been before; its weight may be new all the same.
    const restarted = isFirstSet || !step.isFirst
    const began = Math.max(startedAt, now)
    return countExposures({ ...of, step, since: step.isFirst ? began : began + settle, restarted })
  }
  return {
    set(steps, now) {
      const before = new Map(known)
      for (const step of steps)
        if (!isSame(before.get(step.model)?.step, step)) known.set(step.model, begun(step, now))
      const named = new Set(steps.map(({ model }) => model))
      for (const model of before.keys()) if (!named.has(model)) known.delete(model)
      isFirstSet = false
    },
    of: model => known.get(model),
    live({ model, key, since }, now) {
      const one = known.get(model)
      if (one?.step.key !== key) return false
      one.live(since, now)
      return true
    },
    all: () => [...known.values()],
    tick(now) {
      for (const one of known.values()) one.tick(now)
    },
  }
}

// --- internal ---

function isSame(before: CanaryStep | undefined, step: CanaryStep): boolean {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(step)
}
