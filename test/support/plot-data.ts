import type { PlotData } from '../../src/core/report/plots/data.ts'

const STEPS = Array.from({ length: 20 }, (_, index) => index / 19)
const BINS = [0.1, 0.5, 0.9].map(said => ({
  said,
  happened: said * 0.9,
  low: said * 0.8,
  high: said,
  rows: 40,
}))

const PREDICTED = [10, 20, 30].map(predicted => ({
  predicted,
  middle: predicted + 1,
  low: predicted - 5,
  high: predicted + 6,
  rows: 40,
}))
const RESIDUALS = STEPS.map(x => ({ residual: x * 10 - 5, share: 0.05 }))

/** Points for every plot; `name` stands wherever a name of the user's can. */
export function plots(name = 'champion'): PlotData {
  return {
    candidate: {
      predicted: PREDICTED,
      residuals: RESIDUALS,
      roc: STEPS.map(x => [x, Math.sqrt(x)]),
      precisionRecall: STEPS.map(x => [x, 1 - x / 2]),
      calibration: BINS,
    },
    opponent: {
      name,
      predicted: PREDICTED,
      residuals: RESIDUALS,
      roc: STEPS.map(x => [x, x ** 0.7]),
      precisionRecall: STEPS.map(x => [x, 1 - x / 1.5]),
      calibration: BINS,
    },
    gpus: [{ index: 0, name, trace: STEPS.map(x => ({ second: x * 600, utilisation: x })) }],
  }
}
