import type { Predictions } from '../../inputs/evaluation.ts'
import { EdgeGrid } from '../../statistics/traffic/edge-grid.ts'
import { edgesAtMost } from '../../statistics/traffic/population-stability.ts'
import { frequentCategories, mayBeNamed } from './categories.ts'
import { frozenEdges } from './edges.ts'
import type { Bins } from './feature.ts'
import { type ModelProfile, POSITIVE } from './profile.ts'

const SCORE_BINS = 20
const PREDICTION_BINS = 10
const DIGITS = 6

/** What the accepted evaluation says of score and prediction, and how often the prediction was right. */
export function acceptedOn(
  predictions: Predictions,
): Pick<ModelProfile, 'score' | 'prediction' | 'accuracy'> {
  // Scores of rows are no answers: nothing of them is counted live.
  if (predictions.task === 'scores') return {}
  const prediction = predictionOf(predictions)
  return { score: scoreOf(predictions), prediction, accuracy: accuracyOf(predictions, prediction) }
}

// --- internal ---

function scoreOf({ task, score, label, rows, written }: Predictions): ModelProfile['score'] {
  if (task !== 'binary' || !score) return undefined
  const edges = frozenEdges(score, SCORE_BINS)
  const bins = edges.length + 1
  const counts = new Float64Array(2 * bins)
  const sums = new Array<number>(bins).fill(0)
  const grid = new EdgeGrid(edges)
  for (let row = 0; row < rows; row++) {
    const bin = grid.binOf(score[row]!)
    counts[label[row]! * bins + bin]!++
    sums[bin]! += score[row]!
  }
  const labels = [counts.subarray(0, bins), counts.subarray(bins)].map(own => [...own])
  const means = sums.map((sum, bin) => {
    const inBin = labels[0]![bin]! + labels[1]![bin]!
    return inBin === 0 ? edges[Math.max(0, bin - 1)]! : Number((sum / inBin).toPrecision(DIGITS))
  })
  const [negative, positive] = classWords(written)
  return {
    edges,
    means,
    labels: { [negative]: labels[0]!, [positive]: labels[1]! },
    ...(positive !== POSITIVE && { positive }),
    ...(written?.threshold !== undefined && { threshold: written.threshold }),
  }
}

/** Of rows whose outcome is a class that is named: of the others no live outcome is counted. */
function accuracyOf(
  { label, prediction, rows, ...words }: Predictions,
  named: Bins | undefined,
): ModelProfile['accuracy'] {
  if (named?.type !== 'category') return undefined
  const known = classWordsOf(words).map(word => named.categories.includes(word))
  let [all, right] = [0, 0]
  for (let row = 0; row < rows; row++) {
    if (!known[label[row]!]) continue
    all++
    if (label[row] === prediction[row]) right++
  }
  return { rows: all, right }
}

function classWordsOf({ classes, written }: Pick<Predictions, 'classes' | 'written'>): readonly string[] {
  return classes ?? classWords(written)
}

/** As live answers and outcomes write them too. */
function classWords(written: Predictions['written']): [negative: string, positive: string] {
  const words: [string, string] = [written?.negative ?? '0', written?.positive ?? POSITIVE]
  return words.every(mayBeNamed) ? words : ['0', POSITIVE]
}

function predictionOf({ task, prediction, classes, written, undecided }: Predictions): Bins | undefined {
  if (undecided !== undefined) return undefined
  if (task === 'regression') {
    const edges = frozenEdges(prediction, PREDICTION_BINS)
    const counts = new Array<number>(edges.length + 1).fill(0)
    for (const value of prediction) counts[edgesAtMost(edges, value)]!++
    return { type: 'number', edges, counts, missing: 0 }
  }
  const words = classWordsOf({ classes, written })
  const counted = words.map(() => 0)
  for (const code of prediction) counted[code]!++
  return frequentCategories(counted.map((rows, code) => [words[code]!, rows]))
}
