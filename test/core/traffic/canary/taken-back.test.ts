import { describe, expect, it } from 'vitest'
import {
  type ComesYet,
  comesYetWords,
  heldTo,
  LEAST_REQUESTS,
  silenceOf,
} from '../../../../src/core/traffic/canary/taken-back.ts'
import type { TrafficEvent } from '../../../../src/core/traffic/events/event.ts'
import { countTakenBack } from '../../../../src/core/traffic/exposures/taken-back.ts'

const NOON = Date.parse('2026-05-20T12:00:00Z')
const MINUTE = 60_000
const OF = { model: 'churn', release: 'r2' }

describe('what is said of what still comes to a release that was taken back', () => {
  const counted = (own: number, all: number): ComesYet => ({ since: NOON, asOf: NOON + MINUTE, own, all })

  it.each([
    [counted(0, 10_000), 'none', '0 of 10,000 requests since 2026-05-20 12:00 UTC went to it'],
    [counted(0, LEAST_REQUESTS), 'none', /^0 of 1,000 requests since .* went to it$/],
    [counted(0, LEAST_REQUESTS - 1), 'open', /^0 of 999 requests since .*: 1,000 tell that none does$/],
    [counted(0, 0), 'open', 'no request was told of since 2026-05-20 12:00 UTC: no answer yet'],
    [counted(1, 10_000), 'some', /^1 of 10,000 requests since .* still went to it$/],
    [counted(3, 5), 'some', /^3 of 5 requests since .* still went to it$/],
    [{ failed: 'no\nanswer' }, 'open', 'what still comes to it is not counted: no␊answer'],
    [counted(7, 5), 'open', /cannot be right$/],
    [counted(0, Number.NaN), 'open', /cannot be right$/],
    [counted(-1, 5000), 'open', /cannot be right$/],
    [counted(0, 5000.5), 'open', /cannot be right$/],
  ])('%j is %s', (asked, silence, words) => {
    expect(silenceOf(asked)).toBe(silence)
    expect(comesYetWords(asked)).toMatch(words)
  })
})

it('tells nothing by counts of another time than now, or from before the way back', () => {
  const counts = { since: NOON, asOf: NOON + 9 * MINUTE, own: 0, all: 5000 }
  const silence = (live: number, now: number) => silenceOf(heldTo(counts, { live, now }))
  expect(silence(NOON, NOON + 9 * MINUTE)).toBe('none')
  expect(silence(NOON, NOON + 12 * MINUTE)).toBe('none')
  expect(silence(NOON, NOON + 12 * MINUTE + 1)).toBe('open')
  expect(silence(NOON, NOON + 365 * 24 * 60 * MINUTE)).toBe('open')
  expect(silence(NOON, NOON)).toBe('open')
  expect(silence(NOON + 1, NOON + 9 * MINUTE)).toBe('open')
  expect(silenceOf({ ...counts, asOf: NOON - 1 })).toBe('open')
})

describe('what still comes to a release that was taken back', () => {
  function counting() {
    const takenBack = countTakenBack(7)
    const meet = (now: number, release: string, more: Partial<TrafficEvent> = {}) =>
      takenBack.take({ model: 'churn', release, part: 'whole', data: {}, ...more }, release === 'r1', now)
    return { takenBack, meet }
  }

  it('is counted from the minute after an instant on, each request once and by its own time', () => {
    const { takenBack, meet } = counting()
    takenBack.begin(OF, NOON)
    meet(NOON + 30_000, 'r2')
    meet(NOON + MINUTE, 'r1')
    meet(NOON + 2 * MINUTE, 'r2', { part: 'request' })
    meet(NOON + 2 * MINUTE, 'r2', { part: 'response' })
    meet(NOON + 2 * MINUTE, 'r1', { model: 'fraud' })
    // Told of late: of before, and of a day ago.
    meet(NOON + 3 * MINUTE, 'r2', { time: NOON + 10_000 })
    meet(NOON + 3 * MINUTE, 'r2', { time: NOON - 24 * 60 * MINUTE })

    const now = NOON + 4 * MINUTE
    expect(takenBack.since({ ...OF, since: NOON + 20_000 }, now)).toEqual({
      ...{ since: NOON + MINUTE, asOf: now },
      ...{ own: 1, all: 2 },
    })
    expect(takenBack.since({ ...OF, since: NOON }, now)).toMatchObject({ own: 3, all: 4 })
    expect(takenBack.since({ ...OF, since: now }, now)).toMatchObject({ own: 0, all: 0 })
  })

  it('is counted from the question on where nobody has begun to, and of the one that is asked about', () => {
    const { takenBack, meet } = counting()
    meet(NOON, 'r2')
    expect(takenBack.knows('churn')).toBe(false)
    expect(takenBack.since({ ...OF, since: NOON - MINUTE }, NOON)).toMatchObject({
      since: NOON,
      own: 0,
      all: 0,
    })
    meet(NOON + 1, 'r2')
    takenBack.begin(OF, NOON + 2)
    expect(takenBack.since({ ...OF, since: NOON }, NOON + 3)).toMatchObject({ own: 1, all: 1 })
    expect(takenBack.since({ ...OF, release: 'r3', since: NOON }, NOON + 4)).toMatchObject({ own: 0, all: 0 })
  })

  it('counts what proves something: of releases that serve, and each id once', () => {
    const { takenBack, meet } = counting()
    takenBack.begin({ ...OF, champion: 'unprofiled' }, NOON)
    const now = NOON + 3 * MINUTE
    for (let turn = 0; turn < 2000; turn++) {
      meet(now, 'bogus', { id: `b${turn}` })
      meet(now, 'r1', { id: 'the same' })
    }
    meet(now, 'unprofiled', { id: 'one' })
    meet(now, 'r2', { id: 'two' })
    meet(now, 'r2', { id: 'two' })
    expect(takenBack.since({ ...OF, since: NOON }, now)).toMatchObject({ own: 1, all: 3 })
  })

  it('keeps a day', () => {
    const { takenBack, meet } = counting()
    takenBack.begin(OF, NOON)
    const day = 24 * 60
    for (let minute = 0; minute < 2 * day; minute++) meet(NOON + minute * MINUTE, minute < 60 ? 'r2' : 'r1')
    const now = NOON + (2 * day - 1) * MINUTE
    expect(takenBack.since({ ...OF, since: NOON }, now)).toMatchObject({
      ...{ since: now - day * MINUTE, own: 0, all: day + 1 },
    })
  })
})
