import { requireCount, requireInnerShare } from '../checks.ts'
import { clamp } from '../describe.ts'
import { binomialCdf, binomialPmf, binomialSf, twoSidedZ } from '../distributions/distributions.ts'
import type { Bounds } from '../intervals/proportions.ts'

/** How often each model was right on the same rows. */
export interface PairedCounts {
  bothCorrect: number
  championOnly: number
  candidateOnly: number
  bothWrong: number
}

export interface McNemar extends Bounds {
  /** Accuracy of the candidate minus accuracy of the champion. */
  difference: number
  /** Two-sided: exact where fewer than 25 rows tell the models apart, else mid-p. */
  p: number
  exact: boolean
  /** Standard error of the difference, (c+b − (c−b)²/N)^½ / N. */
  se: number
  /** Rows that tell the models apart. */
  discordant: number
  exactP: number
  midP: number
  /** Exact p of "the candidate is not better". */
  oneSidedP: number
}

/**
 * Accuracies of two models on the same rows: McNemar's test, with Bonett & Price's (2012) interval, which adds one
 * row to each discordant cell. Without discordant rows p is 1 and the interval still has a width.
 */
export function mcnemar(counts: PairedCounts, level = 0.95): McNemar {
  requireInnerShare(level, 'The confidence level')
  const { b, c, rows } = discordance(counts)
  const discordant = b + c
  const difference = (c - b) / rows
  const less = Math.min(b, c)
  const tail = binomialCdf(less, discordant, 0.5)
  const exactP = Math.min(1, 2 * tail)
  const midP = clamp(2 * tail - binomialPmf(less, discordant, 0.5), 0, 1)
  const exact = discordant < 25
  return {
    difference,
    ...bonettPrice(b, c, rows, level),
    p: exact ? exactP : midP,
    exact,
    se: waldError(b, c, rows),
    discordant,
    exactP,
    midP,
    oneSidedP: binomialSf(c - 1, discordant, 0.5),
  }
}

// --- internal ---

function discordance(counts: PairedCounts): { b: number; c: number; rows: number } {
  requireCount(counts.bothCorrect, 'bothCorrect')
  requireCount(counts.championOnly, 'championOnly')
  requireCount(counts.candidateOnly, 'candidateOnly')
  requireCount(counts.bothWrong, 'bothWrong')
  const rows = counts.bothCorrect + counts.championOnly + counts.candidateOnly + counts.bothWrong
  if (rows === 0) throw new RangeError('Two models cannot be compared on 0 rows.')
  return { b: counts.championOnly, c: counts.candidateOnly, rows }
}

function waldError(b: number, c: number, rows: number): number {
  return Math.sqrt(Math.max(0, b + c - (c - b) ** 2 / rows)) / rows
}

function bonettPrice(b: number, c: number, rows: number, level: number): Bounds {
  const total = rows + 2
  const centre = (c - b) / total
  const half = twoSidedZ(level) * Math.sqrt(((b + c + 2) / total - centre ** 2) / total)
  const difference = (c - b) / rows
  // The added rows pull the interval towards 0; it still has to hold the difference itself.
  return {
    low: clamp(Math.min(centre - half, difference), -1, 1),
    high: clamp(Math.max(centre + half, difference), -1, 1),
  }
}
