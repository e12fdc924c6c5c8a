import { areProbabilities } from '../../inputs/predictions/labels/probabilities.ts'
import { areUsable, TOO_LARGE } from '../../statistics/largest-number.ts'
import { needsScores } from '../compare/metric.ts'
import { countsOf } from '../row-weights/counts.ts'
import { hasNoValue, type NoValue, type OneSide } from '../side.ts'
import { metricOfRows, type RowMetric } from './metrics.ts'
import { scoredSide } from './scored-rows.ts'

/**
 * A metric's value over all rows of one side, equal to scikit-learn's; or why there is none, such as ROC AUC over one
 * class. Never NaN or infinite.
 */
export function computeMetric(name: string, given: OneSide): number | NoValue {
  const side = scoredSide(name, given)
  const metric = existingMetric(name, side)
  if (hasNoValue(metric)) return metric
  const value = metric.value(side)(countsOf(side))
  if (value === undefined) return { undefinedBecause: metric.undefinedWhen }
  return Number.isFinite(value) ? value : { undefinedBecause: TOO_LARGE }
}

/** The metric of this name, or why it cannot be asked of this side. */
export function existingMetric(name: string, side: OneSide): RowMetric | NoValue {
  const metric = neededMetric(name, side)
  const why = hasNoValue(metric) ? undefined : metric.saysNothing?.(side)
  return why === undefined ? metric : { undefinedBecause: why }
}

// --- internal ---

/** The metric of this name, where the side has all that it needs. */
function neededMetric(name: string, side: OneSide): RowMetric | NoValue {
  const metric = metricOfRows(name, side)
  if (!metric) return { undefinedBecause: `${name} is not a computed metric` }
  if (metric.macro !== undefined && side.task === 'multiclass')
    return { undefinedBecause: `${name} of several classes is \`${metric.macro}\`` }
  if (metric.ofSeveral !== undefined && side.task === 'multiclass')
    return { undefinedBecause: `${name} is of two classes; of several there is \`${metric.ofSeveral}\`` }
  if (!metric.tasks.includes(side.task))
    return {
      undefinedBecause:
        side.task === 'scores'
          ? `${name} is made of truth and answer, and the rows hold scores alone`
          : `${name} does not exist for a ${side.task} model`,
    }
  if (side.rows === 0) return { undefinedBecause: 'there are no rows' }
  if (metric.needs === 'values') return metric
  if (side.task === 'regression' && !(areUsable(side.label) && areUsable(side.prediction)))
    return { undefinedBecause: TOO_LARGE }
  if (!needsScores(metric)) {
    if (side.undecided !== undefined) return { undefinedBecause: side.undecided, otherScale: true }
    return metric.needs === 'positive' && side.noPositive !== undefined
      ? { undefinedBecause: side.noPositive }
      : metric
  }
  if (side.task === 'multiclass')
    return side.probabilities
      ? metric
      : { undefinedBecause: `${name} of several classes needs \`predictions.probabilities\`` }
  if (metric.needs === 'order' && side.task === 'regression') return metric
  if (!side.score) return { undefinedBecause: `${name} needs a score column` }
  if (metric.needs === 'probability' && !areProbabilities(side.score))
    return { undefinedBecause: `${name} needs probabilities, but there are scores outside 0 to 1` }
  return metric
}
