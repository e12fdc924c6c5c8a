import type { Evaluation } from '../evaluation.ts'
import { calibrationCurve, thresholdCurve } from '../metrics/curves.ts'
import type { CurveData, PlotData } from './plots.ts'

const LEVEL = 0.95

/** The points of the plots, from the rows; thinned, so that a page of a million rows stays small. */
export function plotData(candidate: Evaluation, opponent: Evaluation | undefined): PlotData {
  return {
    candidate: curvesOf(candidate),
    opponent: opponent && { ...curvesOf(opponent), name: opponent.side },
    gpus: candidate.usage?.gpus?.map(({ index, name, trace }) => ({ index, name, trace: trace ?? [] })),
  }
}

// --- internal ---

function curvesOf({ predictions }: Evaluation): CurveData {
  if (!predictions) return {}
  const points = thresholdCurve(predictions)
  return {
    roc: points?.map(point => [point.falsePositiveRate, point.recall]),
    precisionRecall: points?.map(point => [point.recall, point.precision]),
    calibration: calibrationCurve(predictions, LEVEL),
  }
}
