import type { Difference } from '../statistics/estimate.ts'
import type { MetricRow, Result, SliceRow } from '../verdict/result.ts'
import type { RecordMetric, ReleaseRecord } from './record.ts'

/** The part of the result that a record keeps, as a result, so that the report's own tables show it. */
export function resultOf(record: ReleaseRecord): Result {
  const against = record.weighed?.against
  const { test_set: testSet, weighed, data, seeds } = record
  return {
    schema: 1,
    assay: record.assay,
    model: record.model,
    state: 'judged',
    verdict: record.verdict,
    blocks: false,
    candidate: { source: 'this commit', commit: record.commit, data, testSet, seeds },
    ...(against && { [against]: { source: against, commit: weighed?.commit } }),
    metrics: Object.entries(record.metrics).map(([name, metric]) => metricRow(name, metric, against)),
    gates: [],
    slices: (record.worst_slices ?? []).map(
      ({ change, ...row }): SliceRow => ({
        ...row,
        ...(against && { against }),
        difference: differenceOf(change),
      }),
    ),
    warnings: [],
    configuration: { source: 'base', changes: [] },
    run: {},
  }
}

// --- internal ---

function metricRow(name: string, metric: RecordMetric, against: 'champion' | 'base' | undefined): MetricRow {
  const {
    value,
    interval,
    level = 0.95,
    direction,
    gated = false,
    part,
    judgement = 'not_judged',
    baseline,
    change,
  } = metric
  return {
    metric: name,
    direction,
    candidate: { value, ...(interval && { interval: { low: interval[0], high: interval[1], level } }) },
    ...(against && baseline !== undefined && { [against]: { value: baseline } }),
    differences: against && change ? { [against]: differenceOf(change) } : {},
    judgement,
    gated,
    ...(part !== undefined && { part }),
  }
}

function differenceOf({
  value,
  interval: [low, high],
  level,
  p,
  method,
  paired,
}: NonNullable<RecordMetric['change']>): Difference {
  return { value, interval: { low, high, level }, p, method, paired }
}
