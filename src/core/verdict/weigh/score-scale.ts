import type { Evaluation } from '../../inputs/evaluation.ts'
import type { PredictionsConfig } from '../../inputs/file-options.ts'
import { areProbabilities } from '../../inputs/predictions/labels/probabilities.ts'
import { computedMetrics } from '../../metrics/table/metrics.ts'
import { formatNumber } from '../../text/numbers.ts'

/** What a reader must know of the scores of a binary classifier before believing what a threshold made of them. */

/**
 * That a version has no answers for want of a threshold; that a threshold lies beyond all of a version's scores; that the scores
 * of two versions are on different scales, so that no threshold is the same for both.
 */
export function scaleWarnings(
  candidate: Evaluation,
  baselines: Evaluation[],
  predictions: PredictionsConfig | undefined,
): string[] {
  const versions = [candidate, ...baselines].flatMap(({ side, predictions: own }) =>
    own?.task === 'binary' && own.score && own.score.length > 0
      ? [{ side, undecided: own.undecided, ...rangeOf(own.score) }]
      : [],
  )
  const ours = versions.find(version => version.side === 'candidate')
  return [
    ...versions.flatMap(version => [
      ...(version.undecided === undefined ? [] : [undecidedWords(version)]),
      ...thresholdWords(version, predictions),
    ]),
    ...versions
      .filter(version => ours && version !== ours && isOtherScale(ours, version))
      .map(
        version =>
          `The candidate's scores (${rangeWords(ours!)}) and the ${version.side}'s (${rangeWords(version)}) are on different scales: their order can be compared, but no threshold means the same on both.`,
      ),
  ]
}

// --- internal ---

interface Range {
  low: number
  high: number
}

/** Spans of scores on one scale differ, but not by as much as those of shares and per cent. */
const OTHER_SPAN = 20

function rangeOf(score: Float64Array): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of score) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}

function rangeWords({ low, high }: Range): string {
  return `${formatNumber(low)} to ${formatNumber(high)}`
}

function isOtherScale(a: Range, b: Range): boolean {
  const isProbability = ({ low, high }: Range) => areProbabilities([low, high])
  if (isProbability(a) || isProbability(b)) return isProbability(a) !== isProbability(b)
  const [narrow, wide] = [a.high - a.low, b.high - b.low].sort((x, y) => x - y) as [number, number]
  return narrow > 0 && wide / narrow >= OTHER_SPAN
}

function undecidedWords(version: Range & { side: string }): string {
  return `The ${version.side}'s scores reach from ${rangeWords(version)}, and no \`predictions.threshold\` says which of them are positive: 0.5 is that of probabilities. ${metricsOfAnswers()} have no value.`
}

/** The metrics of two classes that take no scores: `Accuracy, precision, recall and F1`. */
function metricsOfAnswers(): string {
  const titles = computedMetrics({ task: 'binary' }).map(({ title }) => title)
  const words = `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}`
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Where one was written and the scores decide. */
function thresholdWords(
  { side, low, high }: Range & { side: string },
  predictions: PredictionsConfig | undefined,
): string[] {
  const threshold = predictions?.prediction === undefined ? predictions?.threshold : undefined
  if (threshold === undefined || (threshold > low && threshold <= high)) return []
  const [where, answer] = threshold > high ? ['above', 'negative'] : ['at or below', 'positive']
  return [
    `The threshold ${threshold} lies ${where} all scores of the ${side} (${rangeWords({ low, high })}): every row counts as ${answer}.`,
  ]
}
