import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Predictions } from '../../../../src/core/inputs/evaluation.ts'
import { pairPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { textsOf } from '../../../../src/core/inputs/row-ids.ts'
import { fromCsv } from './read.ts'

interface Row {
  id: string
  label: string | number
  prediction: string | number
  city?: string
}

const multiclass = (rows: Row[], columns: { group?: string } = { group: 'city' }) =>
  fromCsv(
    `id,label,prediction,city\n${rows.map(row => `${row.id},${row.label},${row.prediction},${row.city ?? 'x'}`).join('\n')}`,
    { task: 'multiclass', slices: ['city'], ...columns },
  )

function paired(candidate: Predictions, baseline: Predictions) {
  const result = pairPredictions(candidate, baseline)
  if ('notComparable' in result) throw new Error(result.notComparable)
  return result
}

function reason(candidate: Predictions, baseline: Predictions): string {
  const result = pairPredictions(candidate, baseline)
  return 'notComparable' in result ? result.notComparable : 'comparable'
}

describe('labels of 32 and of 64 bits', () => {
  const regression = (labels: number[]) =>
    fromCsv(`id,label,prediction\n${labels.map((label, row) => `r${row},${label},1`).join('\n')}`, {
      task: 'regression',
    })
  const TRUTH = [0.1, 0.25, -3.7, 1e-3, 12345.678, 7]

  test('are the same truth, whichever side has fewer', () => {
    const [wide, narrow] = [regression(TRUTH), regression(TRUTH.map(Math.fround))]

    expect(reason(wide, narrow)).toBe('comparable')
    expect(reason(narrow, wide)).toBe('comparable')
    expect(testSetOf(narrow)).toEqual(testSetOf(wide))
  })

  test('are so for any numbers, digits beyond 32 bits included', () => {
    const label = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(label, { minLength: 1 }), labels => {
        const all = [...labels, 0.1]
        expect(reason(regression(all), regression(all.map(Math.fround)))).toBe('comparable')
      }),
    )
  })

  test.each([
    ['billions', 1e9],
    ['hundreds of billions', 1e11],
    ['smaller than any of 32 bits', 1e-30],
  ])('are so for %s', (_, size) => {
    const labels = [1.25730221, -3.2104863, 6.4042265, 0.1].map(label => label * size)

    expect(reason(regression(labels), regression(labels.map(Math.fround)))).toBe('comparable')
    expect(
      reason(regression(labels.map(label => label * 1.001)), regression(labels.map(Math.fround))),
    ).toContain('4 of 4')
  })

  test('a label that truly differs is still found', () => {
    const narrow = regression(TRUTH.map(Math.fround))
    const wrong = (index: number, by: number) =>
      regression(TRUTH.map((label, row) => (row === index ? label + by : label)))

    expect(reason(narrow, wrong(0, 1e-6))).toContain('1 of 6 rows differ')
    expect(reason(narrow, wrong(5, 1))).toContain('1 of 6 rows differ')
    expect(testSetOf(wrong(0, 1e-6)).hash).not.toBe(testSetOf(narrow).hash)
  })

  test('numbers that both files write in full differ by their last digit', () => {
    expect(reason(regression([1, 2, 0.5]), regression([1.00000001, 2, 0.5]))).toContain('1 of 3 rows differ')
    expect(reason(regression(TRUTH), regression([0.1000000001, ...TRUTH.slice(1)]))).toContain('1 of 6 rows')
  })
})

