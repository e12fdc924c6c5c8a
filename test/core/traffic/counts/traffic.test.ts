import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minuteRing } from '../../../../src/core/traffic/counts/minutes.ts'
import { seriesOf } from '../../../../src/core/traffic/counts/series.ts'
import { countsData } from '../../../../src/core/traffic/counts/traffic-counts.ts'
import { binNames, referenceCounts } from '../../../../src/core/traffic/profile/bins.ts'
import { trafficFeatures } from '../../../../src/core/traffic/profile/profile.ts'
import { profileHash } from '../../../../src/core/traffic/profile/profile-file.ts'
import { readCollectorCounts } from '../../../../src/core/traffic/seen/collector-answer.ts'
import { profileOf, profiles } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'
import { NOW, RELEASE, trafficScene } from '../../../support/traffic.ts'

const MINUTE = 60_000
const at41 = { features: { age: 41, plan: 'pro' } }

describe('what Prometheus reads', () => {
  it('has every bin as 0 from the first time on, beside what the profile has in it', () => {
    const profile = profileOf()
    const { traffic } = trafficScene(profile)

    const lines = traffic.metrics().split('\n')

    const of = (name: string) => lines.filter(line => line.startsWith(`${name}{`))
    expect(of('assay_feature_total')).toHaveLength(trafficFeatures(profile).flatMap(binNames).length)
    expect(of('assay_feature_total').every(line => line.endsWith('} 0'))).toBe(true)
    expect(of('assay_profile_count').map(line => Number(line.split(' ').at(-1)))).toEqual(
      trafficFeatures(profile).flatMap(referenceCounts),
    )
    expect(of('assay_events_total').every(line => line.endsWith('} 0'))).toBe(true)
  })

  it.each([
    ['score and prediction', profileOf()],
    ['a prediction alone', profileOf({ score: undefined })],
    ['neither', profileOf({ score: undefined, prediction: undefined })],
  ])('is as many series of a release with %s as are told beforehand', (_, profile) => {
    const { traffic } = trafficScene(profile)

    const lines = traffic.metrics().split('\n')
    expect(lines.filter(line => line.includes('release="'))).toHaveLength(seriesOf(profile).total)
  })

  it('is the same number of series whatever is sent', () => {
    const { send, traffic } = trafficScene()
    const series = () => traffic.metrics().split('\n').length
    const before = series()

    for (const plan of ['x', 'y', 'a"} 1\nevil{b="', '__new__'])
      send({ features: { age: 41, plan, [plan]: 1 }, prediction: plan, score: plan })

    expect(series()).toBe(before)
    expect(traffic.metrics()).not.toContain('evil')
  })

  it('has labels that no name breaks out of', () => {
    const name = 'a\\"} 1'
    const [, plan] = profileOf().features
    const { traffic } = trafficScene(profileOf({ features: [{ ...plan!, name }] }))

    expect(traffic.metrics()).toContain('feature="a\\\\\\"} 1",bin="basic"} 0\n')
  })
})

describe('what a model answered', () => {
  const profile = profileOf()
  const score = { ...profile.score!, threshold: 0.5 }

  it('is the class of its score, where the accepted predictions were made so', () => {
    const { send, counts } = trafficScene({ ...profile, score })

    for (const value of [0.5, 0.9, 0.1, null]) send({ ...at41, score: value })
    send({ ...at41, score: 0.9, prediction: 0 })
    const { features } = counts(1, NOW)

    expect([...features.get('__prediction__')!]).toEqual([2, 2, 1, 0])
  })

  it('is not counted where only a score is sent and nothing says what it means', () => {
    const { send, counts } = trafficScene(profile)

    send({ ...at41, score: 0.9 })

    expect([...counts(1, NOW).features.get('__prediction__')!]).toEqual([0, 0, 0, 0])
  })
})

