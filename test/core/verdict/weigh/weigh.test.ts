import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../../src/core/inputs/evaluation.ts'
import { LARGEST_NUMBER } from '../../../../src/core/statistics/largest-number.ts'
import { parseResult } from '../../../../src/core/verdict/parse-result.ts'
import { cases } from '../../../support/rounds.ts'
import { evaluation, numbers, type Row, weighed } from './weigh-inputs.ts'

const aRow = fc.record({
  label: fc.constantFrom(0 as const, 1 as const),
  score: fc.integer({ min: 0, max: 100 }).map(score => score / 100),
})
/** Two versions on the same rows: same labels, other scores. Both classes occur. */
const twoVersions = fc
  .array(fc.tuple(aRow, fc.integer({ min: 0, max: 100 })), { minLength: 30, maxLength: 120 })
  .map(pairs => {
    const rows = pairs.map(([row], index): Row => (index < 2 ? { ...row, label: index as 0 | 1 } : row))
    return {
      candidate: rows,
      champion: rows.map((row, index): Row => ({ ...row, score: pairs[index]![1] / 100 })),
    }
  })
const RELATIVE = ['accuracy', 'roc_auc', 'brier', 'log_loss'].map(metric => ({
  metric,
  not_worse_than: 'champion',
  margin: 0.05,
}))

