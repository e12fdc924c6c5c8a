import { AssayError } from '../../errors/errors.ts'
import { looksPersonal, maskedValues } from '../../secrets/personal-column.ts'
import { metricNameOf } from '../../text/names.ts'
import { didYouMean } from '../../text/nearest.ts'
import { formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { CodedColumn, Predictions, ScoreColumn } from '../evaluation.ts'
import type { PredictionsConfig } from '../file-options.ts'
import { type ProblemList, problemList } from '../problem-list.ts'
import { CellFixes } from './cells/cell-fixes.ts'
import { IdSink } from './cells/id-sink.ts'
import { CodeSink, NumberSink, type Sink } from './cells/sinks.ts'
import { SparseSink } from './cells/sparse-sink.ts'
import { TextCodes } from './cells/text-codes.ts'
import { repeatedIds } from './id-order.ts'
import { classColumns } from './labels/class-columns.ts'
import { guessedTask, type Use, useLabels } from './labels/label-columns.ts'
import { type JudgedLabels, labelsOf } from './labels/labels.ts'
import { limitsInWords, withPassed } from './passed.ts'
import { scoreColumn } from './score-column.ts'
import { SOME_WEIGHT, weightColumn, weightsIn, withWeightless } from './weight-column.ts'

/** A predictions file may have this many rows. */
export const MAX_ROWS = 20_000_000
/** A column to slice by may have this many different values. */
const MAX_SLICE_VALUES = 1000
/** Probabilities of all classes and rows: 400 MB. */
const MAX_PROBABILITIES = 50_000_000
const MAX_PROBLEMS = 10
/** After so many a file is not a typing error any more. */
const HOPELESS = 1000

/** A column that is needed, its index in the file, and where its cells go. A column of two roles is there twice. */
export interface NeededColumn {
  name: string
  index: number
  sink: Sink
}

/** Between the readers of formats, which know cells, and what is made of a table. */
export interface TableTaker<T> {
  /** None: the rows are not read. */
  needed: NeededColumn[]
  /** So many rows it takes. */
  mostRows: number
  /** Tells of a cell that is wrong; `row` from 1, the header not counted. */
  wrongCell(column: string, row: number, problem: string): void
  /** Anything else that is wrong with the file. Ends the reading when it is hopeless. */
  wrong(problem: string, at?: { line: number }, fix?: string): void
  /** @throws AssayError PREDICTIONS_INVALID with the first 10 problems and the count of the rest */
  finish(): T
}

/** What a reader calls before the rows of a table. */
export type StartTable<T> = (columns: string[], facts: TableFacts) => TableTaker<T>

export interface TableFacts {
  /** Whether a column holds lists or structures: it cannot be read. */
  isNested: (index: number) => boolean
  /** Where the file says how many there are. */
  rows?: number
}

/**
 * @param columns the names of the file's columns, in order
 * @throws AssayError PREDICTIONS_INVALID when a configured column is not there, naming those that are
 */
export function predictionsBuilder(
  config: PredictionsConfig,
  columns: string[],
  file: string,
): TableTaker<Predictions> {
  const problems = problemList(visible(file), MAX_PROBLEMS)
  const throwIfAny = () => problems.throwIfAny('PREDICTIONS_INVALID', titleFor(file))
  const classes =
    config.probabilities === undefined
      ? undefined
      : classColumns(
          config.probabilities,
          columns,
          [config.id, config.label, config.prediction, config.group, config.weight, ...config.slices],
          problems,
        )
  throwIfAny()
  const task = config.task ?? guessedTask(config, classes)
  const needed: NeededColumn[] = []
  const fixes = new CellFixes()
  let sparse: SparseSink | undefined
  const use: Use = (key, name, sink) => {
    const index = columnNamed(key, name, columns, problems)
    if (key === 'label' && config.unlabelled === 'leave_out') sparse = new SparseSink(sink)
    const taking = key === 'label' ? (sparse ?? sink) : sink
    if (index !== undefined) needed.push({ name, index, sink: taking })
    fixes.add(name, key)
    return sink
  }
  const ids = use('id', config.id, new IdSink())
  const values = Object.entries(config.values ?? {}).map(([name, direction]) => ({
    name,
    direction,
    sink: use('values', writtenAs(name, columns), new NumberSink({ marks: true })),
  }))
  const labels = holdsScoresAlone(config) ? undefined : useLabels(config, task, classes, use, problems)
  const slices = config.slices.map(name => ({ name, sink: use('slices', name, sliceSink()) }))
  const group =
    config.group === undefined
      ? undefined
      : { name: config.group, sink: use('group', config.group, new CodeSink(new TextCodes(), {})) }
  const weights = config.weight === undefined ? undefined : weightsIn(config.weight, use)
  throwIfAny()
  const sinks = needed.map(({ sink }) => sink)

  const wrong: TableTaker<Predictions>['wrong'] = (problem, at, fix) => {
    problems.add(problem, at, fix)
    if (problems.count >= HOPELESS) throwIfAny()
  }
  const wrongCell = (column: string, row: number, problem: string) =>
    wrong(`row ${row}: \`${visible(column)}\` ${problem}`, undefined, fixes.take(column, problem))
  return {
    needed,
    mostRows: classes ? Math.min(MAX_ROWS, Math.floor(MAX_PROBABILITIES / classes.length)) : MAX_ROWS,
    wrong,
    wrongCell,
    finish() {
      if (ids.rows === 0 && problems.count === 0)
        problems.add(
          'there are no rows',
          undefined,
          'Let `evaluate` write a row for each example, below the header.',
        )
      const unlabelledRows = sparse?.empty ?? []
      const leftOut = weights ? withWeightless(unlabelledRows, weights, wrongCell) : unlabelledRows
      throwIfAny()
      // As they stand in the file, rows that are left out among them.
      const inFile = ids.finish()
      for (const repeated of repeatedIds(inFile, HOPELESS))
        wrong(
          `row ${repeated.first} and row ${repeated.again} have the same id`,
          undefined,
          `Every row needs an id of its own in \`${visible(config.id)}\`.`,
        )
      if (leftOut.length > 0) for (const sink of sinks) sink.leaveOut?.(leftOut)
      if (ids.rows === 0 && leftOut.length > unlabelledRows.length)
        problems.add(`no row has a weight above 0 in \`${visible(config.weight!)}\``, undefined, SOME_WEIGHT)
      else if (ids.rows === 0 && leftOut.length > 0)
        problems.add(
          'no row has a label',
          undefined,
          `Write the truth into \`${visible(config.label)}\`, or name its column with \`label\`.`,
        )
      throwIfAny()
      const judged = labels ? labelsOf(labels, task, config, problems) : unlabelled(ids.rows)
      throwIfAny()
      return {
        rows: ids.rows,
        ids: leftOut.length > 0 ? ids.finish() : inFile,
        ...(unlabelledRows.length > 0 && { leftOut: unlabelledRows.length }),
        ...(config.allow_personal.includes(config.id) && { idsShown: true }),
        ...judged!,
        ...(values.length > 0 && { values: withPassed(values.map(columnOf), config) }),
        ...(values.length > 0 && config.passed && { passing: { by: limitsInWords(config) } }),
        ...(config.quantile !== undefined && { quantile: config.quantile }),
        slices: slices.map(slice => withoutPeople(codedColumn(slice), config.allow_personal)),
        ...(group ? { group: codedColumn(group) } : {}),
        ...(weights && { weight: weightColumn(weights, leftOut.length - unlabelledRows.length) }),
      }
    },
  }
}

/** The error of a file that cannot be read on. */
export function unusable(file: string, what: string, fix: string, at?: { line: number }): AssayError {
  const where = { file: visible(file), ...at }
  const title = titleFor(file)
  return new AssayError({
    code: 'PREDICTIONS_INVALID',
    title,
    problems: [{ what, where, fix }],
  })
}

// --- internal ---

/** A column of scores is named as a metric is: by what it is called, or by the name that this has in results. */
function writtenAs(name: string, columns: readonly string[]): string {
  return columns.includes(name) ? name : (columns.find(column => metricNameOf(column) === name) ?? name)
}

function titleFor(file: string): string {
  return `The predictions \`${visible(file)}\` cannot be used`
}

/** Where columns of scores are named, and none of answers: no truth is needed then. */
function holdsScoresAlone({ values, score, prediction, probabilities, task }: PredictionsConfig): boolean {
  return [score, prediction, probabilities, task].every(key => key === undefined) && values !== undefined
}

function columnOf({ sink, ...column }: Pick<ScoreColumn, 'name' | 'direction'> & { sink: NumberSink }) {
  return scoreColumn(column.name, column.direction, sink.finish())
}

function unlabelled(rows: number): JudgedLabels {
  const none = new Float64Array(rows)
  return { task: 'scores', label: none, prediction: none }
}

/** What an empty cell of a column to slice by is called. */
const EMPTY = '(empty)'

function sliceSink(): CodeSink {
  const problem = `is the ${formatCount(MAX_SLICE_VALUES + 1)}st different value; to slice by a column it may have ${formatCount(MAX_SLICE_VALUES)}. Put numbers into bins`
  return new CodeSink(new TextCodes(), { empty: EMPTY, most: { values: MAX_SLICE_VALUES, problem } })
}

function codedColumn({ name, sink }: { name: string; sink: CodeSink }): CodedColumn {
  return { name: visible(name), values: sink.texts.values.map(visible), codes: sink.finish() }
}

function withoutPeople(column: CodedColumn, allowed: readonly string[]): CodedColumn {
  const because = allowed.includes(column.name) ? undefined : looksPersonal(column.name, column.values)
  if (because === undefined) return column
  return { ...column, values: maskedValues(column.values, EMPTY), masked: because }
}

function columnNamed(
  key: string,
  name: string,
  columns: string[],
  problems: ProblemList,
): number | undefined {
  const index = columns.indexOf(name)
  if (index >= 0 && columns.indexOf(name, index + 1) < 0) return index
  const role = `\`${visible(name)}\` (\`predictions.${key}\`)`
  if (index >= 0)
    problems.add(
      `there are two columns ${role}`,
      undefined,
      'Leave one of them out, or give it another name.',
    )
  else {
    const meant = didYouMean(name, columns.map(visible))
    const there = `The columns are: ${shortened(columns.map(visible).join(', '), 400)}.`
    problems.add(`there is no column ${role}`, undefined, meant === undefined ? there : `${meant} ${there}`)
  }
  return undefined
}
