import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PredictionsConfig } from '../../../src/core/inputs/file-options.ts'
import { textsOf } from '../../../src/core/inputs/row-ids.ts'
import { readPredictions } from '../../../src/services/files/predictions-files.ts'
import { config, parquetOf, problemsOf } from '../../core/inputs/predictions/read.ts'

const CSV = 'id,label,score\na,1,0.9\nb,0,0.1\n'

const JSON_LINES = [
  '{"id":"a","label":1,"score":0.9,"tags":["x"]}',
  '',
  '{"score":1e-1,"label":false,"id":"b"}',
].join('\r\n')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-predictions-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function read(file: string, content: string | Uint8Array, more: Partial<PredictionsConfig> = {}) {
  writeFileSync(join(folder, file), content)
  return readPredictions(folder, config({ file, score: 'score', ...more }))
}

const DAMAGED_ZSTD = 'p.csv.zst: its zstd compression is damaged'
const DAMAGED_GZIP = 'p.csv.gz: its gzip compression is damaged'

function behind(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

/** A frame that holds nothing of what is packed (RFC 8878, 3.1.2). */
function skippable(length: number): Uint8Array {
  const head = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])
  head.writeUInt32LE(length, 4)
  return Buffer.concat([head, Buffer.alloc(length, 'x')])
}

