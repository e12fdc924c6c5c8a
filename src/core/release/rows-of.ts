import type { Predictions } from '../inputs/evaluation.ts'
import { computeMetric } from '../metrics/table/compute.ts'

/**
 * The first metric that comes to another number on these rows than is told of them: then they are other rows than those that were
 * weighed, whatever their ids and labels say. Undefined where none does. What rows cannot tell is not asked.
 *
 * @param told metrics by name, of what was weighed
 */
export function metricOfOtherRows(
  predictions: Predictions,
  told: Iterable<readonly [string, number]>,
): string | undefined {
  for (const [name, value] of told) {
    const own = computeMetric(name, predictions)
    if (typeof own === 'number' && Math.abs(own - value) > TOLERANCE * (1 + Math.abs(value))) return name
  }
  return undefined
}

// --- internal ---

/** Sums in another order of the rows. */
const TOLERANCE = 1e-9
