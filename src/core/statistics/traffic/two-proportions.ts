import { requirePositive } from '../checks.ts'
import { clamp } from '../describe.ts'
import { normalSf, twoSidedZ } from '../distributions/distributions.ts'
import {
  type Bounds,
  newcombe,
  type Proportion,
  pooledZ,
  requireProportion,
} from '../intervals/proportions.ts'

export interface TwoProportions {
  /** Candidate minus baseline. */
  difference: number
  /** z-test with pooled variance; 0 when nothing varies. */
  zPooled: number
  p: number
  /** One-sided: "the candidate is not larger". */
  pLarger: number
  /** z with each arm's own variance: too large in rare events, 0 or infinite when nothing varies. */
  zUnpooled: number
  newcombe: Bounds
  miettinenNurminen: Bounds
  /** Textbook interval: empty when nothing varies. */
  wald: Bounds
}

/** Two independent proportions by the usual tests and intervals. Prefer Newcombe's or Miettinen & Nurminen's interval. */
export function twoProportions(candidate: Proportion, baseline: Proportion, level = 0.95): TwoProportions {
  const { difference, low, high, p } = newcombe(candidate, baseline, level)
  const z = pooledZ(candidate, baseline)
  const half = twoSidedZ(level) * unpooledError(candidate, baseline)
  return {
    difference,
    zPooled: z,
    p,
    pLarger: normalSf(z),
    zUnpooled: ratio(difference, unpooledError(candidate, baseline)),
    newcombe: { low, high },
    miettinenNurminen: miettinenNurminen(candidate, baseline, level),
    wald: { low: difference - half, high: difference + half },
  }
}

/**
 * Test of "the candidate is worse by `margin` or more" (larger is better) with each arm's own variance.
 * Claims too much when an arm has no successes: use an interval there.
 */
export function nonInferiority(
  candidate: Proportion,
  baseline: Proportion,
  margin: number,
): { z: number; p: number } {
  requireProportion(candidate, 0.5)
  requireProportion(baseline, 0.5)
  requirePositive(margin, 'The margin')
  const difference = candidate.successes / candidate.n - baseline.successes / baseline.n
  const z = ratio(difference + margin, unpooledError(candidate, baseline))
  return { z, p: normalSf(z) }
}

/**
 * Score interval of the difference (Miettinen & Nurminen 1985): all differences a score test does not reject, its
 * variance taken at the likeliest proportions with that difference, times N/(N − 1).
 *
 * `asStatsmodels` reproduces statsmodels (0.13 to 0.15), whose cubic has successes where the paper's has trials:
 * close in ordinary cases, wrong in rare ones. For comparing numbers only.
 */
export function miettinenNurminen(
  candidate: Proportion,
  baseline: Proportion,
  level = 0.95,
  asStatsmodels = false,
): Bounds {
  requireProportion(candidate, level)
  requireProportion(baseline, level)
  const limit = twoSidedZ(level)
  const difference = candidate.successes / candidate.n - baseline.successes / baseline.n
  const rejected = (delta: number) => Math.abs(scoreZ(candidate, baseline, delta, asStatsmodels)) > limit
  return { low: edge(rejected, difference, -1), high: edge(rejected, difference, 1) }
}

/** Standard error of the difference of two independent proportions, each with its own variance. */
export function unpooledError(candidate: Proportion, baseline: Proportion): number {
  const ofArm = ({ successes, n }: Proportion) => ((successes / n) * (1 - successes / n)) / n
  return Math.sqrt(ofArm(candidate) + ofArm(baseline))
}

// --- internal ---

function ratio(difference: number, se: number): number {
  return difference === 0 ? 0 : difference / se
}

function scoreZ(candidate: Proportion, baseline: Proportion, delta: number, asStatsmodels: boolean): number {
  const total = candidate.n + baseline.n
  const difference = candidate.successes / candidate.n - baseline.successes / baseline.n
  const p0 = likeliestBaseline(candidate, baseline, delta, asStatsmodels)
  const p1 = p0 + delta
  const variance = ((p1 * (1 - p1)) / candidate.n + (p0 * (1 - p0)) / baseline.n) * (total / (total - 1))
  return ratio(difference - delta, Math.sqrt(Math.max(0, variance)))
}

/** The baseline's proportion that maximises the likelihood when the candidate's is larger by `delta`: a root of the paper's cubic. */
function likeliestBaseline(
  candidate: Proportion,
  baseline: Proportion,
  delta: number,
  asStatsmodels: boolean,
): number {
  const total = candidate.n + baseline.n
  const successes = candidate.successes + baseline.successes
  if (delta === 0) return successes / total
  const square = (candidate.n + 2 * baseline.n) * delta - total - successes
  const pivot = asStatsmodels ? baseline.successes : baseline.n
  const linear = (pivot * delta - total - 2 * baseline.successes) * delta + successes
  const constant = baseline.successes * delta * (1 - delta)
  const third = square / (3 * total)
  const q = third ** 3 - (linear * square) / (6 * total ** 2) + constant / (2 * total)
  const p = (q < 0 ? -1 : 1) * Math.sqrt(Math.max(0, third ** 2 - linear / (3 * total)))
  const angle = (Math.PI + Math.acos(p === 0 ? 0 : clamp(q / p ** 3, -1, 1))) / 3
  return clamp(2 * p * Math.cos(angle) - third, Math.max(0, -delta), Math.min(1, 1 - delta))
}

/** Where `rejected` begins between the estimate and the end of the scale. */
function edge(rejected: (delta: number) => boolean, inside: number, outside: number): number {
  let low = inside
  let high = outside
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (rejected(middle)) high = middle
    else low = middle
  }
  return (low + high) / 2
}
