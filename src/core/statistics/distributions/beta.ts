import { deviance, stirlingError } from './gamma.ts'

/** Beta functions: Loader's saddle point for the factor in front, Lentz's continued fraction for the rest. */

/** ln B(a, b) for a, b > 0. Does not cancel for large arguments, as ln Γ(a) + ln Γ(b) − ln Γ(a+b) would. */
export function logBeta(a: number, b: number): number {
  const total = a + b
  return (
    stirlingError(a) +
    stirlingError(b) -
    stirlingError(total) +
    HALF_LOG_TWO_PI +
    0.5 * (Math.log(total) - Math.log(a) - Math.log(b)) -
    a * Math.log1p(b / a) -
    b * Math.log1p(a / b)
  )
}

/** ln I_x(a, b), finite also where I itself underflows. */
export function logRegularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY
  if (x >= 1) return 0
  if (x < (a + 1) / (a + b + 2)) return logFront(x, 1 - x, a, b) + Math.log(fraction(x, a, b) / a)
  return Math.log1p(-Math.exp(logFront(1 - x, x, b, a)) * (fraction(1 - x, b, a) / b))
}

/**
 * Both tails of the beta distribution, each accurate where it is small. `y` is 1 − x, given separately
 * because the caller often knows it with more digits than the subtraction has.
 */
export function betaTails(x: number, y: number, a: number, b: number): { lower: number; upper: number } {
  if (Number.isNaN(x) || !(a > 0 && b > 0)) return { lower: Number.NaN, upper: Number.NaN }
  if (x <= 0) return { lower: 0, upper: 1 }
  if (y <= 0) return { lower: 1, upper: 0 }
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, (Math.exp(logFront(x, y, a, b)) * fraction(x, a, b)) / a)
    return { lower, upper: 1 - lower }
  }
  const upper = Math.min(1, (Math.exp(logFront(y, x, b, a)) * fraction(y, b, a)) / b)
  return { lower: 1 - upper, upper }
}

// --- internal ---

const HALF_LOG_TWO_PI = 0.9189385332046727
const TINY = 1e-300

/** ln [x^a y^b / B(a, b)], y = 1 − x. */
function logFront(x: number, y: number, a: number, b: number): number {
  const total = a + b
  const correction = stirlingError(total) - stirlingError(a) - stirlingError(b)
  const deviances = deviance(a, total * x) + deviance(b, total * y)
  return correction - deviances - HALF_LOG_TWO_PI + 0.5 * (Math.log(a) + Math.log(b) - Math.log(total))
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), for x below the mean. */
function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = guard(1 - ((a + b) * x) / (a + 1))
  d = 1 / d
  let value = d
  for (let m = 1; m < 200_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guard(1 + even * d)
    c = guard(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guard(1 + odd * d)
    c = guard(1 + odd / c)
    const factor = d * c
    value *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return value
}

function guard(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
