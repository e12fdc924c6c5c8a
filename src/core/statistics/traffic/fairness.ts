import { requireEqualLengths, requireSome } from '../checks.ts'
import { type BinaryCounts, binaryCounts } from './agreement.ts'

interface GroupRates {
  rows: number
  /** Share predicted positive. */
  selectionRate: number
  /** Undefined where the group has no positive (true positive rate) or no negative (false positive rate) label. */
  truePositiveRate?: number
  falsePositiveRate?: number
}

/** Gaps between the best and the worst off group. Undefined where fewer than two groups have the rate, or 0/0 for ratios. */
export interface Fairness {
  groups: Map<string, GroupRates>
  demographicParityDifference?: number
  demographicParityRatio?: number
  equalizedOddsDifference?: number
  equalizedOddsRatio?: number
  equalOpportunityDifference?: number
}

/** Group fairness of binary predictions by Fairlearn's definitions (between groups, worst case of both rates). */
export function fairness(
  label: ArrayLike<number>,
  prediction: ArrayLike<number>,
  group: ArrayLike<string>,
): Fairness {
  requireEqualLengths(label, prediction, 'Labels and predictions')
  requireEqualLengths(label, group, 'Labels and groups')
  requireSome(label, 'The labels')
  const groups = new Map<string, GroupRates>()
  for (const name of [...new Set(Array.from(group))].sort()) {
    const rows = Array.from(group, (_, row) => row).filter(row => group[row] === name)
    const counts = binaryCounts(
      rows.map(row => label[row]!),
      rows.map(row => prediction[row]!),
    )
    groups.set(name, ratesOf(counts))
  }
  const all = [...groups.values()]
  const selected = spread(all.map(rates => rates.selectionRate))
  const truePositive = spread(all.map(rates => rates.truePositiveRate))
  const falsePositive = spread(all.map(rates => rates.falsePositiveRate))
  return {
    groups,
    demographicParityDifference: selected.difference,
    demographicParityRatio: selected.ratio,
    equalizedOddsDifference: worst(Math.max, truePositive.difference, falsePositive.difference),
    equalizedOddsRatio: worst(Math.min, truePositive.ratio, falsePositive.ratio),
    equalOpportunityDifference: truePositive.difference,
  }
}

// --- internal ---

function ratesOf(counts: BinaryCounts): GroupRates {
  const { trueNegative, falsePositive, falseNegative, truePositive } = counts
  const positive = truePositive + falseNegative
  const negative = trueNegative + falsePositive
  return {
    rows: positive + negative,
    selectionRate: (truePositive + falsePositive) / (positive + negative),
    truePositiveRate: positive === 0 ? undefined : truePositive / positive,
    falsePositiveRate: negative === 0 ? undefined : falsePositive / negative,
  }
}

function spread(rates: (number | undefined)[]): { difference?: number; ratio?: number } {
  const known = rates.filter(rate => rate !== undefined)
  if (known.length < 2) return {}
  const least = Math.min(...known)
  const most = Math.max(...known)
  return { difference: most - least, ratio: most === 0 ? undefined : least / most }
}

/** The worse of two gaps; a rate that no two groups have takes no part. */
function worst(pick: (...values: number[]) => number, ...gaps: (number | undefined)[]): number | undefined {
  const known = gaps.filter(gap => gap !== undefined)
  return known.length === 0 ? undefined : pick(...known)
}
