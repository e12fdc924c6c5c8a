import type { CodedColumn, Task } from '../src/core/evaluation.ts'
import { isUndefined } from '../src/core/metrics/side.ts'
import { weighSlices } from '../src/core/metrics/slices.ts'
import { weighMetric } from '../src/core/metrics/weigh.ts'
import type { PairedPredictions } from '../src/core/predictions/pair.ts'
import { mulberry32 } from '../src/core/statistics/random.ts'

/**
 * How long weighing takes, as a multiple of sorting one array of as many numbers on the same machine in the same run,
 * and what memory it takes. `node bench/weigh.ts`
 */

const OPTIONS = { level: 0.95, seed: 7, margin: 0.005 }
const MILLION = 1_000_000

function main(): void {
  const big = pairOf('binary', MILLION, 6, 50)
  console.log(
    `${MILLION.toLocaleString('en-US')} rows × 6 slice columns × 50 values; arrays of the data: ${megabytesOf(big)} MiB`,
  )
  const floor = measure('sort one Float64Array (the floor)', () => big.candidate.score!.slice().sort())
  const atStart = process.memoryUsage.rss()
  let total = 0
  for (const metric of ['accuracy', 'roc_auc', 'f1'])
    total += measure(`weigh ${metric}`, () => weigh(metric, big), floor)
  total += measure('accuracy in 300 slices', () => slice('accuracy', big), floor)
  report('accuracy + roc_auc + f1 + slices together', total, floor)
  for (const metric of ['precision', 'average_precision', 'log_loss', 'brier', 'ece'])
    measure(`weigh ${metric}`, () => weigh(metric, big), floor)
  for (const metric of ['roc_auc', 'f1', 'average_precision'])
    measure(`${metric} in 300 slices`, () => slice(metric, big), floor)
  for (const clusters of [200_000]) {
    const grouped = { ...big, group: codedColumn('user', MILLION, clusters, 3) }
    for (const metric of ['accuracy', 'roc_auc', 'f1'])
      measure(
        `weigh ${metric}, ${clusters.toLocaleString('en-US')} groups`,
        () => weigh(metric, grouped),
        floor,
      )
  }
  console.log(
    `most memory so far ${peakMegabytes()} MiB, ${Math.round(atStart / 2 ** 20)} MiB before weighing\n`,
  )

  const small = pairOf('binary', 100_000, 1, 50)
  console.log('100,000 rows, 2,000 resamples')
  const pass = measure('sort one Float64Array (the floor)', () => small.candidate.score!.slice().sort())
  for (const metric of ['f1', 'average_precision', 'ece'])
    measure(`bootstrap ${metric}`, () => weigh(metric, small), pass)
  const grouped = { ...small, group: codedColumn('user', small.rows, 20_000, 3) }
  for (const metric of ['f1', 'roc_auc'])
    measure(`cluster bootstrap ${metric}, 20,000 groups`, () => weigh(metric, grouped), pass)
  const numbers = pairOf('regression', 100_000, 1, 50)
  for (const metric of ['rmse', 'r2']) measure(`bootstrap ${metric}`, () => weigh(metric, numbers), pass)
  console.log(`most memory in all ${peakMegabytes()} MiB`)
}

main()

// --- internal ---

function weigh(metric: string, pair: PairedPredictions): void {
  const weighed = weighMetric(metric, pair, OPTIONS)
  if (isUndefined(weighed)) throw new Error(weighed.undefinedBecause)
}

function slice(metric: string, pair: PairedPredictions): void {
  const rows = weighSlices(metric, pair, pair.slices, { ...OPTIONS, minRows: 50 })
  if (!Array.isArray(rows) || rows.length !== 300) throw new Error('slices are missing')
}

/** Milliseconds, printed beside their multiple of the floor. */
function measure(what: string, run: () => unknown, floor?: number): number {
  const start = performance.now()
  run()
  const milliseconds = performance.now() - start
  report(what, milliseconds, floor)
  return milliseconds
}

function report(what: string, milliseconds: number, floor?: number): void {
  const ratio = floor === undefined ? '' : `${(milliseconds / floor).toFixed(1)} ×`
  console.log(`  ${what.padEnd(48)} ${milliseconds.toFixed(0).padStart(6)} ms ${ratio.padStart(8)}`)
}

function peakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}

function megabytesOf(pair: PairedPredictions): number {
  const bytes = pair.rows * (8 * 5 + 4 * pair.slices.length)
  return Math.round(bytes / 2 ** 20)
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