describe('readPredictions', () => {
  test('CSV, TSV, JSON lines, what is packed, and Parquet give the same', async () => {
    const parquet = parquetOf([
      { name: 'id', data: ['a', 'b'], type: 'STRING' },
      { name: 'label', data: [1, 0], type: 'INT32' },
      { name: 'score', data: [0.9, 0.1], type: 'DOUBLE' },
    ])

    const csv = await read('p.csv', CSV)

    expect(textsOf(csv.ids)).toEqual(['a', 'b'])
    expect([...csv.score!]).toEqual([0.9, 0.1])
    expect(await read('p.tsv', CSV.replaceAll(',', '\t'))).toEqual(csv)
    expect(await read('p.csv.gz', gzipSync(CSV))).toEqual(csv)
    expect(await read('p.csv.zst', zstdCompressSync(CSV))).toEqual(csv)
    expect(await read('p.jsonl', JSON_LINES)).toEqual(csv)
    expect(await read('p.jsonl.gz', gzipSync(JSON_LINES))).toEqual(csv)
    expect(await read('p.ndjson.zst', zstdCompressSync(`\ufeff${JSON_LINES}`))).toEqual(csv)
    expect(await read('p.parquet', new Uint8Array(parquet))).toEqual(csv)
    expect(await read('p.csv', new Uint8Array(parquet))).toEqual(csv)
  })

  test('all that is packed one behind the other is read, as by `zstd -dc` and `gzip -dc`', async () => {
    const csv = await read('p.csv', CSV)
    const [head, rest] = [CSV.slice(0, 20), CSV.slice(20)]
    const frames = [zstdCompressSync(head), zstdCompressSync(''), zstdCompressSync(rest)] as const
    const zeros = (length: number) => Buffer.alloc(length)

    const packed = [
      [...frames],
      [skippable(0), ...frames],
      // Frames that begin at, over and behind the edge of what is read at once.
      ...[16, 12, 8, 5, 0].map(before => [skippable(2 ** 20 - before), ...frames]),
      [frames[0], skippable(3_000_000), frames[2], skippable(7)],
      [gzipSync(head), gzipSync(rest)],
      ...[1, 70_000, 2 ** 20, 3_000_000].map(length => [gzipSync(head), gzipSync(rest), zeros(length)]),
    ]

    for (const [index, parts] of packed.entries())
      expect(await read('p.csv.packed', behind(...parts)), `${index}`).toEqual(csv)
  })

  test('weights of JSON lines and of CSV are the same, and one below 0 is refused', async () => {
    const weight = { weight: 'exposure' }
    const lines = ['a', 'b', 'c'].map(
      (id, row) => `{"id":"${id}","label":1,"score":0.5,"exposure":${row * 1.5}}`,
    )
    const csv = await read('p.csv', 'id,label,score,exposure\na,1,0.5,0\nb,1,0.5,1.5\nc,1,0.5,3\n', weight)

    expect(await read('p.jsonl', lines.join('\n'), weight)).toEqual(csv)
    expect(csv.weight).toEqual({ name: 'exposure', values: Float64Array.of(1.5, 3), leftOut: 1 })
    const below = lines.join('\n').replace('1.5', '-1.5')
    expect(await problemsOf(() => read('p.jsonl', below, weight))).toEqual([
      'p.jsonl: row 2: `exposure` is a weight below 0: -1.5',
    ])
  })

  test('what Python writes where JSON has no number counts only where it is needed', async () => {
    const text =
      '{"id":"a","label":1,"score":0.9,"loss":NaN,"said":"a NaN \\" Infinity"}\n{"id":"b","label":0,"score":0.1,"loss":-Infinity}\n'

    expect(await read('p.jsonl', text)).toEqual(await read('p.csv', CSV))
    expect(await problemsOf(() => read('p.jsonl', text.replace('0.1', 'NaN')))).toEqual([
      'p.jsonl: row 2: `score` is empty where a number is expected',
      'fix: Write the score of the positive class of every row into `score`, as a finite number.',
    ])
  })

  test('rows with more commas than the header are whole where nothing stands behind them', async () => {
    const csv = await read('p.csv', CSV)

    expect(await read('p.csv', CSV.replace(/(?<=\d)\n/g, ',,\n'))).toEqual(csv)
    expect((await problemsOf(() => read('p.csv', CSV.replace(/(?<=\d)\n/g, ',,x\n'))))[0]).toBe(
      'p.csv:2: 5 cells where the header has 3',
    )
  })

  test('a file of several megabytes is read in pieces', async () => {
    const rows = Array.from({ length: 100_000 }, (_, row) => `row number ${row},${row % 2},${row / 100_000}`)

    const { ids, score } = await read('p.csv', `id,label,score\n${rows.join('\n')}\n`)

    expect(textsOf(ids)).toEqual(rows.map(row => row.split(',')[0]))
    expect([...score!]).toEqual(rows.map((_, row) => row / 100_000))
  })

  test('a file as pandas and pyarrow write it: Zstandard, dictionaries, dates, missing integers, 32 bit scores', async () => {
    const file = 'predictions-pyarrow-26-zstd.parquet'
    const columns = { score: 'score', slices: ['origin', 'day', 'hour'], group: 'user' }

    const read = await readPredictions('test/data', config({ file, ...columns }))

    expect(textsOf(read.ids)).toEqual(Array.from({ length: 40 }, (_, row) => `flight ${row}`))
    expect([...read.label]).toEqual(textsOf(read.ids).map((_, row) => (row % 3 === 0 ? 1 : 0)))
    expect([...read.score!]).toEqual(textsOf(read.ids).map((_, row) => Math.fround(row / 40)))
    expect(read.slices[0]?.values).toEqual(['ATL', 'ORD', 'DFW'])
    expect(read.slices[1]?.values).toEqual(['2026-01-01', '2026-01-02'])
    expect(read.slices[2]?.values.slice(0, 3)).toEqual(['(empty)', '1', '2'])
    expect(read.group?.values).toEqual(['ü0', 'ü1', 'ü2', 'ü3'])
  })

  test('MF-048: a bomb of zstd is given up as one of gzip is', async () => {
    const found = await problemsOf(() => read('p.csv.zst', zstdCompressSync(Buffer.alloc(50_000_000, 'x'))))

    expect(found[0]).toBe('p.csv.zst:1: a row of more than 1,048,576 bytes')
    const lines = await problemsOf(() => read('p.jsonl', `{"id": "${'x'.repeat(3_000_000)}`))
    expect(lines[0]).toBe('p.jsonl:1: a line of more than 1,048,576 bytes')
  })

  test.each([
    ['{"id":"a","label":1,"score":0.9}\n{"id":"b"', 'p.jsonl:2: it is no JSON object'],
    ['{"id":"a","label":1,"score":0.9}\n[1]', 'p.jsonl:2: it is no JSON object'],
    ['[{"id":"a","label":1,"score":0.9}]', 'p.jsonl: it is one JSON list'],
    ['{"id":"a","label":1}', 'p.jsonl: there is no column `score` (`predictions.score`)'],
    ['{"id":"a","label":1,"score":[0.9]}', 'p.jsonl: row 1: `score` is not a single value'],
    ['{"id":"a","label":1,"score":null}', 'p.jsonl: row 1: `score` is empty where a number is expected'],
    [
      '{"id":"a","label":1,"score":0.5}\n{"id":"b","label":0,"__proto__":{"score":1}}',
      'p.jsonl: row 2: `score` is empty where a number is expected',
    ],
    [
      '{"id":90071992547409931,"label":1,"score":0.9}',
      'p.jsonl: row 1: `id` is a number of more digits than JSON keeps: write it as a text',
    ],
    ['{}', 'p.jsonl: there is no column `id` (`predictions.id`)'],
  ])('JSON lines %j', async (content, problem) => {
    expect((await problemsOf(() => read('p.jsonl', content)))[0]).toBe(problem)
  })

  test('MF-048: a bomb of one endless line is given up after a megabyte', async () => {
    const found = await problemsOf(() => read('p.csv.gz', gzipSync(Buffer.alloc(50_000_000, 'x'))))

    expect(found).toEqual([
      'p.csv.gz:1: a row of more than 1,048,576 bytes',
      'fix: Look whether a quote is opened there and never closed.',
    ])
  })

  test.each([
    ['p.csv.gz', gzipSync(CSV).subarray(0, 30), DAMAGED_GZIP],
    ['p.csv.zst', zstdCompressSync(CSV).subarray(0, 20), DAMAGED_ZSTD],
    ['p.csv.zst', behind(zstdCompressSync(CSV), Buffer.alloc(1000)), DAMAGED_ZSTD],
    ['p.csv.zst', behind(zstdCompressSync(CSV), Buffer.from('\n')), DAMAGED_ZSTD],
    ['p.csv.zst', behind(zstdCompressSync(CSV), zstdCompressSync(CSV).subarray(0, 20)), DAMAGED_ZSTD],
    ['p.csv.gz', behind(gzipSync(CSV), Buffer.from('a,1,0.9\n')), DAMAGED_GZIP],
    ['p.csv.gz', behind(gzipSync(CSV), Buffer.alloc(70_000), gzipSync(CSV)), DAMAGED_GZIP],
    ['p.csv.gz', behind(gzipSync(CSV), Buffer.alloc(2_000_000), Buffer.from('x')), DAMAGED_GZIP],
    ['p.parquet', 'id,label\n', 'p.parquet: it is not a Parquet file'],
    ['p.csv', 'PAR1 and nothing more', 'p.csv: it is not a Parquet file that can be read, or it is damaged'],
    ['p.csv', '', 'p.csv: it is empty'],
  ])('%s %#', async (file, content, problem) => {
    expect((await problemsOf(() => read(file, content)))[0]).toBe(problem)
  })

  test('IO-010: a symbolic link out of the repository is refused', async () => {
    symlinkSync('/etc/hostname', join(folder, 'p.csv'))

    const found = await problemsOf(() => readPredictions(folder, config()))

    expect(found[0]).toBe('p.csv: refused: a symbolic link on it leads out of the repository')
  })

  test('the result file of a tool is read whole, and an archive is told what to do with it', async () => {
    const result = { success: true, score: 1, vars: {}, testCase: { description: 'one' } }
    const text = JSON.stringify({ results: { results: [result] } })
    const readAs = (content: string) => {
      writeFileSync(join(folder, 'r.json'), content)
      return readPredictions(folder, config({ file: 'r.json', from: 'promptfoo' }))
    }

    expect((await readAs(text)).values!.map(({ name }) => name)).toEqual(['passed', 'score'])
    expect(await problemsOf(() => readAs('PK\u0003\u0004 and so on'))).toEqual([
      'r.json: it is an archive, as Inspect writes by default (`.eval`)',
      expect.stringContaining('inspect log convert'),
    ])
  })
})
