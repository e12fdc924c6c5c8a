import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import type { CompareOptions, Finding } from './comparison.ts'
import type { Metric } from './metric.ts'
import { tellingOfPair } from './telling.ts'
import { clustersOf } from './unseen.ts'

/**
 * A difference of rows with weights claims no more than the exact sign test of as many rows of one weight as those that tell the
 * two apart are worth: where all n speak for one side that happens by chance in 2^(1 − n) of cases. A few heavy rows would
 * otherwise look like many.
 */
export function holdSigns(
  metric: Metric,
  pair: PairedPredictions,
  finding: Finding,
  { level }: CompareOptions,
): Finding {
  const telling = tellingOfPair(metric, pair, pair.group && clustersOf(pair.group))
  const least = Math.min(1, 2 ** (1 - telling))
  if (least <= 1 - level) return { ...finding, p: Math.max(finding.p, least) }
  return {
    ...finding,
    low: Math.min(finding.low, 0),
    high: Math.max(finding.high, 0),
    p: Math.max(finding.p, least),
  }
}
