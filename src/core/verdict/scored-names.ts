import type { ModelConfig } from '../config/config.ts'
import type { Problem } from '../errors/errors.ts'
import { isOfPassed } from '../inputs/evals/passing.ts'
import type { Predictions } from '../inputs/evaluation.ts'
import type { PredictionsConfig } from '../inputs/file-options.ts'
import { isUsageMetric } from '../inputs/usage-metrics.ts'
import { computedMetric } from '../metrics/table/metrics.ts'
import { didYouMean } from '../text/nearest.ts'
import { shortened, visible } from '../text/visible-text.ts'

/**
 * A share by a name that no metric has, and that is nearly one: without its interval the number would be believed to the last digit.
 *
 * @param told the metrics of all files
 */
export function unknownShares(
  { proportions, metrics, renamed }: Pick<ModelConfig, 'proportions' | 'metrics' | 'renamed'>,
  told: readonly string[],
): Problem[] {
  const file = metrics.map(one => visible(one.file)).join(', ')
  const known = [...told, ...Object.entries(renamed).flat()]
  const unnamed = told.filter(metric => !proportions.includes(metric))
  return proportions.flatMap(name => {
    const meant = known.includes(name) || computedMetric(name) ? undefined : didYouMean(name, unnamed)
    const what = `\`proportions\` names ${name}, and there is no metric of that name`
    return meant === undefined ? [] : [{ what, where: { file }, fix: meant }]
  })
}

/** The metrics that a tool's result file has, also those of which it has no value. */
export function namesInResults({ values = [], unscored }: Predictions): string[] {
  const names = [...values.map(({ name }) => name), ...(unscored?.keys() ?? [])]
  return names.filter(name => !isOfPassed(name))
}

/**
 * What the configuration says of scores that the candidate's result file does not have. A tool's score improves upwards where
 * nobody says otherwise, so a direction by a wrong name would turn the verdict around.
 *
 * @param others metrics that are told elsewhere; undefined where they are not all known
 */
export function unknownScores(
  { predictions, directions, renamed }: Pick<ModelConfig, 'predictions' | 'directions' | 'renamed'>,
  read: Predictions,
  others: readonly string[] | undefined,
): Problem[] {
  if (predictions?.from === undefined) return []
  const scores = namesInResults(read)
  const all = [...scores, ...(others ?? [])]
  const isElsewhere = (name: string) =>
    Object.entries(renamed).flat().includes(name) ||
    isOfPassed(name) ||
    isUsageMetric(name) ||
    computedMetric(name) !== undefined
  const unknown = (names: object | undefined, known: readonly string[]) =>
    Object.keys(names ?? {}).filter(name => !known.includes(name))
  const problem = (key: string, name: string, known: readonly string[]): Problem => ({
    what: `\`${key}\` names ${name}, and ${visible(predictions.file)} has no scores of that name`,
    fix: didYouMean(name, [...known]) ?? `Its metrics are: ${shortened(known.join(', '), 400)}.`,
  })
  return [
    ...(read.lower ?? [])
      .filter(name => !Object.hasOwn(directions, name))
      .map(name => downwards(name, predictions)),
    ...unknown(predictions.values, scores).map(name => problem('predictions.values', name, scores)),
    ...unknown(predictions.passed, scores).map(name => problem('predictions.passed', name, scores)),
    ...unknown(others && directions, all)
      .filter(name => !isElsewhere(name))
      .map(name => problem('directions', name, all)),
  ]
}

// --- internal ---

/** Nobody has said which way it improves, and the file shows that it is the other one. */
function downwards(name: string, { file, values }: PredictionsConfig): Problem {
  const all = Object.entries({ ...values, [name]: 'lower' }).map(([one, direction]) => `${one}: ${direction}`)
  return {
    what: `${name} passes below its threshold in ${visible(file)}, so a lower score is better, and nothing here says so`,
    fix: `Write \`values: { ${shortened(all.join(', '), 400)} }\` below \`predictions\`.`,
  }
}
