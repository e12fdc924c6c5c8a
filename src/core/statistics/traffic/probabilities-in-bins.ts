import { requireCounts, requireEqualLengths } from '../checks.ts'
import type { Outcomes } from './outcomes.ts'

/**
 * What a score that is a probability was worth, from counts in bins of it. Every row is taken to have the mean score of its bin, so
 * that all of this is of the bins, and compared with nothing but what was worked out of the same ones.
 */
export interface ProbabilityQuality {
  /**
   * Σ(m − y)² / n, m the mean score of the bin (Brier 1950). The rows' own differs by the mean over bins of var(s) − 2 cov(s, y):
   * in twenty bins of equal share by less than 0.001, after a shift of half a standard deviation up to 0.004.
   */
  brier: number
  /** −Σ log of what m gives the outcome / n, in nats; m no nearer to 0 or 1 than the spacing of numbers at 1; within 0.008 of the rows' own. */
  logLoss: number
  /**
   * Root of the mean over rows of (share of positives − m)², less what chance alone adds to it, ȳ(1 − ȳ)/(k − 1) of a bin of k rows:
   * else few outcomes would look badly calibrated (Kumar, Liang & Ma 2019, the debiased estimator). Not less than 0.
   */
  calibrationError: number
}

/** Undefined where there are fewer than two rows. */
export function probabilityQuality(
  { positive, negative }: Outcomes,
  means: ArrayLike<number>,
): ProbabilityQuality | undefined {
  for (const counts of [positive, negative]) {
    requireEqualLengths(counts, means, 'The counts of outcomes and the mean scores')
    requireCounts(counts, 'Counts of outcomes')
  }
  let [rows, brier, logLoss] = [0, 0, 0]
  for (let bin = 0; bin < means.length; bin++) {
    const [yes, no, mean] = [positive[bin]!, negative[bin]!, means[bin]!]
    const inside = Math.min(Math.max(mean, Number.EPSILON), 1 - Number.EPSILON)
    rows += yes + no
    brier += yes * (1 - mean) ** 2 + no * mean ** 2
    logLoss -= yes * Math.log(inside) + no * Math.log(1 - inside)
  }
  if (rows < 2) return undefined
  const off = binsOfTwo({ positive, negative }, means).reduce(
    (sum, { n, yes, said }) => sum + n * (((yes - said) / n) ** 2 - ((yes / n) * (1 - yes / n)) / (n - 1)),
    0,
  )
  return {
    brier: brier / rows,
    logLoss: logLoss / rows,
    calibrationError: Math.sqrt(Math.max(0, off / rows)),
  }
}

// --- internal ---

/** Rows, positives, and the sum of what the score said of them. */
interface Bin {
  n: number
  yes: number
  said: number
}

/** A bin of one row has no spread: it is taken together with the next. */
function binsOfTwo({ positive, negative }: Outcomes, means: ArrayLike<number>): Bin[] {
  const bins: Bin[] = []
  let open: Bin | undefined
  for (let bin = 0; bin < means.length; bin++) {
    const n = positive[bin]! + negative[bin]!
    if (n === 0) continue
    const own = { n, yes: positive[bin]!, said: n * means[bin]! }
    open = open ? together(open, own) : own
    if (open.n < 2) continue
    bins.push(open)
    open = undefined
  }
  const last = bins.pop()
  return [...bins, ...(open && last ? [together(last, open)] : last ? [last] : [])]
}

function together(one: Bin, other: Bin): Bin {
  return { n: one.n + other.n, yes: one.yes + other.yes, said: one.said + other.said }
}
