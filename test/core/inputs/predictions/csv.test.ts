import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import { textsOf } from '../../../../src/core/inputs/row-ids.ts'
import { cases } from '../../../support/rounds.ts'
import { fromCsv, problemsOf } from './read.ts'

describe('a binary classifier', () => {
  test('label, score, and the prediction from the threshold', () => {
    const read = fromCsv('id,label,score\na,1,0.9\nb,0,0.5\nc,0,0.4999\n', { score: 'score' })

    expect({ ...read, ids: textsOf(read.ids) }).toEqual({
      task: 'binary',
      rows: 3,
      ids: ['a', 'b', 'c'],
      label: Float64Array.of(1, 0, 0),
      prediction: Float64Array.of(1, 1, 0),
      score: Float64Array.of(0.9, 0.5, 0.4999),
      written: { negative: '0', positive: '1', threshold: 0.5 },
      slices: [],
    })
  })

  test('a threshold and a column of predictions', () => {
    const text = 'id,label,score,predicted\na,1,0.9,0\nb,0,0.1,1\n'

    expect([...fromCsv(text, { score: 'score', threshold: 0.95 }).prediction]).toEqual([0, 0])
    expect([...fromCsv(text, { score: 'score', prediction: 'predicted' }).prediction]).toEqual([0, 1])
  })

  test.each([
    ['1', '1.0', '0'],
    ['1', 'True', 'False'],
    ['true', '1', '0'],
    ['late', 'late', 'on time'],
  ])('positive %j finds %j', (positive, yes, no) => {
    const { label } = fromCsv(`id,label,score\na,${yes},0.9\nb,${no},0.1\n`, { score: 'score', positive })

    expect([...label]).toEqual([1, 0])
  })

  test('a test set without a positive is read, one of unknown labels is not', async () => {
    expect([...fromCsv('id,label,score\na,0,0.9', { score: 'score' }).label]).toEqual([0])
    expect(
      await problemsOf(() => fromCsv('id,label,score\na,late,0.9\nb,on time,1', { score: 'score' })),
    ).toEqual([
      'p.csv: no row has the positive label "1"; the labels are "late", "on time"',
      'fix: Set `predictions.positive` to the label that counts as positive.',
    ])
  })

  test('three labels are not binary', async () => {
    const found = await problemsOf(() => fromCsv('id,label,score\na,0,1\nb,1,1\nc,2,1', { score: 'score' }))

    expect(found[0]).toBe('p.csv: a binary classifier has two labels, and here are 3: "0", "1", "2"')
  })

  test('without a score when the task is said', () => {
    const read = fromCsv('id,label,prediction\na,1,0\nb,0,0\n', { task: 'binary' })

    expect([...read.prediction]).toEqual([0, 0])
    expect(read.score).toBeUndefined()
  })
})

describe('other tasks', () => {
  test('classes of labels and predictions are one list, in an order of their own', () => {
    const read = fromCsv('id,label,prediction\na,dog,cat\nb,ant,ant\nc,cat,cat\n')

    expect(read.task).toBe('multiclass')
    expect(read.classes).toEqual(['ant', 'cat', 'dog'])
    expect([...read.label]).toEqual([2, 0, 1])
    expect([...read.prediction]).toEqual([1, 0, 1])
  })

  test('classes that are numbers are in the order of numbers', () => {
    expect(fromCsv('id,label,prediction\na,10,9\nb,2,1.0\nc,9,9\n').classes).toEqual(['1', '2', '9', '10'])
  })

  test('regression', () => {
    const read = fromCsv('id,label,prediction\na,1.5,-2\nb,1e3,0\n', { task: 'regression' })

    expect([...read.label]).toEqual([1.5, 1000])
    expect([...read.prediction]).toEqual([-2, 0])
  })

  test('a score is for binary classifiers only', async () => {
    const found = await problemsOf(() =>
      fromCsv('id,label,prediction,score\na,1,1,1', { task: 'regression', score: 'score' }),
    )

    expect(found[0]).toContain('`score` is for a binary classifier, and the task is regression')
  })

  test('more than 100 classes', async () => {
    const text = `id,label,prediction\n${Array.from({ length: 102 }, (_, row) => `r${row},${row / 7},0`).join('\n')}`

    expect(await problemsOf(() => fromCsv(text))).toEqual([
      expect.stringContaining('is the 101st class; there may be 100'),
    ])
  })
})

