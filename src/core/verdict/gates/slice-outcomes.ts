import type { Difference, Estimate } from '../../statistics/estimate.ts'
import type { SliceRow } from '../result.ts'
import {
  type AbsoluteRule,
  askDifference,
  askEstimate,
  certainOfFew,
  judgeTogether,
  type Question,
  type RelativeRule,
} from './judge.ts'

/** A slice before its outcome, and what is asked of it. */
export interface AskedSlice {
  row: Omit<SliceRow, 'outcome' | 'adjustedP'>
  /** Whether there is a number to ask of. */
  isThere: boolean
  question?: Question
}

/** Puts the rule of a gate to a slice: to its difference, or, for a floor or ceiling, to its own value. */
export function askSlice(
  row: AskedSlice['row'],
  number: Difference | Estimate | undefined,
  rule: RelativeRule | AbsoluteRule,
): AskedSlice {
  if (!number) return { row, isThere: false }
  const question =
    'kind' in rule
      ? row.direction && askDifference(number as Difference, row.direction, rule)
      : askEstimate(number, rule)
  return { row, isThere: true, question }
}

/**
 * The outcomes of slices that are judged together. One cannot be judged when it has fewer than `minRows` rows and is not certain to
 * fail all the same, when the metric does not exist on it, or when, neither passed nor failed, it could only have shown differences
 * coarser than `margin`.
 */
export function outcomesOf(
  slices: AskedSlice[],
  { level, minRows, margin }: { level: number; minRows: number; margin?: number },
): SliceRow[] {
  const there = slices.filter(({ isThere }) => isThere)
  const judged = new Map(
    judgeTogether(
      there.filter(({ row }) => row.rows >= minRows),
      level,
    ).map(one => [one.row, one]),
  )
  const few = there.filter(({ row }) => row.rows < minRows)
  const certain = certainOfFew(few, { level, rows: ({ row }) => row.rows })
  return slices.map(slice => {
    const { row } = slice
    const lost = certain.get(slice)
    if (lost) return { ...row, ...lost, outcome: 'fail' }
    const own = judged.get(row)
    if (!own) return { ...row, outcome: 'cannot_judge' }
    const { adjustedP, verdict } = own
    if (verdict === 'pass' || verdict === 'fail') return { ...row, adjustedP, outcome: verdict }
    const detectable = row.difference?.detectable
    const isTooCoarse = margin !== undefined && detectable !== undefined && detectable > margin
    return { ...row, adjustedP, outcome: isTooCoarse ? 'cannot_judge' : 'inconclusive' }
  })
}
