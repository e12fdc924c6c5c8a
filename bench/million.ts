import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { mulberry32 } from '../src/core/statistics/random.ts'
import type { Row } from './main.ts'
import { measureInTurns } from './measure.ts'

const ROWS = 1_000_000
const COLUMNS = ['region', 'plan', 'device', 'age', 'channel', 'weekday']

/** The whole `evaluate` of one million rows: two files read, joined, weighed by three gates and slices, report written. */
export async function benchMillion(): Promise<Row[]> {
  const rows: Row[] = []
  for (const kind of ['csv', 'parquet'] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'assay-million-'))
    try {
      mkdirSync(join(folder, 'champion'))
      writeFileSync(join(folder, 'assay.yml'), configFor(kind))
      await write(kind, join(folder, `predictions.${kind}`), 1)
      await write(kind, join(folder, 'champion', `predictions.${kind}`), 2)
      const main = join(process.cwd(), 'dist/cli.js')
      const script = `process.chdir(${JSON.stringify(folder)});process.argv=[process.argv[0],'assay','evaluate'];require(${JSON.stringify(main)})`
      const { evaluate } = measureInTurns(
        { evaluate: { argv: ['-e', script], env: { GITHUB_ACTIONS: '' } } },
        1,
      )
      rows.push({
        what: `1,000,000 rows × 6 slice columns, ${kind}: whole \`evaluate\``,
        value: evaluate!.milliseconds / 1000,
        unit: 's',
        bar: 10,
      })
      rows.push({ what: `the same, ${kind}: peak memory`, value: evaluate!.peakMiB, unit: 'MiB', bar: 700 })
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return rows
}

// --- internal ---

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
