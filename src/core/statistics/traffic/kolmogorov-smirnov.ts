import { requireCount, requireFinite, requireShare, requireSome } from '../checks.ts'
import { sorted } from '../describe.ts'
import { kolmogorovLimitSf, kolmogorovSf } from '../distributions/kolmogorov-distribution.ts'

export interface KolmogorovSmirnov {
  /** The largest distance between the two empirical distribution functions. */
  statistic: number
  /** Two-sided: exact where both samples are small, else from the one-sample distribution. */
  p: number
  exact: boolean
  /** nm/(n+m). */
  effectiveSize: number
}

/** Two-sample Kolmogorov–Smirnov test of "both come from one continuous distribution". With ties p is too large, never too small. */
export function ksTwoSample(first: ArrayLike<number>, second: ArrayLike<number>): KolmogorovSmirnov {
  requireSome(first, 'The first sample')
  requireSome(second, 'The second sample')
  requireFinite(first, 'The first sample')
  requireFinite(second, 'The second sample')
  const statistic = largestGap(sorted(first), sorted(second))
  const exact = first.length * second.length <= EXACT_UP_TO
  const p = exact
    ? ksExactP(statistic, first.length, second.length)
    : ksAsymptoticP(statistic, first.length, second.length)
  return { statistic, p, exact, effectiveSize: effectiveSize(first.length, second.length) }
}

/** P(D ≥ d) over all orders of two samples without ties, by counting lattice paths. Takes n·m steps. */
export function ksExactP(statistic: number, n: number, m: number): number {
  requireSizes(statistic, n, m)
  const divisor = gcd(n, m)
  const limit = Math.round((statistic * n * m) / divisor)
  const up = n / divisor
  const right = m / divisor
  if (limit === 0) return 1
  // outside[j]: the probability that a random path to (i, j) was somewhere at least `limit` off the diagonal.
  const outside = new Float64Array(m + 1)
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * right - j * up) >= limit) outside[j] = 1
      else if (i + j === 0) outside[j] = 0
      else outside[j] = ((i === 0 ? 0 : outside[j]! * i) + (j === 0 ? 0 : outside[j - 1]! * j)) / (i + j)
    }
  return outside[m]!
}

/** The one-sample distribution at nm/(n+m) rounded to a whole number (half to even), as scipy does. */
export function ksAsymptoticP(statistic: number, n: number, m: number): number {
  requireSizes(statistic, n, m)
  return kolmogorovSf(statistic, Math.max(1, roundHalfEven(effectiveSize(n, m))))
}

/** The limit for endless samples: too large a p for small ones. */
export function ksLimitP(statistic: number, n: number, m: number): number {
  requireSizes(statistic, n, m)
  return kolmogorovLimitSf(Math.sqrt(effectiveSize(n, m)) * statistic)
}

/** The limit with Stephens' (1970) correction for small samples. */
export function ksStephensP(statistic: number, n: number, m: number): number {
  requireSizes(statistic, n, m)
  const root = Math.sqrt(effectiveSize(n, m))
  return kolmogorovLimitSf((root + 0.12 + 0.11 / root) * statistic)
}

// --- internal ---

/** Up to this many pairs counting paths takes milliseconds. */
const EXACT_UP_TO = 1_000_000

function requireSizes(statistic: number, n: number, m: number): void {
  requireShare(statistic, 'The statistic')
  requireCount(n, 'The size of the first sample', 1)
  requireCount(m, 'The size of the second sample', 1)
}

function largestGap(first: Float64Array, second: Float64Array): number {
  let gap = 0
  let i = 0
  let j = 0
  while (i < first.length && j < second.length) {
    const value = Math.min(first[i]!, second[j]!)
    while (i < first.length && first[i] === value) i++
    while (j < second.length && second[j] === value) j++
    // In whole numbers, so that equal distances are equal.
    gap = Math.max(gap, Math.abs(i * second.length - j * first.length))
  }
  return gap / (first.length * second.length)
}

function effectiveSize(n: number, m: number): number {
  return (n * m) / (n + m)
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
