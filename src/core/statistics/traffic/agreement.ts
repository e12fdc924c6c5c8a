import { requireEqualLengths, requireSome, requireZeroOne } from '../checks.ts'

/** How often a binary label and a prediction met. */
export interface BinaryCounts {
  trueNegative: number
  falsePositive: number
  falseNegative: number
  truePositive: number
}

export interface Agreement {
  accuracy: number
  /** Undefined where no row is predicted positive, recall where none is positive; and so on for what needs them. */
  precision?: number
  recall?: number
  f1?: number
  /** Mean of the recalls of both classes. */
  balancedAccuracy?: number
  /** Matthews correlation; 0 where a margin is empty. */
  mcc: number
  /** Cohen's kappa; undefined where chance alone would agree always. */
  kappa?: number
}

export function binaryCounts(label: ArrayLike<number>, prediction: ArrayLike<number>): BinaryCounts {
  requireEqualLengths(label, prediction, 'Labels and predictions')
  requireZeroOne(label, 'Labels')
  requireZeroOne(prediction, 'Predictions')
  const cells = [0, 0, 0, 0]
  for (let row = 0; row < label.length; row++) cells[2 * label[row]! + prediction[row]!]!++
  const [trueNegative, falsePositive, falseNegative, truePositive] = cells as [number, number, number, number]
  return { trueNegative, falsePositive, falseNegative, truePositive }
}

/** Everything a two by two confusion table says, by scikit-learn's definitions; undefined instead of an invented 0. */
export function agreement(counts: BinaryCounts): Agreement {
  const { trueNegative: tn, falsePositive: fp, falseNegative: fn, truePositive: tp } = counts
  const rows = tn + fp + fn + tp
  requireSome({ length: rows }, 'The rows')
  const recall = share(tp, tp + fn)
  const specificity = share(tn, tn + fp)
  const margins = Math.sqrt(tp + fp) * Math.sqrt(tp + fn) * Math.sqrt(tn + fp) * Math.sqrt(tn + fn)
  const chance = ((tp + fp) * (tp + fn) + (tn + fp) * (tn + fn)) / rows
  return {
    accuracy: (tp + tn) / rows,
    precision: share(tp, tp + fp),
    recall,
    f1: share(2 * tp, 2 * tp + fp + fn),
    balancedAccuracy:
      recall === undefined || specificity === undefined ? undefined : (recall + specificity) / 2,
    mcc: margins === 0 ? 0 : (tp * tn - fp * fn) / margins,
    kappa: share(tp + tn - chance, rows - chance),
  }
}

// --- internal ---

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}
