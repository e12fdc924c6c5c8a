import { describe, expect, test } from 'vitest'
import { pairPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { textsOf } from '../../../../src/core/inputs/row-ids.ts'
import { fromCsv, fromParquet, parquetOf, problemsOf } from './read.ts'

const LINES = ['id,label,score,site', 'a,1,0.9,n', 'b,,0.2,s', 'c,0,0.1,s', 'd,"",0.7,n', 'e,1,0.3,s']
const OPTIONS = { score: 'score', slices: ['site'], unlabelled: 'leave_out' as const }

describe('rows without a label', () => {
  test('are refused where nothing is said', async () => {
    const { unlabelled: _, ...options } = OPTIONS

    expect((await problemsOf(() => fromCsv(LINES.join('\n'), options)))[0]).toBe(
      'p.csv: row 2: `label` is empty',
    )
  })

  test('are left out of everything and counted', () => {
    const whole = [LINES[0], LINES[1], LINES[3], LINES[5]].join('\n')

    expect(fromCsv(LINES.join('\n'), OPTIONS)).toEqual({ ...fromCsv(whole, OPTIONS), leftOut: 2 })
    expect(fromCsv(whole, OPTIONS).leftOut).toBeUndefined()
  })

  test('also of numbers, of Parquet', async () => {
    const columns = [
      { name: 'id', data: ['a', 'b', 'c'] },
      { name: 'label', data: [null, 1.5, 2], type: 'DOUBLE' },
      { name: 'prediction', data: [1, 2, 3], type: 'DOUBLE' },
    ]
    const read = await fromParquet(parquetOf(columns), { task: 'regression', unlabelled: 'leave_out' })

    expect(read).toMatchObject({ rows: 2, leftOut: 1 })
    expect(textsOf(read.ids)).toEqual(['b', 'c'])
    expect([...read.label, ...read.prediction]).toEqual([1.5, 2, 2, 3])
  })

  test('where they are others on the two sides, nothing is compared', () => {
    const ours = fromCsv(LINES.join('\n'), OPTIONS)
    const theirs = fromCsv(LINES.join('\n').replace('b,,', 'b,0,'), OPTIONS)

    expect(pairPredictions(ours, ours)).toMatchObject({ rows: 3 })
    expect(pairPredictions(ours, theirs)).toMatchObject({ otherTestSet: true })
  })

  test('that are all there is are no test set, and ids are told by the rows of the file', async () => {
    const none = 'id,label,score,site\na,,0.5,n\n'

    expect((await problemsOf(() => fromCsv(none, OPTIONS)))[0]).toBe('p.csv: no row has a label')
    const twice = LINES.join('\n').replace('e,1', 'c,1')
    expect((await problemsOf(() => fromCsv(twice, OPTIONS)))[0]).toBe(
      'p.csv: row 3 and row 5 have the same id',
    )
  })
})
