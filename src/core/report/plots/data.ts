import type { Evaluation } from '../../inputs/evaluation.ts'
import { calibrationCurve, thresholdCurve } from '../../metrics/curves.ts'
import { type PredictedBin, predictedBins, type ResidualBin, residualBins } from '../../metrics/residuals.ts'

/** Points of the plots that the result does not hold. Plain data, so that a page can be made again from it. */
export interface PlotData {
  candidate?: Curves
  opponent?: Curves & { name: string }
  gpus?: { index: number; name: string; trace: { second: number; utilisation: number }[] }[]
}

export interface Curves {
  /** [false positive rate, true positive rate]. */
  roc?: [number, number][]
  /** [recall, precision]. */
  precisionRecall?: [number, number][]
  calibration?: CalibrationBin[]
  /** Of a regression, as the residuals are. */
  predicted?: PredictedBin[]
  residuals?: ResidualBin[]
}

export interface CalibrationBin {
  /** Mean score. */
  said: number
  /** Share that was positive, with its interval. */
  happened: number
  low: number
  high: number
  rows: number
}

const LEVEL = 0.95

/** The points of the plots, from the rows; thinned, so that a page of a million rows stays small. */
export function plotData(candidate: Evaluation, opponent: Evaluation | undefined): PlotData {
  const [ours, theirs] = residualBins([candidate.predictions, opponent?.predictions])
  return {
    candidate: { ...curvesOf(candidate), residuals: ours },
    opponent: opponent && { ...curvesOf(opponent), residuals: theirs, name: opponent.side },
    gpus: candidate.usage?.gpus?.map(({ index, name, trace }) => ({ index, name, trace: trace ?? [] })),
  }
}

// --- internal ---

function curvesOf({ predictions }: Evaluation): Curves {
  if (!predictions) return {}
  const points = thresholdCurve(predictions)
  return {
    roc: points?.map(point => [point.falsePositiveRate, point.recall]),
    precisionRecall: points?.map(point => [point.recall, point.precision]),
    calibration: calibrationCurve(predictions, LEVEL),
    predicted: predictedBins(predictions),
  }
}
