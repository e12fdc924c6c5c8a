import { betaTails } from './beta.ts'
import { deviance, regularizedGammaLower, regularizedGammaUpper, stirlingError } from './gamma.ts'

/**
 * Probability distributions, to about 1e-13 relative in either tail.
 * Arguments outside a distribution's domain give NaN; ends of the domain give the limits.
 */

export function normalCdf(x: number): number {
  return x < 0 ? normalSf(-x) : 1 - normalSf(x)
}

/** Upper tail of the standard normal distribution. */
export function normalSf(x: number): number {
  return x < 0 ? 1 - normalSf(-x) : regularizedGammaUpper(0.5, (x * x) / 2) / 2
}

/** z with normalCdf(z) = p. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  if (p === 0.5) return 0
  if (p > 0.5) return p === 1 ? Number.POSITIVE_INFINITY : -lowerNormalQuantile(1 - p)
  return p === 0 ? Number.NEGATIVE_INFINITY : lowerNormalQuantile(p)
}

/** z of a two-sided interval: 1.96 for a level of 0.95. */
export function twoSidedZ(level: number): number {
  return -normalQuantile((1 - level) / 2)
}

/** Upper tail of Student's t distribution with `df` > 0 degrees of freedom. */
export function tSf(t: number, df: number): number {
  if (t < 0) return 1 - tSf(-t, df)
  if (t === Number.POSITIVE_INFINITY) return 0
  const total = df + t * t
  return betaTails(df / total, (t * t) / total, df / 2, 0.5).lower / 2
}

/** t with P(T ≤ t) = p, T of Student's t distribution. */
export function tQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN
  if (p === 0.5) return 0
  const tail = Math.min(p, 1 - p)
  const size = tail === 0 ? Number.POSITIVE_INFINITY : firstAtMost(t => tSf(t, df), tail, 0, 1)
  return p < 0.5 ? -size : size
}

/** Upper tail of the chi-square distribution. */
export function chiSquareSf(x: number, df: number): number {
  return regularizedGammaUpper(df / 2, x / 2)
}

/** x with chiSquareSf(x, df) = `upper`. */
export function chiSquareUpperQuantile(upper: number, df: number): number {
  if (!(upper >= 0 && upper <= 1 && df > 0)) return Number.NaN
  if (upper === 1) return 0
  if (upper === 0) return Number.POSITIVE_INFINITY
  if (upper <= 0.5) return firstAtMost(x => chiSquareSf(x, df), upper, 0, df)
  return firstAtMost(x => -regularizedGammaLower(df / 2, x / 2), upper - 1, 0, df)
}

/** P(X = k), X binomial. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n || !Number.isInteger(k)) return 0
  if (p === 0 || p === 1) return k === n * p ? 1 : 0
  if (k === 0) return Math.exp(n * Math.log1p(-p))
  if (k === n) return Math.exp(n * Math.log(p))
  const correction = stirlingError(n) - stirlingError(k) - stirlingError(n - k)
  const deviances = deviance(k, n * p) + deviance(n - k, n * (1 - p))
  return Math.exp(correction - deviances) * Math.sqrt(n / (2 * Math.PI * k * (n - k)))
}

/** P(X ≤ k), X binomial. */
export function binomialCdf(k: number, n: number, p: number): number {
  const whole = Math.floor(k)
  if (whole < 0) return 0
  return whole >= n ? 1 : betaTails(1 - p, p, n - whole, whole + 1).lower
}

/** P(X > k), X binomial. */
export function binomialSf(k: number, n: number, p: number): number {
  const whole = Math.floor(k)
  if (whole < 0) return 1
  return whole >= n ? 0 : betaTails(1 - p, p, n - whole, whole + 1).upper
}

// --- internal ---

/** p < ½. A rough start (Abramowitz & Stegun 26.2.23, 4.5e-4), then Halley steps, each tripling the digits. */
function lowerNormalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p))
  const top = 2.515517 + t * (0.802853 + t * 0.010328)
  let z = t - top / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  for (let step = 0; step < 3; step++) {
    // (tail − p) / density, with p divided in before the exponent so that neither underflows alone.
    const error = (normalSf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2)
    z += error / (1 + (z * error) / 2)
  }
  return -z
}

/** The smallest x at which a falling function is at most `target`, by bisection to the last bit. */
function firstAtMost(falling: (x: number) => number, target: number, from: number, guess: number): number {
  let low = from
  let high = guess
  while (falling(high) > target) {
    low = high
    high *= 2
    if (high === Number.POSITIVE_INFINITY) return high
  }
  for (let step = 0; step < 1100; step++) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) break
    if (falling(middle) > target) low = middle
    else high = middle
  }
  return high
}
