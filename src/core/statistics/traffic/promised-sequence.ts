import { requireInnerShare, requirePositive } from '../checks.ts'
import { clamp } from '../describe.ts'
import { normalCdf, normalQuantile } from '../distributions/distributions.ts'
import { type Bounds, type Proportion, requireProportion } from '../intervals/proportions.ts'

/**
 * A comparison of two shares that is looked at as often as one likes up to a horizon that is promised in advance. The sum that the
 * difference is made of moves like a Brownian motion; one that is held at the same height throughout, z standard deviations of what it
 * has at the horizon, passes it with twice the probability of being beyond it there (the reflection principle). So the interval of a
 * look is the ordinary one, made wider by the root of what part of the time is over, and at the horizon hardly wider than that of a
 * single look (repeated confidence intervals: Jennison & Turnbull 1989; the bound is O'Brien & Fleming's, looked at all the time).
 */

/** Of the 5 %, four fifths are for the time until the horizon; past it half of what is left for each further doubling. */
const UNTIL_HORIZON = 0.8

/**
 * The standard errors that an interval reaches to either side at a look.
 *
 * @param elapsed time, in horizons: above 0; past 1 it widens at once
 */
export function promisedReach(elapsed: number, alpha = 0.05): number {
  requirePositive(elapsed, 'The part of the horizon that is over')
  requireInnerShare(alpha, 'alpha')
  const doublings = Math.max(0, Math.ceil(Math.log2(elapsed)))
  const own = doublings === 0 ? alpha * UNTIL_HORIZON : alpha * (1 - UNTIL_HORIZON) * 0.5 ** doublings
  return heightOf(own) * Math.sqrt(2 ** doublings / elapsed)
}

/**
 * Canary minus champion with its interval, two-sided at `alpha` over all looks. The standard error at either end is that of two rates
 * which differ by just that much and have the units' own mean between them (a score interval: no successes are no certainty).
 */
export function promisedSequence({
  canary,
  champion,
  elapsed,
  alpha = 0.05,
}: {
  canary: Proportion
  champion: Proportion
  elapsed: number
  alpha?: number
}): Bounds & { difference: number } {
  requireProportion(canary, 0.5)
  requireProportion(champion, 0.5)
  const reach = promisedReach(elapsed, alpha)
  const difference = canary.successes / canary.n - champion.successes / champion.n
  const isWithin = (supposed: number) =>
    Math.abs(difference - supposed) <= reach * errorAt(supposed, { canary, champion })
  return {
    difference,
    low: lastWithin(isWithin, difference, -1),
    high: lastWithin(isWithin, difference, 1),
  }
}

/** The standard error of the difference if it were truly `supposed`: of two rates that far apart, around the mean of all units. */
export function errorAt(
  supposed: number,
  { canary, champion }: { canary: Proportion; champion: Proportion },
): number {
  const units = canary.n + champion.n
  const mean = (canary.successes + champion.successes) / units
  const other = clamp(mean - (canary.n / units) * supposed, Math.max(0, -supposed), Math.min(1, 1 - supposed))
  const own = other + supposed
  return Math.sqrt(Math.max(0, (own * (1 - own)) / canary.n + (other * (1 - other)) / champion.n))
}

/**
 * The probability that the interval comes clear of a limit by the time `by` (in horizons, 1 at most).
 *
 * @param gap how far the limit is from the true difference, in standard errors at the horizon
 */
export function chanceOfClear(gap: number, by = 1, alpha = 0.05): number {
  const height = heightOf(alpha * UNTIL_HORIZON)
  const root = Math.sqrt(by)
  // A Brownian motion with drift passes a height (Siegmund, "Sequential Analysis", 1985, 3.15).
  const past = normalCdf((gap * by - height) / root)
  const back = normalCdf((-height - gap * by) / root)
  return clamp(past + (back === 0 ? 0 : Math.exp(2 * height * gap + Math.log(back))), 0, 1)
}

// --- internal ---

/** Each side with half of alpha, and that is twice what lies beyond. */
function heightOf(alpha: number): number {
  return -normalQuantile(alpha / 4)
}

/** From the difference to an end: the furthest that is still within, by bisection. */
function lastWithin(isWithin: (supposed: number) => boolean, from: number, end: number): number {
  if (isWithin(end)) return end
  let [inside, outside] = [from, end]
  for (let step = 0; step < 60; step++) {
    const middle = (inside + outside) / 2
    if (isWithin(middle)) inside = middle
    else outside = middle
  }
  return inside
}
