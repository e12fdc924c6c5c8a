import { requireInnerShare } from '../checks.ts'
import { normalQuantile, tQuantile, twoSidedZ } from '../distributions/distributions.ts'

/**
 * The smallest true difference a two-sided test finds with probability `power`: (z₁₋α⸝₂ + z_power) · se; with `df` the
 * quantiles are those of Student's t, for errors that were estimated from a few runs.
 */
export function detectableDifference(se: number, power = 0.8, level = 0.95, df?: number): number {
  if (!(Number.isFinite(se) && se >= 0))
    throw new RangeError(`A standard error must be 0 or more and finite, but is ${se}.`)
  return distance(power, level, df) * se
}

/** What there is of a comparison: how many rows or seeds, and what they show. */
export interface Evidence {
  /** Rows or seeds. */
  have: number
  /** The difference that these would show with 80 % power, at the level 0.95: `detectableDifference`. */
  detectable: number
  /**
   * Where so few rows tell anything that the interval is as wide as rows that were not seen could make it: `rows` more could move the
   * difference by `reach`, and `spread` is what the rows that were seen would show by themselves.
   */
  unseen?: { rows: number; reach: number; spread: number } | undefined
  /** Its quantiles are Student's. */
  student?: boolean
}

/**
 * How many rows or seeds in all bring the interval of a difference clear of a limit that lies `gap` from the true
 * difference, with 80 % power: the smallest n with (q₁₋α⸝₂ + q_power) · σ / √n ≤ gap, where σ is what the evidence gives.
 * For a margin δ and a true difference ε that is the sample size of a non-inferiority or superiority test, n = ((z₁₋α⸝₂ +
 * z_power) σ / (ε + δ))² (Chow, Shao, Wang & Lokhnygina, "Sample Size Calculations in Clinical Research", chapter 3); with
 * Student's quantiles, which depend on n, it is found by counting up. What u unseen rows could do shrinks by (have + u) / (n + u), not
 * by a root, and must fit into the gap too. Undefined where no number does: the true difference
 * is the limit or beyond it (`gap` 0 or less), or n is beyond counting; and where no more are needed than there are.
 */
export function sizeNeeded({ have, detectable, unseen, student }: Evidence, gap: number): number | undefined {
  if (!(gap > 0 && have > 0 && detectable >= 0)) return undefined
  const quantiles = (n: number) => distance(0.8, 0.95, student ? n - 1 : undefined)
  const ratio = (Math.sqrt(have) * (unseen?.spread ?? detectable)) / (quantiles(have) * gap)
  let size = Math.ceil((distance(0.8, 0.95) * ratio) ** 2)
  if (unseen) size = Math.max(size, Math.ceil((unseen.reach / gap) * (have + unseen.rows) - unseen.rows))
  if (student) {
    size = Math.max(2, size)
    // From here on Student's quantiles are the normal ones.
    while (size < 10_000 && quantiles(size) * ratio > Math.sqrt(size)) size++
  }
  return Number.isSafeInteger(size) && size > have ? size : undefined
}

// --- internal ---

function distance(power: number, level: number, df?: number): number {
  requireInnerShare(power, 'The power')
  requireInnerShare(level, 'The confidence level')
  if (df !== undefined) return tQuantile((1 + level) / 2, df) + tQuantile(power, df)
  return twoSidedZ(level) + normalQuantile(power)
}