describe('pairPredictions', () => {
  const ours = multiclass([
    { id: 'a', label: 'cat', prediction: 'cat', city: 'Rome' },
    { id: 'b', label: 'dog', prediction: 'cat', city: 'Oslo' },
    { id: 'c', label: 'dog', prediction: 'dog', city: 'Rome' },
  ])

  test('rows are joined by id and stand in the order of the candidate', () => {
    const theirs = multiclass([
      { id: 'c', label: 'dog', prediction: 'cat', city: 'Rome' },
      { id: 'a', label: 'cat', prediction: 'dog', city: 'Rome' },
      { id: 'b', label: 'dog', prediction: 'dog', city: 'Oslo' },
    ])

    const pair = paired(ours, theirs)

    expect([...pair.label]).toEqual([0, 1, 1])
    expect([...pair.candidate.prediction]).toEqual([0, 0, 1])
    expect([...pair.baseline.prediction]).toEqual([1, 1, 0])
    expect(pair.slices[0]?.values).toEqual(['Rome', 'Oslo'])
    expect(pair.group?.name).toBe('city')
  })

  test('scores go with their rows', () => {
    const read = (text: string) => fromCsv(`id,label,score\n${text}`, { score: 'score' })

    const pair = paired(read('a,1,0.9\nb,0,0.1'), read('b,0,0.2\na,1,0.8'))

    expect([...pair.candidate.score!]).toEqual([0.9, 0.1])
    expect([...pair.baseline.score!]).toEqual([0.8, 0.2])
  })

  test('files in the same order are not copied', () => {
    const theirs = multiclass(
      textsOf(ours.ids).map((id, row) => ({
        id,
        label: ours.classes![ours.label[row]!]!,
        prediction: 'cat',
        city: ours.group!.values[ours.group!.codes[row]!]!,
      })),
    )

    expect(paired(ours, theirs).baseline.prediction).toBe(theirs.prediction)
  })

  test('a class that only one side ever predicted makes no difference', () => {
    const theirs = multiclass([
      { id: 'a', label: 'cat', prediction: 'bird', city: 'Rome' },
      { id: 'b', label: 'dog', prediction: 'dog', city: 'Oslo' },
      { id: 'c', label: 'dog', prediction: 'dog', city: 'Rome' },
    ])

    const pair = paired(ours, theirs)

    expect(pair.classes).toEqual(['bird', 'cat', 'dog'])
    expect([...pair.label]).toEqual([1, 2, 2])
    expect([...pair.candidate.prediction]).toEqual([1, 1, 2])
    expect([...pair.baseline.prediction]).toEqual([0, 2, 2])
  })

  test('other ids are told with counts, and three examples where ids may be shown', () => {
    const rows = (from: number) =>
      multiclass(
        Array.from({ length: 10 }, (_, row) => ({ id: `r${from + row}`, label: 'x', prediction: 'x' })),
      )

    expect(reason(rows(0), rows(6))).toBe(
      "The rows are not the same: 4 ids are in both, 6 only in the candidate's, 6 only in the baseline's.",
    )
    expect(reason({ ...rows(0), idsShown: true }, rows(6))).toBe(
      'The rows are not the same: 4 ids are in both, 6 only in the candidate\'s (such as "r0", "r1", "r2"), 6 only in the baseline\'s (such as "r10", "r11", "r12").',
    )
  })

  test('fewer rows on one side', () => {
    const fewer = multiclass([{ id: 'b', label: 'dog', prediction: 'dog' }])

    expect(reason(ours, fewer)).toMatch(
      /1 ids are in both, 2 only in the candidate's, 0 only in the baseline's\.$/,
    )
    expect(reason(fewer, ours)).toMatch(/0 only in the candidate's, 2 only in the baseline's/)
  })

  test('SE-006: other labels are told with counts, and no label of a row is shown', () => {
    const theirs = multiclass([
      { id: 'c', label: 'cat', prediction: 'cat' },
      { id: 'a', label: 'cat', prediction: 'dog' },
      { id: 'b', label: 'dog', prediction: 'dog' },
    ])

    expect(reason(ours, theirs)).toBe('The labels are not the same: 1 of 3 rows differ.')
    expect(reason({ ...ours, idsShown: true }, theirs)).toBe(
      'The labels are not the same: 1 of 3 rows differ (such as "c").',
    )
  })

  test('another task is told', () => {
    const regression = fromCsv('id,label,prediction\na,1,1', { task: 'regression' })

    expect(reason(ours, regression)).toBe(
      "The candidate's predictions are multiclass, the baseline's are regression.",
    )
  })
})

