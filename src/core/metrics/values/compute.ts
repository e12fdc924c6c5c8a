import { TOO_LARGE } from '../../statistics/largest-number.ts'
import { existingMetric, prepareMetric } from '../row-weights/values.ts'
import { hasNoValue, type NoValue, type OneSide } from '../side.ts'

/**
 * A metric's value over all rows of one side, equal to scikit-learn's; or why there is none, such as ROC AUC over one
 * class. Never NaN or infinite.
 */
export function computeMetric(name: string, side: OneSide): number | NoValue {
  const metric = existingMetric(name, side)
  if (hasNoValue(metric)) return metric
  const value = prepareMetric(metric, side)(new Uint32Array(side.rows).fill(1))
  if (value === undefined) return { undefinedBecause: metric.undefinedWhen }
  return Number.isFinite(value) ? value : { undefinedBecause: TOO_LARGE }
}
