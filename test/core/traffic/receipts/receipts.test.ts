import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readReceipt } from '../../../../src/core/traffic/receipts/receipt.ts'
import { profileOf } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'
import { NOW, RELEASE, SENDER, throughTurns, trafficScene } from '../../../support/traffic.ts'

const KEYS = new Map([
  ['k1', 'a key that nobody knows, 1'],
  ['k2', 'a key that nobody knows, 2'],
])
const SECOND = Math.floor(NOW / 1000)
const HOUR = 3_600_000

interface Said {
  release?: string
  time?: number
  bin?: string
  prediction?: string
  id?: string
  key?: string
  model?: string
  secret?: string
}

function signed({
  release = RELEASE,
  time = SECOND,
  bin = '1',
  prediction = '1',
  id = 'a',
  key = 'k1',
  model = 'churn',
  secret = KEYS.get(key) ?? '',
}: Said = {}): string {
  const text = `${release}|${time}|${bin}|${prediction}|${id}|${key}`
  const mac = createHmac('sha256', secret).update(`${model}|${text}`).digest().subarray(0, 16)
  return `${text}.${mac.toString('base64url')}`
}

function outcomeScene(labelTimes?: { delay: number; window: number }, profile = profileOf()) {
  const { traffic, counts } = trafficScene(profile, labelTimes)
  return {
    traffic,
    told(outcome: unknown, now = NOW, keys = KEYS) {
      const body = Buffer.from(typeof outcome === 'string' ? outcome : JSON.stringify(outcome))
      throughTurns(traffic.takeOutcomes(body, SENDER, keys, now))
    },
    /** Of what Prometheus reads, the lines of outcomes that are not 0. */
    ends: () =>
      traffic
        .metrics()
        .split('\n')
        .flatMap(
          line =>
            /^assay_outcomes_total\{.*result="(\w+)"(?:,proof="(\w+)")?\} ([1-9].*)$/.exec(line)?.slice(1) ??
            [],
        )
        .join(' ')
        .trim(),
    labels: (now = NOW) =>
      Object.fromEntries([...counts(60, now).labels!].map(([label, bins]) => [label, [...bins]])),
  }
}

