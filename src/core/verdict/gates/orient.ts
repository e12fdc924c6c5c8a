import type { Direction } from '../../inputs/evaluation.ts'
import type { Difference } from '../../statistics/estimate.ts'

/** The difference turned so that positive means the candidate is better. */
export function orient(
  difference: Difference,
  direction: Direction,
): { value: number; low: number; high: number } {
  const { low, high } = difference.interval
  if (direction === 'higher') return { value: difference.value, low, high }
  return { value: -difference.value, low: -high, high: -low }
}
