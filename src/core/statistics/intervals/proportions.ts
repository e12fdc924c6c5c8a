import { requireCount, requireInnerShare } from '../checks.ts'
import { clamp } from '../describe.ts'
import { normalSf, twoSidedZ } from '../distributions/distributions.ts'

export interface Bounds {
  low: number
  high: number
}

/** `successes` out of `n` independent trials. */
export interface Proportion {
  successes: number
  n: number
}

/** Wilson's score interval of one proportion (Wilson 1927). Within 0..1 and never empty, also for 0 or n successes. */
export function wilson(successes: number, n: number, level = 0.95): Bounds {
  requireProportion({ successes, n }, level)
  const z2 = twoSidedZ(level) ** 2
  const centre = (successes + z2 / 2) / (n + z2)
  const half = (Math.sqrt(z2) / (n + z2)) * Math.sqrt((successes * (n - successes)) / n + z2 / 4)
  return {
    low: successes === 0 ? 0 : clamp(centre - half, 0, successes / n),
    high: successes === n ? 1 : clamp(centre + half, successes / n, 1),
  }
}

/**
 * Wilson's interval of a share of trials with weights, out of what they are worth: of what is between two whole numbers the one
 * that says less, below and above. Of whole numbers it is `wilson`.
 */
export function wilsonOfWeights(successes: number, n: number, level = 0.95): Bounds {
  const trials = Math.max(1, Math.floor(n))
  const share = clamp(successes / n, 0, 1)
  return {
    low: wilson(Math.floor(trials * share + 1e-9), trials, level).low,
    high: wilson(Math.min(trials, Math.ceil(trials * share - 1e-9)), trials, level).high,
  }
}

/**
 * How many failing trials Wilson's interval of n successes out of n takes for granted: its low end n / (n + z²) is the share
 * with z² failures more (3.84 at 95 %; the rule of three says 3 for a one-sided bound). Less what was seen to fail.
 */
export function unseenTrials(seen: number, level = 0.95): number {
  requireCount(seen, 'The number of trials')
  return Math.max(0, twoSidedZ(level) ** 2 - seen)
}

/**
 * Difference of two independent proportions, candidate minus baseline: Newcombe's hybrid score interval
 * (Newcombe 1998, method 10), and the two-sided p of the pooled z-test (1 when both are all or none).
 * For aggregates only: with rows of both models at hand, `mcnemar` sees about four times more.
 */
export function newcombe(
  candidate: Proportion,
  baseline: Proportion,
  level = 0.95,
): Bounds & { difference: number; p: number } {
  const ours = wilson(candidate.successes, candidate.n, level)
  const theirs = wilson(baseline.successes, baseline.n, level)
  const p1 = candidate.successes / candidate.n
  const p2 = baseline.successes / baseline.n
  const difference = p1 - p2
  return {
    difference,
    low: difference - Math.hypot(p1 - ours.low, theirs.high - p2),
    high: difference + Math.hypot(ours.high - p1, p2 - theirs.low),
    p: Math.min(1, 2 * normalSf(Math.abs(pooledZ(candidate, baseline)))),
  }
}

/** z of the difference with the variance of "both are the same". 0 when nothing varies. */
export function pooledZ(candidate: Proportion, baseline: Proportion): number {
  const share = (candidate.successes + baseline.successes) / (candidate.n + baseline.n)
  const se = Math.sqrt(share * (1 - share) * (1 / candidate.n + 1 / baseline.n))
  return se === 0 ? 0 : (candidate.successes / candidate.n - baseline.successes / baseline.n) / se
}

export function requireProportion({ successes, n }: Proportion, level: number): void {
  requireCount(n, 'The number of trials', 1)
  requireCount(successes, 'The number of successes')
  if (successes > n) throw new RangeError(`There cannot be more successes (${successes}) than trials (${n}).`)
  requireInnerShare(level, 'The confidence level')
}
