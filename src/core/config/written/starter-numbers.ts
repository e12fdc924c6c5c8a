import { PASSED } from '../../inputs/predictions/passed.ts'
import { isShareByName } from '../share-names.ts'
import { directionByName, headlineMetrics, headlineOf } from '../starter/headline.ts'
import { isMetricsByName, isOtherTable, isPredictionsByName } from '../starter/outputs.ts'
import type { Answer, Asked, FoundNumber, FoundNumbers, Place, Repository } from '../starter/repository.ts'
import { gateOn } from './first-gate.ts'
import { comment, indented, list, question, scalar } from './lines.ts'
import { evalLines, type FoundEval, toolLines } from './starter-evals.ts'
import { type PredictionsTable, rowsOf } from './starter-rows.ts'

/** Which numbers a first configuration reads, and what its gate asks. */

export interface Numbers {
  /** Lines of `metrics`, `directions`, `predictions`. */
  read: string[]
  /** Lines of the gates. */
  gate: string[]
}

interface Found {
  metrics: Answer<string[]>
  predictions: Answer<PredictionsTable>
  evaluated: FoundEval
  /** The numbers of metric files: of one candidate, or of each that may be it. */
  numbers: FoundNumbers[]
}

export function numbersOf(place: Place, repository: Repository, found: Found): Numbers {
  const { metrics, predictions, evaluated, numbers } = found
  if (evaluated) return evalLines(evaluated)
  const rows = rowsOf(predictions)
  const table = predictions && 'is' in predictions ? predictions.is : undefined
  // Rows without a name for each cannot be paired: metrics do without them.
  const isUnusable = table !== undefined && metrics !== undefined && !rows.isWhole
  if (predictions && !isUnusable)
    return { read: [...metricsKey(metrics, repository), ...rows.read], gate: rows.gate }
  const left = isUnusable ? [comment(whyLeft(table))] : []
  if (metrics === undefined && !isTracked(place, repository)) return nothingFound(place, repository)
  const read = metrics === undefined ? trackedLines(repository) : metricsKey(metrics, repository)
  return ofMetrics(
    { numbers, instead: insteadIn(metrics, repository) },
    [...read, ...left],
    isUnusable ? table : undefined,
  )
}

// --- internal ---

/** What the keys of the candidate's files are, where none is a number. */
function insteadIn(metrics: Answer<string[]>, { metrics: files }: Repository): string[] {
  const named = metrics && 'is' in metrics ? metrics.is : []
  return named.flatMap(file => files.get(file)?.instead ?? [])
}

function metricsKey(metrics: Answer<string[]>, { metrics: files }: Repository): string[] {
  if (metrics === undefined) return []
  if ('ask' in metrics) return question('metrics', metrics)
  const open = metrics.is.find(file => files.get(file)?.hasOtherRows)
  if (open !== undefined) return question('metrics', askRow(open, files.get(open)!.numbers))
  return [`metrics: ${metrics.is.length === 1 ? scalar(metrics.is[0]!) : list(metrics.is)}`]
}

function askRow(file: string, numbers: FoundNumbers): Asked {
  const known = headlineMetrics([...numbers.keys()]).find(name => directionByName(name) !== undefined)
  const best = known ?? '…'
  return {
    ask: `Which row of ${file} counts? Nothing in it says that its last one does.`,
    found: [
      `metrics: { file: ${scalar(file)}, row: ${directionByName(best) === 'lower' ? 'lowest' : 'highest'} ${best} }   the best row, by its column`,
      `folds: { file: ${scalar(file)}, train_rows: …, test_rows: … }   in place of \`metrics\`: a row a fold of a cross-validation`,
      `metrics: ${scalar(file)}   the last row`,
    ],
    files: [file],
  }
}

function whyLeft({ file, columns, table }: PredictionsTable): string {
  const isAnswered = columns?.label !== undefined || columns?.labels !== undefined
  const lacks = isAnswered ? 'for the id of a row' : 'for the truth and what was predicted'
  return `${file} is left out: no column of it is known ${lacks} (it has ${table.columns.join(', ')}). Rows tell small changes from noise.`
}

/** Whether training logs to MLflow. */
function isTracked({ files }: Place, { texts }: Repository): boolean {
  return files.some(
    file =>
      /(^|\/)mlruns\//.test(file) ||
      /\bmlflow\.(?:log_|start_run|\w+\.autolog|autolog)/.test(texts.get(file) ?? ''),
  )
}