describe('slices and groups', () => {
  const text = 'id,label,prediction,city,ward\na,1,1,Rome,u1\nb,1,0,,u2\nc,0,0,Rome,u1\n'

  test('are kept as codes in the order of their appearance', () => {
    const { slices, group } = fromCsv(text, { slices: ['city'], group: 'ward' })

    expect(slices).toEqual([{ name: 'city', values: ['Rome', '(empty)'], codes: Uint32Array.of(0, 1, 0) }])
    expect(group).toEqual({ name: 'ward', values: ['u1', 'u2'], codes: Uint32Array.of(0, 1, 0) })
  })

  test('one column may have several roles', () => {
    const { slices, group } = fromCsv(text, { slices: ['label', 'ward'], group: 'ward' })

    expect(slices.map(slice => slice.values)).toEqual([
      ['1', '0'],
      ['u1', 'u2'],
    ])
    expect(group?.values).toEqual(['u1', 'u2'])
  })

  test('values with control characters are made visible', () => {
    const { slices } = fromCsv('id,label,prediction,city\na,1,1,"x\n::error::\u001b[31m\u202e"\n', {
      slices: ['city'],
    })

    expect(slices[0]?.values).toEqual(['x␊::error::␛[31m\\u202e'])
  })

  test('SE-006: a column with a value for nearly every row cannot be sliced by, and is told to be put into bins', async () => {
    const rows = Array.from({ length: 1500 }, (_, row) => `r${row},1,1,user${row}@example.com`)

    const found = await problemsOf(() =>
      fromCsv(`id,label,prediction,mail\n${rows.join('\n')}`, { slices: ['mail'] }),
    )

    expect(found).toEqual([
      expect.stringMatching(/^p\.csv: row 1001: `mail` is the 1,001st different value.*bins/),
    ])
  })

  test('a group may have as many values as there are rows, but none may be empty', async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => `r${row},1,1,u${row}`).join('\n')

    expect(fromCsv(`id,label,prediction,user\n${rows}`, { group: 'user' }).group?.values).toHaveLength(5000)
    expect(await problemsOf(() => fromCsv('id,label,prediction,user\na,1,1,', { group: 'user' }))).toEqual([
      'p.csv: row 1: `user` is empty',
      'fix: Write the name of its group for every row into `user`.',
    ])
  })
})

