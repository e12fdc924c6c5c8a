import { requireInnerShare, requirePositive } from '../checks.ts'
import { twoSidedZ } from '../distributions/distributions.ts'
import { type Bounds, type Proportion, requireProportion } from '../intervals/proportions.ts'

/** Looks at running comparisons that stay valid however often one looks. Arms are independent; canary minus champion. */

export interface Arms {
  canary: Proportion
  champion: Proportion
  alpha?: number
}

export interface Msprt {
  difference: number
  /** Variance of the difference. */
  variance: number
  /** The likelihood ratio Λ. */
  ratio: number
  /** Always-valid p of this look; over many looks take the smallest so far. */
  p: number
  /** Interval of this look; over many looks take the intersection. */
  interval: Bounds
  /** The interval of a single planned look, narrower and not valid for peeking. */
  fixed: Bounds
}

/**
 * Mixture sequential probability ratio test (Johari, Pekelis & Walsh 2017) with effects mixed over N(0, tau²). With the
 * arms' own variances (the default) it rejects far too often in early looks: use `pooled` and at least ten events
 * an arm. Without variance nothing is shown: Λ 1, p 1, interval [−1, 1].
 */
export function msprt(arms: Arms & { tau: number; pooled?: boolean }): Msprt {
  const { tau, alpha = 0.05 } = arms
  requirePositive(tau, 'tau')
  const { difference, variance } = absoluteDifference(arms, arms.pooled ?? false)
  const z = twoSidedZ(1 - alpha) * Math.sqrt(variance)
  const fixed = { low: difference - z, high: difference + z }
  if (variance === 0) return { difference, variance, ratio: 1, p: 1, interval: { low: -1, high: 1 }, fixed }
  const total = variance + tau ** 2
  const ratio = Math.sqrt(variance / total) * Math.exp((difference * tau) ** 2 / (2 * variance * total))
  const half = Math.sqrt(((variance * total) / tau ** 2) * (Math.log(total / variance) - 2 * Math.log(alpha)))
  const interval = { low: difference - half, high: difference + half }
  return { difference, variance, ratio, p: Math.min(1, 1 / ratio), interval, fixed }
}

export interface ConfidenceSequence {
  difference: number
  se: number
  rho: number
  /** Two-sided at `alpha`, at every look at once. */
  interval: Bounds
  p: number
  /** The ends of one-sided sequences at `alpha`. */
  lower: number
  upper: number
}

/**
 * Asymptotic confidence sequence of the difference (Waudby-Smith et al., arXiv 2103.06476), tightest at `tunedFor`
 * units in both arms together. `relative`: as a share of the champion's proportion, by the delta method.
 * Wants at least ten events an arm. Without variance nothing is shown: p 1, no ends.
 */
export function confidenceSequence(
  arms: Arms & { tunedFor: number; relative?: boolean; pooled?: boolean },
): ConfidenceSequence {
  const { alpha = 0.05, tunedFor, relative = false, pooled = false } = arms
  requirePositive(tunedFor, 'The number of units the sequence is tuned for')
  const { difference, variance } = relative ? relativeDifference(arms) : absoluteDifference(arms, pooled)
  const se = Math.sqrt(variance)
  const units = arms.canary.n + arms.champion.n
  const rho = tunedRho(alpha, tunedFor)
  if (variance === 0) {
    const nothing = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    return { difference, se, rho, interval: nothing, p: 1, lower: nothing.low, upper: nothing.high }
  }
  const growth = units * rho ** 2 + 1
  const half = halfWidth(se, units, rho, Math.log(Math.sqrt(growth) / alpha))
  const evidence = Math.exp(((difference / se) ** 2 * units * rho ** 2) / (2 * growth)) / Math.sqrt(growth)
  // A one-sided sequence is tuned as the two-sided one of twice the alpha.
  const oneSidedRho = tunedRho(2 * alpha, tunedFor)
  const oneSidedGrowth = units * oneSidedRho ** 2 + 1
  const oneSided = halfWidth(se, units, oneSidedRho, Math.log(1 + Math.sqrt(oneSidedGrowth) / (2 * alpha)))
  return {
    difference,
    se,
    rho,
    interval: { low: difference - half, high: difference + half },
    p: Math.min(1, 1 / evidence),
    lower: difference - oneSided,
    upper: difference + oneSided,
  }
}

// --- internal ---

interface Effect {
  difference: number
  variance: number
}

function absoluteDifference({ canary, champion, alpha = 0.05 }: Arms, pooled: boolean): Effect {
  requireProportion(canary, 0.5)
  requireProportion(champion, 0.5)
  requireInnerShare(alpha, 'alpha')
  const p1 = canary.successes / canary.n
  const p0 = champion.successes / champion.n
  const together = (canary.successes + champion.successes) / (canary.n + champion.n)
  const spread = (p: number) => (pooled ? together * (1 - together) : p * (1 - p))
  return { difference: p1 - p0, variance: spread(p0) / champion.n + spread(p1) / canary.n }
}

function relativeDifference(arms: Arms): Effect {
  const { difference } = absoluteDifference(arms, false)
  const { canary, champion } = arms
  const p1 = canary.successes / canary.n
  const p0 = champion.successes / champion.n
  if (p0 === 0) throw new RangeError('A relative difference needs at least one success of the champion.')
  const ofCanary = (p1 * (1 - p1)) / canary.n / p0 ** 2
  const ofChampion = (((p0 * (1 - p0)) / champion.n) * p1 ** 2) / p0 ** 4
  return { difference: difference / p0, variance: ofCanary + ofChampion }
}

function tunedRho(alpha: number, units: number): number {
  const size = -2 * Math.log(Math.min(alpha, 1))
  return Math.sqrt((size + Math.log(size + 1)) / units)
}

function halfWidth(se: number, units: number, rho: number, log: number): number {
  const growth = units * rho ** 2 + 1
  return se * Math.sqrt((2 * growth * log) / (units * rho ** 2))
}
