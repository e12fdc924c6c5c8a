import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import type { ModelConfig } from '../../core/config/config.ts'
import { trainingOf } from '../../core/config/dvc.ts'
import { newName } from '../../core/config/gates.ts'
import { isAssayError, positionWords } from '../../core/errors/errors.ts'
import type { Predictions } from '../../core/inputs/evaluation.ts'
import { PASSED } from '../../core/inputs/predictions/passed.ts'
import { isUsageMetric } from '../../core/inputs/usage-metrics.ts'
import { hasNoValue } from '../../core/metrics/side.ts'
import { computeMetric } from '../../core/metrics/table/compute.ts'
import { macroNameOf } from '../../core/metrics/table/macro-names.ts'
import { computedMetric } from '../../core/metrics/table/metrics.ts'
import { didYouMean } from '../../core/text/nearest.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { BROKEN_ITEMS } from '../../core/verdict/changed-items.ts'
import { namesInResults, unknownScores } from '../../core/verdict/scored-names.ts'
import { personalValues } from '../../core/verdict/weigh/warnings.ts'
import { filesOfPattern } from '../../services/files/pattern-files.ts'
import { readPredictions } from '../../services/files/predictions-files.ts'
import { newestFile } from '../project/newest-file.ts'
import type { Project } from '../project/project.ts'
import { readEvaluation } from '../project/read-evaluation.ts'

/**
 * What the files that lie in the folder say of the configuration, before anything is trained: whether they can be read, and hold
 * what the gates ask about. They may be of any run, so it is a warning where commands write them anew. A file that is not there,
 * or large, is left to the run.
 */
export async function numbersFindings(folder: string, { config, removed }: Project): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [model, modelConfig] of Object.entries(config.models)) {
    if (removed.includes(model)) continue
    const isMade = modelConfig.evaluate !== undefined || trainingOf(modelConfig) !== undefined
    const { warnings, wrong } = await lookInto(folder, modelConfig)
    for (const text of warnings) findings.push({ level: 'warning', text: `${model}: ${text}` })
    for (const text of wrong)
      findings.push({ level: isMade ? 'warning' : 'problem', text: `${model}: ${text}` })
  }
  return findings
}

// --- internal ---

/** Columns are few, and each is to be corrected; of rows that are wrong some tell of all. */
const MOST_OF_ROWS = 5

interface Seen {
  warnings: string[]
  wrong: string[]
}

async function lookInto(folder: string, config: ModelConfig): Promise<Seen> {
  const files = await metricsIn(folder, config)
  const rows = await rowsIn(folder, config)
  const masked = (rows.predictions?.slices ?? []).filter(column => column.masked === 'its values')
  return {
    warnings: [
      ...files.partial,
      ...(rows.predictions?.remarks ?? []),
      ...masked.map(column => personalValues(column.name)),
    ],
    wrong: [
      ...files.wrong,
      ...rows.wrong,
      ...scoresWithout(config, files, rows.predictions),
      ...gatesWithout(config, files, rows.predictions),
    ],
  }
}

/** What metric files and folds tell: the names, and of those without a value why. */
interface Told {
  names?: string[]
  noValue?: ReadonlyMap<string, string>
}

/** The names in the metric files and folds; none where one of them is not there, cannot be read, or is not the only source. */
async function metricsIn(
  folder: string,
  config: ModelConfig,
): Promise<Told & { wrong: string[]; partial: readonly string[] }> {
  const isThere = (file: string) => {
    const found = filesOfPattern(folder, file)
    return found.length > 0 && !found.some(path => isLarge(join(folder, path)))
  }
  const metrics = config.metrics.filter(({ file }) => isThere(file))
  const folds = config.folds && isThere(config.folds.file) ? config.folds : undefined
  const own = { ...config, metrics, folds, predictions: undefined, metric_code: [], data: [] }
  const isWhole =
    metrics.length === config.metrics.length && folds === config.folds && !config.mlflow?.metrics
  try {
    const { evaluation } = await readEvaluation(folder, own, { side: 'candidate', source: 'this folder' })
    const names = [...evaluation.metrics.keys(), ...(evaluation.folds?.scores.keys() ?? [])]
    // A file of before the metric was called something else is read by the new name.
    const all = [...names, ...names.map(name => newName(config, name))]
    const { noValue, partial = [] } = evaluation
    return { wrong: [], partial, ...(isWhole && { names: [...new Set(all)], ...(noValue && { noValue }) }) }
  } catch (error) {
    if (!isAssayError(error, 'EVALUATION_UNREADABLE')) throw error
    return {
      partial: [],
      wrong: error.problems.map(({ what, where, fix }) =>
        asItLies(positionWords(where) || 'a metrics file', `cannot be used: ${what}`, fix),
      ),
    }
  }
}

