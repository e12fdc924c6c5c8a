import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CanaryStep } from '../../../../src/core/traffic/exposures/step.ts'
import { NOW, RELEASE, SENDER, throughTurns, trafficScene } from '../../../support/traffic.ts'

/** What comes from senders, up to the counts of a canary. */

const CHALLENGER = '2026-06-02-7cd0011'
const HOUR = 3_600_000
const KEYS = new Map([['k1', 'a key that nobody knows, 1']])
const STEP: CanaryStep = {
  model: 'churn',
  key: `${RELEASE}/${CHALLENGER}@5`,
  champion: RELEASE,
  challenger: CHALLENGER,
  unit: 'user',
  isFirst: true,
  outcome: 'bought',
  within: HOUR,
  guardrails: ['errors', 'latency', 'missing_outcome'],
  slow: 250,
}
const ROW = { features: { age: 41, plan: 'pro' }, prediction: 1, score: 0.9 }

function scene(step: Partial<CanaryStep> = {}) {
  const { traffic, send, ends } = trafficScene()
  traffic.setCanaries([], NOW)
  traffic.setCanaries([{ ...STEP, ...step }], NOW)
  const post = (body: unknown, headers: Record<string, string> = {}, now = NOW) => {
    const from = { ...SENDER, weight: 8_000_000, header: (name: string) => headers[name] }
    throughTurns(traffic.take(Buffer.from(JSON.stringify(body)), from, now))
  }
  const told = (body: unknown, now = NOW) =>
    throughTurns(traffic.takeOutcomes(Buffer.from(JSON.stringify(body)), SENDER, KEYS, now))
  const counts = (now = NOW) => traffic.canaries({}, now)[0]!
  const lines = (name: string) =>
    traffic
      .metrics()
      .split('\n')
      .filter(line => line.startsWith(`${name}{`))
  // Whoever meets the challenger first only says that it is there.
  post({ model: 'churn', release: CHALLENGER, unit: 'first' })
  return { traffic, send, ends, post, told, counts, lines }
}

describe('units of a canary', () => {
  it.each([
    ['plain', { ...ROW, model: 'churn', release: CHALLENGER, unit: 'ann' }, {}],
    [
      'plain, of a release that has no profile and no row',
      { model: 'churn', release: CHALLENGER, unit: 7 },
      {},
    ],
    ['a header', { ...ROW, model: 'churn', release: CHALLENGER }, { 'x-assay-unit': 'ann' }],
    [
      'an extension of a CloudEvent in its headers',
      { ...ROW, model: 'churn', release: CHALLENGER },
      { 'ce-id': '1', 'ce-type': 'of.the.product', 'ce-assayunit': 'ann' },
    ],
    [
      'an extension of a structured CloudEvent',
      {
        specversion: '1.0',
        id: '1',
        type: 'of.the.product',
        assayunit: 'ann',
        data: { ...ROW, model: 'churn', release: CHALLENGER },
      },
      {},
    ],
  ])('are known by what an event says of them: %s', (_, body, headers) => {
    const { post, counts } = scene()
    post(body, headers)
    post(body, headers)

    expect(counts()).toMatchObject({ unattributed: 0, arms: { challenger: { exposures: 1 } } })
  })

  it('are known of both halves of a logger once', () => {
    const { send, counts } = scene({ unit: 'request' })
    const headers = (part: string) => ({ 'ce-id': 'r1', 'ce-type': `org.kubeflow.serving.inference.${part}` })
    send({ instances: [{ age: 41, plan: 'pro' }], error: true, latency_ms: 999 }, headers('request'))
    send({ predictions: [1] }, headers('response'))

    const { champion } = counts().arms
    expect(champion.exposures).toBe(1)
    expect([...champion.harmed.values()]).toEqual([0, 0, 0])
  })

  it('meet the events of guardrails, also where the model answered nothing', () => {
    const { send, counts, ends } = scene()
    send({ unit: 'ann', error: true })
    send({ unit: 'bob', latency_ms: 251, ...ROW })
    send({ unit: 'cid', latency_ms: 250, ...ROW })
    send({ unit: 'dan', latency_ms: '999', error: 'no', ...ROW })
    send(`{"unit":"eve","latency_ms":1e999,"features":{"age":41}}`)

    const { champion } = counts().arms
    expect(champion).toMatchObject({ exposures: 5 })
    expect([champion.harmed.get('errors'), champion.harmed.get('latency')]).toEqual([1, 1])
    expect(ends()).toEqual({ counted: 4, empty: 1 })
  })

  it('convert by a name, by whom it was for', () => {
    const { send, told, counts, lines } = scene()
    for (const unit of ['ann', 'bob', 'cid', 'dan']) send({ ...ROW, unit })
    told({ model: 'churn', unit: 'ann', outcome: 'bought' })
    told({ model: 'churn', unit: 'bob', outcome: 'bought', label: 0, release: RELEASE, id: '1', score: 0.9 })
    told({ model: 'churn', unit: 'cid', outcome: 'looked' })
    told({ model: 'churn', unit: 'dan', outcome: 'bought', at: 'yesterday' })
    told({ model: 'churn', outcome: 'bought' })

    expect(counts(NOW + 2 * HOUR).arms.champion).toMatchObject({ matured: 4, converted: 1 })
    expect(counts(NOW + 2 * HOUR).arms.champion.harmed.get('missing_outcome')).toBe(1)
    const told0 = lines('assay_outcomes_total').filter(line => !line.endsWith(' 0'))
    expect(told0.map(line => /result="(\w+)".* (\d+)$/.exec(line)!.slice(1).join(' ')).sort()).toEqual([
      'counted 1',
      'rejected 1',
      'unlabelled 3',
    ])
  })

  it('are requests by the id in a receipt, which nobody can make up', () => {
    const { send, told, counts } = scene({ unit: 'request' })
    for (const id of ['order 7', 'order 8']) send({ ...ROW, id })
    const text = `${RELEASE}|${Math.floor(NOW / 1000)}|1|1|order%207|k1`
    const mac = createHmac('sha256', KEYS.get('k1')!).update(`churn|${text}`).digest().subarray(0, 16)
    told({ model: 'churn', receipt: `${text}.${mac.toString('base64url')}`, outcome: 'bought', label: 1 })
    told({
      model: 'churn',
      receipt: `${text.replace('7', '8')}.${mac.toString('base64url')}`,
      outcome: 'bought',
    })

    expect(counts(NOW + 2 * HOUR).arms.champion).toMatchObject({ exposures: 2, matured: 2, converted: 1 })
  })
})

