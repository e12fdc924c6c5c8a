import { expect, it } from 'vitest'
import { countCanaries } from '../../../../src/core/traffic/exposures/canaries.ts'
import { stepOf } from '../../../../src/core/traffic/exposures/step-of.ts'
import { canaryFile } from '../../../support/canaries.ts'

const NOW = Date.parse('2026-05-20T12:00:00Z')
const MINUTE = 60_000
const FIRST = stepOf('r41', canaryFile())
const SECOND = stepOf('r41', canaryFile({ weight: 25 }))

function counting() {
  const canaries = countCanaries({ startedAt: NOW, seed: 7, most: 100, settle: 5 * MINUTE })
  canaries.set([], NOW)
  const meet = (unit: string, release: string, now: number, time = now) =>
    canaries.of('churn')!.contact({ release, unit, time }, now)
  return { canaries, meet, counts: (now: number) => canaries.of('churn')!.counts(now) }
}

it('a later step counts once its weight is that of the traffic, and all who come then are new', () => {
  const { canaries, meet, counts } = counting()
  canaries.set([FIRST], NOW)
  meet('first', FIRST.challenger, NOW)
  meet('ann', 'r41', NOW + MINUTE)
  const then = NOW + 60 * MINUTE
  canaries.set([SECOND], then)
  expect(counts(then)).toMatchObject({ key: SECOND.key, since: then + 5 * MINUTE, restarted: false })

  meet('ann', 'r41', then + 4 * MINUTE)
  meet('bob', 'r41', then + 6 * MINUTE, then + 4 * MINUTE)
  meet('ann', FIRST.challenger, then + 6 * MINUTE)
  meet('cid', 'r41', then + 7 * MINUTE)
  expect(counts(then + 8 * MINUTE)).toMatchObject({
    metBoth: 0,
    arms: { champion: { exposures: 1 }, challenger: { exposures: 1 } },
  })
  expect(canaries.of('churn')!.tally().contacts.before).toBe(2)
})

it('another challenger begins as the first did: some minutes after the first of its pods has answered', () => {
  const { canaries, meet, counts } = counting()
  canaries.set([SECOND], NOW)
  expect(counts(NOW)).toMatchObject({ since: NOW + 5 * MINUTE, restarted: true })
  const other = { ...FIRST, challenger: 'r43', key: 'r41/r43@5' }
  canaries.set([other], NOW + MINUTE)
  meet('ann', 'r41', NOW + 2 * MINUTE)
  meet('bob', 'r43', NOW + 3 * MINUTE)
  meet('ann', 'r41', NOW + 7 * MINUTE)
  meet('cid', 'r43', NOW + 8 * MINUTE)

  expect(counts(NOW + 8 * MINUTE)).toMatchObject({
    since: NOW + 8 * MINUTE,
    restarted: false,
    arms: { champion: { exposures: 0 }, challenger: { exposures: 1 } },
  })
})

it('what was counted before the challenger was live is forgotten, once, and of no other step', () => {
  const { canaries, meet, counts } = counting()
  canaries.set([FIRST], NOW)
  meet('first', FIRST.challenger, NOW)
  for (const minute of [6, 8]) meet('ann', FIRST.challenger, NOW + minute * MINUTE)
  const told = (key: string, since: number, now: number) =>
    canaries.live({ model: 'churn', key, since: NOW + since * MINUTE }, NOW + now * MINUTE)
  expect(counts(NOW + 8 * MINUTE)).toMatchObject({ echoed: 2, arms: { challenger: { exposures: 1 } } })

  expect(told(SECOND.key, 7, 9)).toBe(false)
  expect(told(FIRST.key, 4, 9)).toBe(true)
  expect(counts(NOW + 9 * MINUTE)).toMatchObject({ since: NOW + 5 * MINUTE, echoed: 2 })

  expect(told(FIRST.key, 7, 9)).toBe(true)
  meet('bob', 'r41', NOW + 10 * MINUTE)
  expect(told(FIRST.key, 7, 11)).toBe(true)
  expect(counts(NOW + 11 * MINUTE)).toMatchObject({
    since: NOW + 9 * MINUTE,
    echoed: 0,
    arms: { champion: { exposures: 1 }, challenger: { exposures: 0 } },
  })
})
