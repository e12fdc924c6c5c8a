import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tellingOf } from '../../../../src/core/promotion/live/telling.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const MINUTE = 60_000
const DAY = 86_400_000

/** What is told of a release that serves for so long. */
const told = (
  age: number,
  state: Parameters<typeof tellingOf>[0]['state'],
  said?: 'healthy' | 'degraded' | 'unknown' | 'not_watched',
) => tellingOf({ state, said, from: NOW - age, now: NOW })

describe('what is told of a release that serves', () => {
  it.each([
    ['that it is merged, where nobody can ask', MINUTE, 'not_watched', undefined, true],
    ['nothing where that was told', MINUTE, 'not_watched', 'not_watched', false],
    ['that it has begun', MINUTE, 'progressing', undefined, true],
    ['no step of its way', MINUTE, 'blocked', 'unknown', false],
    ['that it is live', MINUTE, 'live', 'unknown', true],
    ['that once', MINUTE, 'live', 'healthy', false],
    ['that Argo CD watches it now', MINUTE, 'live', 'not_watched', true],
    ['nothing of pods that start badly', MINUTE, 'degraded', 'unknown', false],
    ['that it stays ill', 4 * MINUTE, 'degraded', 'unknown', true],
    ['that once, too', 4 * MINUTE, 'degraded', 'degraded', false],
    ['that it became ill, however late', 90 * DAY, 'degraded', 'healthy', true],
    ['that it is well again', 90 * DAY, 'live', 'degraded', true],
    ['nothing of old times', 4 * DAY, 'live', undefined, false],
    ['no merge of old times', 4 * DAY, 'not_watched', undefined, false],
    ['nothing that nobody can tell of old times', 4 * DAY, 'unknown', undefined, false],
  ] as const)('%s', (_, age, state, said, tell) => {
    expect(told(age, state, said).tell).toBe(tell)
  })

  it('is looked for again as long as somebody may wait for it, soon at first', () => {
    expect(told(MINUTE, 'progressing', 'unknown').again).toBe(15_000)
    expect(told(2 * MINUTE, 'degraded', 'unknown').again).toBe(MINUTE)
    expect(told(DAY, 'unknown', 'unknown').again).toBe(5 * MINUTE)
    expect(told(4 * DAY, 'progressing', 'unknown').again).toBeUndefined()
    expect(told(MINUTE, 'live', 'healthy').again).toBeUndefined()
  })

  it('is never told a second time: what was just said is no news', () => {
    const said = {
      live: 'healthy',
      degraded: 'degraded',
      not_watched: 'not_watched',
      progressing: 'unknown',
      blocked: 'unknown',
      unknown: 'unknown',
    } as const
    const states = Object.keys(said) as (keyof typeof said)[]
    fc.assert(
      fc.property(fc.constantFrom(...states), fc.integer({ min: -DAY, max: 400 * DAY }), (state, age) => {
        expect(told(age, state, said[state]).tell).toBe(false)
      }),
    )
  })
})