describe('mistakes', () => {
  test('a wrong column name is told with the nearest and with all there are', async () => {
    expect(await problemsOf(() => fromCsv('id,lable,pred\na,1,1'))).toEqual([
      'p.csv: there is no column `label` (`predictions.label`)',
      'fix: did you mean `lable`? The columns are: id, lable, pred.',
      'p.csv: there is no column `prediction` (`predictions.prediction`)',
      'fix: The columns are: id, lable, pred.',
    ])
  })

  test.each([
    ['a NumPy array', '\u0093NUMPY\u0001\u0000v', 'it is a NumPy array, not CSV', 'Parquet'],
    ['a pickle', '\u0080\u0004\u0095', 'it is a pickle, not CSV', 'Parquet'],
    ['a zip', 'PK\u0003\u0004\u0014', 'it is a zip file (as Excel and `np.savez` write), not CSV', 'Parquet'],
    ['packed by zstd', '\u0028\u00b5\u002f\u00fd\u0001', 'it is packed by zstd, not CSV', 'unpacked'],
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      'it is a pointer of Git LFS, not CSV',
      'git lfs pull',
    ],
    ['an HTML page', '<!DOCTYPE html>\n<html>', 'it is an HTML page, not CSV', 'a server'],
    ['an Arrow stream', '\u00ff\u00ff\u00ff\u00ff\u0010', 'it is an Arrow stream, not CSV', 'open_stream'],
    ['UTF-16', '\u00ff\u00fei\u0000d\u0000', 'it is a UTF-16 text, not CSV', 'UTF-8'],
    ['UTF-16 without a mark', 'i\u0000d\u0000,\u0000', 'it is no text: byte 2 is NUL', 'UTF-8'],
  ])('%s under the name of a CSV file is called what it is, with what to do', async (_, text, what, fix) => {
    const found = await problemsOf(() => fromCsv(Buffer.from(`${text}\n1,2\n`, 'latin1')))

    expect(found).toEqual([`p.csv:1: ${what}`, expect.stringMatching(new RegExp(`^fix: .*${fix}`))])
  })

  test('a column that is there twice', async () => {
    expect(await problemsOf(() => fromCsv('id,label,label,prediction\na,1,1,1'))).toEqual([
      'p.csv: there are two columns `label` (`predictions.label`)',
      'fix: Leave one of them out, or give it another name.',
    ])
  })

  test('ids that are repeated are told with their rows', async () => {
    const found = await problemsOf(() => fromCsv('id,label,prediction\na,1,1\nb,1,1\na,0,1\na,1,1\n'))

    expect(found.filter(line => line.startsWith('p.csv'))).toEqual([
      'p.csv: row 1 and row 3 have the same id',
      'p.csv: row 1 and row 4 have the same id',
    ])
  })

  test('every wrong cell is told with its row', async () => {
    const found = await problemsOf(() =>
      fromCsv('id,label,score\n,1,0.5\nb,,abc\nc,1,\nd,0,NaN\n"e\u0007",0,1e999\n', { score: 'score' }),
    )

    expect(found).toEqual([
      'p.csv: row 1: `id` is empty',
      'fix: Write an id of its own for every row into `id`: a short text or a number.',
      'p.csv: row 2: `label` is empty',
      'fix: Write the truth of every row into `label`; `predictions.unlabelled: leave_out` leaves out rows that have none.',
      'p.csv: row 2: `score` is not a finite number: "abc"',
      'fix: Write the score of the positive class of every row into `score`, as a finite number.',
      'p.csv: row 3: `score` is empty where a number is expected',
      'p.csv: row 4: `score` is not a finite number: "NaN"',
      'p.csv: row 5: `id` has a control character: "e␇"',
      'p.csv: row 5: `score` is not a finite number: "1e999"',
    ])
  })

  test('marks of true and false are scores of 1 and 0 where a column is a metric, and no score of a classifier', async () => {
    const text = 'id,label,ok,score\na,1,True,0.9\nb,0,false,0.1\n'

    const { values } = fromCsv(text, { values: { ok: 'higher' } })

    expect([...values![0]!.values]).toEqual([1, 0])
    for (const [right, wrong] of ['yes no', 'PASS fail', 'passed failed', 'Correct incorrect'].map(one =>
      one.split(' '),
    )) {
      const words = fromCsv(text.replace('True', right!).replace('false', wrong!), {
        values: { ok: 'higher' },
      })
      expect([...words.values![0]!.values]).toEqual([1, 0])
    }
    expect(
      await problemsOf(() => fromCsv(text.replace('True', 'maybe'), { values: { ok: 'higher' } })),
    ).toContainEqual('p.csv: row 1: `ok` is not a finite number: "maybe"')
    expect(await problemsOf(() => fromCsv(text.replace('0.9', 'True'), { score: 'score' }))).toEqual([
      'p.csv: row 1: `score` is not a finite number: "True"',
      'fix: Write the score of the positive class of every row into `score`, as a finite number.',
    ])
    expect(
      await problemsOf(() => fromCsv(text.replace('0.9', 'np.float64(0.9)'), { score: 'score' })),
    ).toEqual([
      'p.csv: row 1: `score` is not a finite number: "np.float64(0.9)": as Python prints it; write `float(…)` of it',
    ])
  })

  test('of many the first 10 are shown and the rest is counted', async () => {
    const found = await problemsOf(() =>
      fromCsv(`id,label,score\n${'a,1,x\n'.repeat(25)}`, { score: 'score' }),
    )

    expect(found.filter(line => !line.startsWith('fix: '))).toHaveLength(11)
    expect(found.at(-1)).toBe('p.csv: and 15 more')
  })

  test('too long texts, too few cells, bytes that are not UTF-8', async () => {
    const long = 'x'.repeat(201)

    expect(await problemsOf(() => fromCsv(`id,label,prediction\n${long},1,1`))).toEqual([
      'p.csv: row 1: `id` is longer than 200 characters',
    ])
    expect(
      await problemsOf(() => fromCsv(`id,label,prediction,s\na,1,1,${long}`, { slices: ['s'] })),
    ).toEqual(['p.csv: row 1: `s` is longer than 200 characters'])
    expect(await problemsOf(() => fromCsv('id,label,prediction\na,1'))).toEqual([
      'p.csv:2: 2 cells where the header has 3',
      'fix: Write a cell for each column of the header; a text that holds the separator goes into double quotes.',
    ])
    expect(
      await problemsOf(() =>
        fromCsv(Buffer.from('id,label,prediction,s\n\xe9,\xe9,1,\xe9', 'latin1'), { slices: ['s'] }),
      ),
    ).toEqual([
      'p.csv: row 1: `id` is not UTF-8',
      'p.csv: row 1: `label` is not UTF-8',
      'p.csv: row 1: `s` is not UTF-8',
    ])
  })

  test.each([
    ['', 'p.csv: it is empty', 'Look whether'],
    ['id,label,prediction\n', 'p.csv: there are no rows', 'a row for each example'],
    ['id,label,prediction\n"a,1,1\n', 'p.csv:2: a quote is opened here and never closed', 'Close it'],
  ])('%j', async (text, problem, fix) => {
    expect(await problemsOf(() => fromCsv(text))).toEqual([problem, expect.stringContaining(fix)])
  })
})

