import { binomialSf } from '../../statistics/distributions/distributions.ts'
import { fewestToTell } from '../../statistics/traffic/homogeneity.ts'
import { total } from './shares.ts'

/**
 * Bins that hardly any row is in, here and in the profile together. Chi-square takes them together with a larger one, in which even
 * their certain change drowns: at 200 rows against 10,000 a new category must have more than all of them to be told apart. So each is
 * looked at for itself, by the exact law: of the rows in it, how many are live ones.
 */

/** How many tests there are of a feature, at most: each bin may have become more, or less. */
export function rareTests(bins: number): number {
  return 2 * bins
}

/** The least chance at which one of them would hold as many rows of one side; 1 where there is none. */
export function rareTail(profile: ArrayLike<number>, live: ArrayLike<number>): number {
  const m = total(profile)
  const n = total(live)
  if (m === 0 || n === 0) return 1
  const fewest = fewestToTell(m, n)
  const tails = Array.from(profile, (there, bin) => {
    const here = live[bin]!
    const both = there + here
    if (both >= fewest) return 1
    const share = n / (n + m)
    return Math.min(tailFrom(here, both, share), tailFrom(there, both, 1 - share))
  })
  return Math.min(1, ...tails)
}

// --- internal ---

/** Fewer rows may be one sender's, who says the same again: certain only while rows are independent of one another. */
const LEAST_ROWS = 5

/** The chance of as many rows on one side. */
function tailFrom(rows: number, both: number, share: number): number {
  return rows < LEAST_ROWS ? 1 : binomialSf(rows - 1, both, share)
}
