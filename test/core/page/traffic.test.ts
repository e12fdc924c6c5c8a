import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTraffic, trafficAsOf, trafficHtml, withTraffic } from '../../../src/core/page/traffic.ts'
import { DRIFT_STATES } from '../../../src/core/traffic/drift/verdict.ts'
import { cell, NOW } from './overviews.ts'

/** What the page says of live traffic: the words of `assay watch`, or that it is not known. */

const VERSIONS = ['v1', 'v2'] as const
const PLACES = fc.record({
  model: fc.constantFrom('churn', 'fraud', 'a b'),
  environment: fc.constantFrom('staging', 'production', 'b production'),
})
const cells = fc
  .uniqueArray(fc.tuple(PLACES, fc.option(fc.constantFrom(...VERSIONS), { nil: undefined })), {
    selector: ([place]) => JSON.stringify(place),
  })
  .map(all => all.map(([{ model, environment }, version]) => cell(model, environment, { version })))
const answer = fc.record({
  models: fc.array(
    fc
      .tuple(PLACES, fc.constantFrom(...VERSIONS), fc.constantFrom(...DRIFT_STATES))
      .map(([place, release, state]) => ({ ...place, release, state, words: `it is ${state}` })),
    { maxLength: 8 },
  ),
})

describe('live traffic of a cell', () => {
  it('is steady only where that release is said to be, there, and it was read of late', () => {
    fc.assert(
      fc.property(cells, answer, fc.integer({ min: 0, max: 1_200_000 }), (all, said, age) => {
        const shown = trafficAsOf(
          { readAt: NOW - age, cells: withTraffic(all, readTraffic(said), undefined) },
          NOW,
        )
        for (const { model, environment, version, traffic } of shown.cells) {
          const last = said.models.findLast(one => one.model === model && one.environment === environment)
          const isSaid = last?.release === version && last?.state === 'steady'
          if (traffic?.state === 'steady') expect([isSaid, age <= 600_000]).toEqual([true, true])
          if (version === undefined) expect(traffic).toBeUndefined()
        }
      }),
    )
  })

  it.each([
    ['an error', { status: 'error' }],
    ['a page', '<html>'],
    ['another state', { models: [{ model: 'a', environment: 'b', state: 'fine', words: '' }] }],
    ['nothing', undefined],
  ])('is not known where the answer is %s', (_, said) => {
    const [one] = withTraffic([cell('churn', 'production')], readTraffic(said), 'https://watch.example.com')

    expect(one!.traffic).toEqual({ state: 'unknown', words: 'it answers what assay watch does not' })
    expect(trafficHtml(one!.traffic!)).toContain('traffic not known')
  })

  it('is not known of what is not looked at', () => {
    const of = (model: string) => ({
      all: [{ model, environment: 'production', release: 'v1', state: 'steady' as const, words: '' }],
    })
    const all = [
      cell('churn', 'production', { version: 'v1' }),
      cell('fraud', 'production', { version: 'v1' }),
    ]

    expect(withTraffic(all, of('other'), undefined).map(({ traffic }) => traffic?.state)).toEqual([
      'unknown',
      'unknown',
    ])
    expect(withTraffic(all, undefined, undefined)).toEqual(all)
    expect(withTraffic(all, of('churn'), undefined).map(({ traffic }) => traffic?.state)).toEqual([
      'steady',
      'unknown',
    ])
    expect(withTraffic(all, { all: [] }, undefined).map(({ traffic }) => traffic?.state)).toEqual([
      'unknown',
      'unknown',
    ])
  })

  it('links to the page of the model there, whatever it is called', () => {
    const [one] = withTraffic(
      [cell('a"b', 'x&y', { version: 'v1' })],
      {
        all: [{ model: 'a"b', environment: 'x&y', release: 'v1', state: 'warn', kind: '<shift>', words: '' }],
      },
      'https://watch.example.com/w',
    )

    expect(trafficHtml(one!.traffic!)).toBe(
      '<span aria-hidden=true>🟡</span> <a href="https://watch.example.com/w/drift/a%22b/x%26y">traffic warns: &#60;shift&#62;</a>',
    )
  })
})
