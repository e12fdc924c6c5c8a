import { isAssayError } from '../../core/errors/errors.ts'
import type { PredictionsConfig } from '../../core/inputs/file-options.ts'
import { MAX_ROWS, type NeededColumn, unusable } from '../../core/inputs/predictions/columns.ts'
import { plain } from '../../core/report/words/escape.ts'
import { visible } from '../../core/text/visible-text.ts'
import { BinCounts } from '../../core/traffic/profile/bin-counts.ts'
import { classByScore, labelBins, truthLabels } from '../../core/traffic/profile/class-of.ts'
import type { Feature } from '../../core/traffic/profile/feature.ts'
import { type ModelProfile, PREDICTION, trafficFeatures } from '../../core/traffic/profile/profile.ts'
import { readJsonLines } from '../../services/files/json-lines.ts'
import { readTable } from '../../services/files/predictions-files.ts'
import { ClassCounts, type CountingSink, outcomesOf, RememberedBins } from './outcomes.ts'

/** Recent rows in the bins of a profile. No value of them is kept. */
export interface CountedRows {
  rows: number
  /** By the name of the feature; without those that the file has no column for. */
  features: Map<string, Float64Array>
  /** Of those: which column is missing, and what names it. */
  absent: Map<string, string>
  /** Where the file has scores and what came true: rows in each bin of the score, by label. */
  labels?: Map<string, Float64Array>
  /** The same in each bin of the prediction, where the file has it too. */
  predicted?: Map<string, Float64Array>
}

/** What such a file is called in messages. */
export const ROWS = 'file of rows'

/** Columns that hold what the model answered and what came true, as the configuration names them. */
export type Roles = Partial<Pick<PredictionsConfig, 'score' | 'prediction' | 'label'>>

/**
 * Counts a file of rows: JSON a line where its name says so, else a table.
 *
 * @throws AssayError FILE_REFUSED, FILE_NOT_FOUND, PREDICTIONS_INVALID
 */
export async function countRows(
  folder: string,
  file: string,
  profile: ModelProfile,
  roles: Roles,
): Promise<CountedRows> {
  try {
    return await counted(folder, file, profile, roles)
  } catch (error) {
    if (!isAssayError(error, 'PREDICTIONS_INVALID')) throw error
    throw error.with({ title: `The ${ROWS} \`${visible(file)}\` cannot be used` })
  }
}

// --- internal ---

