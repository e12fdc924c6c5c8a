import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countExposures, type ExposuresOf } from '../../../../src/core/traffic/exposures/exposures.ts'
import type { CanaryStep } from '../../../../src/core/traffic/exposures/step.ts'
import { cases } from '../../../support/rounds.ts'
import { naiveCounts, type Told } from './naive.ts'

const NOW = Date.parse('2026-05-20T12:00:00Z')
const HOUR = 3_600_000
const STEP: CanaryStep = {
  model: 'churn',
  key: 'r41/r42@5',
  champion: 'r41',
  challenger: 'r42',
  unit: 'user',
  isFirst: false,
  outcome: 'bought',
  within: HOUR,
  guardrails: ['errors', 'latency', 'missing_outcome'],
  slow: 250,
}

function counting(of: Partial<ExposuresOf> & { step?: CanaryStep } = {}) {
  const exposures = countExposures({
    step: STEP,
    seed: 7,
    most: 100_000,
    since: NOW,
    settle: 0,
    restarted: false,
    ...of,
  })
  const at = (now: number) => ({
    meets: (unit: string, release = 'r41', more: object = {}) =>
      exposures.contact({ release, unit, ...more }, now),
    buys: (unit: string, more: object = {}) => exposures.outcome({ unit, converts: true, ...more }, now),
    arms: () => exposures.counts(now).arms,
    counts: () => exposures.counts(now),
  })
  return { exposures, at }
}

describe('units of two arms', () => {
  it('count once, convert once, and are judged when they are mature', () => {
    const { at } = counting()
    for (const minute of [0, 1, 2]) at(NOW + minute * 60_000).meets('ann')
    at(NOW).meets('bob', 'r42')
    for (const minute of [3, 4]) at(NOW + minute * 60_000).buys('ann')

    expect(at(NOW + HOUR).arms().champion).toMatchObject({ exposures: 1, matured: 0, converted: 0 })
    const { champion, challenger } = at(NOW + HOUR + 1000).arms()
    expect(champion).toMatchObject({ exposures: 1, matured: 1, converted: 1 })
    expect(challenger).toMatchObject({ exposures: 1, matured: 1, converted: 0 })
    expect(challenger.harmed.get('missing_outcome')).toBe(1)
  })

  it('that met both arms are told as that, and are left out of both', () => {
    const { exposures, at } = counting()
    at(NOW).meets('ann', 'r41', { isError: true })
    at(NOW + 1000).meets('ann', 'r42', { isError: true })
    at(NOW + 2000).buys('ann')

    const { arms, metBoth } = at(NOW + 2 * HOUR).counts()
    expect(metBoth).toBe(1)
    expect(exposures.tally().outcomes.crossed).toBe(1)
    for (const arm of [arms.champion, arms.challenger]) {
      expect(arm).toMatchObject({ exposures: 1, crossed: 1, matured: 0, converted: 0 })
      expect([...arm.harmed.values()]).toEqual([0, 0, 0])
    }
  })

  it('convert by no outcome from before their first contact, nor by one that came too late', () => {
    const { exposures, at } = counting()
    at(NOW).buys('ann')
    at(NOW + 10_000).meets('ann')
    at(NOW).meets('bob')
    at(NOW + HOUR + 60_000).buys('bob', { time: NOW + 60_000 })

    expect(at(NOW + 3 * HOUR).arms().champion).toMatchObject({ exposures: 2, matured: 2, converted: 0 })
    expect(exposures.tally().outcomes).toMatchObject({ early: 1, late: 1 })
  })

  it('find an outcome that was told before the contact, and happened after it', () => {
    const { at } = counting()
    at(NOW + 20_000).buys('ann', { time: NOW + 5000 })
    at(NOW + 30_000).meets('ann', 'r41', { time: NOW + 2000 })

    expect(at(NOW + 2 * HOUR).arms().champion.converted).toBe(1)
  })

  it('are not made younger by a clock that is ahead', () => {
    const { at } = counting()
    at(NOW).meets('ann', 'r41', { time: NOW + 60_000 })
    at(NOW + 5000).buys('ann', { time: NOW + 2 * HOUR })

    expect(at(NOW + HOUR + 1000).arms().champion).toMatchObject({ matured: 1, converted: 1 })
  })

  it('that nothing names, that come too late, or of another release, are told apart', () => {
    const { exposures, at } = counting()
    const now = NOW + 2 * HOUR
    at(now).meets('')
    at(now).meets('x'.repeat(1024 * 1024))
    exposures.contact({ release: 'r41' }, now)
    at(now).meets('ann', 'r40')
    at(now).meets('ann', 'r41', { time: now - HOUR - 1 })
    at(now).buys('ann', { release: 'r40' })

    expect(at(now).counts()).toMatchObject({ unattributed: 5, arms: { champion: { exposures: 0 } } })
    expect(exposures.tally().contacts).toMatchObject({ no_unit: 3, other_release: 1, late: 1 })
    expect(exposures.tally().outcomes.other_release).toBe(1)
  })

  it('that there is no room for are counted as that, and the others go on', () => {
    const { at } = counting({ most: 10 })
    for (let unit = 0; unit < 25; unit++) at(NOW).meets(`u${unit}`)
    at(NOW).meets('u3', 'r41', { isError: true })

    const { arms, full } = at(NOW).counts()
    expect(full).toBe(15)
    expect(arms.champion.exposures).toBe(10)
    expect(arms.champion.harmed.get('errors')).toBe(1)
  })
})

