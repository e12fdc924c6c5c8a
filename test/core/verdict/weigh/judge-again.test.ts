import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Config, type ModelConfig } from '../../../../src/core/config/config.ts'
import { parseResult } from '../../../../src/core/verdict/parse-result.ts'
import type { GateResult, Result, Verdict } from '../../../../src/core/verdict/result.ts'
import { judgeAgain } from '../../../../src/core/verdict/weigh/judge-again.ts'
import { difference, failedResult, gate, metric, result, slice } from '../../../support/results.ts'
import { cases } from '../../../support/rounds.ts'
import { evaluation, numbers, type Row, weighed } from './weigh-inputs.ts'

const TODAY = '2026-06-01'
const ORDER: Verdict[] = ['pass', 'inconclusive', 'not_comparable', 'fail']

const modelOf = (model: Record<string, unknown>): ModelConfig =>
  Config.parse({ models: { churn: { metrics: 'metrics.json', ...model } } }).models.churn!
const gated = (...gates: Record<string, unknown>[]) => modelOf({ gates })
const read = (value: Result) => parseResult(Buffer.from(JSON.stringify(value)), 'result.json')
const verdicts = ({ gates }: Result) => gates.map(({ verdict }) => verdict)

const row: fc.Arbitrary<Row> = fc.record({
  label: fc.constantFrom(0 as const, 1 as const),
  score: fc.integer({ min: 0, max: 20 }).map(one => one / 20),
  region: fc.constantFrom('north', 'south', 'west'),
})
const rule = fc.oneof(
  fc.constantFrom(0.3, 0.5, 0.7).map(at_least => ({ at_least })),
  fc.constantFrom(0.2, 0.5).map(at_most => ({ at_most })),
  fc.constantFrom(0.01, 0.2).map(margin => ({ not_worse_than: 'champion', margin })),
  fc.constantFrom(0, 0.1).map(by => ({ better_than: 'champion', by })),
)
const anyGate = fc.record({
  metric: fc.constantFrom('accuracy', 'roc_auc', 'brier', 'recall', 'nothing'),
  if_inconclusive: fc.constantFrom('pass', 'fail'),
  rule,
  slices: fc.option(fc.constant(['region']), { nil: undefined }),
})
const judgedModel = fc
  .record({
    pairs: fc.array(fc.tuple(row, row), { minLength: 10, maxLength: 60 }),
    gates: fc.uniqueArray(anyGate, { maxLength: 4, selector: one => JSON.stringify(one) }),
    withChampion: fc.boolean(),
  })
  .map(({ pairs, gates, withChampion }) => {
    const model = {
      predictions: { file: 'p.csv', score: 'score', slices: ['region'] },
      gates: gates.map(({ rule: own, slices, ...rest }, at) => ({
        name: `gate ${at}`,
        ...rest,
        ...own,
        ...(slices && { slices, min_rows: at % 2 === 0 ? 18 : 5 }),
      })),
    }
    const candidate = evaluation(
      'candidate',
      pairs.map(([one]) => one),
    )
    const rows = pairs.map(([{ label, region }, { score }]) => ({ label, score, ...(region && { region }) }))
    const champion = withChampion ? { champion: evaluation('champion', rows) } : {}
    return { config: modelOf(model), honest: read(weighed(model, { candidate, ...champion })) }
  })

