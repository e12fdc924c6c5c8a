import {
  type Answer,
  type Columns,
  nameOf,
  type Place,
  type Repository,
  type Table,
  within,
} from './repository.ts'

/** Trainings that write a folder of their own each time, numbered or named by a seed, while a configuration names one file. */

type Predictions = Answer<{ file: string; columns: Columns | undefined; table: Table }>

interface Found {
  metrics: Answer<string[]>
  predictions: Predictions
  train: Answer<string>
}

export interface Brought extends Found {
  /** The seeds that folders are named by. */
  seeds?: number[]
}

/**
 * A file of which each run writes another one, as a glob: `lightning_logs/version_*\/metrics.csv`, `outputs/*\/*\/metrics.json`,
 * `results_*.json`. Undefined where nothing in its path is numbered or dated.
 */
export function seriesOf(file: string): string | undefined {
  if (!/^[\w./:+-]+$/.test(file)) return undefined
  const parts = file.split('/')
  const name = parts.pop()!
  const numbered = file.replace(/^(.*\bruns\/[^/]+\/(?:train|exp))\d*(\/[^/]+)$/, '$1*$2')
  if (numbered !== file) return numbered
  const pattern = [
    ...parts.map(part => part.replace(NUMBERED, '$1*').replace(DATED, '*')),
    name.replace(DATED, '*').replace(DRAWN, '_*.'),
  ].join('/')
  return pattern === file ? undefined : pattern
}

/** As found, but for files of such folders: training also brings the one that it wrote to where it is read. */
export function brought(place: Place, found: Found, { texts }: Repository): Brought {
  const { metrics, predictions, train } = found
  const files = metrics && 'is' in metrics ? metrics.is : []
  const table = predictions && 'is' in predictions ? predictions.is : undefined
  const all = [...files, ...(table ? [table.file] : [])].filter(seriesOf)
  const seeds = all.length > 0 ? seedsOf(all, place) : undefined
  // Metric files are found by a pattern.
  const written = all.filter(file => seeds !== undefined || file === table?.file)
  const metricsAt = (file: string) => (seeds ? toPlace(file, place) : seriesOf(file)!)
  if (all.length === 0 || train === undefined) return found
  const copies = written.map(file => `cp "${writtenAt(file, seeds)}" ${toPlace(file, place)}`)
  return {
    train: written.length > 0 ? after(seeds ? ofOneSeed(train, texts) : train, copies) : train,
    metrics:
      files.length > 0 ? { is: files.map(file => (seriesOf(file) ? metricsAt(file) : file)) } : metrics,
    predictions:
      table && seriesOf(table.file) ? { is: { ...table, file: toPlace(table.file, place) } } : predictions,
    ...(seeds && { seeds }),
  }
}

// --- internal ---

/** A folder that is numbered. */
const NUMBERED = /^((?:version|run|exp|experiment|train|seed|trial)[-_]?)\d+$/i
/** A day, with or without a time, or a time alone. */
const DATED =
  /\d{4}[-_]?\d{2}[-_]?\d{2}(?:[T_-]?\d{2}[-_:.]?\d{2}(?:[-_:.]?\d{2})?)?(?:[.,]\d+)?(?:Z|[+-]\d{2}-\d{2})?|^\d{2}[-_]\d{2}[-_]\d{2}$/
/** What Inspect calls a log by, behind its task. */
const DRAWN = /_[A-Za-z0-9]{22}\./
const SEED = /(^|\/)(seed[-_]?)(\d+)\//i

function toPlace(file: string, { folder }: Place): string {
  const name = nameOf(file)
    .replace(DATED, '')
    .replace(/[_.-]+(?=\.\w+$)/, '')
  return within(folder, name)
}

/** Where the run that has just ended wrote it. */
function writtenAt(file: string, seeds: number[] | undefined): string {
  return seeds ? file.replace(SEED, '$1$2$$ASSAY_SEED/') : `$(ls -t ${seriesOf(file)} | head -n 1)`
}

function seedsOf([file]: string[], { files }: Place): number[] | undefined {
  const series = seriesOf(file!)
  if (!SEED.test(file!)) return undefined
  const numbers = files.flatMap(path => (seriesOf(path) === series ? (SEED.exec(path)?.[3] ?? []) : []))
  // What is written with zeros before it, or is more than can be trained, is another scheme.
  const plain = [...new Set(numbers)].filter(number => String(Number(number)) === number).map(Number)
  return plain.length > 1 && plain.length <= MOST_SEEDS ? plain.toSorted((a, b) => a - b) : undefined
}

const MOST_SEEDS = 50

function ofOneSeed(
  train: NonNullable<Answer<string>>,
  texts: ReadonlyMap<string, string>,
): NonNullable<Answer<string>> {
  if ('ask' in train) return train
  const script = /[\w./-]+\.py\b/.exec(train.is)?.[0] ?? ''
  const text = [...texts].find(([file]) => file === script || file.endsWith(`/${script}`))?.[1] ?? ''
  if (/ASSAY_SEED/.test(text)) return train
  const option = /["'](--(?:seed|random[-_]seed|random[-_]state))["']/.exec(text)?.[1]
  if (option !== undefined) return { is: `${train.is} ${option} "$ASSAY_SEED"` }
  return {
    ask: 'There is a folder for each seed. Which command trains one of them? ASSAY_SEED says which.',
    found: [train.is],
    files: [],
  }
}

function after(train: NonNullable<Answer<string>>, copies: string[]): NonNullable<Answer<string>> {
  const then = (run: string) => [run.startsWith('cd ') ? `(${run})` : run, ...copies].join(' && ')
  return 'is' in train ? { is: then(train.is) } : { ...train, found: train.found.map(then) }
}
