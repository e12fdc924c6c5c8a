import { requireCounts, requireEqualLengths } from '../checks.ts'
import { chiSquareSf } from '../distributions/distributions.ts'

/** Rows in each bin of a score, ascending, by whether the outcome was the one that the score is for. */
export interface Outcomes {
  positive: ArrayLike<number>
  negative: ArrayLike<number>
}

export interface ConditionalChange {
  chiSquare: number
  /** Groups of neighbouring bins that were told apart. */
  df: number
  p: number
  /** By how much the share of positives is off what the score meant: the mean over the live rows of the groups' differences. */
  gap: number
}

/**
 * Whether the same score means another outcome than before: in each bin the live share of positives against the accepted one, squared
 * and summed (a 2 × 2 chi-square for each bin). How the scores themselves are spread does not matter. Bins with few expected
 * outcomes of either kind are taken together with their neighbours, each still held against its own share (indirect
 * standardisation): else a shift among them would look like a change.
 */
export function conditionalChange(accepted: Outcomes, live: Outcomes, leastExpected = 5): ConditionalChange {
  const bins = binsOf(accepted, live)
  const rows = bins.reduce((sum, { n }) => sum + n, 0)
  const groups = grouped(bins, leastExpected)
  const chiSquare = groups.reduce((sum, { off, variance }) => sum + (off * off) / variance, 0)
  const gap = groups.reduce((sum, { off }) => sum + Math.abs(off), 0) / Math.max(1, rows)
  const df = groups.length
  return { chiSquare, df, p: df === 0 ? 1 : chiSquareSf(chiSquare, df), gap }
}

/**
 * The area under the ROC curve from counts in bins of the score: a pair within one bin counts half. With twenty bins of equal share
 * within 0.003 of that of the rows. Undefined without rows of both kinds.
 */
export function aucOfBins({ positive, negative }: Outcomes): number | undefined {
  requireEqualLengths(positive, negative, 'The counts of both outcomes')
  let below = 0
  let won = 0
  let positives = 0
  for (let bin = 0; bin < positive.length; bin++) {
    won += positive[bin]! * (below + negative[bin]! / 2)
    below += negative[bin]!
    positives += positive[bin]!
  }
  return below === 0 || positives === 0 ? undefined : won / (below * positives)
}

// --- internal ---

interface Bin {
  n: number
  /** Expected positives and negatives, by both sides' share. */
  expected: number
  others: number
  /** Live positives less those that the accepted share gives. */
  off: number
  variance: number
}

/** Bins that both sides have rows in: of the others nothing is known. */
function binsOf(accepted: Outcomes, live: Outcomes): Bin[] {
  for (const counts of [accepted.positive, accepted.negative, live.positive, live.negative]) {
    requireEqualLengths(counts, accepted.positive, 'The counts of outcomes')
    requireCounts(counts, 'Counts of outcomes')
  }
  const bins: Bin[] = []
  for (let bin = 0; bin < accepted.positive.length; bin++) {
    const m = accepted.positive[bin]! + accepted.negative[bin]!
    const n = live.positive[bin]! + live.negative[bin]!
    if (m === 0 || n === 0) continue
    const share = (accepted.positive[bin]! + live.positive[bin]!) / (m + n)
    bins.push({
      n,
      expected: n * share,
      others: n * (1 - share),
      off: live.positive[bin]! - (n * accepted.positive[bin]!) / m,
      variance: (share * (1 - share) * n * (n + m)) / m,
    })
  }
  return bins
}

function grouped(bins: readonly Bin[], least: number): Bin[] {
  const groups: Bin[] = []
  let open: Bin | undefined
  for (const bin of bins) {
    open = open ? together(open, bin) : bin
    if (open.expected < least || open.others < least) continue
    groups.push(open)
    open = undefined
  }
  const last = groups.pop()
  if (open && last) return [...groups, together(last, open)]
  return last ? [...groups, last] : []
}

function together(one: Bin, other: Bin): Bin {
  return {
    n: one.n + other.n,
    expected: one.expected + other.expected,
    others: one.others + other.others,
    off: one.off + other.off,
    variance: one.variance + other.variance,
  }
}
