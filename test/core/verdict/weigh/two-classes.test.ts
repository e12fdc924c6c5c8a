import { describe, expect, it } from 'vitest'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { fromCsv } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

/** [truth, answer, how many rows]. */
type Table = [label: string, prediction: string, rows: number][]

/** F1 of the positive class 0.617, mean over both classes 0.779. */
const RARE = (no: string, yes: string): Table => [
  [yes, yes, 33],
  [yes, no, 15],
  [no, yes, 26],
  [no, no, 326],
]
const COLUMNS = { file: 'p.csv', prediction: 'prediction' }

function evaluation(side: Side, table: Table, options: Record<string, unknown> = {}): Evaluation {
  const rows = table.flatMap(([label, prediction, count]) =>
    new Array<string>(count).fill(`${label},${prediction}`),
  )
  const text = `id,label,prediction\n${rows.map((row, index) => `r${index},${row}`).join('\n')}`
  const predictions = fromCsv(text, { prediction: 'prediction', ...options })
  return { side, source: side, metrics: new Map(), predictions, testSet: testSetOf(predictions) }
}

function valuesOf(table: Table, options: Record<string, unknown> = {}) {
  const { metrics, gates, warnings } = weighed(
    { predictions: { ...COLUMNS, ...options }, gates: [{ metric: 'f1', at_least: 0.7 }] },
    { candidate: evaluation('candidate', table, options) },
  )
  const values = Object.fromEntries(metrics.map(row => [row.metric, row.candidate?.value]))
  return { values, gate: gates[0]!, warnings }
}

describe('a column of predicted classes of which the truth has two', () => {
  it.each([
    ['0', '1'],
    ['-1', '1'],
    ['2', '1'],
    ['false', 'true'],
    ['False', 'True'],
    ['no', 'yes'],
    ['N', 'Y'],
    ['negative', 'positive'],
    ['neg', 'POS'],
  ])('%s and %s: F1 is that of the class that is called positive', (no, yes) => {
    const { values, gate } = valuesOf(RARE(no, yes))

    expect(values.f1).toBeCloseTo(0.617, 3)
    expect(values).not.toHaveProperty('f1_macro')
    expect(gate.verdict).not.toBe('pass')
  })

  it('the configured class is positive, whatever the names say', () => {
    expect(valuesOf(RARE('ham', 'spam'), { positive: 'spam' }).values.f1).toBeCloseTo(0.617, 3)
    expect(valuesOf(RARE('1', '0'), { positive: '0' }).values.f1).toBeCloseTo(0.617, 3)
  })

  it('neither name tells: accuracy has a value, F1 has none and its gate does not pass; the reason says what to set', () => {
    const { values, gate } = valuesOf(RARE('cat', 'dog'))

    expect(values.accuracy).toBeCloseTo(359 / 400, 12)
    expect(values.f1).toBeUndefined()
    expect(values.recall).toBeUndefined()
    expect(gate.verdict).toBe('fail')
    expect(gate.reason).toContain(
      'nobody said which class is positive ("cat", "dog"): set `predictions.positive`',
    )
    expect(valuesOf(RARE('cat', 'dog'), { positive: 'bird' }).gate.reason).toContain(
      'no row has the positive label "bird"',
    )
  })

  it('a third class that is only predicted is a wrong answer: the task stays binary', () => {
    const table: Table = [...RARE('0', '1'), ['0', '2', 1], ['1', '7', 1]]
    const { values } = valuesOf(table)

    expect(values.f1).toBeCloseTo((2 * 33) / (2 * 33 + 26 + 16), 12)
    expect(values.accuracy).toBeCloseTo(359 / 402, 12)
    expect(values.precision).toBeCloseTo(33 / 59, 12)
  })

  it('is compared with a version that predicts another third class, and each keeps its own answers', () => {
    const side = (name: Side, stray: string) =>
      evaluation(name, [...RARE('no', 'yes'), ['no', stray, 2], ['yes', stray, 2]])
    const { metrics, confusion } = weighed(
      { predictions: COLUMNS, gates: [{ metric: 'f1', not_worse_than: 'champion', margin: 0.01 }] },
      { candidate: side('candidate', 'perhaps'), champion: side('champion', 'never') },
    )

    const f1 = metrics.find(row => row.metric === 'f1')!
    expect(f1.candidate!.value).toBeCloseTo(66 / (66 + 26 + 17), 12)
    expect(f1.champion!.value).toBe(f1.candidate!.value)
    const { value, interval } = f1.differences.champion!
    expect(value).toBe(0)
    expect(interval.high).toBeCloseTo(-interval.low, 12)
    expect(interval.high).toBeLessThan(0.01)
    expect(confusion!.classes.toSorted()).toEqual(['never', 'no', 'perhaps', 'yes'])
  })

  it('the mean over both classes is there by its own name where a gate asks for it', () => {
    const { metrics, gates } = weighed(
      { predictions: COLUMNS, gates: [{ metric: 'f1_macro', at_least: 0.7 }] },
      { candidate: evaluation('candidate', RARE('0', '1')) },
    )

    expect(metrics.find(row => row.metric === 'f1_macro')!.candidate!.value).toBeCloseTo(0.779, 3)
    expect(gates[0]!.verdict).toBe('pass')
  })

  it('all rows of one class: the other is known by its opposite', () => {
    const { values } = valuesOf([
      ['no', 'no', 60],
      ['no', 'yes', 3],
    ])

    expect(values.precision).toBe(0)
    expect(values.recall).toBeUndefined()
  })
})

