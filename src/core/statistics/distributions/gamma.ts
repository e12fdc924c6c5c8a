/** Gamma functions. Formulas: Loader 2000, "Fast and accurate computation of binomial probabilities"; Lentz's continued fraction. */

/** ln Γ(x) for x > 0, to about one unit in the last place. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  if (x === 1 || x === 2) return 0
  let product = 1
  let shifted = x
  while (shifted < STIRLING_FROM) product *= shifted++
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LOG_TWO_PI +
    stirlingSeries(shifted) -
    Math.log(product)
  )
}

/** ln Γ(x+1) − [(x+½) ln x − x + ½ ln 2π]: what Stirling's formula leaves over. x > 0. */
export function stirlingError(x: number): number {
  if (x >= STIRLING_FROM) return stirlingSeries(x)
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI
}

/** x ln(x/m) + m − x without cancellation when x is near m. */
export function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x
  const v = (x - m) / (x + m)
  let sum = (x - m) * v
  let term = 2 * x * v
  for (let odd = 3; ; odd += 2) {
    term *= v * v
    const next = sum + term / odd
    if (next === sum) return sum
    sum = next
  }
}

/** Q(a, x) = Γ(a, x) / Γ(a), the upper tail, accurate also where it is tiny. a > 0, x ≥ 0. */
export function regularizedGammaUpper(a: number, x: number): number {
  if (Number.isNaN(x) || !(a > 0)) return Number.NaN
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  return x < a + 1 ? 1 - lowerBySeries(a, x) : upperByFraction(a, x)
}

/** P(a, x) = 1 − Q(a, x), accurate where it is tiny. */
export function regularizedGammaLower(a: number, x: number): number {
  if (Number.isNaN(x) || !(a > 0)) return Number.NaN
  if (x <= 0) return 0
  if (x === Number.POSITIVE_INFINITY) return 1
  return x < a + 1 ? lowerBySeries(a, x) : 1 - upperByFraction(a, x)
}

// --- internal ---

const HALF_LOG_TWO_PI = 0.9189385332046727
const STIRLING_FROM = 15
const TINY = 1e-300

/** Stirling's series; from 15 on its last term is far below the precision of a double. */
function stirlingSeries(x: number): number {
  const z = 1 / (x * x)
  return (
    (1 / 12 -
      (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360 - z / 156) * z) * z) * z) * z) * z) /
    x
  )
}

/** x^a e^−x / Γ(a+1), the Poisson probability, by Loader's saddle point. */
function poisson(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a)
}

function lowerBySeries(a: number, x: number): number {
  let term = 1
  let sum = 1
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum * poisson(a, x)
}

function upperByFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let fraction = d
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a)
    b += 2
    d = an * d + b
    d = 1 / (Math.abs(d) < TINY ? TINY : d)
    c = b + an / c
    if (Math.abs(c) < TINY) c = TINY
    const factor = c * d
    fraction *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return Math.min(1, a * poisson(a, x) * fraction)
}
