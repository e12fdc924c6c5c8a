import type { OneSide } from '../side.ts'
import { addTallies, emptyTallies, type Tallies } from './tallies.ts'
import type { MetricByWeights } from './weights.ts'

/** How far truth and answers agree beyond what their shares of the classes alone would make, out of the same tallies. */

/** Sums that both metrics are made of: rows, right rows, and over the classes labelled × predicted and the squares of either. */
export interface AgreementSums {
  rows: number
  hits: number
  both: number
  labelledSquares: number
  predictedSquares: number
}

/** Far above what is lost in adding up, far below what a row of 20 million does. */
const ROUNDING = 1e-12

export interface Agreement {
  of(sums: AgreementSums): number | undefined
  /** Its derivatives by each of the sums. */
  slopes(sums: AgreementSums, value: number): AgreementSums
}

/** (hits/n − e) / (1 − e), e = Σ labelled × predicted / n² (Cohen 1960), without weights. */
export const KAPPA: Agreement = {
  of({ rows, hits, both }) {
    const beyond = rows ** 2 - both
    return beyond > ROUNDING * rows ** 2 ? (hits * rows - both) / beyond : undefined
  },
  slopes({ rows, hits, both }, value) {
    const beyond = rows ** 2 - both
    return {
      rows: (hits - 2 * rows * value) / beyond,
      hits: rows / beyond,
      both: (value - 1) / beyond,
      labelledSquares: 0,
      predictedSquares: 0,
    }
  },
}

/**
 * The correlation of truth and answers, of any number of classes (Gorodkin 2004; Matthews 1975 of two). 0 where all answers are
 * one class, as scikit-learn has it.
 */
export const MCC: Agreement = {
  of({ rows, hits, both, labelledSquares, predictedSquares }) {
    const labelled = rows ** 2 - labelledSquares
    const predicted = rows ** 2 - predictedSquares
    // Of weights that are no whole numbers rounding is left where all answers are one class.
    const nothing = ROUNDING * rows ** 2
    if (!(labelled > nothing)) return undefined
    return predicted > nothing ? (hits * rows - both) / Math.sqrt(labelled * predicted) : 0
  },
  slopes({ rows, hits, labelledSquares, predictedSquares }, value) {
    const labelled = rows ** 2 - labelledSquares
    const predicted = rows ** 2 - predictedSquares
    if (!(predicted > 0)) return { rows: 0, hits: 0, both: 0, labelledSquares: 0, predictedSquares: 0 }
    const root = Math.sqrt(labelled * predicted)
    return {
      rows: hits / root - value * rows * (1 / labelled + 1 / predicted),
      hits: rows / root,
      both: -1 / root,
      labelledSquares: value / (2 * labelled),
      predictedSquares: value / (2 * predicted),
    }
  },
}

export function agreementOfRows(agreement: Agreement): (side: OneSide) => MetricByWeights {
  return side => {
    const tallies = emptyTallies(side)
    return weights => {
      addTallies(tallies, side, weights)
      return agreement.of(agreementSums(tallies))
    }
  }
}

export function agreementSums({ labelled, predicted, hits }: Tallies): AgreementSums {
  const sums = { rows: 0, hits: 0, both: 0, labelledSquares: 0, predictedSquares: 0 }
  for (let i = 0; i < hits.length; i++) {
    sums.rows += labelled[i]!
    sums.hits += hits[i]!
    sums.both += labelled[i]! * predicted[i]!
    sums.labelledSquares += labelled[i]! ** 2
    sums.predictedSquares += predicted[i]! ** 2
  }
  return sums
}
