import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profileOf } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'
import { logged, NOW, RELEASE, SENDER, throughTurns, trafficScene } from '../../../support/traffic.ts'

const plain = (more: object = {}) => ({
  features: { age: 41, plan: 'pro' },
  prediction: 1,
  score: 0.9,
  ...more,
})
/** Bins of age: below 20, 40, 60, above; then missing, new. Of plan: basic, pro; then missing, new. */
const AGE_41 = [0, 0, 1, 0, 0, 0]
const PRO = [0, 1, 0, 0]

describe('a plain event', () => {
  it('is counted in the bins of its features, its score and its prediction', () => {
    const { send, bins, ends } = trafficScene()

    send(plain())

    expect(ends()).toEqual({ counted: 1 })
    expect(bins('age')).toEqual(AGE_41)
    expect(bins('plan')).toEqual(PRO)
    expect(bins('__score__')).toEqual([0, 1, 0, 0])
    expect(bins('__prediction__')).toEqual([0, 1, 0, 0])
  })

  it('may be one of a list, a line of NDJSON, packed, or inside of a CloudEvent', () => {
    const { send, bins, ends } = trafficScene()
    const cloud = { specversion: '1.0', id: 'c', source: 's', type: 'prediction' }

    send([plain(), plain()])
    send(`${JSON.stringify(plain())}\r\n\n${JSON.stringify(plain())}`, {
      'content-type': 'application/x-ndjson',
    })
    send(gzipSync(JSON.stringify(plain())))
    send({ ...cloud, data: plain() })
    send([
      { ...cloud, id: 'd', data: plain() },
      { ...cloud, id: 'e', data: JSON.stringify(plain()) },
    ])
    send(plain(), { 'ce-id': 'f', 'ce-type': 'prediction' })
    const packed = gzipSync(JSON.stringify(plain())).toString('base64')
    send({ ...cloud, id: 'g', data_base64: packed })

    expect(ends()).toEqual({ counted: 10 })
    expect(bins('age')).toEqual(AGE_41.map(count => 10 * count))
  })

  it('may have its features in the order of the profile', () => {
    const { send, bins } = trafficScene()

    send(plain({ features: [41, 'pro'] }))

    expect(bins('age')).toEqual(AGE_41)
    expect(bins('plan')).toEqual(PRO)
  })

  it.each([
    ['a name is not there', { plan: 'pro' }, '__missing__'],
    ['null', { age: null, plan: 'pro' }, '__missing__'],
    ['an empty text', { age: '', plan: 'pro' }, '__missing__'],
    ['a text', { age: 'forty', plan: 'pro' }, '__new__'],
    ['a list', { age: [41], plan: 'pro' }, '__new__'],
    ['an object', { age: { valueOf: 41 }, plan: 'pro' }, '__new__'],
  ])('whose feature is no number is counted: %s', (_, features, bin) => {
    const { send, bins, ends } = trafficScene()

    send(plain({ features }))

    expect(ends()).toEqual({ counted: 1 })
    expect(bins('age')).toEqual(bin === '__missing__' ? [0, 0, 0, 0, 1, 0] : [0, 0, 0, 0, 0, 1])
  })

  it('may hold what Python writes for numbers that are none, and a text that looks so stays one', () => {
    const profile = profileOf()
    profile.features[1] = { ...profile.features[1]!, categories: ['NaN-plan', 'pro'] } as never
    const { send, bins, ends } = trafficScene(profile)

    for (const value of ['NaN', 'Infinity', '-Infinity', '1e999'])
      send(`{"features": {"age": ${value}, "plan": "NaN-plan"}, "note": "a \\"NaN\\" or Infinity"}`)

    expect(ends()).toEqual({ counted: 4 })
    expect(bins('age')).toEqual([0, 0, 0, 0, 1, 3])
    expect(bins('plan')).toEqual([4, 0, 0, 0])
  })

  it('without score or prediction leaves theirs as they are', () => {
    const { send, bins, ends } = trafficScene()

    send({ features: { age: 41, plan: 'pro' } })

    expect(ends()).toEqual({ counted: 1 })
    expect(bins('__score__')).toEqual([0, 0, 0, 0])
    expect(bins('__prediction__')).toEqual([0, 0, 0, 0])
  })

  it.each([
    ['fewer values than features', plain({ features: [41] })],
    ['more', plain({ features: [41, 'pro', 3] })],
    ['lists in lists', plain({ features: [[41], ['pro']] })],
    ['no name that the profile knows', plain({ features: { Age: 41 } })],
    ['no name at all', plain({ features: {} })],
    ['names that every object has', plain({ features: { constructor: 1, toString: 2 } })],
  ])('with %s is a mismatch', (_, event) => {
    const { send, bins, ends } = trafficScene()

    send(event)

    expect(ends()).toEqual({ mismatch: 1 })
    expect(bins('age')).toEqual([0, 0, 0, 0, 0, 0])
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"features": '],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['a word', '"churn"'],
    ['null', 'null'],
    ['a number', '12'],
    ['no features', {}],
    ['another model than its address', plain({ model: 'fraud' })],
    ['another release than its address', plain({ release: 'v2' })],
    ['a model that is no text', plain({ model: { toString: 'churn' } })],
    ['an id that is none', plain({ id: {} })],
    ['an id without end', plain({ id: 'x'.repeat(300) })],
    ['a time that is none', plain({ time: 'yesterday' })],
    ['a time that is a list', plain({ time: [2026] })],
    ['a CloudEvent without a type', { specversion: '1.0', id: 'a', data: plain() }],
    ['a CloudEvent whose data is no text and no object', { specversion: '1.0', type: 'a', data_base64: 7 }],
    ['gzip that is broken', Buffer.concat([gzipSync('{}').subarray(0, 12), Buffer.from('xxxx')])],
    ['gzip of more than is taken', gzipSync(Buffer.alloc(2_000_000, ' '))],
  ])('that is %s is rejected', (_, body) => {
    const { send, ends } = trafficScene()

    send(body)

    expect(ends()).toEqual({ rejected: 1 })
  })

  it('that cannot be read leaves the others of its body', () => {
    const { send, ends } = trafficScene()

    send(`${JSON.stringify(plain())}\n{"features":\n${JSON.stringify(plain())}\n`)
    send([plain(), 7, null, plain()])

    expect(ends()).toEqual({ counted: 4, rejected: 3 })
  })

  it('with an id that came before is a duplicate', () => {
    const { send, ends } = trafficScene()

    send(plain({ id: 'a' }))
    send(plain({ id: 'a' }))
    send(plain({ id: 'b' }))
    send(plain({ id: 7 }))
    send(plain({ id: '7' }))

    expect(ends()).toEqual({ counted: 3, duplicate: 2 })
  })

  it.each([
    ['an hour ago', NOW - 3_600_000, 'counted'],
    ['earlier', NOW - 3_600_001, 'late'],
    ['five minutes ahead', NOW + 300_000, 'counted'],
    ['further ahead', NOW + 300_001, 'late'],
  ])('whose time is %s is %s', (_, time, end) => {
    const { send, ends } = trafficScene()

    send(plain({ time }))
    send(plain({ time: time / 1000 }))
    send(plain({ time: new Date(time).toISOString() }))

    expect(ends()).toEqual({ [end]: 3 })
  })

  it('of any shape is one event with one end, and changes no prototype', () => {
    const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string(), fc.uint8Array()),
        fc.constantFrom('request', 'response', ''),
        (body, part) => {
          const { send, counts, traffic } = trafficScene()
          send(body, part === '' ? {} : logged(part as 'request', 'a'))
          traffic.tick(NOW + 3_600_000)
          const ends = Object.values(counts(60).events).reduce((sum, count) => sum + count, 0)
          expect(ends).toBeGreaterThanOrEqual(Array.isArray(json(body)) && part === '' ? 0 : 1)
        },
      ),
      cases(500),
    )
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before)
  })
})

