import { describe, expect, it } from 'vitest'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { config, fromCsv, problemsOf } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

const VALUES = { ndcg: 'higher', latency: 'lower' } as const
/** Of 200 rows that are alike in both an interval reaches 3.84/200 far. */
const MARGIN = 0.02

const MODEL = { metrics: [], predictions: { file: 'p.csv', values: VALUES, slices: ['market'] } }

/** 200 queries; each score of a row of the baseline, moved by `gain`. */
function evaluation(side: Side, gain: (market: string) => number, order = 1): Evaluation {
  const random = mulberry32(8)
  const lines = Array.from({ length: 200 }, (_, row) => {
    const market = row % 2 === 0 ? 'de' : 'fr'
    const score = 0.3 + 0.4 * random()
    const moved = score + gain(market) * (0.9 + 0.2 * random())
    return `q${row},${moved.toFixed(6)},${(100 * (1 - moved)).toFixed(4)},${market}`
  })
  if (order < 0) lines.reverse()
  const predictions = fromCsv(`id,ndcg,latency,market\n${lines.join('\n')}\n`, {
    values: VALUES,
    slices: ['market'],
  })
  return { side, source: side, metrics: new Map(), predictions, testSet: testSetOf(predictions) }
}

const champion = evaluation('champion', () => 0, -1)
const gates = (metric: string, rule: object) => ({ ...MODEL, gates: [{ metric, ...rule }] })

describe('columns of scores', () => {
  it.each([
    [0.02, 'pass', 'better'],
    [0, 'pass', 'no_difference_shown'],
    [-0.02, 'fail', 'worse'],
  ] as const)('are weighed row by row, each in its direction: a gain of %d', (gain, verdict, judgement) => {
    const candidate = evaluation('candidate', () => gain)
    for (const [metric, margin] of [
      ['ndcg', MARGIN],
      ['latency', 100 * MARGIN],
    ] as const) {
      const result = weighed(gates(metric, { not_worse_than: 'champion', margin }), { candidate, champion })

      expect(result.verdict, metric).toBe(verdict)
      const row = result.metrics.find(one => one.metric === metric)!
      expect(row.differences.champion).toMatchObject({ method: 'paired-t', paired: true, rows: 200 })
      expect(row.judgement).toBe(judgement)
    }
  })

  it('fail in the slice that they are worse in', () => {
    const candidate = evaluation('candidate', market => (market === 'fr' ? -0.02 : 0.03))
    const rule = { not_worse_than: 'champion', margin: 0.01, slices: ['market'] }

    const { gates: judged, slices } = weighed(gates('ndcg', rule), { candidate, champion })

    expect(judged[0]).toMatchObject({ verdict: 'fail', slices: { failed: ['market = fr'] } })
    expect(slices.map(({ value, outcome }) => [value, outcome])).toEqual([
      ['fr', 'fail'],
      ['de', 'pass'],
    ])
  })

  it('have floors and ceilings by their own interval', () => {
    const candidate = evaluation('candidate', () => 0)
    const verdictOf = (rule: object) => weighed(gates('ndcg', rule), { candidate }).verdict

    expect(verdictOf({ at_least: 0.45 })).toBe('pass')
    expect(verdictOf({ at_least: 0.499 })).toBe('inconclusive')
    expect(verdictOf({ at_least: 0.55 })).toBe('fail')
  })

  it('that one side alone has never pass', () => {
    const candidate = evaluation('candidate', () => 0.05)
    const predictions = { ...champion.predictions!, values: [champion.predictions!.values![1]!] }
    const rule = { not_worse_than: 'champion', margin: 0.01 }

    const { verdict, metrics } = weighed(gates('ndcg', rule), {
      candidate,
      champion: { ...champion, predictions },
    })

    expect(verdict).toBe('inconclusive')
    expect(metrics[0]!.differences.champion).toBeUndefined()
  })

  it('of other rows are not comparable, and bad cells are refused with their rows', async () => {
    const predictions = fromCsv('id,ndcg,latency\nx,1,2\ny,0,3\n', { values: VALUES })
    const other = { ...champion, predictions, testSet: testSetOf(predictions) }
    const rule = { not_worse_than: 'champion', margin: 0.01 }

    const { verdict } = weighed(gates('ndcg', rule), {
      candidate: evaluation('candidate', () => 0),
      champion: other,
    })
    const problems = await problemsOf(() => fromCsv('id,ndcg,latency\nx,,2\ny,NaN,3\n', { values: VALUES }))
    const missing = await problemsOf(() => fromCsv('id,ndgc\nx,1\n', { values: { ndcg: 'higher' } }))

    expect(verdict).toBe('not_comparable')
    expect(problems.join('\n')).toMatch(
      /row 1: `ndcg` is empty .*\nfix: Write the score of every row into `ndcg`.*\n.*row 2: `ndcg` is not a finite number/,
    )
    expect(missing.join('\n')).toContain('there is no column `ndcg` (`predictions.values`)')
  })

  it("of a tool have no direction where the champion's file alone shows that a lower one passes", () => {
    const from = { file: 'run.json', from: 'deepeval' } as const
    const of = (side: Side, score: number): Evaluation => {
      const one = { name: 'Bias', score, threshold: 0.5, success: true }
      const cases = Array.from({ length: 60 }, (_, at) => ({ input: `${at}`, metricsData: [one] }))
      const predictions = readEvals(JSON.stringify(cases), { ...config({}), ...from })
      return { side, source: side, metrics: new Map(), predictions, testSet: testSetOf(predictions) }
    }
    const judged = (more: object) => {
      const rule = { metric: 'Bias', not_worse_than: 'champion', margin: 0.05 }
      const model = { metrics: [], predictions: from, gates: [rule], ...more }
      return weighed(model, { candidate: of('candidate', 0.5), champion: of('champion', 0.1) }).gates[0]
    }

    expect(judged({})).toMatchObject({
      verdict: expect.not.stringMatching('pass'),
      reason: expect.stringContaining('nobody said which way Bias improves'),
    })
    expect(judged({ directions: { Bias: 'lower' } })).toMatchObject({ verdict: 'fail' })
    expect(judged({ predictions: { ...from, values: { Bias: 'lower' } } })).toMatchObject({ verdict: 'fail' })
    expect(judged({ predictions: { ...from, values: { Bias: 'higher' } } })).toMatchObject({
      verdict: 'pass',
    })
  })
})
