import type { Predictions } from '../../inputs/evaluation.ts'
import { edgesAtMost } from '../../statistics/traffic/population-stability.ts'
import { frequentCategories } from './categories.ts'
import { frozenEdges } from './edges.ts'
import type { Bins } from './feature.ts'
import type { ModelProfile } from './profile.ts'

const SCORE_BINS = 20
const PREDICTION_BINS = 10
const DIGITS = 6

/** What the accepted evaluation says of score and prediction. */
export function acceptedOn(predictions: Predictions): Pick<ModelProfile, 'score' | 'prediction'> {
  return { score: scoreOf(predictions), prediction: predictionOf(predictions) }
}

// --- internal ---

function scoreOf({ task, score, label, rows }: Predictions): ModelProfile['score'] {
  if (task !== 'binary' || !score) return undefined
  const edges = frozenEdges(score, SCORE_BINS)
  const labels = [edges, edges].map(() => new Array<number>(edges.length + 1).fill(0))
  const sums = new Array<number>(edges.length + 1).fill(0)
  for (let row = 0; row < rows; row++) {
    const bin = edgesAtMost(edges, score[row]!)
    labels[label[row]!]![bin]!++
    sums[bin]! += score[row]!
  }
  const means = sums.map((sum, bin) => {
    const inBin = labels[0]![bin]! + labels[1]![bin]!
    return inBin === 0 ? edges[Math.max(0, bin - 1)]! : Number((sum / inBin).toPrecision(DIGITS))
  })
  return { edges, means, labels: { '0': labels[0]!, '1': labels[1]! } }
}

function predictionOf({ task, prediction, classes, undecided }: Predictions): Bins | undefined {
  if (undecided !== undefined) return undefined
  if (task === 'regression') {
    const edges = frozenEdges(prediction, PREDICTION_BINS)
    const counts = new Array<number>(edges.length + 1).fill(0)
    for (const value of prediction) counts[edgesAtMost(edges, value)]!++
    return { type: 'number', edges, counts, missing: 0 }
  }
  const counted = new Array<number>(classes?.length ?? 2).fill(0)
  for (const code of prediction) counted[code]!++
  return frequentCategories(counted.map((rows, code) => [classes?.[code] ?? String(code), rows]))
}