describe('shuffled rows', () => {
  const shuffled = fc
    .uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-zäß0-9]{1,10}$/),
        label: fc.constantFrom('0', '1', '2'),
        prediction: fc.constantFrom('0', '1', '2'),
      }),
      { selector: row => row.id, minLength: 1, maxLength: 40 },
    )
    .chain(rows => fc.shuffledSubarray(rows, { minLength: rows.length }).map(other => ({ rows, other })))

  test('pair equally', () => {
    fc.assert(
      fc.property(shuffled, ({ rows, other }) => {
        const pair = paired(multiclass(rows), multiclass(other))

        expect(pair.baseline.prediction).toEqual(pair.candidate.prediction)
        expect(pair.classes!.map((_, index) => index)).toHaveLength(
          new Set(rows.flatMap(row => [row.label, row.prediction])).size,
        )
      }),
    )
  })

  test('are the same test set, and any other label or id is another', () => {
    fc.assert(
      fc.property(shuffled, ({ rows, other }) => {
        const [first, ...rest] = rows as [Row, ...Row[]]
        const set = testSetOf(multiclass(rows))

        expect(testSetOf(multiclass(other))).toEqual(set)
        expect(testSetOf(multiclass([{ ...first, prediction: 3 }, ...rest]))).toEqual(set)
        expect(testSetOf(multiclass([{ ...first, label: 3 }, ...rest])).hash).not.toBe(set.hash)
        expect(testSetOf(multiclass([{ ...first, id: 'another id' }, ...rest])).hash).not.toBe(set.hash)
      }),
    )
  })

  test('a row less has another hash, and the hash does not change between versions of Assay', () => {
    const rows = [
      { id: 'row-10', label: 'cat', prediction: 'cat' },
      { id: 'row-9', label: 'dög', prediction: 'cat' },
    ]

    const set = testSetOf(multiclass(rows))

    expect(testSetOf(multiclass(rows.slice(1))).hash).not.toBe(set.hash)
    expect(set).toEqual({ hash: sha256('assay test set 1\tmulticlass\nrow-9\tdög\nrow-10\tcat\n'), rows: 2 })
  })
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('slices of the same rows', () => {
  const cities = (of: string[]) =>
    multiclass(
      of.map((city, row) => ({ id: `r${row}`, label: row % 2, prediction: 0, city })),
      {},
    )
  const moved = (candidate: string[], baseline: string[]) =>
    paired(cities(candidate), cities(baseline)).movedRows?.get('city')

  test('may be called otherwise, and the rows may stand in another order', () => {
    expect(moved(['a', 'a', 'b', 'c'], ['A', 'A', 'B', 'C'])).toBeUndefined()
    const rows = ['x', 'y', 'y'].map((city, row) => ({ id: `r${row}`, label: row % 2, prediction: 0, city }))
    expect(paired(multiclass(rows), multiclass(rows.toReversed())).movedRows).toBeUndefined()
  })

  test.each([
    [['a', 'a', 'b', 'b'], ['a', 'a', 'b', 'a'], 1],
    [['a', 'b', 'a', 'b'], ['a', 'a', 'b', 'b'], 2],
    [['a', 'a', 'c', 'd'], ['a', 'a', 'b', 'b'], 1],
    [['a', 'a', 'a', 'a'], ['a', 'a', 'b', 'b'], 2],
  ])('%j and %j part %i rows otherwise', (candidate, baseline, count) => {
    expect(moved(candidate, baseline)).toBe(count)
  })
})

describe('groups of the same rows', () => {
  const rows = (of: string[]) =>
    of.map((city, row) => ({ id: `r${row}`, label: row % 2, prediction: 0, city }))

  test('may be called otherwise, and the rows may stand in another order', () => {
    expect(reason(multiclass(rows(['x', 'y', 'x'])), multiclass(rows(['B', 'A', 'B']).toReversed()))).toBe(
      'comparable',
    )
  })

  test.each([
    [['a', 'b', 'c', 'd'], ['a', 'a', 'b', 'b'], 2],
    [['a', 'b', 'a', 'b'], ['a', 'a', 'b', 'b'], 2],
    [['a', 'a', 'a', 'b'], ['a', 'a', 'b', 'b'], 1],
  ])('%j and %j are not comparable: each would count other rows as one', (candidate, baseline, count) => {
    const sides = [multiclass(rows(candidate)), multiclass(rows(baseline))] as const

    expect(pairPredictions(...sides)).toEqual({
      notComparable: `The groups are not the same: \`city\` puts ${count} of 4 rows into another group than the baseline's file does.`,
      otherTestSet: true,
    })
  })
})
