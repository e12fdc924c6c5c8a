import { metricsOf, type Pipeline } from '../../inputs/dvc/pipeline.ts'
import {
  type Answer,
  type Asked,
  type Columns,
  type EvalResult,
  folderOf,
  nameOf,
  type Place,
  type Repository,
  type Table,
} from './repository.ts'
import { seriesOf } from './series.ts'

/** Which files hold the candidate's numbers. */

/** Whether a file holds metrics by its name: the command reads those that do. */
export function isMetricsByName(file: string): boolean {
  return (
    tierOf(file) >= 0 && !/(^|\/)(data\/(?!0[789]_)|(configs?|tests?|node_modules|mlruns|wandb)\/)/.test(file)
  )
}

/** Whether a table may hold predictions by its name, or may not: what its header says comes after that. */
export function isTableByName(file: string): boolean {
  return (
    /\.((csv|tsv|jsonl|ndjson)(\.(gz|zst))?|parquet)$/i.test(file) &&
    !/(^|\/)(tests?|node_modules|mlruns)\//.test(file)
  )
}

export function isPredictionsByName(file: string): boolean {
  return isTableByName(file) && PREDICTIONS.test(nameOf(file))
}

/** Whether it is called predictions, in a form that is not read. */
export function isOtherTable(file: string): boolean {
  return (
    /\.(json|feather|arrow|npy|npz|pkl|pickle|joblib|h5|xlsx|rds)$/i.test(file) &&
    PREDICTIONS.test(nameOf(file))
  )
}

/** Whether a file may be the result of an evaluation tool: what stands in it comes after that. */
export function isEvalByName(file: string): boolean {
  const isResult = /(result|output|eval|sample|log|score|report|test_run|ragas|promptfoo)/i.test(file)
  return (
    /\.(jsonl?|csv)$/i.test(file) &&
    isResult &&
    !isData(file) &&
    !/(^|\/)(tests?|node_modules|mlruns|wandb)\/|(package|tsconfig)[\w-]*\.json$/.test(file)
  )
}

/** The candidate's result of an evaluation tool. */
export function evalResultOf(
  place: Place,
  { evals }: Repository,
): Answer<{ file: string; result: EvalResult }> {
  const answer = chosen(
    place.files.filter(file => evals.has(file)),
    file => `of ${evals.get(file)!.from}: ${evals.get(file)!.metrics.slice(0, 5).join(', ')}`,
  )
  if (answer === undefined || 'ask' in answer) return answer
  const [file = ''] = answer.is
  return { is: { file: seriesOf(file) ?? file, result: evals.get(file)! } }
}

/** What to ask where results of evaluation tools are there, and none of them is read. */
export function unreadEvalOf({ files }: Place, { unread }: Repository): Asked | undefined {
  const there = files.flatMap(file => {
    const one = unread.get(file)
    return one ? [`${file}   of ${one.from}, and is not read: ${one.why}`] : []
  })
  if (there.length === 0) return undefined
  return {
    ask: 'Which file does the evaluation write? What is there is not read: run it to its end and `assay init --force` again, or name its file.',
    found: there.slice(0, MOST_UNREAD),
    files: [],
  }
}

/** The candidate's metric files: those that DVC writes, else one by its name. */
export function metricFilesOf(
  place: Place,
  repository: Repository,
  pipeline: Pipeline | undefined,
): Answer<string[]> {
  const ofDvc = pipeline ? metricsOf(pipeline, true).map(file => inPlace(file, place)) : []
  if (ofDvc.length === 1 || (ofDvc.length > 1 && areApart(ofDvc, repository))) return { is: ofDvc }
  const rows = sureIn(place, repository)
  const isMore = (file: string) => rows.length === 0 || tierOf(file) < HISTORIES
  const others = place.files.filter(
    file => repository.metrics.has(file) && !rows.includes(file) && isMore(file),
  )
  const named = ofDvc.length > 1 ? ofDvc : others
  return chosen(named, file => namesIn(file, repository))
}

/** The candidate's predictions, with what their columns are. */
export function predictionsOf(
  place: Place,
  repository: Repository,
): Answer<{ file: string; columns: Columns | undefined; table: Table }> {
  const { tables } = repository
  const there = place.files.filter(file => tables.has(file))
  const sure = sureIn(place, repository)
  const named = there.filter(isPredictionsByName)
  // But for the name of a row they would do.
  const unnamed = there.filter(
    file => !isData(file) && tables.get(file)!.held?.label !== undefined && isAnswered(tables.get(file)!),
  )
  const [files = []] = [sure, named, unnamed].filter(({ length }) => length > 0)
  const answer = chosen(files, file => tables.get(file)!.columns.join(', '))
  if (answer === undefined || 'ask' in answer) return answer
  const [file] = answer.is
  const table = tables.get(file!)!
  return { is: { file: file!, columns: table.held, table } }
}

