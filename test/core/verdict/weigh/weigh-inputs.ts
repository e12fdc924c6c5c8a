import { Config } from '../../../../src/core/config/config.ts'
import type { Evaluation, Predictions, Side } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import type { Result } from '../../../../src/core/verdict/result.ts'
import { type WeighInputs, weigh } from '../../../../src/core/verdict/weigh/weigh.ts'

/** One row of a binary test set. */
export interface Row {
  label: 0 | 1
  score: number
  /** Its value in the one slice column, `region`. */
  region?: string
}

/** An evaluation from rows, whose ids are their places; `order` shuffles them as a file may. */
export function evaluation(
  side: Side,
  rows: Row[],
  { order = rows.map((_, index) => index), ...more }: Partial<Evaluation> & { order?: number[] } = {},
): Evaluation {
  const at = (read: (row: Row) => number) => Float64Array.from(order, index => read(rows[index]!))
  const predictions: Predictions = {
    task: 'binary',
    rows: rows.length,
    ids: order.map(index => `row-${index}`),
    label: at(row => row.label),
    prediction: at(row => (row.score >= 0.5 ? 1 : 0)),
    score: at(row => row.score),
    slices: regionsOf(order.map(index => rows[index]!.region)),
  }
  return { side, source: side, metrics: new Map(), predictions, testSet: testSetOf(predictions), ...more }
}

/** An evaluation that has numbers of a file alone. */
export function numbers(
  side: Side,
  metrics: Record<string, number>,
  more: Partial<Evaluation> = {},
): Evaluation {
  return { side, source: side, metrics: new Map(Object.entries(metrics)), ...more }
}

/** Weighs with gates and other keys as `assay.yml` has them. */
export function weighed(
  model: Record<string, unknown>,
  { candidate, ...more }: { candidate: Evaluation } & Partial<WeighInputs>,
): Result {
  const config = Config.parse({ models: { churn: { metrics: 'metrics.json', ...model } } }).models.churn!
  return weigh({
    assay: '0.0.0-test',
    model: 'churn',
    config,
    candidate,
    absent: {
      champion: { reason: 'there is no champion yet', broken: false },
      base: { reason: 'there is no base', broken: false },
    },
    seedParts: ['base', 'head'],
    today: '2026-06-01',
    warnings: [],
    configuration: { source: 'base', changes: [] },
    run: {},
    ...more,
  })
}

function regionsOf(regions: (string | undefined)[]): Predictions['slices'] {
  const values = [...new Set(regions.filter(region => region !== undefined))]
  if (values.length === 0) return []
  return [{ name: 'region', values, codes: Uint32Array.from(regions, region => values.indexOf(region!)) }]
}
