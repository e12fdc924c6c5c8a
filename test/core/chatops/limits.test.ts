import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Answered,
  isRefusedAnyway,
  MOST_IN_AN_HOUR,
  roomFor,
  type Standing,
  whyNotNow,
} from '../../../src/core/chatops/limits.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const HOUR = 3_600_000
const KIM = { id: 7, login: 'kim' }
const answers = (count: number, to: number, standing: Standing, at = NOW): Answered[] =>
  Array.from({ length: count }, () => ({ to, at, standing }))
const room = (answered: readonly Answered[], standing: Standing) =>
  roomFor(answered, { author: KIM, created: NOW, standing }).kind

describe('a command is carried out', () => {
  const facts = { created: NOW - 1000, edited: false, now: NOW }

  it('within 15 minutes, as it was written first', () => {
    expect(whyNotNow(facts)).toBeUndefined()
    expect(whyNotNow({ ...facts, created: NOW - 15 * 60_000 })).toBeUndefined()
    expect(whyNotNow({ ...facts, created: NOW - 15 * 60_000 - 1 })).toMatch(/15 minutes/)
    expect(whyNotNow({ ...facts, created: Number.NaN })).toMatch(/15 minutes/)
    expect(whyNotNow({ ...facts, edited: true })).toMatch(/edited/)
    expect(whyNotNow({ ...facts, edited: 'unknown' })).toMatch(/nobody can tell/)
  })
})

describe('how much is answered within an hour', () => {
  it.each([
    ['writer', 10, 30],
    ['other', 5, 15],
  ] as const)(
    'of a %s: %d, of all of them %d; then it is told that there is no more, then nothing',
    (standing, own, all) => {
      for (const [count, whose] of [
        [own, KIM.id],
        [all, 8],
      ] as const) {
        expect(room(answers(count - 1, whose, standing), standing)).toBe('room')
        expect(room(answers(count, whose, standing), standing)).toBe('spent')
        expect(room(answers(count + 1, whose, standing), standing)).toBe('silence')
      }
    },
  )

  it('is counted by when comments were written, whenever and in whatever order they are looked at', () => {
    for (const at of [NOW - HOUR + 1, NOW + HOUR - 1])
      expect(room(answers(6, KIM.id, 'other', at), 'other')).toBe('silence')
    for (const at of [NOW - HOUR, NOW + HOUR])
      expect(room(answers(6, KIM.id, 'other', at), 'other')).toBe('room')
  })

  it('leaves to those who may what others have used up', () => {
    expect(room(answers(100, 8, 'other'), 'writer')).toBe('room')
    expect(room(answers(100, 8, 'writer'), 'other')).toBe('room')
  })

  it('asks nothing of somebody who may write nowhere and has used up theirs', () => {
    const is = (answered: readonly Answered[]) => isRefusedAnyway(answered, { author: KIM, created: NOW })
    expect(is(answers(6, KIM.id, 'other'))).toBe(true)
    expect(is(answers(5, KIM.id, 'other'))).toBe(false)
    expect(is([...answers(30, 8, 'other'), ...answers(11, KIM.id, 'writer')])).toBe(false)
  })

  it('those who may write nowhere take no answer of those who may, nor the other way round', () => {
    const told = fc.record({
      to: fc.integer({ min: 1, max: 9 }),
      at: fc.integer({ min: NOW - 2 * HOUR, max: NOW + 2 * HOUR }),
    })
    fc.assert(
      fc.property(
        fc.constantFrom<Standing>('writer', 'other'),
        fc.array(told),
        fc.array(told, { maxLength: 60, size: 'max' }),
        (standing, ours, theirs) => {
          const own = ours.map(one => ({ ...one, standing }))
          const others = theirs.map(one => ({
            ...one,
            standing: standing === 'writer' ? ('other' as const) : ('writer' as const),
          }))
          expect(room([...own, ...others], standing)).toBe(room(own, standing))
        },
      ),
    )
  })

  it('is never more than one beyond it, however much is written', () => {
    const written = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: HOUR - 1 })),
      {
        maxLength: 200,
      },
    )
    fc.assert(
      fc.property(fc.constantFrom<Standing>('writer', 'other'), written, (standing, comments) => {
        const done: Answered[] = []
        for (const [to, after] of comments) {
          const at = NOW + after
          if (roomFor(done, { author: { id: to }, created: at, standing }).kind !== 'silence')
            done.push({ to, at, standing })
        }
        const most = MOST_IN_AN_HOUR[standing]
        expect(done.length).toBeLessThanOrEqual(most.all + 1)
        for (const who of [1, 2, 3, 4])
          expect(done.filter(({ to }) => to === who).length).toBeLessThanOrEqual(most.person + 1)
      }),
    )
  })
})
