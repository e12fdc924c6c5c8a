import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { classCount } from '../row-weights/tallies.ts'
import type { OneSide } from '../side.ts'
import { sideOf } from '../side.ts'

/**
 * All rows with the same (label, candidate's prediction, baseline's prediction) folded into one cell. Each side is
 * given as predictions with one row a cell: a metric of the whole is that of the cells weighted by `counts`.
 */
export interface Cells {
  counts: Float64Array
  candidate: OneSide
  baseline: OneSide
}

/** Up to this many possible cells each gets a counter; beyond, the cells that occur are found by sorting. */
const DENSE_CELLS = 1 << 20

export function foldIntoCells(pair: PairedPredictions): Cells {
  const known = FOLDED.get(pair)
  if (known) return known
  const cells = folded(pair)
  FOLDED.set(pair, cells)
  return cells
}

// --- internal ---

/** Gone with the pair: several metrics are made of the same cells. */
const FOLDED = new WeakMap<PairedPredictions, Cells>()

function folded(pair: PairedPredictions): Cells {
  const classes = Math.max(classCount(sideOf(pair, 'candidate')), classCount(sideOf(pair, 'baseline')))
  const { codes, counts } =
    classes ** 3 <= DENSE_CELLS ? countDense(pair, classes) : countSorted(pair, classes)
  const baseline = codes.map(code => code % classes)
  const candidate = codes.map(code => Math.floor(code / classes) % classes)
  const label = codes.map(code => Math.floor(code / (classes * classes)))
  const shared = { task: pair.task, rows: codes.length, label, classes: pair.classes }
  return {
    counts,
    candidate: { ...shared, prediction: candidate },
    baseline: { ...shared, prediction: baseline },
  }
}

interface CountedCodes {
  codes: Float64Array
  counts: Float64Array
}

function codeOf(pair: PairedPredictions, classes: number, row: number): number {
  const { label, candidate, baseline } = pair
  return (label[row]! * classes + candidate.prediction[row]!) * classes + baseline.prediction[row]!
}

function countDense(pair: PairedPredictions, classes: number): CountedCodes {
  const counters = new Uint32Array(classes ** 3)
  for (let i = 0; i < pair.rows; i++) counters[codeOf(pair, classes, i)]!++
  const occurring = counters.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  const codes = new Float64Array(occurring)
  const counts = new Float64Array(occurring)
  let cell = 0
  for (let code = 0; code < counters.length; code++) {
    if (counters[code] === 0) continue
    codes[cell] = code
    counts[cell++] = counters[code]!
  }
  return { codes, counts }
}

function countSorted(pair: PairedPredictions, classes: number): CountedCodes {
  const all = new Float64Array(pair.rows)
  for (let i = 0; i < all.length; i++) all[i] = codeOf(pair, classes, i)
  all.sort()
  const counts = new Float64Array(all.length)
  let cells = 0
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && all[i] === all[cells - 1]) counts[cells - 1]!++
    else {
      all[cells] = all[i]!
      counts[cells++] = 1
    }
  }
  return { codes: all.slice(0, cells), counts: counts.slice(0, cells) }
}