describe('weighing', () => {
  it.each([
    [{ at_least: 0.9 }, 'pass'],
    [{ at_most: 0.9 }, 'pass'],
    [{ at_least: 0.900_001 }, 'fail'],
    [{ at_most: 0.899_999 }, 'fail'],
  ])('a number exactly on its limit keeps it: 0.9 by %j is a %s', (rule, verdict) => {
    const result = weighed(
      { gates: [{ metric: 'score', ...rule }] },
      { candidate: numbers('candidate', { score: 0.9 }) },
    )
    expect(result.verdict).toBe(verdict)
    expect(result.blocks).toBe(verdict === 'fail')
  })

  it('DR-013: a cost that is not known does not pass a budget, and one beyond all bounds fails it', () => {
    const rows = Array.from({ length: 50 }, (): Row => ({ label: 1, score: 0.5 }))
    const judged = (usage: object) =>
      weighed(
        { gates: [{ metric: 'cost', at_most: 20 }] },
        { candidate: { ...evaluation('candidate', rows), usage } },
      )

    expect(judged({ cost: 1e12, currency: 'EUR' }).verdict).toBe('fail')
    for (const usage of [{}, { cost: Number.NaN }]) {
      const { verdict, gates } = judged(usage)
      expect(verdict).not.toBe('pass')
      expect(gates[0]!.reason).toContain('the candidate has no usable value of cost')
    }
  })

  it('says why a metric is missing', () => {
    const rows = Array.from({ length: 50 }, (_, index): Row => ({ label: 1, score: (index % 10) / 10 }))
    const gates = ['roc_auc', 'cost', 'accurracy'].map(metric => ({ metric, at_least: 0 }))

    const { gates: judged } = weighed({ gates }, { candidate: evaluation('candidate', rows) })

    expect(judged.map(gate => gate.reason)).toEqual([
      'the candidate has no usable value of roc_auc: all rows have the same label; a missing number never passes',
      'the candidate has no usable value of cost: it takes a GPU that can be measured and a price in `budget`; a missing number never passes',
      'the candidate has no usable value of accurracy (did you mean `accuracy`?); a missing number never passes',
    ])
  })

  it('the largest numbers that are read give a verdict, not a crash', () => {
    const side = (name: 'candidate' | 'champion', wrong: number): Evaluation => {
      const { predictions, ...rest } = evaluation(
        name,
        Array.from({ length: 60 }, () => ({ label: 1, score: 1 })),
      )
      const values = (factor: number) =>
        Float64Array.from(
          { length: 60 },
          (_, row) => (row % 2 ? 1 : -1) * LARGEST_NUMBER * factor ** (row % 3),
        )
      return {
        ...rest,
        predictions: {
          ...predictions!,
          task: 'regression',
          score: undefined,
          label: values(0.5),
          prediction: values(wrong),
        },
      }
    }
    const gates = ['rmse', 'mae', 'r2'].map(metric => ({ metric, not_worse_than: 'champion', margin: 1 }))

    const result = weighed({ gates }, { candidate: side('candidate', 0.4), champion: side('champion', 0.3) })

    expect(parseResult(Buffer.from(JSON.stringify(result)), 'result.json')).toEqual(
      JSON.parse(JSON.stringify(result)),
    )
    expect(result.gates.map(gate => gate.verdict)).not.toContain('fail')
  })

  it('does not look at the order of rows in either file: the verdicts of all gates without resampling stay', () => {
    fc.assert(
      fc.property(twoVersions, fc.nat(), ({ candidate, champion }, seed) => {
        const order = candidate
          .map((_, index) => index)
          .sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101))
        const verdicts = (mine?: number[], theirs?: number[]) =>
          weighed(
            { gates: RELATIVE.slice(0, 2) },
            {
              candidate: evaluation('candidate', candidate, { order: mine }),
              champion: evaluation('champion', champion, { order: theirs }),
            },
          ).gates.map(gate => gate.verdict)

        expect(verdicts(order)).toEqual(verdicts())
        expect(verdicts(undefined, order)).toEqual(verdicts())
      }),
      cases(20),
    )
  })

  it('a candidate that equals the champion fails no gate that asks it to be not worse', () => {
    fc.assert(
      fc.property(twoVersions, fc.double({ min: 1e-6, max: 0.5, noNaN: true }), ({ candidate }, margin) => {
        const { gates, blocks } = weighed(
          { gates: RELATIVE.map(gate => ({ ...gate, margin })) },
          { candidate: evaluation('candidate', candidate), champion: evaluation('champion', candidate) },
        )

        expect(gates.map(gate => gate.verdict)).not.toContain('fail')
        expect(blocks).toBe(false)
      }),
      cases(20),
    )
  })

  it('mirrors when the roles are swapped', () => {
    fc.assert(
      fc.property(twoVersions, ({ candidate, champion }) => {
        const difference = (mine: Row[], theirs: Row[]) =>
          weighed(
            { gates: RELATIVE.slice(0, 2) },
            { candidate: evaluation('candidate', mine), champion: evaluation('champion', theirs) },
          ).metrics[0]!.differences.champion!
        const one = difference(candidate, champion)
        const other = difference(champion, candidate)

        expect(other.value).toBeCloseTo(-one.value, 12)
        expect(other.interval.low).toBeCloseTo(-one.interval.high, 9)
        expect(other.p).toBeCloseTo(one.p, 9)
      }),
      cases(20),
    )
  })

  it('gives the same bytes for the same inputs', () => {
    fc.assert(
      fc.property(twoVersions, ({ candidate, champion }) => {
        const inputs = {
          candidate: evaluation('candidate', candidate),
          champion: evaluation('champion', champion),
        }
        const model = { gates: [...RELATIVE, { metric: 'f1', better_than: 'champion' }] }

        expect(JSON.stringify(weighed(model, inputs))).toBe(JSON.stringify(weighed(model, inputs)))
      }),
      cases(10),
    )
  })

  it.each([
    ['at_least', { at_least: -1e9 }],
    ['at_most', { at_most: 1e9 }],
    ['not_worse_than', { not_worse_than: 'champion', margin: 1e9 }],
    ['better_than', { better_than: 'champion' }],
  ])('MF-004: %s never passes a metric that is missing, NaN or infinite', (_, rule) => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const metrics = (own: number | undefined): Record<string, number> =>
        own === undefined ? {} : { lift: own }
      const { gates, verdict, blocks } = weighed(
        { directions: { lift: 'higher' }, gates: [{ metric: 'lift', ...rule }] },
        { candidate: numbers('candidate', metrics(value)), champion: numbers('champion', { lift: 1 }) },
      )

      expect(gates[0]).toMatchObject({ verdict: 'fail', blocks: true })
      expect({ verdict, blocks }).toEqual({ verdict: 'fail', blocks: true })
    }
  })

  it('MF-004: a number that the champion lacks lets nothing pass', () => {
    const { gates } = weighed(
      { directions: { lift: 'higher' }, gates: [{ metric: 'lift', not_worse_than: 'champion', margin: 1 }] },
      { candidate: numbers('candidate', { lift: 2 }), champion: numbers('champion', { lift: Number.NaN }) },
    )

    expect(gates[0]!.verdict).toBe('inconclusive')
  })

  it('a waiver never hides the fail of another gate', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), waived => {
        const names = ['a', 'b', 'c']
        const { gates, blocks, verdict } = weighed(
          {
            gates: names.map(metric => ({ metric, at_least: 1 })),
            waivers: [...new Set(waived)].map(metric => ({
              metric,
              reason: 'a long enough reason',
              author: 'kim',
              until: '2026-06-01',
            })),
          },
          { candidate: numbers('candidate', { a: 0, b: 0, c: 2 }) },
        )
        const left = (['a', 'b'] as const).filter(metric => !waived.includes(metric))

        expect(gates.map(gate => gate.verdict)).toEqual(['fail', 'fail', 'pass'])
        expect(gates.filter(gate => gate.blocks).map(gate => gate.metric)).toEqual(left)
        expect(blocks).toBe(left.length > 0)
        expect(verdict === 'fail').toBe(left.length > 0)
        // A gate that passes has nothing to be waived for.
        expect(gates[2]!.waived).toBeUndefined()
      }),
    )
  })

  it('says when the file and the predictions disagree, and believes the predictions', () => {
    const rows = Array.from(
      { length: 100 },
      (_, index): Row => ({ label: (index % 2) as 0 | 1, score: index % 2 }),
    )

    const { warnings, gates } = weighed(
      { gates: [{ metric: 'accuracy', at_most: 0.5 }] },
      { candidate: evaluation('candidate', rows, { metrics: new Map([['accuracy', 0.4]]) }) },
    )

    expect(gates[0]!.verdict).toBe('fail')
    expect(warnings.join()).toMatch(/The metrics file says accuracy is 0\.4.*the predictions are used/)
  })

  it('a baseline that is broken is not comparable, one that is not there yet is inconclusive', () => {
    const gates = [{ metric: 'lift', not_worse_than: 'champion', margin: 1 }]
    const verdict = (broken: boolean) =>
      weighed(
        { directions: { lift: 'higher' }, gates },
        {
          candidate: numbers('candidate', { lift: 1 }),
          absent: { champion: { reason: 'why', broken }, base: { reason: '', broken: false } },
        },
      ).gates[0]

    expect(verdict(true)).toMatchObject({ verdict: 'not_comparable', blocks: true, reason: 'why' })
    expect(verdict(false)).toMatchObject({ verdict: 'inconclusive', blocks: false, reason: 'why' })
  })
})