describe('f1 of several classes', () => {
  const three: Table = [
    ['a', 'a', 90],
    ['a', 'b', 10],
    ['b', 'b', 90],
    ['b', 'c', 10],
    ['c', 'c', 90],
    ['c', 'a', 10],
  ]

  it('is called f1_macro in table and gate; a gate on f1 is read so, with its waiver, and that is said', () => {
    const waiver = {
      metric: 'f1',
      gate: 'f1 at least 0.95',
      reason: 'known and accepted',
      author: 'kim',
      until: '2026-12-31',
    }
    const { metrics, gates, warnings } = weighed(
      { predictions: COLUMNS, gates: [{ metric: 'f1', at_least: 0.95 }], waivers: [waiver] },
      { candidate: { ...evaluation('candidate', three), metrics: new Map([['f1', 0.9]]) } },
    )

    expect(metrics.map(row => row.metric)).toEqual([
      'f1_macro',
      'accuracy',
      'precision_macro',
      'recall_macro',
    ])
    expect(gates[0]).toMatchObject({ name: 'f1_macro at least 0.95', metric: 'f1_macro', verdict: 'fail' })
    expect(gates[0]!.waived).toMatchObject({ author: 'kim' })
    expect(warnings).toEqual([
      '`f1` of several classes is the mean over the classes: the gates on it are read as `f1_macro`, which is its name now.',
    ])
  })

  it('in the record of a release is read so too', () => {
    const candidate = evaluation('candidate', three)
    const estimate = {
      value: 0.9,
      interval: { low: 0.86, high: 0.94, level: 0.95 },
      method: 'release record',
    }
    const champion: Evaluation = {
      side: 'champion',
      source: 'the record',
      metrics: new Map([['f1', 0.9]]),
      estimates: new Map([['f1', estimate]]),
      testSet: candidate.testSet!,
    }
    const { gates, warnings } = weighed(
      { predictions: COLUMNS, gates: [{ metric: 'f1_macro', not_worse_than: 'champion', margin: 0.1 }] },
      { candidate, champion },
    )

    expect(gates[0]!.verdict).toBe('pass')
    expect(warnings[0]).toContain('the value in the record of the release is read as `f1_macro`')
  })
})
