import { metricsOf, type Pipeline } from '../../inputs/dvc/pipeline.ts'
import type { Direction } from '../../inputs/evaluation.ts'
import { computedMetric, type MetricName } from '../../metrics/table/metrics.ts'
import { tidyPath } from '../../text/relative-path.ts'
import { CONFIG_FILE } from '../config.ts'
import { isShareByName } from '../share-names.ts'

/**
 * The first `assay.yml` of a repository, from what is in it. Pure: the command lists files and reads one header.
 */

export interface RepositoryFacts {
  /** Name of the folder or repository. */
  name: string
  /** Paths of files, relative, at most two folders deep. */
  files: string[]
  /** Header of the predictions file, if one was found, and its first rows. */
  columns?: string[]
  rows?: string[][]
  /** What `dvc.yaml` names, where there is one. */
  pipeline?: Pipeline
  /** Names in the metrics file, if one was found. */
  metrics?: string[]
}

export interface Starter {
  path: string
  text: string
}

/** A configuration that passes `assay check`, with a comment wherever a guess was made. */
export function starterConfig(facts: RepositoryFacts): Starter {
  // As the configuration reads them back: `./champion/x` is the champion's too.
  const files = facts.files.map(tidyPath)
  const has = (...names: string[]) => names.find(name => files.includes(name))
  const train = has('train.py', 'src/train.py', 'train.mjs', 'train.js', 'train.sh')
  const evaluate = has(
    'evaluate.py',
    'eval.py',
    'src/evaluate.py',
    'src/eval.py',
    'evaluate.mjs',
    'evaluate.js',
  )
  const dvc = has('dvc.yaml')
  const predictions = predictionsFileIn(files)
  const metrics = metricsFileIn(files, facts.pipeline)
  const champion = files.some(file => file.startsWith('champion/'))
  const guess = (stem: string) => (has('package.json') ? `node ${stem}.mjs` : `python ${stem}.py`)
  const columns = predictionColumns(facts.columns, facts.rows)
  const found =
    metrics && !files.some(isPredictions) && facts.metrics && facts.metrics.length > 0
      ? metricLines(facts.metrics)
      : predictionLines(predictions, columns)
  const model = modelName(facts.name)
  const lines = [
    `model: ${scalar(model)}`,
    command('train', dvc && !train ? 'dvc repro' : train && runner(train), guess('train')),
    command('evaluate', evaluate && runner(evaluate), dvc && !train ? undefined : guess('evaluate')),
    metrics ? `metrics: ${scalar(metrics)}` : undefined,
    ...found.read,
    'gates:',
    '  # How much worse than the champion is still acceptable is your decision: change the margin.',
    `  - metric: ${found.metric}`,
    '    not_worse_than: champion',
    '    margin: 0.01',
    champion
      ? 'champion: champion'
      : '# champion: champion           # a folder with the same files, made by the model that serves now;',
    '# champion:                    # or a command that evaluates it',
    `#   run: ${evaluate ? runner(evaluate) : guess('evaluate')} --model champion`,
    has('dvc.lock') ? 'data: [dvc.lock]' : undefined,
    facts.pipeline?.params[0] ? `parameters: ${scalar(facts.pipeline.params[0])}` : undefined,
    has('dvc.lock')
      ? '# dvc: { pull: true }          # `dvc pull` before training; or a list of what training needs'
      : undefined,
  ]
  return { path: CONFIG_FILE, text: `${lines.filter(line => line !== undefined).join('\n')}\n` }
}

/** The predictions that the candidate's evaluation writes, as far as a name tells. */
export function predictionsFileIn(files: string[]): string | undefined {
  return ownFiles(files).find(isPredictions)
}

/** The metrics that the candidate's evaluation writes: those of `dvc.yaml`, else as far as a name tells. */
export function metricsFileIn(files: string[], pipeline?: Pipeline): string | undefined {
  const [ofDvc] = pipeline ? metricsOf(pipeline, true) : []
  return ofDvc ?? ownFiles(files).find(file => /(metrics|scores)\.(json|ya?ml|csv)$/.test(file))
}

