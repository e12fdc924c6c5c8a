import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canaryData } from '../../../../src/core/traffic/canary/counts.ts'
import { stepOf } from '../../../../src/core/traffic/exposures/step-of.ts'
import { type CanaryOf, readCollectorCanary } from '../../../../src/core/traffic/seen/canary-answer.ts'
import { readCanarySamples } from '../../../../src/core/traffic/seen/canary-prometheus.ts'
import type { Sample } from '../../../../src/core/traffic/seen/prometheus-answer.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { metricSamples } from '../../../support/metric-samples.ts'
import { cases } from '../../../support/rounds.ts'
import { NOW, RELEASE, SENDER, throughTurns, trafficScene } from '../../../support/traffic.ts'

/** What is counted, told by a collector and by Prometheus: the same numbers, or in words why there are none. */

const FILE = canaryFile({ guardrails: ['errors', 'missing_outcome'] })
const STEP = stepOf(RELEASE, FILE)
const OF = { model: 'churn', environment: 'staging', key: STEP.key }
const LATER = NOW + 30 * 3_600_000

/** Ten of the champion, four of the challenger, two of both; one converted, two failed, one of whom met both. */
function counted() {
  const { traffic } = trafficScene()
  traffic.setCanaries([], NOW)
  traffic.setCanaries([{ ...STEP, isFirst: false }], NOW)
  const meet = (unit: string, release: string, more: object = {}) =>
    throughTurns(
      traffic.take(Buffer.from(JSON.stringify({ model: 'churn', release, unit, ...more })), SENDER, NOW),
    )
  for (let unit = 0; unit < 12; unit++) meet(`a${unit}`, RELEASE, { error: unit < 2 })
  for (let unit = 0; unit < 4; unit++) meet(`b${unit}`, STEP.challenger)
  for (const unit of ['a1', 'a2']) meet(unit, STEP.challenger)
  throughTurns(
    traffic.takeOutcomes(
      Buffer.from('{"model":"churn","unit":"b1","outcome":"bought"}'),
      SENDER,
      new Map(),
      NOW,
    ),
  )
  const [counts] = traffic.canaries({}, LATER)
  return { traffic, counts: counts! }
}

const { traffic, counts } = counted()
const samples: Sample[] = [
  ...metricSamples(traffic.metrics()),
  { labels: { count: 'scraped', environment: 'staging', canary: STEP.key }, value: LATER / 1000 },
]
const read = (from: readonly Sample[], of: CanaryOf = OF) => readCanarySamples(from, of, FILE.guardrails)
const answer = (change: object = {}) => ({ counts: [{ ...canaryData(counts), ...change }] })

describe('the counts of a canary', () => {
  it('are what was sent', () => {
    expect(counts).toMatchObject({
      metBoth: 2,
      echoed: 6,
      arms: {
        champion: { exposures: 12, crossed: 2, matured: 10, converted: 0 },
        challenger: { exposures: 6, crossed: 2, matured: 4, converted: 1 },
      },
    })
    expect([...counts.arms.champion.harmed]).toEqual([
      ['errors', 1],
      ['missing_outcome', 10],
    ])
  })

  it('are the same from a collector and from Prometheus', () => {
    expect(readCollectorCanary(JSON.parse(JSON.stringify(answer())), OF)).toEqual(counts)
    expect(read(samples)).toEqual(counts)
  })

  it.each([
    [
      'another step',
      { ...OF, key: 'r1/r2@25' },
      `it does not count the canary r1/r2@25 of churn, and counts ${STEP.key}`,
    ],
    ['another model', { ...OF, model: 'fraud' }, /counts no canary of fraud|does not count/],
  ])('are of no other canary: %s', (_, of, failed) => {
    for (const told of [
      readCollectorCanary(answer(), of),
      read(
        samples.filter(() => of.model === 'churn'),
        of,
      ),
    ])
      expect(told).toEqual({
        failed: expect.stringMatching(typeof failed === 'string' ? failed.replaceAll('.', '\\.') : failed),
      })
  })

  it('are of no other environment', () => {
    expect(readCollectorCanary(answer(), { ...OF, environment: 'production' })).toEqual({
      failed: 'it counts for staging, and not for production',
    })
    const { environment: _, ...any } = OF
    const other = samples.map(({ labels, value }) => ({
      labels: { ...labels, environment: 'production' },
      value,
    }))
    expect(read([...samples, ...other], any)).toEqual({
      failed: 'it has counts of several environments (staging, production)',
    })
    expect(read([...other, ...samples])).toEqual(counts)
  })

  it('are none where one of them is missing: what is not there looks like 0', () => {
    fc.assert(
      fc.property(fc.nat(samples.length - 1), place => {
        const told = read(samples.toSpliced(place, 1))
        expect(told).toEqual({
          failed: expect.stringMatching(/^it answers in part: 1 of \d+ counts are missing/),
        })
      }),
      cases(200),
    )
    expect(read([])).toEqual({ failed: 'it counts no canary of churn' })
  })

  it('are none where one is no number of units', () => {
    const wrong = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53)
    fc.assert(
      fc.property(fc.nat(samples.length - 1), wrong, (place, value) => {
        const { labels } = samples[place]!
        // A time may have a fraction, and be before 1970.
        fc.pre(!(Math.abs(value) <= 1 && ['began', 'scraped'].includes(labels.count!)))
        expect(read(samples.with(place, { labels, value }))).toEqual({
          failed: expect.stringMatching(new RegExp(`^it has ${String(value)} where .* stands$`)),
        })
      }),
      cases(300),
    )
  })

  it.each([
    ['nothing', undefined],
    ['a page', '<html>'],
    ['counts of something else', { counts: [{ model: 'churn', key: OF.key }] }],
    ['a text for a number', answer({ metBoth: '2' })],
    ['null for a number', answer({ since: null })],
  ])('are none in an answer that is none: %s', (_, told) => {
    expect(readCollectorCanary(told, OF)).toEqual({ failed: 'it answers what is none of its API' })
  })
})