function trackedLines({ texts }: Repository): string[] {
  const named = [...texts.values()].map(
    text => /set_tracking_uri\(\s*["'](https?:\/\/[\w.:/-]+)["']/.exec(text)?.[1],
  )
  const server = named.find(address => address !== undefined) ?? 'https://mlflow.example.com'
  return question('metrics', {
    ask: 'MLflow has the metrics, and no file holds them. Name a file that the commands write, or read the run in place of `metrics` (docs/mlflow.md):',
    found: [
      'metrics: metrics.json   as `mlflow runs describe --run-id …` prints it, or written by training itself',
      `mlflow: { server: ${server}, metrics: true }   the run that training is handed`,
      `mlflow: { server: ${server}, metrics: true, run_id: run_id.txt }   the run whose id training leaves there`,
    ],
  })
}

function nothingFound(place: Place, repository: Repository): Numbers {
  const tools = toolLines(place, repository)
  return { read: askFile(place, repository, tools), gate: gateOn(tools.length > 0 ? PASSED : 'accuracy') }
}

function askFile({ files }: Place, { texts }: Repository, tools: string[]): string[] {
  const literals = files.flatMap(file =>
    [
      ...(texts.get(file) ?? '').matchAll(
        /(?:["'`]|^\s*filepath: *)([\w./-]+\.(?:csv|tsv|parquet|jsonl?|ya?ml))(?:["'`]|\s*$)/gm,
      ),
    ].map(([, name]) => ({ name: name!, file })),
  )
  const named = literals.filter(({ name }) => isPredictionsByName(name) || isMetricsByName(name))
  const others = files.filter(isOtherTable).slice(0, 3)
  return question('predictions', {
    ask: 'Which file do the commands write? None was found: run them once and `assay init --force` again, or name it:',
    found: [
      ...tools,
      ...others.map(
        file => `${file}   is there, and is no CSV, no JSON lines and no Parquet: have one of them written`,
      ),
      ...[...new Map(named.map(({ name, file }) => [name, `${name}   named in ${file}`])).values()].slice(
        0,
        5,
      ),
      'predictions: predictions.csv   a row for each test example, with the columns id, label and score: the strongest',
      'metrics: metrics.json   in place of `predictions`: numbers alone',
    ],
  })
}

/** Numbers without the rows behind them: they can be shown, but a difference of two has no interval. */
function ofMetrics(
  { numbers, instead }: Pick<Found, 'numbers'> & { instead: readonly string[] },
  read: string[],
  table: PredictionsTable | undefined,
): Numbers {
  const [first = new Map<string, FoundNumber>(), ...others] = numbers
  const shared = [...first.keys()].filter(name => others.every(other => other.has(name)))
  const { metric, ties } = headlineOf(shared)
  if (metric === undefined) return { read, gate: askedGate(ties ?? shared, instead) }
  const found = first.get(metric)
  const [share] = found?.hasError ? [] : shared.filter(isShareByName)
  return {
    read: [
      ...read,
      ...directionLines(metric),
      found?.hasError
        ? '# The file says how exact the number is, which tells large changes from noise. With the rows smaller ones can be told:'
        : '# One number has no interval, so a small change cannot be told from noise. With the rows it can:',
      table === undefined
        ? '# predictions: predictions.csv   # one row per test example: id, label, score'
        : comment(
            `predictions: { file: ${scalar(table.file)}, id: ${scalar(table.columns?.id ?? 'id')}, label: label, score: score }   # its own columns in place of these`,
          ),
      ...(share === undefined ? [] : shareLines(share)),
    ],
    gate: gateOn(metric, found?.value),
  }
}

/** More than so many are no classes or models to choose from. */
const MOST_PARTS = 12

function askedGate(names: string[], instead: readonly string[]): string[] {
  const [first = ''] = names
  const score = first.slice(first.lastIndexOf('/') + 1)
  const areRows = names.length > MOST_PARTS && names.every(name => name.endsWith(`/${score}`))
  const asked = {
    ask:
      names.length === 0
        ? 'Which metric decides? No key of the file is a number by itself (docs/metric-files.md).'
        : 'Which metric decides? `directions` says which way it improves.',
    found: areRows
      ? [
          ...names.slice(0, MOST_PARTS),
          `… ${names.length} of them. Where each is a row of the test set, have a table of them written: \`predictions: { file: scores.csv, values: { ${scalar(score)}: higher } }\``,
        ]
      : [...names, ...(names.length === 0 ? instead : [])].slice(0, 20),
  }
  const [last, ...comments] = question('metric', asked).toReversed()
  return [...comments.toReversed(), `- ${last}`, '  not_worse_than: champion', '  margin: 0.01']
}

/** Only what is a share by its name: of anything else the interval would be none. */
function shareLines(share: string): string[] {
  return [
    '# Or, for metrics that are shares of all test rows, with less power:',
    '# rows: 2000                     # how many test rows there are',
    `# proportions: [${scalar(share)}]`,
  ]
}

function directionLines(metric: string): string[] {
  const direction = directionByName(metric)
  if (direction !== undefined)
    return [`directions: { ${scalar(metric)}: ${direction} }   # which way it improves`]
  const asked = question(scalar(metric), { ask: 'Which way does it improve?', found: ['higher', 'lower'] })
  return ['directions:', ...indented(asked, '  ')]
}