describe('a result that is judged again', () => {
  it('has its gates on a metric by the name that the pull request gives it, and says so', () => {
    const model = { directions: { lift: 'higher' }, gates: [{ metric: 'lift', at_least: 1.5 }] }
    const honest = (value: number) =>
      read(
        weighed({ ...model, renamed: { lift: 'top' } }, { candidate: numbers('candidate', { top: value }) }),
      )

    const again = judgeAgain(honest(1.9), modelOf(model), TODAY)

    expect([again.verdict, again.gates[0]!.metric]).toEqual(['pass', 'top'])
    expect(again.warnings).toEqual([
      'What gates ask of lift was asked of top, which this pull request calls it.',
    ])
    expect(judgeAgain(honest(1.1), modelOf(model), TODAY).verdict).toBe('fail')
  })

  it.each([
    ['that it has by its own name too', { lift: 1, top: 9 }, 'lift', {}],
    ['of its rows', { top: 9 }, 'accuracy', { predictions: 'p.csv' }],
    ['that is measured', { top: 0 }, 'cost', {}],
  ])('asks for none by another name %s, whatever a run writes', (_, values, before, more) => {
    const rules = { directions: { lift: 'higher' }, gates: [{ metric: before, at_least: 1.5 }], ...more }
    const forged = {
      ...read(weighed({ gates: [] }, { candidate: numbers('candidate', values) })),
      renamed: { [before]: 'top' },
    }

    expect(judgeAgain(forged, modelOf(rules), TODAY).verdict).toBe('fail')
  })

  it.each([
    ['at once', { lift: 'gain' }],
    ['by a name between', { lift: 'x', x: 'gain' }],
  ])('asks for none by the name of a metric that is waived, %s', (_, renamed) => {
    const waivers = [{ metric: 'gain', reason: 'a long reason', author: 'kim', until: '2099-01-01' }]
    const rules = { directions: { lift: 'higher' }, gates: [{ metric: 'lift', at_least: 1.5 }], waivers }
    const forged = {
      ...read(weighed({ gates: [] }, { candidate: numbers('candidate', { gain: 0.1 }) })),
      renamed,
    }

    const again = judgeAgain(forged, modelOf(rules), TODAY)

    expect([again.verdict, again.blocks]).toEqual(['fail', true])
  })

  it('has the verdicts that it had, where it was judged by these gates', () => {
    fc.assert(
      fc.property(judgedModel, ({ config, honest }) => {
        const again = judgeAgain(honest, config, TODAY)

        expect(verdicts(again)).toEqual(verdicts(honest))
        expect([again.verdict, again.blocks, again.metrics]).toEqual([
          honest.verdict,
          honest.blocks,
          honest.metrics,
        ])
      }),
      cases(60),
    )
  })

  it('is never greener than its numbers are, nor than it says, whatever it says', () => {
    const claim = fc.record({
      verdict: fc.constantFrom(...ORDER),
      waived: fc.option(fc.constant({ reason: 'it is fine', author: 'eve', until: '2099-01-01' }), {
        nil: undefined,
      }),
    })
    fc.assert(
      fc.property(
        judgedModel,
        fc.array(claim, { minLength: 4, maxLength: 4 }),
        ({ config, honest }, claims) => {
          const gates = honest.gates.map((one, at): GateResult => ({ ...one, ...claims[at]!, blocks: false }))
          const told = { ...honest, gates, verdict: 'pass' as const, blocks: false }
          const again = judgeAgain(told, config, TODAY)

          for (const [at, { slices }] of config.gates.entries()) {
            const { verdict, waived } = again.gates[at]!
            const least = slices ? [claims[at]!.verdict] : [claims[at]!.verdict, honest.gates[at]!.verdict]
            expect(waived).toBeUndefined()
            for (const one of least) expect(ORDER.indexOf(verdict)).toBeGreaterThanOrEqual(ORDER.indexOf(one))
          }
        },
      ),
      cases(60),
    )
  })

  it('says why in words of its own, or whose words they are', () => {
    const told = result({
      metrics: [metric('accuracy', [0.9, 0.8], difference(-0.1, -0.12, -0.08))],
      gates: [gate('accuracy better than champion', 'pass', { reason: 'trust me' })],
    })
    expect(
      judgeAgain(told, gated({ metric: 'accuracy', better_than: 'champion' }), TODAY).gates[0],
    ).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^accuracy 0\.800 against the champion's 0\.900/),
    })
    const worse = {
      ...told,
      gates: [gate('accuracy at least 0.5', 'not_comparable', { reason: 'other code' })],
    }
    expect(judgeAgain(worse, gated({ metric: 'accuracy', at_least: 0.5 }), TODAY).gates[0]).toMatchObject({
      verdict: 'not_comparable',
      reason: 'the run says: other code',
    })
  })

  it.each<[string, Partial<Result>, Record<string, unknown>, Verdict]>([
    ['no numbers', { metrics: [] }, { metric: 'accuracy', at_least: 0.1 }, 'fail'],
    [
      'an interval of 1 %',
      {
        metrics: [
          metric('accuracy', [0.9, 0.89], {
            ...difference(-0.01, -0.011, -0.009),
            interval: { low: -0.011, high: -0.009, level: 0.01 },
          }),
        ],
      },
      { metric: 'accuracy', not_worse_than: 'champion', margin: 0.02 },
      'inconclusive',
    ],
    [
      'a direction of its own',
      { metrics: [metric('loss', [0.2, 0.9], difference(0.7, 0.6, 0.8), { direction: 'higher' })] },
      { metric: 'loss', better_than: 'champion' },
      'inconclusive',
    ],
    [
      'no champion',
      { champion: undefined, metrics: [metric('accuracy', [0.9, 0.95], difference(0.05, 0.04, 0.06))] },
      { metric: 'accuracy', better_than: 'champion' },
      'inconclusive',
    ],
    [
      'a champion that could not be had',
      {
        champion: undefined,
        unavailable: { champion: 'the command died' },
        metrics: [metric('accuracy', [0.9, 0.95])],
      },
      { metric: 'accuracy', better_than: 'champion' },
      'not_comparable',
    ],
    [
      'a value without an interval',
      { metrics: [metric('accuracy', [0.9, 0.95])] },
      { metric: 'accuracy', at_least: 0.9 },
      'inconclusive',
    ],
    [
      'a slice that fails',
      { slices: [slice('DEN', 500, difference(-0.2, -0.25, -0.15), { outcome: 'pass' })] },
      { metric: 'accuracy', not_worse_than: 'champion', margin: 0.01, slices: ['origin'] },
      'fail',
    ],
    [
      'a slice below the floor',
      { slices: [slice('DEN', 500, undefined, { against: undefined, candidate: 0.4, outcome: 'pass' })] },
      { metric: 'accuracy', at_least: 0.5, slices: ['origin'] },
      'inconclusive',
    ],
    [
      'slices that pass, and a loss over all rows',
      {
        metrics: [metric('accuracy', [0.9, 0.8], difference(-0.1, -0.12, -0.08))],
        slices: [slice('DEN', 500, difference(0, -0.005, 0.005), { outcome: 'pass' })],
      },
      { metric: 'accuracy', not_worse_than: 'champion', margin: 0.01, slices: ['origin'] },
      'inconclusive',
    ],
    [
      'slices above the floor, and all rows below it',
      {
        metrics: [
          metric('accuracy', [0.4, 0.4], undefined, {
            candidate: { value: 0.4, interval: { low: 0.38, high: 0.42, level: 0.95 } },
          }),
        ],
        slices: [slice('DEN', 500, undefined, { against: undefined, candidate: 0.9, outcome: 'pass' })],
      },
      { metric: 'accuracy', at_least: 0.5, slices: ['origin'] },
      'inconclusive',
    ],
    [
      'what was not measured',
      { unmeasured: 'nothing was written' },
      { metric: 'accuracy', at_least: 0.1 },
      'inconclusive',
    ],
  ])('does not pass by its word with %s', (_, change, asked, verdict) => {
    const told = result({
      metrics: [
        metric('accuracy', [0.9, 0.9], undefined, {
          candidate: { value: 0.9, interval: { low: 0.88, high: 0.92, level: 0.95 } },
        }),
      ],
      ...change,
    })
    const config = gated({ name: 'the gate', ...asked })
    const claims = { ...told, gates: [gate('the gate', 'pass', { metric: String(asked.metric) })] }

    expect(verdicts(judgeAgain(read(claims), config, TODAY))).toEqual([verdict])
  })

  it('is waived by the waivers that are merged, until their day', () => {
    const config = modelOf({
      gates: [{ metric: 'accuracy', at_least: 0.99 }],
      waivers: [{ metric: 'accuracy', reason: 'known and accepted', author: 'ada', until: TODAY }],
    })
    const told = result({ gates: [] })

    expect(judgeAgain(told, config, TODAY).gates[0]).toMatchObject({
      waived: { author: 'ada' },
      blocks: false,
    })
    expect(judgeAgain(told, config, '2026-06-02').gates[0]!.waived).toBeUndefined()
  })

  it('that died is red, and one that was skipped has no verdict', () => {
    const died = { ...failedResult('training_failed', undefined), verdict: 'pass' as const, blocks: false }
    expect(judgeAgain(died, gated(), TODAY)).toMatchObject({ verdict: 'fail', blocks: true, gates: [] })
    const skipped = result({ state: 'skipped', verdict: 'skipped', blocks: true })
    expect(judgeAgain(skipped, gated(), TODAY)).toMatchObject({ verdict: 'skipped', blocks: false })
  })
})

