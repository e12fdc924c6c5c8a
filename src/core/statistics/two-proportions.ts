import { requirePositive } from './checks.ts'
import { normalSf, twoSidedZ } from './distributions.ts'
import { type Bounds, newcombe, type Proportion, pooledZ, requireProportion } from './proportions.ts'

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
 */
export function miettinenNurminen(candidate: Proportion, baseline: Proportion, level = 0.95): Bounds {
  requireProportion(candidate, level)
  requireProportion(baseline, level)
  const limit = twoSidedZ(level)
  const difference = candidate.successes / candidate.n - baseline.successes / baseline.n
  const rejected = (delta: number) => Math.abs(scoreZ(candidate, baseline, delta)) > limit
  return { low: edge(rejected, difference, -1), high: edge(rejected, difference, 1) }
}

// --- internal ---

function unpooledError(candidate: Proportion, baseline: Proportion): number {
  const ofArm = ({ successes, n }: Proportion) => ((successes / n) * (1 - successes / n)) / n
  return Math.sqrt(ofArm(candidate) + ofArm(baseline))
}

function ratio(difference: number, se: number): number {
  return difference === 0 ? 0 : difference / se
}

function scoreZ(candidate: Proportion, baseline: Proportion, delta: number): number {
  const total = candidate.n + baseline.n
  const difference = candidate.successes / candidate.n - baseline.successes / baseline.n
  const p0 = likeliestBaseline(candidate, baseline, delta)
  const p1 = p0 + delta
  const variance = ((p1 * (1 - p1)) / candidate.n + (p0 * (1 - p0)) / baseline.n) * (total / (total - 1))
  return ratio(difference - delta, Math.sqrt(Math.max(0, variance)))
}

/** The baseline's proportion that maximises the likelihood when the candidate's is larger by `delta` (a cubic's root). */
function likeliestBaseline(candidate: Proportion, baseline: Proportion, delta: number): number {
  const least = Math.max(0, -delta)
  const most = Math.min(1, 1 - delta)
  let low = least
  let high = most
  // The slope of the log-likelihood falls: it changes sign once, or the maximum lies at an end.
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    const slope = slopeOf(candidate, middle + delta) + slopeOf(baseline, middle)
    if (slope > 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Derivative of k ln p + (n − k) ln(1 − p). */
function slopeOf({ successes, n }: Proportion, p: number): number {
  const up = successes === 0 ? 0 : successes / p
  const down = successes === n ? 0 : (n - successes) / (1 - p)
  return up - down
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