// --- internal ---

function isPredictions(file: string): boolean {
  return /predictions?\.(csv|tsv|parquet)$/.test(file)
}

function predictionLines(
  file: string | undefined,
  columns: string[],
): { read: string[]; metric: MetricName } {
  return {
    read: [
      'predictions:',
      `  file: ${scalar(file ?? 'predictions.csv')}${file ? '' : '   # one row per test example: id, label, score'}`,
      ...columns.map(line => `  ${line}`),
    ],
    metric: columns.includes('task: regression')
      ? 'mae'
      : columns.some(line => line.startsWith('score'))
        ? 'roc_auc'
        : 'accuracy',
  }
}

/** Numbers without the rows behind them: they can be shown, but a difference of two has no interval. */
function metricLines(names: string[]): { read: string[]; metric: string } {
  const [metric] = [...names].sort((a, b) => importance(a) - importance(b))
  const direction = computedMetric(metric!)?.direction ?? directionByName(metric!)
  return {
    read: [
      `directions: { ${scalar(metric!)}: ${direction} }   # which way it improves`,
      '# One number has no interval, so a small change cannot be told from noise. With the rows it can:',
      '# predictions: predictions.csv   # one row per test example: id, label, score',
      ...shareLines(names.filter(isShareByName)),
    ],
    metric: scalar(metric!),
  }
}

/** A guess by the words that teams use. */
function directionByName(name: string): Direction {
  return /(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(name)
    ? 'lower'
    : 'higher'
}

/** Only what is a share by its name: of anything else the interval would be none. */
function shareLines([share]: string[]): string[] {
  if (share === undefined) return []
  return [
    '# Or, for metrics that are shares of all test rows, with less power:',
    '# rows: 2000                     # how many test rows there are',
    `# proportions: [${scalar(share)}]`,
  ]
}

const HEADLINE_METRICS = [/auc/i, /(^|[/_-])(acc|accuracy)/i, /f1/i, /r2/i, /rmse/i, /mae/i, /loss/i]

function importance(name: string): number {
  const rank = HEADLINE_METRICS.findIndex(pattern => pattern.test(name))
  return (rank < 0 ? HEADLINE_METRICS.length : rank) + (/train/i.test(name) ? HEADLINE_METRICS.length + 1 : 0)
}

/** Without what the champion and Assay itself left there. */
function ownFiles(files: string[]): string[] {
  return files.map(tidyPath).filter(file => !/^(champion|assay-result|assay-demo)\//.test(file))
}

function modelName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 63) || 'model'
  )
}

/** A word as YAML, quoted where YAML would read something else: a number, a boolean, a comment. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain ? text : JSON.stringify(text)
}

function runner(file: string): string {
  if (file.endsWith('.py')) return `python ${file}`
  return file.endsWith('.sh') ? `bash ${file}` : `node ${file}`
}

function command(key: string, found: string | undefined, guess: string | undefined): string | undefined {
  if (found) return `${key}: ${found}`
  return guess && `${key}: ${guess}   # change to your command`
}

function predictionColumns(columns: string[] | undefined, rows: string[][] = []): string[] {
  const pick = (...names: string[]) => columns?.find(column => names.includes(column.toLowerCase()))
  const score = pick('score', 'proba', 'probability', 'y_score', 'y_proba', 'pred_proba')
  const prediction = pick('prediction', 'pred', 'y_pred', 'predicted')
  const lines = [
    `id: ${scalar(pick('id', 'row_id', 'index', 'example_id') ?? 'id')}`,
    `label: ${scalar(pick('label', 'target', 'y', 'y_true') ?? 'label')}`,
  ]
  if (score || !prediction) lines.push(`score: ${scalar(score ?? 'score')}`)
  if (prediction) lines.push(`prediction: ${scalar(prediction)}`)
  // Classes have no decimals.
  const answers = rows.map(row => row[columns!.indexOf(prediction!)] ?? '')
  if (prediction && !score && answers.some(answer => /^-?\d*\.\d*[1-9]\d*$/.test(answer)))
    lines.push('task: regression')
  return lines
}
