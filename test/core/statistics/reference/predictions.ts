import type { OneSide } from '../../../../src/core/metrics/side.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { sideFrom } from '../../metrics/samples.ts'
import type { Adapter } from './cases.ts'

export const predictions: Record<string, Adapter> = {
  metrics: ({ y, pred, scores }, outputs) => {
    const side: OneSide = sideFrom('binary', y, { prediction: pred, score: scores })
    return Object.fromEntries(Object.keys(outputs).map(name => [name, computeMetric(name, side)]))
  },

  calibration: ({ y, p }) => ({ ece: computeMetric('ece', sideFrom('binary', y, { score: p })) }),
}
