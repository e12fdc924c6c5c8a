import { placementsOf } from '../../statistics/paired/delong.ts'
import { rankingOf } from '../../statistics/ranking.ts'
import type { OneSide } from '../side.ts'

/**
 * How much each row moves ROC AUC: (its share of the other class that it stands on the right side of − AUC) / rows of
 * its class. These are DeLong's structural components; a tie counts half.
 */
export function rocAucInfluence(side: OneSide, value: number): Float64Array {
  const { order, positive, isTieEnd } = rankingOf(side.score!, side.label)
  const allPositives = countOf(positive)
  const allNegatives = side.rows - allPositives
  const influence = new Float64Array(side.rows)
  let positives = allPositives
  let negatives = allNegatives
  for (let from = 0; from < order.length; ) {
    const to = tieEnd(isTieEnd, from)
    const tiedPositives = countOf(positive, from, to)
    const tiedNegatives = to - from - tiedPositives
    // What is above this tie.
    positives -= tiedPositives
    negatives -= tiedNegatives
    const ofPositive = ((allNegatives - negatives - tiedNegatives / 2) / allNegatives - value) / allPositives
    const ofNegative = ((positives + tiedPositives / 2) / allPositives - value) / allNegatives
    for (let rank = from; rank < to; rank++)
      influence[order[rank]!] = positive[rank] === 1 ? ofPositive : ofNegative
    from = to
  }
  return influence
}

/** What `rocAucInfluence` is of an AUC of 0: what a row has of it. */
export function rocAucShares({ rows, label, score }: OneSide): Float64Array {
  const placements = placementsOf(label, score!)
  let positives = 0
  for (let i = 0; i < rows; i++) positives += label[i]!
  const ofClass = [rows - positives, positives]
  const shares = new Float64Array(rows)
  for (let i = 0; i < rows; i++) shares[i] = placements[i]! / ofClass[label[i]!]!
  return shares
}

/**
 * How much each row moves average precision = (1/P) Σ over positives i of T(i) / N(i), where T and N count positives
 * and rows scored at least as high as i. A positive moves it by its own precision, and any row by being counted in T
 * and N of all positives at or below it: Σ 1/N and Σ T/N² over those.
 */
export function averagePrecisionInfluence(side: OneSide, value: number): Float64Array {
  const { order, positive, isTieEnd } = rankingOf(side.score!, side.label)
  const allPositives = countOf(positive)
  const influence = new Float64Array(side.rows)
  let positives = allPositives
  let hitsBelow = 0
  let rowsBelow = 0
  for (let from = 0; from < order.length; ) {
    const to = tieEnd(isTieEnd, from)
    const tiedPositives = countOf(positive, from, to)
    const rows = order.length - from
    hitsBelow += tiedPositives / rows
    rowsBelow += (tiedPositives * positives) / rows ** 2
    const own = positives / rows - value + hitsBelow
    for (let rank = from; rank < to; rank++)
      influence[order[rank]!] = (positive[rank]! * own - rowsBelow) / allPositives
    positives -= tiedPositives
    from = to
  }
  return influence
}

// --- internal ---

/** The rank after the last of a run of equal scores. */
function tieEnd(isTieEnd: Readonly<Uint8Array>, from: number): number {
  let to = from
  while (isTieEnd[to] === 0) to++
  return to + 1
}

function countOf(positive: Uint8Array, from = 0, to = positive.length): number {
  let count = 0
  for (let rank = from; rank < to; rank++) count += positive[rank]!
  return count
}