describe('a step', () => {
  it('counts from when the split is there: what came before the first of the challenger is forgotten', () => {
    const { at } = counting({ step: { ...STEP, isFirst: true } })
    for (let unit = 0; unit < 30; unit++) at(NOW + unit * 1000).meets(`u${unit}`)
    expect(at(NOW + 40_000).arms().champion.exposures).toBe(30)
    at(NOW + 60_000).meets('first', 'r42')

    expect(at(NOW + 60_000).counts()).toMatchObject({
      since: NOW + 60_000,
      arms: { champion: { exposures: 0 }, challenger: { exposures: 0 } },
    })
    at(NOW + 61_000).meets('u3', 'r42')
    at(NOW + 62_000).meets('first', 'r42')
    expect(at(NOW + 63_000).counts()).toMatchObject({ metBoth: 0, arms: { challenger: { exposures: 2 } } })
  })

  it('forgets requests that are mature, so that they take no room for ever', () => {
    const step: CanaryStep = { ...STEP, unit: 'request' }
    const { exposures, at } = counting({ step, most: 2000 })
    for (let round = 0; round < 3; round++) {
      const now = NOW + round * 2 * HOUR
      for (let unit = 0; unit < 1500; unit++) at(now).meets(`${round} ${unit}`)
      for (let tick = 0; tick < 70; tick++) exposures.tick(now + HOUR + 1000 * (tick + 1))
    }
    expect(at(NOW + 7 * HOUR).counts()).toMatchObject({ full: 0, arms: { champion: { matured: 4500 } } })
  })
})

describe('whatever the story', () => {
  const unit = fc.constantFrom('a', 'b', 'c', 'd')
  const told = fc.record({ wait: fc.nat(1500), ago: fc.nat(400), unit })
  const contact = fc.record({
    what: fc.constant('contact' as const),
    arm: fc.oneof(
      { arbitrary: fc.constant('champion' as const), weight: 4 },
      { arbitrary: fc.constant('challenger' as const), weight: 1 },
    ),
    isError: fc.boolean(),
    isSlow: fc.boolean(),
  })
  const outcome = fc.record({ what: fc.constant('outcome' as const), converts: fc.boolean() })
  const stories = fc.array(fc.tuple(told, fc.oneof(contact, outcome)), { maxLength: 40 }).map(steps => {
    let now = 500
    return steps.map(([{ wait, ...rest }, what]): Told => {
      now += wait
      return { told: now, ...rest, ...what }
    })
  })
  const play = (story: readonly Told[], ticks: readonly number[] = []) => {
    const { exposures } = counting()
    for (const [place, one] of story.entries()) {
      const now = NOW + one.told * 1000
      const time = now - one.ago * 1000
      if (ticks.includes(place)) exposures.tick(now)
      if (one.what === 'outcome') exposures.outcome({ unit: one.unit, time, converts: one.converts }, now)
      else {
        const release = one.arm === 'champion' ? 'r41' : 'r42'
        const { isError } = one
        exposures.contact({ release, unit: one.unit, time, isError, latency: one.isSlow ? 251 : 250 }, now)
      }
    }
    return exposures
  }
  const endOf = (story: readonly Told[], more: number) => (story.at(-1)?.told ?? 0) + more

  it('the counts are what the words say, and no tick changes them', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat(40)), fc.nat(5000), (story, ticks, more) => {
        const end = endOf(story, more)
        const counts = play(story, ticks).counts(NOW + end * 1000)
        const { arms, metBoth } = naiveCounts(story, STEP, end)
        expect(counts.arms).toEqual(arms)
        expect(counts.metBoth).toBe(metBoth)
      }),
      cases(2000),
    )
  })

  it('contacts in any order are the same units and the same crossings', () => {
    const contacts = stories.map(story => story.filter(one => one.what === 'contact').slice(0, 12))
    fc.assert(
      fc.property(
        contacts.chain(story =>
          fc.tuple(fc.constant(story), fc.shuffledSubarray(story, { minLength: story.length })),
        ),
        ([story, shuffled]) => {
          const known = (of: readonly Told[]) => {
            const { arms, metBoth } = play(of.map(one => ({ ...one, told: 500, ago: 0 }))).counts(
              NOW + 600_000,
            )
            return {
              metBoth,
              champion: [arms.champion.exposures, arms.champion.crossed, arms.champion.harmed],
              challenger: [arms.challenger.exposures, arms.challenger.crossed, arms.challenger.harmed],
            }
          }
          expect(known(shuffled)).toEqual(known(story))
        },
      ),
      cases(500),
    )
  })

  it('counters only rise', () => {
    fc.assert(
      fc.property(stories, story => {
        const numbers = (of: object): number[] =>
          Object.values(of).flatMap(one => (typeof one === 'number' ? [one] : numbers(one)))
        const counted = story.map((_, place) => numbers(play(story.slice(0, place)).tally()))
        for (const [place, after] of counted.slice(1).entries())
          for (const [index, number] of after.entries())
            expect(number).toBeGreaterThanOrEqual(counted[place]![index]!)
      }),
      cases(100),
    )
  })
})
