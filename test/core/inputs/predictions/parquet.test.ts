import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import { pairPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { textsOf } from '../../../../src/core/inputs/row-ids.ts'
import { cases } from '../../../support/rounds.ts'
import { type Column, fromCsv, fromParquet, parquetOf, problemsOf } from './read.ts'

const columns = (over: Record<string, Partial<Column>> = {}): Column[] =>
  Object.entries({
    id: { data: ['a', 'b', 'c', 'd'], type: 'STRING' },
    label: { data: [1, 0, 1, 0], type: 'INT32' },
    score: { data: [0.9, 0.1, 0.5, 0.25], type: 'DOUBLE' },
    city: { data: ['Rome', 'Oslo', 'Rome', null], type: 'STRING' },
    unused: { data: [1, 2, 3, 4], type: 'INT32' },
    ...over,
  }).map(([name, column]) => ({ name, ...column }) as Column)

const binary = { score: 'score', slices: ['city'] }

describe('Parquet', () => {
  test('reads what CSV reads', async () => {
    const csv = 'id,label,score,city,unused\na,1,0.9,Rome,1\nb,0,0.1,Oslo,2\nc,1,0.5,Rome,3\nd,0,0.25,,4\n'

    expect(await fromParquet(parquetOf(columns()), binary)).toEqual(fromCsv(csv, binary))
  })

  test.each([
    [
      '64 bit integers as ids and labels',
      {
        id: { data: [1n, 2n, 3n, 9007199254740993n], type: 'INT64' },
        label: { data: [1n, 0n, 1n, 0n], type: 'INT64' },
      },
    ],
    ['booleans as labels', { label: { data: [true, false, true, false], type: 'BOOLEAN' } }],
    ['doubles as labels', { label: { data: [1, 0, 1, 0], type: 'DOUBLE' } }],
    ['texts as labels', { label: { data: ['1', '0', '1', '0'], type: 'STRING' } }],
  ])('%s', async (_, over) => {
    const read = await fromParquet(parquetOf(columns(over as never)), binary)

    expect([...read.label]).toEqual([1, 0, 1, 0])
    expect(textsOf(read.ids)).toEqual(('id' in over ? over.id.data : ['a', 'b', 'c', 'd']).map(String))
  })

  test('32 bit scores are the very numbers they are', async () => {
    const read = await fromParquet(
      parquetOf(columns({ score: { data: [0.1, 0.2, 0.3, 0.4], type: 'FLOAT' } })),
      binary,
    )

    expect([...read.score!]).toEqual([0.1, 0.2, 0.3, 0.4].map(Math.fround))
  })

  test('dates are values to slice by', async () => {
    const dates = ['2026-01-31', '2026-01-31', '2026-02-01', '2026-02-01'].map(day => new Date(day))

    const read = await fromParquet(parquetOf(columns({ city: { data: dates, type: 'TIMESTAMP' } })), binary)

    expect(read.slices[0]?.values).toEqual(['2026-01-31', '2026-02-01'])
  })

  test.each(['UNCOMPRESSED', 'SNAPPY'] as const)('several row groups, %s', async codec => {
    const ids = Array.from({ length: 2500 }, (_, row) => `row ${row}`)
    const data = columns({
      id: { data: ids },
      label: { data: ids.map((_, row) => row % 2) },
      score: { data: ids.map((_, row) => row / 2500) },
      city: { data: ids.map((_, row) => `city ${row % 7}`) },
      unused: { data: ids.map(() => 1) },
    })

    const read = await fromParquet(parquetOf(data, { rowGroupSize: 1000, codec }), binary)

    expect(textsOf(read.ids)).toEqual(ids)
    expect([...read.label]).toEqual(ids.map((_, row) => row % 2))
    expect(read.slices[0]?.values).toHaveLength(7)
  })

  test.each(['UNCOMPRESSED', 'SNAPPY'] as const)(
    'codes of a dictionary with nulls among them, %s',
    async codec => {
      const ids = Array.from({ length: 3000 }, (_, row) => `row ${row}`)
      const cities = ids.map((_, row) => (row % 11 === 3 ? null : `city ${row % 7}`))
      const data = columns({
        id: { data: ids },
        label: { data: ids.map((_, row) => row % 2) },
        score: { data: ids.map((_, row) => (row % 5) / 5) },
        city: { data: cities },
        unused: { data: ids.map(() => 1) },
      })

      const read = await fromParquet(parquetOf(data, { codec, rowGroupSize: 2000 }), binary)

      const [city] = read.slices
      expect(Array.from(city!.codes, code => city!.values[code])).toEqual(
        cities.map(name => name ?? '(empty)'),
      )
      expect([...read.score!]).toEqual(ids.map((_, row) => (row % 5) / 5))
    },
  )

  test('a code that the dictionary does not have is damage, and no empty cell', async () => {
    const data = Array.from({ length: 1000 }, (_, row) => `city ${row % 3}`)
    const ids = data.map((_, row) => row)
    const file = new Uint8Array(
      parquetOf(
        [
          { name: 'id', data: ids, type: 'INT32' },
          { name: 'label', data: ids.map(row => row % 2), type: 'INT32' },
          { name: 'score', data: ids, type: 'DOUBLE' },
          { name: 'city', data },
        ],
        { codec: 'UNCOMPRESSED' },
      ),
    )
    // Two bits a code, packed: 0 1 2 0, 1 2 0 1, 2 0 1 2. The first becomes a 3.
    const codes = Buffer.from(file).indexOf(Buffer.from([0x24, 0x49, 0x92]))
    file[codes] = 0x27

    expect(codes).toBeGreaterThan(0)
    expect(await problemsOf(() => fromParquet(file.buffer, binary))).toEqual([
      expect.stringContaining('not a Parquet file that can be read'),
      expect.any(String),
    ])
  })

  test('null and NaN are told with their rows', async () => {
    const data = columns({
      id: { data: ['a', null, 'c', 'd'], type: 'STRING' },
      label: { data: [1, 0, null, 0], type: 'INT32' },
      score: { data: [Number.NaN, 0.1, 0.5, null], type: 'DOUBLE' },
    })

    expect(await problemsOf(() => fromParquet(parquetOf(data), binary))).toEqual([
      'p.parquet: row 2: `id` is empty',
      'fix: Write an id of its own for every row into `id`: a short text or a number.',
      'p.parquet: row 3: `label` is empty',
      'fix: Write the truth of every row into `label`; `predictions.unlabelled: leave_out` leaves out rows that have none.',
      'p.parquet: row 1: `score` is not a finite number: "NaN"',
      'fix: Write the score of the positive class of every row into `score`, as a finite number.',
      'p.parquet: row 4: `score` is empty where a number is expected',
    ])
  })

  test('a column that is not there is told before anything is read', async () => {
    const found = await problemsOf(() => fromParquet(parquetOf(columns()), { score: 'scores' }))

    expect(found).toEqual([
      'p.parquet: there is no column `scores` (`predictions.score`)',
      'fix: did you mean `score`? The columns are: id, label, score, city, unused.',
    ])
  })

  test('columns of structures are refused', async () => {
    const data = columns({ city: { data: [{ a: 1 }, [1], 1, null], type: 'VARIANT' } })

    expect(await problemsOf(() => fromParquet(parquetOf(data), binary))).toEqual([
      'p.parquet: the column `city` holds lists or structures, not single values',
      'fix: Write a column of numbers or texts.',
    ])
  })

  test('a page that claims more values than there are rows is refused before it is unpacked', async () => {
    const one = columns({
      id: { data: ['a'] },
      label: { data: [1] },
      score: { data: [1] },
      city: { data: ['x'] },
      unused: { data: [1] },
    })
    const [small, large] = [parquetOf(one), parquetOf(columns())]
    // The pages of four rows under the metadata of one row.
    const tail = new Uint8Array(small).slice(footerStart(small))
    const forged = new Uint8Array([...new Uint8Array(large).slice(0, footerStart(small)), ...tail])

    expect(await problemsOf(() => fromParquet(forged.buffer, binary))).toEqual([
      expect.stringContaining('not a Parquet file that can be read'),
      expect.any(String),
    ])
  })

  test('a run that claims more values than its page has is refused', async () => {
    const data = Array.from({ length: 1000 }, (_, row) => row / 1000)
    const file = new Uint8Array(
      parquetOf(
        ['id', 'label', 'score', 'city'].map(name => ({ name, data, type: 'DOUBLE' })),
        {
          codec: 'UNCOMPRESSED',
        },
      ),
    )
    // Which values are null: one run of all rows, its length twice, as a varint; now one of 2²⁹ values, which took 39 s.
    const run = Buffer.from(file).indexOf(Buffer.from([0, 0, 0, 0xd0, 0x0f, 1]))
    file.set([0xfe, 0xff, 0xff, 0xff, 0x03], run + 3)

    expect(run).toBeGreaterThan(0)
    expect(await problemsOf(() => fromParquet(file.buffer, binary))).toEqual([
      expect.stringContaining('not a Parquet file that can be read'),
      expect.any(String),
    ])
  })

  test('a run of rows that are said to be anything but there or not is refused', async () => {
    const data = Array.from({ length: 1000 }, (_, row) => row / 1000)
    const columns = ['id', 'label', 'score', 'city'].map(name => ({ name, data, type: 'DOUBLE' }))
    const file = new Uint8Array(parquetOf(columns, { codec: 'UNCOMPRESSED' }))
    // One run of all rows, and the level they have. 255 each, two million rows were counted as 510 million, of 4 bytes.
    const run = Buffer.from(file).indexOf(Buffer.from([0, 0, 0, 0xd0, 0x0f, 1]))
    file[run + 5] = 255

    expect(run).toBeGreaterThan(0)
    expect(await problemsOf(() => fromParquet(file.buffer, binary))).toEqual([
      expect.stringContaining('not a Parquet file that can be read'),
      expect.any(String),
    ])
  })

  test('a file of a few bytes that claims many rows is refused before they are unpacked', async () => {
    const data = new Array(200_000).fill(1)
    const file = parquetOf(['id', 'label', 'score', 'city'].map(name => ({ name, data, type: 'INT32' })))

    expect(file.byteLength).toBeLessThan(6000)
    expect(await problemsOf(() => fromParquet(file, binary))).toEqual([
      expect.stringContaining('not a Parquet file that can be read'),
      expect.any(String),
    ])
  })

  test('damaged files end in an AssayError, whichever byte is changed or cut', async () => {
    const good = new Uint8Array(parquetOf(columns()))
    const change = fc.record({
      at: fc.nat(good.length - 1),
      to: fc.nat(255),
      cut: fc.option(fc.nat(good.length)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async changes => {
        const bytes = good.slice(0, changes[0]!.cut ?? undefined)
        for (const { at, to } of changes) if (at < bytes.length) bytes[at] = to
        try {
          const read = await fromParquet(bytes.buffer, binary)
          expect(read.score!.every(Number.isFinite)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
        }
      }),
      cases(1000),
    )
  })

  test('what is written reads back equal', async () => {
    const row = fc.record({
      id: fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
        .filter(text => !/[\p{Cc}]/u.test(text) && text.trim() === text && text !== ''),
      label: fc.constantFrom(0, 1),
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { selector: entry => entry.id, minLength: 1, maxLength: 20 }),
        async rows => {
          const buffer = parquetOf([
            { name: 'id', data: rows.map(entry => entry.id), type: 'STRING' },
            { name: 'label', data: rows.map(entry => entry.label), type: 'INT32' },
            { name: 'score', data: rows.map(entry => entry.score), type: 'DOUBLE' },
          ])

          const read = await fromParquet(buffer, { score: 'score' })

          expect(textsOf(read.ids)).toEqual(rows.map(entry => entry.id))
          expect([...read.label]).toEqual(rows.map(entry => entry.label))
          expect([...read.score!]).toEqual(rows.map(entry => entry.score + 0))
        },
      ),
      cases(300),
    )
  })
})

function footerStart(buffer: ArrayBuffer): number {
  return buffer.byteLength - 8 - new DataView(buffer).getUint32(buffer.byteLength - 8, true)
}

test('labels of 32 bits in Parquet are the labels of 64 bits in CSV', async () => {
  const labels = [0.1, 2.7, -3.25, 1e-3]
  const parquet = parquetOf([
    { name: 'id', data: ['a', 'b', 'c', 'd'] },
    { name: 'label', data: labels, type: 'FLOAT' },
    { name: 'prediction', data: [1, 2, 3, 4], type: 'DOUBLE' },
  ])
  const narrow = await fromParquet(parquet, { task: 'regression' })
  const wide = fromCsv(
    `id,label,prediction\n${labels.map((label, row) => `${'abcd'[row]},${label},1`).join('\n')}`,
    {
      task: 'regression',
    },
  )

  expect(pairPredictions(narrow, wide)).not.toHaveProperty('notComparable')
  expect(testSetOf(narrow)).toEqual(testSetOf(wide))
})

test('a column of nothing but nulls is read, packed by LZ4 as pyarrow does it', async () => {
  const bytes = readFileSync(new URL('../../../data/nulls-lz4-pyarrow-26.parquet', import.meta.url))
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const read = await fromParquet(buffer as ArrayBuffer, { score: 'score', slices: ['note'] })

  expect(textsOf(read.ids)).toEqual(['a', 'b'])
  expect(read.slices[0]!.values).toEqual(['(empty)'])
})

describe('moments finer than milliseconds, as pyarrow writes them', () => {
  const read = (file: string, id: string) => {
    const bytes = readFileSync(new URL(`../../../data/${file}`, import.meta.url))
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
    return fromParquet(buffer as ArrayBuffer, { id, score: 'score', slices: [id] })
  }

  test.each([
    [
      'timestamps-pyarrow-26.parquet',
      'us',
      [
        '2026-01-01T00:00:00.123456Z',
        '2026-01-01T00:00:00.123457Z',
        '2026-01-01T00:00:00.123Z',
        '1969-12-31T23:59:59.999999Z',
      ],
    ],
    [
      'timestamps-pyarrow-26.parquet',
      'ns',
      [
        '2026-01-01T00:00:00.123456789Z',
        '2026-01-01T00:00:00.123456790Z',
        '2026-01-01T00:00:00.123456Z',
        '1969-12-31T23:59:59.999999999Z',
      ],
    ],
    [
      'timestamps-int96-pyarrow-26.parquet',
      'int96',
      [
        '2026-01-01T00:00:00.123456789Z',
        '2026-01-01T00:00:00.123456790Z',
        '2026-01-01T00:00:00.123456Z',
        '1969-12-31T23:59:59.999999999Z',
      ],
    ],
  ])('%s, %s: rows a microsecond or less apart are rows of their own', async (file, column, texts) => {
    const predictions = await read(file, column)

    expect(textsOf(predictions.ids)).toEqual(texts)
    expect(predictions.slices[0]!.values).toEqual(texts)
  })
})