async function rowsIn(
  folder: string,
  { predictions }: ModelConfig,
): Promise<{ predictions?: Predictions; wrong: string[] }> {
  if (!predictions) return { wrong: [] }
  try {
    const { file } = newestFile(folder, predictions.file, 'predictions')
    if (isLarge(join(folder, file))) return { wrong: [] }
    return { predictions: await readPredictions(folder, { ...predictions, file }), wrong: [] }
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (error.code !== 'PREDICTIONS_INVALID') return { wrong: [] }
    return {
      wrong: error.problems
        .slice(0, MOST_OF_ROWS)
        .map(({ what, where, fix }) =>
          asItLies(positionWords(where) || predictions.file, `could not be judged: ${what}`, fix),
        ),
    }
  }
}

/** Names of scores that the configuration says something of, and that are not in the result file of the tool. */
function scoresWithout(
  config: ModelConfig,
  { names, noValue }: Told,
  rows: Predictions | undefined,
): string[] {
  if (!rows) return []
  const told = names && [...names, ...(noValue?.keys() ?? [])]
  return unknownScores(config, rows, told).map(({ what, fix }) => `${what}, as it lies here (${fix})`)
}

/** Gates whose metric nobody tells, as far as all that could tell it was read. */
function gatesWithout(
  { gates, metrics, predictions }: ModelConfig,
  { names, noValue }: Told,
  rows: Predictions | undefined,
): string[] {
  const scores = rows && predictions?.from !== undefined ? namesInResults(rows) : undefined
  const files = [...metrics, ...(scores ? [predictions!] : [])].map(({ file }) => visible(file)).join(', ')
  return [...new Set(gates.map(({ metric }) => metric))].flatMap(metric => {
    if (isUsageMetric(metric) || names === undefined || names.includes(metric)) return []
    const why = noValue?.get(metric) ?? (rows && whyNoScore(metric, rows))
    if (why !== undefined) return [`gate on ${metric}: ${why}`]
    if (rows && computedMetric(metric) && !scores) {
      // Of several classes the old names are read as those of the means.
      const name = rows.task === 'multiclass' ? (macroNameOf(metric) ?? metric) : metric
      const value = computeMetric(name, rows)
      return hasNoValue(value) ? [`gate on ${metric}: ${value.undefinedBecause}`] : []
    }
    if (rows && hasScore(metric, rows)) return []
    if (!scores && (metrics.length === 0 || (predictions && computedMetric(metric)))) return []
    // Of a tool's file that is not here, or not read, nobody knows the scores.
    if (!scores && predictions?.from !== undefined) return []
    const there = [...names, ...(scores ?? [])]
    return [
      `gate on ${metric}: no such metric in ${files}, as it lies here (${didYouMean(metric, [...there, ...(scores ? [PASSED, BROKEN_ITEMS] : [])]) ?? `there: ${shortened(there.join(', '), 200)}`})`,
    ]
  })
}

function hasScore(metric: string, { values = [], passing }: Predictions): boolean {
  return metric === BROKEN_ITEMS ? passing?.by !== undefined : values.some(({ name }) => name === metric)
}

/** Why the rows have no value of it, where they say why. */
function whyNoScore(metric: string, { unscored }: Predictions): string | undefined {
  return unscored?.get(metric === BROKEN_ITEMS ? PASSED : metric)
}

function asItLies(file: string, what: string, fix: string | undefined): string {
  return `${visible(file)}, as it lies here, ${what}${fix ? ` (${fix})` : ''}`
}

/** Not read in a second or two. */
function isLarge(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 64 * 1024 * 1024
}
