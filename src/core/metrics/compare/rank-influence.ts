import { sortOrder } from '../../statistics/sort-order.ts'
import type { OneSide } from '../side.ts'

/**
 * How much each row moves ROC AUC: (its share of the other class that it stands on the right side of − AUC) / rows of
 * its class. These are DeLong's structural components; a tie counts half.
 */
export function rocAucInfluence(side: OneSide, value: number): Float64Array {
  const order = sortOrder(side.score!).toReversed()
  const allPositives = countPositives(side)
  const allNegatives = side.rows - allPositives
  const influence = new Float64Array(side.rows)
  let positives = 0
  let negatives = 0
  forEachTie(side, order, (from, to, tiedPositives) => {
    const tiedNegatives = to - from - tiedPositives
    const positivesAbove = (positives + tiedPositives / 2) / allPositives
    const negativesBelow = (allNegatives - negatives - tiedNegatives / 2) / allNegatives
    for (let k = from; k < to; k++) {
      const row = order[k]!
      influence[row] =
        side.label[row] === 1
          ? (negativesBelow - value) / allPositives
          : (positivesAbove - value) / allNegatives
    }
    positives += tiedPositives
    negatives += tiedNegatives
  })
  return influence
}

/**
 * How much each row moves average precision = (1/P) Σ over positives i of T(i) / N(i), where T and N count positives
 * and rows scored at least as high as i. A positive moves it by its own precision, and any row by being counted in T
 * and N of all positives at or below it: Σ 1/N and Σ T/N² over those.
 */
export function averagePrecisionInfluence(side: OneSide, value: number): Float64Array {
  const order = sortOrder(side.score!)
  const allPositives = countPositives(side)
  const influence = new Float64Array(side.rows)
  let positives = allPositives
  let hitsBelow = 0
  let rowsBelow = 0
  forEachTie(side, order, (from, to, tiedPositives) => {
    const rows = order.length - from
    hitsBelow += tiedPositives / rows
    rowsBelow += (tiedPositives * positives) / rows ** 2
    for (let k = from; k < to; k++) {
      const row = order[k]!
      const own = side.label[row]! * (positives / rows - value + hitsBelow)
      influence[row] = (own - rowsBelow) / allPositives
    }
    positives -= tiedPositives
  })
  return influence
}

// --- internal ---

function countPositives(side: OneSide): number {
  return side.label.reduce((sum, label) => sum + label, 0)
}

/** Visits each run of equal scores in `order`: from (inclusive), to (exclusive) and how many of it are positive. */
function forEachTie(
  side: OneSide,
  order: Uint32Array,
  visit: (from: number, to: number, tiedPositives: number) => void,
): void {
  const score = side.score!
  let from = 0
  while (from < order.length) {
    let to = from
    let tiedPositives = 0
    while (to < order.length && score[order[to]!] === score[order[from]!])
      tiedPositives += side.label[order[to++]!]!
    visit(from, to, tiedPositives)
    from = to
  }
}
