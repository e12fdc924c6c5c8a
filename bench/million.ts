import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { mulberry32 } from '../src/core/statistics/random.ts'
import type { Row } from './main.ts'
import { measureInTurns, median } from './measure.ts'

const ROWS = 1_000_000
const SCRIPT = join(import.meta.dirname, 'million.py')
const PYTHON = join(import.meta.dirname, '../.tools/python/bin/python3')
const COLUMNS = ['region', 'plan', 'device', 'age', 'channel', 'weekday']

/** How often each is run, in turn. */
const ROUNDS = 5

/**
 * The whole `evaluate` of one million rows: two files read, joined, weighed by three gates and slices, report written. In turn with
 * the script that a team would write (million.py), which reads, joins and weighs the same with vectors and writes no report. Needs
 * pyarrow, numpy and scipy, which scripts/install-tools.sh brings.
 */
export async function benchMillion(): Promise<Row[]> {
  const rows: Row[] = []
  for (const { kind, bar } of [
    { kind: 'csv', bar: 1 },
    { kind: 'parquet', bar: 1.5 },
  ] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'assay-million-'))
    try {
      mkdirSync(join(folder, 'champion'))
      writeFileSync(join(folder, 'assay.yml'), configFor(kind))
      await write(kind, join(folder, `predictions.${kind}`), 1)
      await write(kind, join(folder, 'champion', `predictions.${kind}`), 2)
      const main = join(process.cwd(), 'dist/cli.js')
      const own = `process.chdir(${JSON.stringify(folder)});process.argv=[process.argv[0],'assay','evaluate'];require(${JSON.stringify(main)})`
      const [ours, theirs]: [number[], number[]] = [[], []]
      const busy: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
      let peak = 0
      for (let round = 0; round < ROUNDS; round++) {
        const { evaluate } = measureInTurns(
          { evaluate: { argv: ['-e', own], env: { GITHUB_ACTIONS: '' } } },
          1,
        )
        ours.push(evaluate!.milliseconds)
        peak = Math.max(peak, evaluate!.peakMiB)
        busy.ours.push(evaluate!.cpuMilliseconds)
        const { wall, cpu } = script(kind, folder)
        theirs.push(wall)
        busy.theirs.push(cpu)
      }
      console.log(
        `${kind}: evaluate ${seconds(ours)} (${seconds(busy.ours)} of processors), script ${seconds(theirs)} (${seconds(busy.theirs)})`,
      )
      rows.push(
        {
          what: `1,000,000 rows × 6 slice columns, ${kind}: whole \`evaluate\``,
          value: median(ours) / median(theirs),
          unit: '× a vectorised script',
          bar,
        },
        { what: `the same, ${kind}: peak memory`, value: peak, unit: 'MiB', bar: 600 },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return rows
}

// --- internal ---

/** Runs a script and tells on its last line how many seconds it kept processors busy. */
const TIMED = `import resource, runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime)`

/** Milliseconds that the script took, and those that it kept processors busy for. */
function script(kind: string, folder: string): { wall: number; cpu: number } {
  const start = performance.now()
  const told = execFileSync(
    existsSync(PYTHON) ? PYTHON : 'python3',
    ['-c', TIMED, SCRIPT, `predictions.${kind}`, `champion/predictions.${kind}`, ...COLUMNS],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const wall = performance.now() - start
  return { wall, cpu: 1000 * Number(told.trim().split('\n').at(-1)) }
}

function seconds(milliseconds: readonly number[]): string {
  return `${(median([...milliseconds]) / 1000).toFixed(2)} s`
}

function configFor(kind: string): string {
  return `model: million
predictions: { file: predictions.${kind}, score: score, slices: [${COLUMNS.join(', ')}] }
champion: champion
gates:
  - { metric: accuracy, not_worse_than: champion, margin: 0.01 }
  - { metric: roc_auc, not_worse_than: champion, margin: 0.01 }
  - { metric: f1, not_worse_than: champion, margin: 0.01 }
`
}

/** Same rows and labels for every seed; only the score differs. */
async function write(kind: 'csv' | 'parquet', path: string, seed: number): Promise<void> {
  const shared = mulberry32(7)
  const own = mulberry32(seed)
  const label = new Int32Array(ROWS)
  const score = new Float64Array(ROWS)
  const slices = COLUMNS.map(() => new Array<string>(ROWS))
  for (let row = 0; row < ROWS; row++) {
    const signal = shared()
    label[row] = shared() < signal ? 1 : 0
    score[row] = Math.min(1, Math.max(0, 0.7 * signal + 0.3 * own()))
    for (const [index, column] of slices.entries()) column[row] = `v${Math.floor(shared() * (index + 2) * 4)}`
  }
  if (kind === 'parquet') {
    const id = Array.from({ length: ROWS }, (_, row) => `row-${row}`)
    const columns = COLUMNS.map((name, index) => ({ name, data: slices[index]!, type: 'STRING' as const }))
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'id', data: id, type: 'STRING' },
        { name: 'label', data: label, type: 'INT32' },
        { name: 'score', data: score, type: 'DOUBLE' },
        ...columns,
      ],
    })
    return
  }
  const stream = createWriteStream(path)
  stream.write(`id,label,score,${COLUMNS.join(',')}\n`)
  for (let start = 0; start < ROWS; start += 10_000) {
    let text = ''
    for (let row = start; row < start + 10_000; row++)
      text += `row-${row},${label[row]},${score[row]!.toFixed(6)},${slices.map(column => column[row]).join(',')}\n`
    if (!stream.write(text)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'close')
}
