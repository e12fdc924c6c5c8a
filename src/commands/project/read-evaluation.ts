import { createHash } from 'node:crypto'
import type { ModelConfig } from '../../core/config/config.ts'
import { askedFor, renamesInFile } from '../../core/config/gates.ts'
import { AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import { dataVersions } from '../../core/inputs/dvc/data-version.ts'
import type { DataFile } from '../../core/inputs/dvc/dvc-files.ts'
import type { Evaluation, Folds, ScoreColumn, SeedScores, Side } from '../../core/inputs/evaluation.ts'
import type { PredictionsConfig } from '../../core/inputs/file-options.ts'
import { collectMetrics, type ReadMetrics } from '../../core/inputs/metrics-file/collected.ts'
import {
  MAX_METRICS_FILE,
  parseFolds,
  parseMetricsFile,
} from '../../core/inputs/metrics-file/metrics-file.ts'
import { computeMetric } from '../../core/metrics/table/compute.ts'
import { METRICS } from '../../core/metrics/table/metrics.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { formatCount } from '../../core/text/numbers.ts'
import { shortened } from '../../core/text/visible-text.ts'
import { unknownScores, unknownShares } from '../../core/verdict/scored-names.ts'
import { type ReadFile, readInside } from '../../services/files/files.ts'
import { readRows, type Threads } from '../../services/files/read-rows.ts'
import { newestFile } from './newest-file.ts'
import { noShares, oddShares } from './read-shares.ts'

const MAX_DATA_BYTES = 4 * 1024 * 1024

export interface ReadEvaluation {
  evaluation: Evaluation
  warnings: string[]
}

export interface ReadingOptions {
  /** Where files of `metric_code` lie that are not at their path. */
  movedCode?: ReadonlyMap<string, string>
  /** The files that patterns may stand for. Default: all that lie there. */
  counts?: ReadonlySet<string>
  threads?: Threads
}

/**
 * Reads what a version's evaluate command left in `folder`: metric files, predictions, folds, data versions.
 *
 * @throws AssayError `EVALUATION_UNREADABLE` with the problems of all files at once.
 */
export async function readEvaluation(
  folder: string,
  config: ModelConfig,
  version: { side: Side; source: string; commit?: string; madeAt?: string },
  { movedCode, counts, threads }: ReadingOptions = {},
): Promise<ReadEvaluation> {
  const problems: Problem[] = []
  const warnings: string[] = []
  const collect = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read()
    } catch (error) {
      if (!isAssayError(error)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const fileOf = <Entry extends { file: string }>(
    kind: 'metrics' | 'folds' | 'predictions',
    entry: Entry,
  ) => {
    const { file, remark } = newestFile(folder, entry.file, kind, counts)
    if (remark !== undefined) warnings.push(remark)
    return { ...entry, file }
  }
  const read: ReadMetrics[] = []
  for (const entry of config.metrics) {
    const one = await collect(() => readMetrics(folder, fileOf('metrics', entry), config.renamed))
    if (one) read.push(one)
  }
  const { metrics, aggregates, noValue, remarks, partial } = collectMetrics(read, askedFor(config))
  warnings.push(...remarks, ...partial.map(sentence => ofSide(version.side, sentence)))
  problems.push(...noShares(metrics, config))
  warnings.push(...oddShares(metrics, name => aggregates.get(name)?.rows ?? config.rows, config))
  const folds = config.folds && (await collect(() => readFolds(folder, fileOf('folds', config.folds!))))
  const rows =
    config.predictions &&
    (await collect(() => rowsIn(folder, fileOf('predictions', config.predictions!), threads)))
  const predictions = rows?.predictions
  const told = config.mlflow?.metrics
    ? undefined
    : [...metrics.keys(), ...noValue.keys(), ...(folds?.scores.keys() ?? [])]
  if (version.side === 'candidate') {
    if (predictions) problems.push(...unknownScores(config, predictions, told))
    problems.push(...unknownShares(config, told ?? []))
  }
  const unscored = [...(predictions?.unscored ?? [])].filter(([name]) => !metrics.has(name))
  const without = new Map([...noValue, ...unscored])
  if (predictions?.leftOut !== undefined)
    warnings.push(
      `${formatCount(predictions.leftOut)} of ${formatCount(predictions.leftOut + predictions.rows)} rows of the ${version.side} have no label and are left out (\`unlabelled: leave_out\`).`,
    )
  if (predictions?.weight?.leftOut !== undefined)
    warnings.push(
      `${formatCount(predictions.weight.leftOut)} of ${formatCount(predictions.weight.leftOut + predictions.rows)} rows of the ${version.side} have the weight 0 and are left out.`,
    )
  if (version.side === 'candidate') warnings.push(...(predictions?.remarks ?? []))
  const some = (predictions?.values ?? []).filter(({ without }) => without !== undefined)
  if (some.length > 0 && version.side === 'candidate') warnings.push(ofSomeRows(some, predictions!.rows))
  const code = await collect(() => readMetricCode(folder, config.metric_code, movedCode, warnings))
  const data = await collect(() => readData(folder, config.data, warnings))
  if (problems.length > 0)
    throw new AssayError({
      code: 'EVALUATION_UNREADABLE',
      title: `The evaluation of the ${version.side} cannot be read (${version.source})`,
      problems,
    })
  return {
    evaluation: {
      ...version,
      metrics,
      ...(aggregates.size > 0 && { aggregates }),
      ...(partial.length > 0 && { partial }),
      ...(without.size > 0 && { noValue: without }),
      ...rows,
      folds,
      ...code,
      data,
    },
    warnings,
  }
}

/** The scores of one seed: what the files say and all that the predictions give, without keeping the predictions. */
export function seedScores(seed: number, evaluation: Evaluation): SeedScores {
  const metrics = new Map(evaluation.metrics)
  if (evaluation.predictions)
    for (const name of [
      ...Object.keys(METRICS),
      ...(evaluation.predictions.values ?? []).map(one => one.name),
    ]) {
      const value = computeMetric(name, evaluation.predictions)
      if (typeof value === 'number') metrics.set(name, value)
    }
  return { seed, metrics }
}

/** One evaluation out of several seeds': the mean of the metrics, the rows of the first seed, the scores of all. */
export function mergeSeeds(first: Evaluation, seeds: SeedScores[]): Evaluation {
  const metrics = new Map<string, number>()
  for (const name of first.metrics.keys()) {
    const values = seeds.map(entry => entry.metrics.get(name)).filter(value => value !== undefined)
    if (values.length === seeds.length)
      metrics.set(name, values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  return { ...first, metrics, seeds, aggregates: seeds.length > 1 ? partsIn(first) : first.aggregates }
}

/** The files that tell the version of the data, those that are there. */
export async function readDataFiles(folder: string, files: readonly string[]): Promise<DataFile[]> {
  const read: DataFile[] = []
  for (const path of files) {
    const found = await readIfThere(folder, path)
    if (found) read.push({ path, text: new TextDecoder().decode(found.bytes) })
  }
  return read
}

// --- internal ---

/** What a file says of one seed's number says nothing of the mean, but of which rows it is: all seeds are evaluated alike. */
function partsIn({ aggregates = new Map() }: Evaluation): Evaluation['aggregates'] {
  return new Map(
    [...aggregates].flatMap(([name, { part }]) => (part === undefined ? [] : [[name, { part }]])),
  )
}

function ofSide(side: Side, sentence: string): string {
  return side === 'candidate' ? sentence : `The ${side}'s ${sentence}`
}

/** Of which rows alone the metrics are that only some of them have. */
function ofSomeRows(columns: readonly ScoreColumn[], rows: number): string {
  const all = columns.map(
    ({ name, without = 0 }) => `${maskPersonalData(name)} (${formatCount(rows - without)})`,
  )
  return `Of the ${formatCount(rows)} items only some have these scores, which are of those alone: ${shortened(all.join(', '), 400)}.`
}

async function readMetrics(
  folder: string,
  entry: ModelConfig['metrics'][number],
  renamed: ModelConfig['renamed'],
): Promise<ReadMetrics> {
  const { file } = entry
  const { bytes } = await readInside(folder, file, { maxBytes: MAX_METRICS_FILE })
  return {
    file,
    ...parseMetricsFile(bytes, file, { ...entry, renamed: renamesInFile(renamed, entry.prefix) }),
  }
}

async function rowsIn(folder: string, config: PredictionsConfig, threads: Threads | undefined) {
  return { ...(await readRows(folder, config, threads)), predictionsFile: config.file }
}

async function readFolds(folder: string, folds: NonNullable<ModelConfig['folds']>): Promise<Folds> {
  const { bytes } = await readInside(folder, folds.file, { maxBytes: MAX_METRICS_FILE })
  return { scores: parseFolds(bytes, folds.file), trainRows: folds.train_rows, testRows: folds.test_rows }
}

/** One hash over the files, by their names at the base. One that has moved is no reason to lose the verdict on the rows. */
async function readMetricCode(
  folder: string,
  files: string[],
  moved: ReadonlyMap<string, string> | undefined,
  warnings: string[],
): Promise<Pick<Evaluation, 'metricCode' | 'metricCodeMissing'>> {
  const hash = createHash('sha256')
  for (const file of files) {
    const found = (await readIfThere(folder, file)) ?? (await readIfThere(folder, moved?.get(file)))
    if (!found) {
      warnings.push(
        `There is no ${maskPersonalData(file)}, which \`metric_code\` names. Code that moves unchanged stays comparable where the same pull request writes its new place into \`metric_code\`.`,
      )
      return { metricCodeMissing: file }
    }
    hash.update(`${file}\0${found.hash}\n`)
  }
  return files.length > 0 ? { metricCode: hash.digest('hex') } : {}
}

async function readIfThere(folder: string, file: string | undefined): Promise<ReadFile | undefined> {
  if (file === undefined) return undefined
  try {
    return await readInside(folder, file, { maxBytes: MAX_DATA_BYTES })
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

/** Which data it was is shown and nothing more: a file of it that has moved is no reason to lose the verdict. */
async function readData(folder: string, files: string[], warnings: string[]): Promise<string[] | undefined> {
  const read = await readDataFiles(folder, files)
  for (const path of files.filter(path => !read.some(file => file.path === path)))
    warnings.push(`Which data this is of is not known: there is no ${maskPersonalData(path)}.`)
  return read.length === 0 ? undefined : dataVersions(read)
}
