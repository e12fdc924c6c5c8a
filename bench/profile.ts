import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { mulberry32 } from '../src/core/statistics/random.ts'
import type { Row } from './main.ts'
import { measureInTurns } from './measure.ts'

const ROWS = 1_000_000
const COLUMNS = 20

/**
 * The profile of a million rows of 20 columns, half of them numbers: what it takes beside decoding the same columns, which every
 * reader has to. The ratio is of whole processes in turn, so that a slow moment hits both.
 */
export async function benchProfile(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-profile-'))
  try {
    write(join(folder, 'train.parquet'))
    const { decode, profile } = measureInTurns(
      { decode: { argv: script(folder, DECODE) }, profile: { argv: script(folder, PROFILE) } },
      3,
    )
    return [
      {
        what: `profile of 1,000,000 rows × ${COLUMNS} columns, Parquet: time beside decoding them`,
        value: profile!.milliseconds / decode!.milliseconds,
        unit: '×',
        bar: 3,
      },
      { what: 'the same: peak memory', value: profile!.peakMiB, unit: 'MiB', bar: 400 },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// --- internal ---

const DECODE = `
import { readTable } from '@/services/files/predictions-files.ts'
const sink = { rows: 0, addBytes() {}, addValue() { this.rows++ } }
await readTable(folder, 'train.parquet', 'table', columns => ({
  needed: columns.map((name, index) => ({ name, index, sink })), wrong() {}, wrongCell() {}, finish() {},
}))`
const PROFILE = `
import { makeProfile } from '@/commands/model/profile.ts'
const config = { profile: { data: 'train.parquet', bins: 10, categories: 30 } }
const { profile } = await makeProfile({ context: { folder, env: {} }, model: 'm', config }, {})
if (profile.features.length !== ${COLUMNS}) throw new Error('not all columns were counted')`

function script(folder: string, text: string): string[] {
  const file = join(folder, `${text.length}.mjs`)
  const source = new URL('../src', import.meta.url).pathname
  writeFileSync(file, `const folder = ${JSON.stringify(folder)}\n${text.replaceAll('@/', `${source}/`)}`)
  return [file]
}

function write(filename: string): void {
  const random = mulberry32(7)
  const columnData = Array.from({ length: COLUMNS }, (_, index) =>
    index % 2 === 0
      ? {
          name: `x${index}`,
          data: Float64Array.from({ length: ROWS }, () => random() * random() * 1000),
          type: 'DOUBLE' as const,
        }
      : {
          name: `c${index}`,
          data: Array.from({ length: ROWS }, () => `v${Math.floor(random() * 40 * index)}`),
          type: 'STRING' as const,
        },
  )
  parquetWriteFile({ filename, columnData })
}
