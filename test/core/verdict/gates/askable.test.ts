import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../../src/core/inputs/evaluation.ts'
import { evaluation, numbers, type Row, weighed } from '../weigh/weigh-inputs.ts'

const ROWS = Array.from({ length: 60 }, (_, row): Row => {
  const label = (row % 2) as 0 | 1
  return { label, score: (label === 1) === row % 10 > 0 ? 0.9 : 0.1 }
})
const LIFT = { metric: 'lift', not_worse_than: 'champion', margin: 1 }

const judged = (gate: Record<string, unknown>, candidate: Evaluation, champion?: Evaluation) =>
  weighed(
    { directions: { lift: 'higher' }, gates: [gate] },
    { candidate, ...(champion && { champion }) },
  ).gates.map(({ verdict, reason }) => [verdict, reason])[0]

/** Rows whose answers are off by as much as is told, row by row. */
function offBy(errors: number[]): Evaluation {
  const { predictions, ...rest } = evaluation(
    'candidate',
    errors.map(() => ({ label: 1, score: 1 })),
  )
  const label = Float64Array.from(errors, (_, row) => row)
  const prediction = label.map((value, row) => value + errors[row]!)
  return {
    ...rest,
    predictions: { ...predictions!, task: 'regression', score: undefined, label, prediction },
  }
}

/** Scores in per cent, of which nobody said from where on they mean yes. */
function undecided(side: 'candidate' | 'champion'): Evaluation {
  const { predictions, ...rest } = evaluation(side, ROWS)
  return { ...rest, predictions: { ...predictions!, undecided: 'nobody said what 50 means' } }
}

describe('a gate against a champion', () => {
  const file = (side: 'candidate' | 'champion', lift: Record<string, number>, more: Partial<Evaluation>) =>
    numbers(side, lift, more)
  const testSet = (hash: string) => ({ testSet: { hash: hash.repeat(64), rows: 100 } })

  it.each<[string, Partial<Evaluation>, Partial<Evaluation>, RegExp]>([
    ['on another test set', testSet('a'), testSet('b'), /^the test sets differ \(aaaaaaaa and bbbbbbbb\)$/],
    ['by other code', { metricCode: 'aaa' }, { metricCode: 'bbb' }, /^the code that computes the metrics differs/],
    ['by code that nobody knows', {}, { metricCodeMissing: 'eval.py' }, /^nobody knows which code computed/],
  ])('that was measured %s cannot be compared', (_, ours, theirs, reason) => {
    expect(
      judged(LIFT, file('candidate', { lift: 2 }, ours), file('champion', { lift: 1 }, theirs)),
    ).toEqual(['not_comparable', expect.stringMatching(reason)])
  }) // biome-ignore format: one table

  it('whose scores are on a scale that the metric does not exist on cannot be compared', () => {
    const gate = { metric: 'accuracy', not_worse_than: 'champion', margin: 0.5 }

    expect(judged(gate, evaluation('candidate', ROWS), undecided('champion'))).toEqual([
      'not_comparable',
      'nobody said what 50 means',
    ])
  })

  it('cannot tell where the numbers are comparable and too few, or one is missing for another reason', () => {
    expect(judged(LIFT, numbers('candidate', { lift: 2 }), numbers('champion', { lift: 1 }))).toEqual([
      'inconclusive',
      expect.stringMatching(/^one number a side has no interval: /),
    ])
    const [ours, theirs] = [{ metricCode: 'aaa' }, { metricCode: 'bbb' }]
    expect(judged(LIFT, file('candidate', { lift: 2 }, ours), file('champion', {}, theirs))).toEqual([
      'inconclusive',
      'the champion does not have this metric',
    ])
  })
})

describe('a floor or a ceiling of a metric of rows', () => {
  it('that have no interval says whether more rows would help, or only others', () => {
    expect(judged({ metric: 'mae', at_most: 2 }, offBy([0, 0, 0, 0, 0]))).toEqual([
      'inconclusive',
      'mae is 0, and its error is the same in all, or all but three, of 5 rows, and no interval can be told from that: it takes four rows that differ, or 100 in all',
    ])
    expect(judged({ metric: 'mae', at_most: 2 }, offBy([1]))).toEqual([
      'inconclusive',
      'mae is 1, and its rows are too few for an interval',
    ])
  })
})
