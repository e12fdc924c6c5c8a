import type { CodedColumn, Task } from '../src/core/inputs/evaluation.ts'
import type { PairedPredictions } from '../src/core/inputs/predictions/pair.ts'
import { hasNoValue } from '../src/core/metrics/side.ts'
import { compareOnRows } from '../src/core/metrics/table/compare.ts'
import { mulberry32 } from '../src/core/statistics/random.ts'
import { compareSlices } from '../src/core/verdict/comparison/slices.ts'
import type { Row } from './main.ts'

const OPTIONS = { level: 0.95, seed: 7, margin: 0.005 }
const MILLION = 1_000_000

/**
 * Comparing in memory, without reading files: seconds and peak memory of one million rows and of resampling.
 * `node bench/weigh.ts` also prints every part as a multiple of sorting one array of as many numbers in the same run.
 */
export function benchWeigh(): Row[] {
  const big = pairOf('binary', MILLION, 6, 50)
  console.log('one million rows, 6 slice columns of 50 values')
  const floor = measure('sort one Float64Array (the floor)', () => big.candidate.score!.slice().sort())
  const gates = ['accuracy', 'roc_auc', 'f1'].map(metric =>
    measure(metric, () => compare(metric, big), floor),
  )
  const slices = measure('accuracy in 300 slices', () => slice('accuracy', big), floor)
  const seconds = (gates.reduce((sum, part) => sum + part, 0) + slices) / 1000
  const peak = peakMebibytes()
  for (const metric of ['precision', 'average_precision', 'log_loss', 'brier', 'ece'])
    measure(metric, () => compare(metric, big), floor)
  for (const metric of ['roc_auc', 'f1', 'average_precision'])
    measure(`${metric} in 300 slices`, () => slice(metric, big), floor)
  const users = { ...big, group: codedColumn('user', MILLION, 200_000, 3) }
  for (const metric of ['accuracy', 'roc_auc', 'f1'])
    measure(`${metric}, 200,000 groups`, () => compare(metric, users), floor)
  console.log(`peak memory ${peak} MiB after the gates, ${peakMebibytes()} MiB after everything`)
  return [
    { what: 'weigh 1,000,000 rows: accuracy, ROC AUC, F1, 300 slices', value: seconds, unit: 's', bar: 4 },
    {
      what: 'peak memory of all metrics over that of those three',
      value: peakMebibytes() / peak,
      unit: '×',
      bar: 1.5,
    },
    ...benchResampling(),
  ]
}

// --- internal ---

function benchResampling(): Row[] {
  const pair = pairOf('binary', 100_000, 1, 50)
  console.log('100,000 rows')
  const floor = measure('sort one Float64Array (the floor)', () => pair.candidate.score!.slice().sort())
  const [f1, precision] = ['f1', 'average_precision'].map(metric =>
    measure(metric, () => compare(metric, pair), floor),
  )
  measure('ece', () => compare('ece', pair), floor)
  const users = { ...pair, group: codedColumn('user', pair.rows, 20_000, 3) }
  for (const metric of ['f1', 'roc_auc'])
    measure(`${metric}, 20,000 groups`, () => compare(metric, users), floor)
  const numbers = pairOf('regression', 100_000, 1, 50)
  for (const metric of ['rmse', 'r2']) measure(metric, () => compare(metric, numbers), floor)
  return [
    { what: 'weigh 100,000 rows: F1', value: f1! / 1000, unit: 's', bar: 5 },
    {
      what: 'weigh 100,000 rows: average precision',
      value: precision! / 1000,
      unit: 's',
      bar: 5,
    },
  ]
}

function compare(metric: string, pair: PairedPredictions): void {
  const compared = compareOnRows(metric, pair, OPTIONS)
  if (hasNoValue(compared)) throw new Error(compared.undefinedBecause)
}

function slice(metric: string, pair: PairedPredictions): void {
  const rows = compareSlices(metric, pair, pair.slices, OPTIONS)
  if (!Array.isArray(rows) || rows.length !== 300) throw new Error('slices are missing')
}

/** Milliseconds, printed beside their multiple of the floor. */
function measure(what: string, run: () => unknown, floor?: number): number {
  const start = performance.now()
  run()
  const milliseconds = performance.now() - start
  const ratio = floor === undefined ? '' : `${(milliseconds / floor).toFixed(1)} ×`
  console.log(`  ${what.padEnd(40)} ${milliseconds.toFixed(0).padStart(6)} ms ${ratio.padStart(9)}`)
  return milliseconds
}

function peakMebibytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}

/** Two similar models: scores around the same truth, each with noise of its own. */
function pairOf(task: Task, rows: number, columns: number, values: number): PairedPredictions {
  const random = mulberry32(rows)
  const label = new Float64Array(rows)
  const sides = [0, 1].map(() => ({ prediction: new Float64Array(rows), score: new Float64Array(rows) }))
  for (let i = 0; i < rows; i++) {
    const truth = random()
    label[i] = task === 'binary' ? (random() < truth ? 1 : 0) : truth * 10
    for (const side of sides) {
      side.score[i] = Math.min(1, Math.max(0, truth + (random() - 0.5) / 5))
      side.prediction[i] = task === 'binary' ? (side.score[i]! >= 0.5 ? 1 : 0) : side.score[i]! * 10
    }
  }
  const slices = Array.from({ length: columns }, (_, index) =>
    codedColumn(`column ${index}`, rows, values, index),
  )
  return { task, rows, label, candidate: sides[0]!, baseline: sides[1]!, slices }
}

function codedColumn(name: string, rows: number, values: number, seed: number): CodedColumn {
  const random = mulberry32(seed)
  const codes = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) codes[i] = Math.floor(random() * values)
  return { name, values: Array.from({ length: values }, (_, index) => `value ${index}`), codes }
}

if (import.meta.main) benchWeigh()