describe('the files of a model, which only the run has seen', () => {
  const config = modelOf({ gates: [{ metric: 'accuracy', at_least: 0.5 }], scan: 'model.pkl' })
  const files = (verdict: Verdict): GateResult =>
    gate('safe to load', verdict, { metric: 'scan', blocks: verdict !== 'pass', reason: 'of 1 file' })
  const again = (...claimed: GateResult[]) =>
    judgeAgain(result({ metrics: [metric('accuracy', [0.9, 0.9])], gates: claimed }), config, TODAY)

  it('count as it says, and make nothing green by themselves', () => {
    expect(again(files('fail'))).toMatchObject({ verdict: 'fail', blocks: true })
    expect(again(files('pass')).gates.at(-1)).toMatchObject({
      verdict: 'pass',
      reason: 'the run says: of 1 file',
    })
    expect(judgeAgain(result({ gates: [files('pass')] }), modelOf({ scan: 'm.pkl' }), TODAY).verdict).toBe(
      'inconclusive',
    )
  })

  it('are not taken for safe where it says nothing of them', () => {
    const { gates, blocks, verdict } = again()

    expect(gates.at(-1)).toMatchObject({ name: 'safe to load', verdict: 'inconclusive' })
    expect([blocks, verdict]).toEqual([true, 'inconclusive'])
  })
})
