import type { Answer, Asked, Columns, MaybeColumn, Table } from '../starter/repository.ts'
import { gateOn } from './first-gate.ts'
import { indented, question, scalar } from './lines.ts'

/** How a first configuration reads a table of predictions, and what it is judged by. */

export interface PredictionsTable {
  file: string
  columns: Columns | undefined
  table: Table
}

export interface Rows {
  read: string[]
  gate: string[]
  /** Whether they can be paired and weighed, but for what is asked. */
  isWhole: boolean
}

export function rowsOf(predictions: Answer<PredictionsTable>): Rows {
  const gate = gateOn('accuracy')
  if (predictions === undefined) return { read: [], gate, isWhole: false }
  if ('ask' in predictions) return { read: question('predictions', predictions), gate, isWhole: true }
  const { file, columns = {}, table } = predictions.is
  const { id, label, task, score, scores, prediction, probabilities, labels = [] } = columns
  if (columns.values) return scoredLines(file, id ?? 'id', columns.values)
  const isAnswered = [score, scores, prediction, probabilities].some(column => column !== undefined)
  const hasTruth = label !== undefined || labels.length > 0
  // Three questions are more than anybody answers, and one line answers them all.
  if (id === undefined && !hasTruth && !isAnswered)
    return { read: question('predictions', askColumns(file, table)), gate, isWhole: false }
  const read = ['predictions:', ...indented([`file: ${scalar(file)}`, ...columnLines(columns)], '  ')]
  const isRanked =
    score !== undefined || scores !== undefined || (task === 'binary' && probabilities !== undefined)
  return {
    read,
    gate:
      task === 'regression'
        ? gateOn('mae', meanError(table, columns))
        : gateOn(isRanked ? 'roc_auc' : 'accuracy'),
    isWhole: id !== undefined && hasTruth && isAnswered,
  }
}

// --- internal ---

/** Rows with scores and no truth: each score is a metric, the best known is asked for. */
function scoredLines(file: string, id: string, values: NonNullable<Columns['values']>): Rows {
  const pairs = Object.entries(values).map(([name, direction]) => `${scalar(name)}: ${direction}`)
  const names = Object.keys(values)
  const first = names.find(name => values[name] === 'higher') ?? names[0]!
  const read = [`file: ${scalar(file)}`, `id: ${scalar(id)}`, `values: { ${pairs.join(', ')} }`]
  return { read: ['predictions:', ...indented(read, '  ')], gate: gateOn(first), isWhole: true }
}

function askColumns(file: string, { columns }: Table): Asked {
  return {
    ask: `Which columns of ${file} are the name of a row, the truth and what was predicted? It has ${columns.join(', ')}.`,
    found: [
      `predictions: { file: ${scalar(file)}, id: …, label: …, score: … }   of a class of two; else \`prediction\` in place of \`score\``,
      `predictions: { file: ${scalar(file)}, id: …, values: { …: higher } }   where a row has scores and no truth`,
    ],
    files: [file],
  }
}

function meanError({ columns, rows }: Table, { label, prediction }: Columns): number | undefined {
  const cell = (row: string[], column: string | undefined) => Number(row[columns.indexOf(column ?? '')])
  const sum = rows.reduce((total, row) => total + Math.abs(cell(row, label) - cell(row, prediction)), 0)
  return Number.isFinite(sum) && rows.length > 0 ? sum / rows.length : undefined
}

function columnLines(columns: Columns): string[] {
  const {
    id,
    label,
    labels = [],
    score,
    scores,
    prediction,
    probabilities,
    positive,
    task,
    classes,
  } = columns
  const isAnswered = [score, scores, prediction, probabilities].some(column => column !== undefined)
  return [
    ...(id === undefined ? question('id', ASK_ID) : [`id: ${scalar(id)}`]),
    ...(label === undefined
      ? question('label', { ask: 'Which column holds the truth?', found: shownColumns(labels) })
      : [`label: ${scalar(label)}`]),
    ...(score === undefined ? [] : [`score: ${scalar(score)}`]),
    ...(scores === undefined || score !== undefined
      ? []
      : question('score', { ask: 'Which column is the score to be judged?', found: shownColumns(scores) })),
    ...(prediction === undefined ? [] : [`prediction: ${scalar(prediction)}`]),
    ...(probabilities === undefined ? [] : [`probabilities: ${probabilitiesValue(probabilities)}`]),
    ...(isAnswered ? [] : question('prediction', ASK_PREDICTION)),
    ...(positive === undefined ? [] : [`positive: ${scalar(positive)}`]),
    ...(classes ? question('positive', { ask: 'Of which class is the score?', found: classes }) : []),
    ...(task === undefined ? [] : [`task: ${task}`]),
  ]
}

function shownColumns(columns: readonly MaybeColumn[]): string[] {
  const width = Math.max(0, ...columns.map(({ column }) => column.length))
  return columns.map(({ column, says }) => (says === '' ? column : `${column.padEnd(width)}   ${says}`))
}

function probabilitiesValue(probabilities: NonNullable<Columns['probabilities']>): string {
  if (typeof probabilities === 'string') return scalar(probabilities)
  const pairs = Object.entries(probabilities).map(([name, column]) => `${scalar(name)}: ${scalar(column)}`)
  return `{ ${pairs.join(', ')} }`
}

const ASK_ID = {
  ask: 'Which column names the row, with another value in each? None was found that does: have the number of the row written too.',
  found: [],
}
const ASK_PREDICTION = {
  ask: 'Which column holds the predicted class or number? (Of scores of the positive class: `score`.)',
  found: [],
}