describe('an outcome with a receipt', () => {
  it('is counted for its release, in the bin of its score, under its label', () => {
    const { traffic, told, ends, labels } = outcomeScene()

    told({ model: 'churn', receipt: signed(), label: 1 })
    told({ model: 'churn', receipt: signed({ bin: '0', id: 'b', prediction: '0' }), label: '0' })
    told([
      { model: 'churn', receipt: signed({ id: 'c' }), label: false },
      { model: 'churn', receipt: signed({ id: 'd' }), label: true },
    ])

    expect(ends()).toBe('counted receipt 4')
    expect(labels()).toEqual({ '0': [1, 1], '1': [0, 2] })
    const of = 'model="churn",release="2026-05-09-e5c87ee",environment="staging"'
    expect(traffic.metrics()).toContain(`assay_labelled_total{${of},score_bin="1",label="1"} 2\n`)
    expect(traffic.metrics()).toContain(`assay_predicted_total{${of},prediction="1",label="0"} 1\n`)
  })

  it('has every bin of every label as 0 from the first time on', () => {
    const lines = outcomeScene().traffic.metrics().split('\n')

    expect(lines.filter(line => /^assay_labelled_total\{.*\} 0$/.test(line))).toHaveLength(4)
    expect(lines.filter(line => /^assay_predicted_total\{.*\} 0$/.test(line))).toHaveLength(8)
  })

  it('is good with any key that is here, and with none that is gone', () => {
    const { told, ends } = outcomeScene()

    told({ model: 'churn', receipt: signed({ key: 'k1' }), label: 1 })
    told({ model: 'churn', receipt: signed({ key: 'k2' }), label: 1 })
    expect(ends()).toBe('counted receipt 2')
    told(
      { model: 'churn', receipt: signed({ key: 'k1', id: 'b' }), label: 1 },
      NOW,
      new Map([['k2', KEYS.get('k2')!]]),
    )
    expect(ends()).toContain('forged  1')
  })

  it.each([
    ['another secret', signed({ secret: 'guessed' })],
    ['another model', signed({ model: 'fraud' })],
    ['a key that is not here', signed({ key: 'k9', secret: 'a key that nobody knows, 1' })],
    ['another release', signed().replace(RELEASE, 'v2')],
    ['another time', signed().replace(`|${SECOND}|`, `|${SECOND + 1}|`)],
    ['another bin', signed().replace('|1|1|', '|0|1|')],
    ['another prediction', signed().replace('|1|1|', '|1|0|')],
    ['another id', signed().replace('|a|', '|b|')],
    ['no signature', signed().replace(/\..*/, '.')],
    ['half a signature', signed().slice(0, -1)],
    ['more behind it', `${signed()}=`],
    ['nothing', ''],
    ['a receipt without end', `${'x'.repeat(2000)}${signed()}`],
  ])('that %s has signed is forged, and counted for no release', (_, receipt) => {
    const { told, ends, labels } = outcomeScene()

    told({ model: 'churn', receipt, label: 1 })

    expect(ends()).toBe('forged  1')
    expect(labels()).toEqual({ '0': [0, 0], '1': [0, 0] })
  })

  it('that was changed anywhere is forged', () => {
    const receipt = signed({ id: 'order%2F7' })
    fc.assert(
      fc.property(fc.nat(receipt.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
        const changed = receipt.slice(0, at) + other + receipt.slice(at + 1)
        expect(readReceipt(changed, 'churn', KEYS) !== undefined).toBe(changed === receipt)
      }),
      cases(500),
    )
    fc.assert(
      fc.property(fc.string(), text => readReceipt(text, 'churn', KEYS) === undefined),
      cases(200),
    )
  })

  it('that comes twice is a duplicate, whatever it says the second time', () => {
    const { told, ends, labels } = outcomeScene()

    told({ model: 'churn', receipt: signed(), label: 1 })
    told({ model: 'churn', receipt: signed(), label: 0 })

    expect(ends()).toBe('counted receipt 1 duplicate receipt 1')
    expect(labels()).toEqual({ '0': [0, 0], '1': [0, 1] })
  })

  it.each([
    ['too old', SECOND - 2 * 3600 - 1, 'late receipt 1'],
    ['as old as may be', SECOND - 2 * 3600 + 1, 'counted receipt 1'],
    ['of a clock that is ahead', SECOND + 200, 'counted receipt 1'],
    ['from the future', SECOND + 400, 'late receipt 1'],
  ])('of a prediction that is %s', (_, time, end) => {
    const { told, ends } = outcomeScene({ delay: 0, window: 2 * HOUR })

    told({ model: 'churn', receipt: signed({ time }), label: 1 })

    expect(ends()).toBe(end)
  })

  it('that comes before its prediction is old enough counts when it is, and not before', () => {
    const { traffic, told, ends, labels } = outcomeScene({ delay: 24 * HOUR, window: 48 * HOUR })

    told({ model: 'churn', receipt: signed(), label: 1 })
    told({ model: 'churn', receipt: signed({ id: 'b', time: SECOND - 25 * 3600 }), label: 1 })
    expect(ends()).toBe('counted receipt 1 immature receipt 1')
    expect(labels()).toEqual({ '0': [0, 0], '1': [0, 1] })

    traffic.tick(NOW + 24 * HOUR - 1)
    expect(labels(NOW + 24 * HOUR)['1']).toEqual([0, 0])
    traffic.tick(NOW + 25 * HOUR)
    expect(labels(NOW + 25 * HOUR)['1']).toEqual([0, 1])
    traffic.tick(NOW + 26 * HOUR)
    expect(traffic.metrics()).toContain('score_bin="1",label="1"} 2\n')
  })

  it.each([
    ['a label that the profile does not have', { label: 2 }, {}, 'unknown_label receipt 1'],
    ['no label', {}, {}, 'unknown_label receipt 1'],
    ['a label by a name that every object has', { label: 'constructor' }, {}, 'unknown_label receipt 1'],
    ['a bin that the profile does not have', { label: 1 }, { bin: '2' }, 'mismatch receipt 1'],
    ['no bin', { label: 1 }, { bin: '' }, 'mismatch receipt 1'],
    ['no id, which another prediction may share,', { label: 1 }, { id: '' }, 'no_id receipt 1'],
    ['a release without a profile', { label: 1 }, { release: 'v9' }, 'no_profile  1'],
  ])('with %s is counted as that', (_, outcome, said, end) => {
    const { told, ends } = outcomeScene()

    told({ model: 'churn', receipt: signed(said), ...outcome })

    expect(ends()).toBe(end)
  })

  it.each([
    ['no model', { receipt: signed(), label: 1 }, 'rejected  1'],
    ['a model that nobody knows', { model: '__proto__', receipt: signed(), label: 1 }, 'unknown_model  1'],
    ['no JSON', '{"receipt": ', 'rejected  1'],
    ['a list in it', '[[]]', 'rejected  1'],
  ])('with %s is of none', (_, outcome, end) => {
    const { told, ends } = outcomeScene()

    told(outcome)

    expect(ends()).toBe(end)
  })
})

describe('an outcome that names its release itself', () => {
  it('is counted by the score that it says, as one that its sender vouches for', () => {
    const { told, ends, labels } = outcomeScene()
    const outcome = {
      model: 'churn',
      release: RELEASE,
      id: 'a',
      time: NOW,
      score: 0.7,
      prediction: 1,
      label: 1,
    }

    told(outcome)
    told(outcome)
    told({ ...outcome, id: 'b', time: NOW - 31 * 24 * HOUR })
    told({ ...outcome, id: 'c', score: undefined })
    told({ ...outcome, id: undefined, time: undefined, score: 0.2, label: 0 })
    told({ ...outcome, release: 'v9' })

    expect(ends()).toBe('counted echo 2 late echo 1 duplicate echo 1 mismatch echo 1 no_profile  1')
    expect(labels()).toEqual({ '0': [1, 0], '1': [0, 1] })
  })
})

describe('a release without a score in its profile', () => {
  it('of classes counts outcomes by what was predicted, and where nothing was says so', () => {
    const { traffic, told, ends } = outcomeScene(undefined, profileOf({ score: undefined }))

    told({ model: 'churn', receipt: signed({ bin: '' }), label: 1 })
    told({ model: 'churn', receipt: signed({ bin: '', prediction: '', id: 'b' }), label: 1 })
    told({ model: 'churn', receipt: signed({ bin: '', id: 'c' }), label: 'other' })

    expect(ends()).toBe('counted receipt 1 unknown_label receipt 1 mismatch receipt 1')
    expect(traffic.metrics()).toMatch(/assay_predicted_total\{.*prediction="1",label="1"\} 1\n/)
    expect(traffic.metrics()).not.toContain('assay_labelled_total')
  })

  it('and without classes has no bins for labels, and says so of each', () => {
    const none = profileOf({ score: undefined, prediction: undefined })
    const { traffic, told, ends } = outcomeScene(undefined, none)

    told({ model: 'churn', receipt: signed(), label: 1 })

    expect(ends()).toBe('unknown_label receipt 1')
    expect(traffic.metrics()).not.toContain('assay_labelled_total')
  })
})
