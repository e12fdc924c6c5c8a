import { binomialPmf } from './distributions.ts'

/** Distributions of the Kolmogorov–Smirnov statistic. */

/** P(√n·D > z) as n → ∞. */
export function kolmogorovLimitSf(z: number): number {
  if (!(z > 0)) return z <= 0 ? 1 : Number.NaN
  if (z < 1) {
    let sum = 0
    for (let odd = 1; odd < 40; odd += 2) sum += Math.exp(-((odd * Math.PI) ** 2) / (8 * z * z))
    return 1 - (Math.sqrt(2 * Math.PI) / z) * sum
  }
  let sum = 0
  for (let k = 1; k < 40; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * z) ** 2)
  return sum
}

/**
 * P(D_n ≥ d) of the two-sided one-sample statistic for samples of size `n`: exact for small samples and small
 * statistics, else twice the one-sided tail or Pelz & Good's series, with the cut-offs of Simard & L'Ecuyer (2011).
 */
export function kolmogorovSf(d: number, n: number): number {
  if (!(n >= 1) || Number.isNaN(d)) return Number.NaN
  if (d >= 1) return 0
  if (n * d <= 0.5) return 1
  const square = n * d * d
  if (d >= 0.5 || (n <= 140 ? square > 4 : square >= 2.2)) return Math.min(1, 2 * oneSidedSf(d, n))
  const exact = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4)
  return Math.min(1, Math.max(0, 1 - (exact ? cdfByMatrix(d, n) : cdfBySeries(d, n))))
}

// --- internal ---

/** Birnbaum & Tingey's sum for the one-sided statistic, written with binomial probabilities so that nothing overflows. */
function oneSidedSf(d: number, n: number): number {
  let sum = 0
  for (let j = 0; j <= n * (1 - d); j++) {
    const share = Math.min(1, d + j / n)
    sum += (d / share) * binomialPmf(j, n, share)
  }
  return sum
}

/** A matrix and the power of ten it was divided by, to keep it representable. */
interface Scaled {
  cells: Float64Array
  exponent: number
}

/** Durbin's matrix formula as computed by Marsaglia, Tsang & Wang (2003). */
function cdfByMatrix(d: number, n: number): number {
  const k = Math.ceil(n * d)
  const size = 2 * k - 1
  const power = matrixPower({ cells: durbinMatrix(k, k - n * d), exponent: 0 }, size, n)
  let value = power.cells[(k - 1) * size + k - 1]!
  let exponent = power.exponent
  for (let i = 1; i <= n; i++) {
    value *= i / n
    if (value < 1e-140) {
      value *= 1e140
      exponent -= 140
    }
  }
  return value * 10 ** exponent
}

function durbinMatrix(k: number, h: number): Float64Array {
  const size = 2 * k - 1
  const at = (row: number, column: number) => row * size + column
  const cells = new Float64Array(size * size)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) cells[at(row, column)] = row - column + 1 < 0 ? 0 : 1
  for (let i = 0; i < size; i++) {
    cells[at(i, 0)]! -= h ** (i + 1)
    cells[at(size - 1, i)]! -= h ** (size - i)
  }
  if (2 * h > 1) cells[at(size - 1, 0)]! += (2 * h - 1) ** size
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++)
      for (let factor = 2; factor <= row - column + 1; factor++) cells[at(row, column)]! /= factor
  return cells
}

function matrixPower(base: Scaled, size: number, n: number): Scaled {
  if (n === 1) return base
  const half = matrixPower(base, size, Math.floor(n / 2))
  const even = multiply(half, half, size)
  return n % 2 === 0 ? even : multiply(base, even, size)
}

function multiply(a: Scaled, b: Scaled, size: number): Scaled {
  const cells = new Float64Array(size * size)
  for (let row = 0; row < size; row++)
    for (let inner = 0; inner < size; inner++) {
      const factor = a.cells[row * size + inner]!
      for (let column = 0; column < size; column++)
        cells[row * size + column]! += factor * b.cells[inner * size + column]!
    }
  const exponent = a.exponent + b.exponent
  const middle = cells[(size >> 1) * size + (size >> 1)]!
  return middle > 1e140
    ? { cells: cells.map(cell => cell * 1e-140), exponent: exponent + 140 }
    : { cells, exponent }
}

/** Pelz & Good (1976): Kolmogorov's limit and three corrections in powers of 1/√n. */
function cdfBySeries(d: number, n: number): number {
  const z = Math.sqrt(n) * d
  const z2 = z * z
  const z4 = z2 * z2
  const z6 = z4 * z2
  const pi2 = Math.PI ** 2
  let [k0, k1, k2, k3] = [0, 0, 0, 0]
  for (let odd = 1; odd < 2 * Math.ceil((16 * z) / Math.PI); odd += 2) {
    const m2 = odd * odd * pi2
    const weight = Math.exp(-m2 / (8 * z2))
    k0 += weight
    k1 += weight * (m2 / 4 - z2)
    k2 += weight * (6 * z6 + 2 * z4 + ((2 * z4 - 5 * z2) * m2) / 4 + ((1 - 2 * z2) * m2 ** 2) / 16)
    const high = ((212 * z4 - 60 * z2) * m2 ** 2) / 16 + ((5 - 30 * z2) * m2 ** 3) / 64
    k3 += weight * (-30 * z6 - 90 * z4 * z4 + ((135 * z4 - 96 * z6) * m2) / 4 + high)
  }
  let [extra2, extra3] = [0, 0]
  for (let k = 1; k <= Math.ceil((16 * z) / Math.PI); k++) {
    const m2 = k * k * pi2
    const weight = Math.exp(-m2 / (2 * z2))
    extra2 += weight * m2
    extra3 += weight * m2 * (3 * z2 - m2)
  }
  const first = k0 / z + k1 / (6 * z4) / Math.sqrt(n)
  const second = (k2 / (72 * z6 * z) - extra2 / (36 * z2 * z)) / n
  const third = (k3 / (6480 * z6 * z4) + extra3 / (216 * z6)) / n ** 1.5
  return Math.sqrt(2 * Math.PI) * (first + second + third)
}