async function counted(
  folder: string,
  file: string,
  profile: ModelProfile,
  roles: Roles,
): Promise<CountedRows> {
  const columns = columnsOf(profile, roles)
  const rows = JSON_LINES.test(file)
    ? await fromJsonLines(folder, file, columns)
    : await fromTable(folder, file, columns)
  const there = columns.filter(column => column.isThere)
  // Only rows of JSON say which columns there are.
  const isUnknown = rows === 0 && JSON_LINES.test(file)
  if (there.length === 0 && !isUnknown)
    throw unusable(
      file,
      'none of its columns is a feature of the profile',
      `The profile has ${profile.features
        .map(({ name }) => `\`${name}\``)
        .slice(0, 5)
        .join(', ')}${profile.features.length > 5 ? ' and more' : ''}: name the columns so.`,
    )
  const features = there.filter(({ name }) => name !== LABEL)
  const absent = columns.filter(({ name, isThere }) => !isThere && name !== LABEL)
  const [score, prediction, label] = [SCORE, PREDICTION, LABEL].map(name => {
    const sink = there.find(column => column.name === name)?.sink
    return sink instanceof RememberedBins ? sink : undefined
  })
  return {
    rows,
    features: new Map(features.map(({ name, sink }) => [name, sink.counts])),
    absent: new Map(absent.map(one => [one.name, absentWords(one, roles)])),
    ...(label &&
      (profile.score ? score : prediction) &&
      outcomesOf(
        { ...(score && { score }), ...(prediction && { prediction }), label },
        truthLabels(profile),
      )),
  }
}

const JSON_LINES = /\.(?:jsonl|ndjson)$/i
const SCORE = '__score__'
const LABEL = '__label__'

interface Column {
  /** Of the feature, and in the file. */
  name: string
  column: string
  sink: CountingSink
  isThere: boolean
}

function columnsOf(profile: ModelProfile, { score, prediction, label }: Roles): Column[] {
  const classOf = prediction === undefined ? classByScore(profile) : undefined
  const columnOf = ({ name }: Feature) => {
    if (name === SCORE || (name === PREDICTION && classOf)) return score ?? SCORE
    return name === PREDICTION ? (prediction ?? name) : name
  }
  const classes = truthLabels(profile)
  const hasOutcomes = label !== undefined && classes.length > 0
  const sinkOf = (feature: Feature): CountingSink => {
    if (feature.name === PREDICTION && classOf) return new ClassCounts(feature, classOf)
    const isHeld = hasOutcomes && [SCORE, PREDICTION].includes(feature.name)
    return isHeld ? new RememberedBins(feature) : new BinCounts(feature)
  }
  const columns = trafficFeatures(profile).map(
    (feature): Column => ({
      name: feature.name,
      column: columnOf(feature),
      sink: sinkOf(feature),
      isThere: false,
    }),
  )
  if (!hasOutcomes) return columns
  const sink = new RememberedBins(labelBins(classes))
  return [...columns, { name: LABEL, column: label, sink, isThere: false }]
}

/** Which column is looked for, what names it, and how to judge without it. */
function absentWords({ name, column }: Column, roles: Roles): string {
  const role = ROLES.get(name)
  if (!role) return `it was not counted: the rows have no column \`${plain(column, 60)}\``
  const without = `to judge without it, give \`${name}\` the importance 0 (\`drift: { importance }\`)`
  return roles[role] === undefined
    ? `it was not counted: nothing says which column of the rows has the ${role}; name it in assay.yml, \`predictions: { ${role} }\`, or ${without}`
    : `it was not counted: the rows have no column \`${plain(column, 60)}\`, which \`predictions: { ${role} }\` in assay.yml names; ${without}`
}

const ROLES: ReadonlyMap<string, 'score' | 'prediction'> = new Map([
  [SCORE, 'score'],
  [PREDICTION, 'prediction'],
])

async function fromTable(folder: string, file: string, columns: readonly Column[]): Promise<number> {
  await readTable(folder, file, ROWS, names => {
    const wrong = (what: string, at?: { line: number }, fix = FIX): never => {
      throw unusable(file, what, fix, at)
    }
    const needed = columns.flatMap((one): NeededColumn[] => {
      const index = names.indexOf(one.column)
      one.isThere = index >= 0
      if (one.isThere && names.includes(one.column, index + 1))
        wrong(`there are two columns \`${plain(one.column, 60)}\``, undefined, TWO)
      return one.isThere ? [{ name: one.column, index, sink: one.sink }] : []
    })
    // No cell is wrong to a profile, but a row may be.
    const wrongCell = (_: string, row: number, what: string) => wrong(`row ${row} ${what}`)
    return { needed, mostRows: MAX_ROWS, wrong, wrongCell, finish: () => {} }
  })
  return Math.max(0, ...columns.map(({ sink }) => sink.rows))
}

const FIX = 'Write every row with as many cells as the header has.'
const TWO = 'Leave one of them out, or give it another name.'

/** A key that no object has is a column that is not there; in a single object, a missing value. */
async function fromJsonLines(folder: string, file: string, columns: readonly Column[]): Promise<number> {
  return readJsonLines(folder, file, ROWS, row => {
    for (const one of columns) {
      const isOwn = Object.hasOwn(row, one.column)
      one.isThere ||= isOwn
      one.sink.addValue(isOwn ? (row as Record<string, unknown>)[one.column] : undefined)
    }
  })
}