describe('properties', () => {
  const word = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom('"', ',', ' ', "'"),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 12,
    })
    .filter(text => !/[\p{C}\p{Z}]/u.test(text.replaceAll(' ', '')) && text.trim() === text && text !== '')

  test('ids, scores and slices read back as they were written', () => {
    const row = fc.record({
      id: word,
      label: fc.constantFrom('0', '1'),
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
      city: word,
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { selector: entry => entry.id, minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (rows, quotes) => {
          const read = fromCsv(Papa.unparse(rows, { quotes }), { score: 'score', slices: ['city'] })

          expect(textsOf(read.ids)).toEqual(rows.map(entry => entry.id))
          expect([...read.score!]).toEqual(rows.map(entry => entry.score + 0))
          expect([...read.slices[0]!.codes].map(code => read.slices[0]!.values[code])).toEqual(
            rows.map(entry => entry.city),
          )
        },
      ),
      cases(1000),
    )
  })

  test('any bytes end in predictions or in an AssayError', () => {
    const noise = fc
      .array(fc.constantFrom('a', '1', '0.5', ',', '"', '\n', '\r\n', ' ', '\u0000', 'é', ';'), {
        maxLength: 30,
      })
      .map(parts => Buffer.from(`id,label,score,s\n${parts.join('')}`))
    fc.assert(
      fc.property(fc.oneof(noise, fc.uint8Array({ maxLength: 60 })), bytes => {
        try {
          expect(fromCsv(bytes, { score: 'score', slices: ['s'] }).rows).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
        }
      }),
      cases(1500),
    )
  })
})

describe('a column to slice by that looks personal', () => {
  const text =
    'id,label,score,customer_email,shop\na,1,0.9,kim@example.com,north\nb,0,0.1,ada@example.com,north\n'

  test('SE-006: its values are masked, each for itself', () => {
    const { slices } = fromCsv(text, { score: 'score', slices: ['customer_email', 'shop'] })

    expect(slices.map(({ values, masked }) => ({ values, masked }))).toEqual([
      { values: ['[masked 1]', '[masked 2]'], masked: 'its name' },
      { values: ['north'], masked: undefined },
    ])
  })

  test('SE-006: unless they may be shown', () => {
    const { slices } = fromCsv(text, {
      score: 'score',
      slices: ['customer_email'],
      allow_personal: ['customer_email'],
    })

    expect(slices[0]!.values).toEqual(['kim@example.com', 'ada@example.com'])
  })
})

describe('a decimal comma', () => {
  const text = 'id;label;score\na;1;0,934\nb;0;1\nc;0;-2,5e-1\n'

  test('is read where the configuration says so', () => {
    expect([...fromCsv(text, { score: 'score', threshold: 0.5, csv: { decimal: ',' } }).score!]).toEqual([
      0.934, 1, -0.25,
    ])
    const commas = 'id,label,score\na,1,"0,9"\nb,0,"0,1"\n'
    expect([...fromCsv(commas, { score: 'score', csv: { separator: ',', decimal: ',' } }).score!]).toEqual([
      0.9, 0.1,
    ])
  })

  test('is read in a truth that may be missing, and in a column of two roles', () => {
    const csv = { decimal: ',' } as const
    const truth = 'id;label;prediction\na;0,5;0,25\nb;;1,5\nc;1;2,5\n'
    const asked = { task: 'regression', prediction: 'prediction', unlabelled: 'leave_out', csv } as const
    expect([...fromCsv(truth, asked).label]).toEqual([0.5, 1])

    const twice = fromCsv(text, { score: 'score', values: { score: 'higher' }, slices: ['score'], csv })
    expect([...twice.score!]).toEqual([0.934, 1, -0.25])
    expect(twice.values![0]!.values).toEqual(twice.score)
    expect(twice.slices[0]!.values).toEqual(['0,934', '1', '-2,5e-1'])
  })

  test('is never guessed: 1,234 may be a thousand', async () => {
    expect((await problemsOf(() => fromCsv(text, { score: 'score' })))[0]).toBe(
      'p.csv: row 1: `score` is not a finite number: "0,934": for a decimal comma set `predictions.csv: { decimal: "," }`',
    )
    for (const cell of ['1.234', '1.234,5'])
      expect(
        (
          await problemsOf(() =>
            fromCsv(`id;label;score\na;1;${cell}\n`, { score: 'score', csv: { decimal: ',' } }),
          )
        )[0],
      ).toBe('p.csv: row 1: `score` has a point, and the decimal sign is said to be a comma')
    const twice = await problemsOf(() =>
      fromCsv('id;label;score\na;1;1,234,5\n', { score: 'score', csv: { decimal: ',' } }),
    )
    expect(twice[0]).toContain('is not a finite number: "1,234,5"')
  })

  test('a separator that is said is the one', () => {
    const odd = 'id|label|score|a;b;c;d;e\na|1|0.5|x\n'

    expect(fromCsv(odd, { score: 'score', csv: { separator: '|' } }).rows).toBe(1)
  })
})