// --- internal ---

const MOST_UNREAD = 6

const PREDICTIONS = /(^|[_.-])(predictions?|preds?|oof|scored|inference)([_.-]|$)/i

/** Tables that hold predictions, by what is in them and by where they lie. */
function sureIn({ files }: Place, { tables }: Repository): string[] {
  return files.filter(file => {
    const table = tables.get(file)
    if (table?.held?.values) return !isData(file)
    if (table?.held?.id === undefined || table.held.label === undefined) return false
    if (isPredictionsByName(file)) return true
    const isResult = table.held.prediction !== undefined || tierOf(file) >= 0
    return !isData(file) && isResult && isAnswered(table)
  })
}

function isData(file: string): boolean {
  // Kedro numbers the layers of its data: what models make and report comes last.
  return /(^|\/)(data\/(?!0[789]_)|(datasets?|raw|inputs?)\/)/i.test(file)
}

function isAnswered({ held }: Table): boolean {
  return [held?.score, held?.prediction, held?.probabilities].some(column => column !== undefined)
}

/** Files of one name that differ in their split are one candidate's: the last of these is what it is judged by. */
const SPLITS = [
  'train',
  'training',
  'dev',
  'val',
  'valid',
  'validation',
  'eval',
  'evaluation',
  '',
  'test',
  'holdout',
  'all',
]
const SPLIT =
  /(^|[_.-])(train|training|dev|val|valid|validation|eval|evaluation|test|holdout|all)(?=[_.-]|$)/i

const TIERS = [
  /(?<!^evals)(^|[_.-])(metrics?|scores?|results?|evaluation|eval|report|performance)([_.-][\w.-]*)?\.(json|ya?ml)$/i,
  /(^|[_.-])(metrics?|scores?|results?|report|evaluation|performance|leaderboard)([_.-][\w-]*)?\.(csv|tsv|jsonl)$/i,
  // Histories of a training: where there are rows they say nothing more.
  /^(evals_results?\.json|trainer_state\.json|test_error\.tsv|history\.(json|csv)|training(_log)?\.csv|log\.csv)$/i,
]

const HISTORIES = TIERS.length - 1

function tierOf(file: string): number {
  // `metrics/test.json`
  const isSplit =
    /(^|\/)(metrics|scores|results|reports|eval|evaluation)\/[^/]+$/.test(file) &&
    SPLITS_ALONE.test(nameOf(file))
  return isSplit ? 0 : TIERS.findIndex(tier => tier.test(nameOf(file)))
}

const SPLITS_ALONE = /^(train|training|dev|val|valid|validation|eval|test|holdout)\.(json|ya?ml)$/i

function chosen(files: string[], says: (file: string) => string): Answer<string[]> {
  const best = Math.min(...files.map(file => Math.max(tierOf(file), 0)))
  const families = Map.groupBy(
    files.filter(file => Math.max(tierOf(file), 0) === best),
    familyOf,
  )
  const all = [...families.values()].map(family => family.toSorted(bySplit)[0]!)
  // What is called another's comes last, and is still asked for.
  const isOther = (file: string) => Number(/baseline|champion|old|prev|reference|backup/i.test(file))
  const candidates = all.toSorted((a, b) => isOther(a) - isOther(b))
  if (candidates.length === 0) return undefined
  if (candidates.length === 1) return { is: candidates }
  const width = Math.max(...candidates.map(({ length }) => length))
  return {
    ask: "Which of these files is the candidate's?",
    found: candidates.slice(0, 6).map(file => `${file.padEnd(width)}   ${says(file)}`),
    files: candidates,
  }
}

function familyOf(file: string): string {
  const one = seriesOf(file) ?? file
  return `${folderOf(one)}/${nameOf(one)
    .replace(SPLIT, '')
    .replace(/^[_.-]+/, '')}`
}

/** Of one split the newest, by its number or date. */
function bySplit(a: string, b: string): number {
  const rank = (file: string) => SPLITS.indexOf((SPLIT.exec(nameOf(file))?.[2] ?? '').toLowerCase())
  return rank(b) - rank(a) || b.localeCompare(a, 'en', { numeric: true })
}

function namesIn(file: string, { metrics }: Repository): string {
  return [...(metrics.get(file)?.numbers.keys() ?? [])].slice(0, 5).join(', ')
}

/** Whether no name stands in two of them. */
function areApart(files: string[], { metrics }: Repository): boolean {
  const names = files.flatMap(file => [...(metrics.get(file)?.numbers.keys() ?? [])])
  return files.every(file => metrics.has(file)) && new Set(names).size === names.length
}

function inPlace(file: string, { folder }: Place): string {
  return folder === '' ? file : `${folder}/${file}`
}