describe('counts of a window', () => {
  it('hold the minutes that were asked for and the one that runs, and say from when to when', () => {
    const { send, counts } = trafficScene()
    const ages = (minutes: number, now: number) => counts(minutes, now).features.get('age')![2]

    for (const minute of [0, 1, 1, 5]) send(at41, {}, NOW + minute * MINUTE)
    const now = NOW + 5 * MINUTE

    expect([1, 3, 4, 5].map(minutes => ages(minutes, now))).toEqual([1, 1, 3, 4])
    expect(ages(1, now + 10 * MINUTE)).toBe(0)
    const { since, until, events, restarted } = counts(4, now)
    expect({ since, until, counted: events.counted, restarted }).toEqual({
      since: '2026-05-20T12:01:00.000Z',
      until: '2026-05-20T12:05:30.000Z',
      counted: 3,
      restarted: false,
    })
  })

  it('say that counting began inside of them', () => {
    const { counts } = trafficScene()

    expect(counts(10, NOW + 5 * MINUTE).restarted).toBe(true)
    expect(counts(4, NOW + 5 * MINUTE).restarted).toBe(false)
  })

  it('say what only the network vouched for', () => {
    const { send, counts } = trafficScene()

    send(at41, {}, NOW, 'network')
    send(at41)

    expect(counts().events.counted).toBe(2)
    expect(counts().trustedByNetwork).toBe(1)
  })

  it('say by which profile, and are held against no other, whose bins have the same names', () => {
    const { traffic, counts } = trafficScene()
    const [age, plan] = profileOf().features
    const other = profileOf({
      features: [{ ...age, edges: [100, 200, 300] } as NonNullable<typeof age>, plan!],
    })
    const answer = JSON.parse(JSON.stringify({ counts: [countsData(counts())] }))
    const of = { model: 'churn' }

    expect(readCollectorCounts(answer, of, profileOf(), 60)).toMatchObject({ release: RELEASE })
    expect(readCollectorCounts(answer, of, other, 60)).toEqual({
      failed: expect.stringContaining('it counts in the bins of another profile'),
    })
    expect(traffic.metrics()).toContain(
      `assay_profile_info{model="churn",release="${RELEASE}",environment="staging",profile="${profileHash(profileOf())}"} 1\n`,
    )
  })

  it('are data with every name as it is', () => {
    const [, plan] = profileOf().features
    const { counts } = trafficScene(profileOf({ features: [{ ...plan!, name: 'constructor' }] }))

    const data = JSON.parse(JSON.stringify(countsData(counts())))

    expect(data.features.constructor).toEqual([0, 0, 0, 0])
    expect(data.environment).toBe('staging')
  })

  it('are those of a plain sum over the minutes', () => {
    const added = fc.record({ slot: fc.nat(9), by: fc.integer({ min: 1, max: 70_000 }), step: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(added, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (all, minutes) => {
        const ring = minuteRing(10, 12)
        let minute = 100
        const told: { slot: number; by: number; minute: number }[] = []
        for (const { slot, by, step } of all) {
          minute += step
          ring.add(slot, by, minute)
          told.push({ slot, by, minute })
        }
        const sums = (from: number) =>
          Array.from({ length: 10 }, (_, slot) =>
            told.reduce((sum, one) => sum + (one.slot === slot && one.minute >= from ? one.by : 0), 0),
          )
        expect([...ring.since(minute - minutes + 1)]).toEqual(sums(minute - minutes + 1))
        expect(sums(0)).toEqual(Array.from({ length: 10 }, (_, slot) => ring.total(slot)))
      }),
      cases(300),
    )
  })

  it('keep no more than a day', () => {
    const ring = minuteRing(2, 1440)
    for (let minute = 0; minute < 3000; minute++) ring.add(0, 1, minute)

    expect([...ring.since(0)]).toEqual([1440, 0])
    expect(ring.total(0)).toBe(3000)
  })
})

describe('releases', () => {
  it('come and go with their profiles, and one that stays keeps its counts', () => {
    const { traffic, send, bins } = trafficScene()
    const profile = profileOf()
    send(at41)

    traffic.setProfiles(
      [
        { model: 'churn', release: RELEASE, profile },
        { model: 'churn', release: 'v2', profile },
      ],
      NOW,
    )
    expect(bins('age')[2]).toBe(1)
    expect(traffic.knows('churn', 'v2')).toBe(true)

    traffic.setProfiles([{ model: 'churn', release: 'v2', profile }], NOW)
    expect(traffic.knows('churn', RELEASE)).toBe(false)
    expect(traffic.metrics()).not.toContain(RELEASE)
  })

  it('are counted in the bins of any profile', () => {
    fc.assert(
      fc.property(profiles(), fc.array(fc.jsonValue()), (profile, values) => {
        const { send, counts, ends } = trafficScene(profile)
        const { features } = profile
        if (features.length === 0) return
        for (const value of values)
          send({ features: features.map(() => (Array.isArray(value) ? null : value)) })
        const summed = features.map(({ name }) =>
          counts()
            .features.get(name)!
            .reduce((sum, count) => sum + count, 0),
        )
        expect(summed).toEqual(features.map(() => values.length))
        expect(ends().counted ?? 0).toBe(values.length)
        expect(features.map(feature => counts().features.get(feature.name)!.length)).toEqual(
          features.map(feature => binNames(feature).length),
        )
      }),
      cases(100),
    )
  })
})
