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
 * Data of a million rows of 20 columns, half of them numbers: what its profile takes, and what counting it against that profile
 * takes, beside decoding the same columns by the library alone. The ratios are of processor time, of
 * whole processes in turn.
 */
export async function benchProfile(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-profile-'))
  try {
    write(join(folder, 'train.parquet'))
    const { decode, profile, rows } = measureInTurns(
      {
        decode: { argv: script(folder, DECODE) },
        profile: { argv: script(folder, PROFILE) },
        rows: { argv: script(folder, ROWS_AGAINST_IT) },
      },
      3,
    )
    const size = `1,000,000 rows × ${COLUMNS} columns, Parquet`
    return [
      {
        what: `profile of ${size}: processor time beside decoding them`,
        value: profile!.cpuMilliseconds / decode!.cpuMilliseconds,
        unit: '×',
        bar: 3,
      },
      { what: 'the same: peak memory', value: profile!.peakMiB, unit: 'MiB', bar: 400 },
      {
        what: `\`drift\` of ${size}: decoding and counting beside decoding alone`,
        value: rows!.cpuMilliseconds / decode!.cpuMilliseconds,
        unit: '×',
        bar: 1.25,
      },
      { what: 'the same: peak memory', value: rows!.peakMiB, unit: 'MiB', bar: 400 },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// --- internal ---

/** A column at a time, as the library gives it to anybody. */
const DECODE = `
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from '@modules/hyparquet/src/node.js'
import { compressors } from '@modules/hyparquet-compressors/src/index.js'
import { join } from 'node:path'
const file = await asyncBufferFromFile(join(folder, 'train.parquet'))
const metadata = await parquetMetadataAsync(file)
let cells = 0
for (const group of metadata.row_groups)
  for (const { element } of parquetSchema(metadata).children)
    await parquetRead({
      file, compressors, columns: [element.name], metadata: { ...metadata, row_groups: [group] },
      onChunk: ({ columnData }) => { cells += columnData.length },
    })
if (cells !== ${ROWS * COLUMNS}) throw new Error(cells + ' cells were decoded')`
const PROFILE = `
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeProfile } from '@/commands/model/profile.ts'
import { renderProfile } from '@/core/traffic/profile/profile-file.ts'
const config = { profile: { data: 'train.parquet', bins: 10, categories: 30 } }
const { profile } = await makeProfile({ context: { folder, env: {} }, model: 'm', config }, {})
if (profile.features.length !== ${COLUMNS}) throw new Error('not all columns were counted')
writeFileSync(join(folder, 'profile.json'), renderProfile(profile))`
const ROWS_AGAINST_IT = `
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { countRows } from '@/commands/drift/rows.ts'
import { parseProfile } from '@/core/traffic/profile/profile-file.ts'
const profile = parseProfile(readFileSync(join(folder, 'profile.json')), 'profile.json')
const { rows, absent } = await countRows(folder, 'train.parquet', profile, {})
if (rows !== ${ROWS} || absent.size > 0) throw new Error('not all rows were counted')`

function script(folder: string, text: string): string[] {
  const file = join(folder, `${text.length}.mjs`)
  const [source, modules] = ['../src', '../node_modules'].map(at => new URL(at, import.meta.url).pathname)
  const placed = text.replaceAll('@/', `${source}/`).replaceAll('@modules/', `${modules}/`)
  writeFileSync(file, `const folder = ${JSON.stringify(folder)}\n${placed}`)
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

if (import.meta.main) for (const row of await benchProfile()) console.log(row)
