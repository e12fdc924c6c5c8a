import type { Aggregate, Evaluation, Side, Usage } from '../inputs/evaluation.ts'
import { isUsageMetric } from '../inputs/usage-metrics.ts'
import type { Estimate } from '../statistics/estimate.ts'
import type { ReleaseRecord } from './record.ts'

/**
 * What a release's record knows of its evaluation: values with their intervals, the test set and the part of it they are of, what it cost. There
 * are no rows in it, so comparisons with it are unpaired and of low power.
 */
export function evaluationOf(record: ReleaseRecord, side: Side, source: string): Evaluation {
  const estimates = new Map<string, Estimate>()
  const aggregates = new Map<string, Aggregate>()
  for (const [name, { value, interval, level = 0.95, part }] of Object.entries(record.metrics)) {
    if (isUsageMetric(name)) continue
    const [low, high] = interval ?? []
    const bounds = low === undefined || high === undefined ? undefined : { low, high, level }
    estimates.set(name, { value, ...(bounds && { interval: bounds }), method: 'release record' })
    if (part !== undefined) aggregates.set(name, { part })
  }
  return {
    side,
    source,
    commit: record.commit,
    metrics: new Map([...estimates].map(([name, { value }]) => [name, value])),
    estimates,
    ...(aggregates.size > 0 && { aggregates }),
    madeAt: record.committed,
    ...(record.test_set && { testSet: record.test_set }),
    ...(record.metric_code !== undefined && { metricCode: record.metric_code }),
    ...(record.data && { data: record.data }),
    ...usagePart(record),
  }
}

/** What making the release took, as far as its record says. */
export function usageOf({ cost }: ReleaseRecord): Usage | undefined {
  if (!cost) return undefined
  const { amount, currency, source } = cost
  return {
    cost: amount,
    ...(currency !== '' && { currency }),
    ...(source !== undefined && { priceSource: source }),
  }
}

// --- internal ---

function usagePart(record: ReleaseRecord): Pick<Evaluation, 'usage'> {
  const usage = usageOf(record)
  return usage ? { usage } : {}
}