describe('what Prometheus reads of a canary', () => {
  it('is all there as 0 from the first time on, by release and step', () => {
    const { lines } = scene()
    const at = `model="churn",environment="staging",canary="${STEP.key}"`

    expect(lines('assay_exposures_total')).toEqual([
      `assay_exposures_total{${at},release="${RELEASE}",arm="champion"} 0`,
      `assay_exposures_total{${at},release="${CHALLENGER}",arm="challenger"} 0`,
    ])
    for (const name of ['crossed', 'matured', 'converted'])
      expect(lines(`assay_${name}_total`).map(line => line.split(' ')[1])).toEqual(['0', '0'])
    expect(lines('assay_harmed_total')).toHaveLength(6)
    expect(lines('assay_met_both_total')).toEqual([`assay_met_both_total{${at}} 0`])
    expect(lines('assay_canary_start_time_seconds')).toEqual([
      `assay_canary_start_time_seconds{${at}} ${NOW / 1000}`,
    ])
    expect(lines('assay_canary_restarted')).toEqual([`assay_canary_restarted{${at}} 0`])
  })

  it('is the same series whatever is sent, and holds no unit', () => {
    const { traffic, send, told, lines } = scene()
    const before = traffic.metrics().split('\n').length
    for (const unit of [
      'sesame',
      'sesame"} 1\nevil{b="',
      '__proto__',
      'x'.repeat(1024 * 1024),
      '',
      null,
      { sesame: 1 },
    ]) {
      send({ ...ROW, unit })
      told({ model: 'churn', unit, outcome: unit })
    }

    expect(traffic.metrics().split('\n')).toHaveLength(before)
    expect(traffic.metrics()).not.toMatch(/sesame/)
    const results = lines('assay_canary_events_total').map(line =>
      /result="(\w+)"\} (\d+)/.exec(line)!.slice(1),
    )
    expect(Object.fromEntries(results)).toMatchObject({ counted: '3', no_unit: '4' })
  })

  it('begins anew with a step, and is gone with the canary', () => {
    const { traffic, send, lines } = scene()
    send({ ...ROW, unit: 'ann' })
    const next = { ...STEP, key: STEP.key.replace('@5', '@25'), isFirst: false }
    traffic.setCanaries([next], NOW + HOUR)
    expect(lines('assay_exposures_total').every(line => line.includes('@25') && line.endsWith(' 0'))).toBe(
      true,
    )

    traffic.setCanaries([], NOW + 2 * HOUR)
    expect(traffic.metrics()).not.toMatch(/canary/)
  })
})

describe('a canary that was there before', () => {
  it('says that it was: when the process begins, and in a later step that nobody has seen begin', () => {
    const { traffic } = trafficScene()
    traffic.setCanaries([STEP], NOW)
    expect(traffic.canaries({}, NOW)).toMatchObject([{ restarted: true, since: NOW }])
    traffic.setCanaries([STEP, { ...STEP, model: 'fraud', isFirst: false }], NOW + 1000)
    traffic.setCanaries([STEP, { ...STEP, model: 'fraud', isFirst: false }], NOW + 2000)
    expect(traffic.canaries({ model: 'fraud' }, NOW + 2000)).toMatchObject([
      { restarted: true, since: NOW + 1000 },
    ])
  })

  it('begins anew where its rules change', () => {
    const { traffic, send, counts } = scene()
    send({ ...ROW, unit: 'ann' })
    traffic.setCanaries([STEP], NOW + 1000)
    expect(counts().arms.champion.exposures).toBe(1)
    traffic.setCanaries([{ ...STEP, within: 2 * HOUR }], NOW + 2000)
    expect(counts().arms.champion.exposures).toBe(0)
  })
})

it('a flood of units of one model takes no room from another, and changes no count of rows', () => {
  const { traffic, send, ends, counts } = scene()
  const other = { ...STEP, model: 'fraud' }
  traffic.setCanaries([STEP, other], NOW)
  for (let unit = 0; unit < 3000; unit++) send({ ...ROW, unit: `u${unit}` })
  const from = { ...SENDER, model: 'fraud', release: RELEASE, weight: 1000 }
  throughTurns(traffic.take(Buffer.from('{"unit":"ann"}'), from, NOW))

  expect(counts()).toMatchObject({ full: 2000, arms: { champion: { exposures: 1000 } } })
  expect(traffic.canaries({ model: 'fraud' }, NOW)).toMatchObject([
    { full: 0, arms: { champion: { exposures: 1 } } },
  ])
  expect(ends()).toEqual({ counted: 3000 })
})
