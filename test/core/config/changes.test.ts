import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeChanges } from '../../../src/core/config/changes.ts'
import { Config } from '../../../src/core/config/config.ts'

const GATE = { metric: 'accuracy', at_least: 0.9 }
const config = (model: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  Config.parse({ models: { churn: { metrics: 'm.json', ...model }, ...more } })

describe('changes of the configuration, in words', () => {
  it.each([
    [
      'a loosened gate',
      { gates: [{ ...GATE, at_least: 0.5 }] },
      ['churn: gate removed: accuracy at least 0.9.', 'churn: gate added: accuracy at least 0.5.'],
    ],
    ['a removed gate', { gates: [] }, ['churn: gate removed: accuracy at least 0.9.']],
    [
      'a gate that no longer fails when inconclusive',
      { gates: [{ ...GATE, if_inconclusive: 'fail' }] },
      [
        'churn: gate removed: accuracy at least 0.9.',
        'churn: gate added: accuracy at least 0.9 (fails when inconclusive).',
      ],
    ],
    ['another command', { gates: [GATE], train: 'make' }, ['churn: `train` changed.']],
    [
      'a new waiver',
      {
        gates: [GATE],
        waivers: [{ metric: 'accuracy', reason: 'a long reason', author: 'kim', until: '2026-12-31' }],
      },
      ['churn: waiver added: accuracy until 2026-12-31 (kim: a long reason).'],
    ],
  ])('%s', (_, after, said) => {
    expect(describeChanges(config({ gates: [GATE] }), config(after))).toEqual(said)
  })

  it('a gate on a metric that is only called something else is the same gate', () => {
    const before = { gates: [GATE], directions: { accuracy: 'higher' }, renamed: { accuracy: 'hits' } }
    const own = (at_least: number) => ({
      gates: [{ metric: 'hits', at_least }],
      directions: { hits: 'higher' },
      renamed: { accuracy: 'hits' },
    })

    expect(describeChanges(config(before), config(own(0.9)))).toEqual([])
    expect(describeChanges(config(before), config(own(0.5)))).toEqual([
      'churn: gate removed: hits at least 0.9.',
      'churn: gate added: hits at least 0.5.',
    ])
  })

  it.each([
    [{ renamed: { accuracy: 'top' } }, 'accuracy', []],
    [
      { directions: { accuracy: 'higher', top: 'lower' } },
      'accuracy',
      ['churn: gate removed: accuracy at least 0.9.', 'churn: gate added: top at least 0.9.'],
    ],
  ])('a gate is the same by a second new name, and another of what is another metric', (more, old, said) => {
    const before = {
      metrics: 'm.json',
      gates: [GATE],
      directions: { [old]: 'higher' },
      renamed: { first: old },
    }
    const own = { ...before, gates: [{ metric: 'top', at_least: 0.9 }], directions: { top: 'higher' } }

    expect(
      describeChanges(
        config({ ...before, ...more, renamed: { first: old } }),
        config({ ...own, renamed: { first: 'top' } }),
      ).filter(line => line.includes('gate')),
    ).toEqual(said)
  })

  it('a gate that is now asked of slices, or of smaller ones, is another gate', () => {
    const sliced = { metric: 'accuracy', at_least: 0.9, slices: ['a'], min_rows: 10 }
    const columns = { predictions: { file: 'p.csv', score: 's', slices: ['a'] } }

    const changes = describeChanges(
      config({ ...columns, gates: [sliced] }),
      config({ ...columns, gates: [{ ...sliced, min_rows: 100_000 }] }),
    )

    expect(changes).toHaveLength(2)
  })

  it('models that come and go', () => {
    const two = config({ gates: [GATE] }, { price: { metrics: 'p.json' } })

    expect(describeChanges(config({ gates: [GATE] }), two)).toEqual(['price is new in the configuration.'])
    expect(describeChanges(two, config({ gates: [GATE] }))).toEqual([
      'price is removed from the configuration.',
    ])
  })

  it('are none exactly where nothing that counts differs', () => {
    const gate = fc.record({
      metric: fc.constantFrom('accuracy', 'f1'),
      at_least: fc.integer({ min: 0, max: 3 }),
      if_inconclusive: fc.constantFrom('pass', 'fail'),
      min_rows: fc.constantFrom(50, 60),
      name: fc.constantFrom(undefined, 'floor'),
    })
    const model = fc.record({
      gates: fc.array(gate, { maxLength: 2 }),
      train: fc.constantFrom(undefined, 'make'),
      seeds: fc.constantFrom(undefined, [1, 2]),
    })
    fc.assert(
      fc.property(model, model, (before, after) => {
        const [a, b] = [config(before), config(after)]
        const changes = describeChanges(a, b)

        expect(describeChanges(a, a)).toEqual([])
        if (changes.length === 0) expect(withoutOrder(a)).toEqual(withoutOrder(b))
        expect(changes.length === 0).toBe(describeChanges(b, a).length === 0)
      }),
    )
  })
})

/** The order of gates, a gate that is there twice, and `min_rows` of a gate without slices change no verdict. */
function withoutOrder({ models }: Config) {
  const { gates, ...rest } = models.churn!
  return {
    ...rest,
    gates: [...new Set(gates.map(({ min_rows: _, ...gate }) => JSON.stringify(gate)))].sort(),
  }
}
