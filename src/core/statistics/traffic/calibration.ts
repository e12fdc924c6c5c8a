import { requireCount, requireEqualLengths, requireShare, requireSome, requireZeroOne } from '../checks.ts'

interface CalibrationBin {
  rows: number
  meanScore: number
  /** Share of positive labels. */
  meanLabel: number
}

export interface Calibration {
  /** Mean gap between score and share of positives, weighted by rows. */
  ece: number
  /** The largest gap of a bin. */
  mce: number
  /** Bins that have rows, from low to high scores. */
  bins: CalibrationBin[]
}

/** How far scores are from the shares of positives they promise, over `bins` bins of equal width; a score of 1 falls into the last. */
export function calibration(label: ArrayLike<number>, score: ArrayLike<number>, bins = 10): Calibration {
  requireEqualLengths(label, score, 'Labels and scores')
  requireSome(label, 'The labels')
  requireZeroOne(label, 'Labels')
  requireCount(bins, 'The number of bins', 1)
  const sums = Array.from({ length: bins }, () => ({ rows: 0, score: 0, label: 0 }))
  for (let row = 0; row < label.length; row++) {
    requireShare(score[row]!, 'A score')
    const bin = sums[Math.min(Math.floor(score[row]! * bins), bins - 1)]!
    bin.rows++
    bin.score += score[row]!
    bin.label += label[row]!
  }
  const used = sums
    .filter(bin => bin.rows > 0)
    .map(bin => ({ rows: bin.rows, meanScore: bin.score / bin.rows, meanLabel: bin.label / bin.rows }))
  const gaps = used.map(bin => Math.abs(bin.meanLabel - bin.meanScore))
  return {
    ece: used.reduce((sum, bin, index) => sum + (bin.rows / label.length) * gaps[index]!, 0),
    mce: Math.max(...gaps),
    bins: used,
  }
}