describe('a body', () => {
  it.each([
    ['of one small event', plain(), false],
    ['of one large event', plain({ note: 'x'.repeat(40_000) }), true],
    ['of a list', [plain()], true],
  ])('%s is read by turns only where it needs them', (_, body, hasTurns) => {
    const { traffic, ends } = trafficScene()
    const from = { ...SENDER, model: 'churn', release: RELEASE, header: () => undefined }
    const turns = traffic.take(Buffer.from(JSON.stringify(body)), from, NOW)
    expect(turns !== undefined).toBe(hasTurns)
    throughTurns(turns)
    expect(ends()).toEqual({ counted: 1 })
  })
})

describe('an event without an address of its own', () => {
  it.each([
    [
      'its release',
      { model: 'churn', release: RELEASE },
      'release="2026-05-09-e5c87ee",environment="staging",result="counted",trust="token"} 1',
    ],
    [
      'a release without a profile',
      { model: 'churn', release: 'v9' },
      '{model="churn",environment="staging",result="no_profile"} 1',
    ],
    [
      'a model that nobody knows',
      { model: 'x"} 1\nevil 1', release: RELEASE },
      '{environment="staging",result="unknown_model"} 1',
    ],
    [
      'a model by a name that every object has',
      { model: '__proto__', release: RELEASE },
      '{environment="staging",result="unknown_model"} 1',
    ],
    ['nothing', {}, '{environment="staging",result="rejected"} 1'],
  ])('that names %s is counted so, and makes no series', (_, place, line) => {
    const { traffic } = trafficScene()
    const series = traffic.metrics().split('\n').length

    throughTurns(traffic.take(Buffer.from(JSON.stringify(plain(place))), SENDER, NOW))

    expect(traffic.metrics()).toContain(line)
    expect(traffic.metrics().split('\n')).toHaveLength(series)
  })
})

// --- internal ---

function json(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}
