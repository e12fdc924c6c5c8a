import { describe, expect, test } from 'vitest'
import { pairPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { textsOf } from '../../../../src/core/inputs/row-ids.ts'
import { fromCsv, fromParquet, parquetOf, problemsOf } from './read.ts'

const OPTIONS = { score: 'score', slices: ['site'], weight: 'exposure' }
const HEADER = 'id,label,score,exposure,site'
const LINES = ['a,1,0.9,2.5,n', 'b,0,0.2,0,s', 'c,0,0.1,1,s', 'd,1,0.7,0.5,n']

function read(lines = LINES, options: object = {}) {
  return fromCsv([HEADER, ...lines].join('\n'), { ...OPTIONS, ...options })
}

describe('a column of weights', () => {
  test('is read, and rows of weight 0 are no rows', () => {
    const { weight, ...others } = read()
    const { weight: _, ...without } = read([LINES[0]!, LINES[2]!, LINES[3]!])

    expect(weight).toEqual({ name: 'exposure', values: Float64Array.of(2.5, 1, 0.5), leftOut: 1 })
    expect(others).toEqual(without)
    expect(read(LINES, { weight: undefined })).not.toHaveProperty('weight')
  })

  test('leaves out rows without a label beside those of weight 0, each counted once', () => {
    const lines = [...LINES, 'e,,0.4,0,n', 'f,,0.4,1,n']
    const found = read(lines, { unlabelled: 'leave_out' })

    expect(textsOf(found.ids)).toEqual(['a', 'c', 'd'])
    expect(found.leftOut).toBe(2)
    expect(found.weight!.leftOut).toBe(1)
  })

  test('is read from Parquet too, a FLOAT and a CSV being one', async () => {
    const columns = [
      { name: 'id', data: ['a', 'b'] },
      { name: 'label', data: [1.5, 2], type: 'DOUBLE' },
      { name: 'prediction', data: [1, 2], type: 'DOUBLE' },
    ]
    const options = { task: 'regression' as const, prediction: 'prediction', weight: 'w' }
    const weights = { name: 'w', data: [0.1, 3], type: 'FLOAT' }
    const ours = await fromParquet(parquetOf([...columns, weights]), options)
    const theirs = fromCsv('id,label,prediction,w\na,1.5,1,0.1\nb,2,2,3', options)

    expect(pairPredictions(ours, theirs)).not.toHaveProperty('notComparable')
    expect(testSetOf(ours).hash).toBe(testSetOf(theirs).hash)
  })

  test('that is none is refused by row, all at once', async () => {
    const lines = [
      'a,1,0.9,-1,n',
      'b,0,0.2,much,s',
      'c,0,0.1,,s',
      'd,1,0.7,NaN,n',
      'e,1,0.7,Infinity,n',
      'f,1,0.7,1e300,n',
    ]

    const told = await problemsOf(() => read(lines))

    expect(told.map(line => line.replace(/^p.csv: /, ''))).toEqual([
      'row 2: `exposure` is not a finite number: "much"',
      'fix: Write the weight of every row into `exposure`, as a finite number: 0 leaves a row out.',
      'row 3: `exposure` is empty where a number is expected',
      'row 4: `exposure` is not a finite number: "NaN"',
      'row 5: `exposure` is not a finite number: "Infinity"',
      'row 1: `exposure` is a weight below 0: -1',
      'row 6: `exposure` is 1e+300; a weight is 0 or lies within 1e-12 to 1e12',
    ])
  })

  test('of nothing but 0, and one that is not there, are said', async () => {
    const none = LINES.map(line => line.replace(/(\d|\.)+(,.)$/, '0$2'))

    expect((await problemsOf(() => read(none)))[0]).toBe('p.csv: no row has a weight above 0 in `exposure`')
    expect((await problemsOf(() => read(LINES, { weight: 'exposed' })))[0]).toContain(
      'there is no column `exposed` (`predictions.weight`)',
    )
  })
})

describe('the weights of two versions', () => {
  const ours = read()
  const other = read(LINES.map(line => line.replace(',1,s', ',1.5,s')))

  test('are the same in another order', () => {
    const turned = read(LINES.toReversed())

    expect(pairPredictions(ours, turned)).toMatchObject({ weight: ours.weight })
    expect(testSetOf(turned)).toEqual(testSetOf(ours))
  })

  test('that differ are another test set, with the first rows where ids may be shown', () => {
    expect(pairPredictions(ours, other)).toEqual({
      notComparable: 'The weights are not the same: 1 of 3 rows differ.',
      otherTestSet: true,
    })
    expect(pairPredictions(read(LINES, { allow_personal: ['id'] }), other)).toEqual({
      notComparable: 'The weights are not the same: 1 of 3 rows differ (such as "c").',
      otherTestSet: true,
    })
    expect(testSetOf(other).hash).not.toBe(testSetOf(ours).hash)
  })

  test('of which one has none are not compared', () => {
    const { weight: _, ...bare } = ours

    expect(pairPredictions(ours, bare)).toEqual({
      notComparable: "Only the candidate's rows have weights (`exposure`).",
      otherTestSet: true,
    })
    expect(pairPredictions(bare, ours)).toHaveProperty(
      'notComparable',
      expect.stringContaining("Only the baseline's"),
    )
    expect(testSetOf(bare).hash).not.toBe(testSetOf(ours).hash)
  })

  test('say of the test set what it is worth', () => {
    expect(testSetOf(ours).weighted).toEqual({ by: 'exposure', effective: 2.133333 })
    expect(testSetOf(read(LINES, { weight: undefined }))).not.toHaveProperty('weighted')
  })
})
