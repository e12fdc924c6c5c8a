import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import type { CanaryVerdict } from '../../../../src/core/traffic/canary/verdict.ts'
import {
  type CanaryCourse,
  courseAfter,
  MOST_POINTS,
} from '../../../../src/core/traffic/watch/canary-course.ts'
import { arm, countsOf, DAY, RULES, SINCE } from '../canary/canaries.ts'

/** What is remembered of a step from look to look. */

const MINUTE = 60_000
const START = SINCE + DAY

function lookAt(minute: number, more: Parameters<typeof countsOf>[2] = {}, converted = 60): CanaryVerdict {
  const asOf = START + minute * MINUTE
  const counts = countsOf(arm(19_000, 1140), arm(1000, converted), { asOf, ...more })
  return judgeCanary(counts, { ...RULES, key: counts.key }, asOf)
}

function lookedAt(looks: readonly CanaryVerdict[], from?: CanaryCourse): CanaryCourse {
  return looks.reduce<CanaryCourse | undefined>(
    (course, look) => courseAfter(course, look, look.asOf!),
    from,
  )!
}

const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)

describe('points over time', () => {
  it('are never more than so many, in order, the first and the newest among them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1400 }), number => {
        const look = lookAt(0)
        const looks = minutes(0, number).map(minute => ({ ...look, asOf: START + minute * MINUTE }))
        const { points } = lookedAt(looks)
        expect(points.length).toBeLessThanOrEqual(MOST_POINTS)
        expect(points.length).toBeGreaterThanOrEqual(Math.min(number, MOST_POINTS / 2))
        expect(points.at(-1)!.at).toBe(looks.at(-1)!.asOf)
        expect(points[0]!.at - START).toBeLessThan(8 * MINUTE)
        expect(points.every(({ at }, index) => index === 0 || at > points[index - 1]!.at)).toBe(true)
      }),
      { numRuns: 8 },
    )
  })

  it('are one a minute however often it is looked at, and the last is that of the newest look', () => {
    const look = lookAt(0)
    const looks = minutes(0, 150).map(number => ({ ...look, asOf: START + number * 2000 }))
    const { points } = lookedAt(looks)
    expect(points.length).toBeLessThanOrEqual(8)
    expect(points.length).toBeGreaterThanOrEqual(6)
    expect(points.at(-1)!.at).toBe(looks.at(-1)!.asOf)
  })

  it('have both shares, the difference and its interval', () => {
    const { points } = lookedAt([lookAt(0)])
    expect(points).toEqual([
      expect.objectContaining({ at: START, challenger: 0.06, champion: 0.06, difference: 0 }),
    ])
    expect(points[0]!.low).toBeLessThan(0)
    expect(points[0]!.high).toBeGreaterThan(0)
  })

  it('are one for what was seen twice, and none for what was not seen', () => {
    const unseen = judgeCanary({ failed: 'no answer' }, RULES, START)
    const course = lookedAt([lookAt(0), lookAt(0), lookAt(1)])
    expect(courseAfter(course, unseen, START + 2 * MINUTE).points).toHaveLength(2)
  })

  it('begin anew with another step', () => {
    const course = lookedAt(minutes(0, 5).map(minute => lookAt(minute)))
    const next = courseAfter(course, lookAt(6, { key: 'r41/r42@25', since: START + 5 * MINUTE }), START)
    expect(next.points.every(({ at }) => at > START + 5 * MINUTE)).toBe(true)
    expect(next.points.length).toBeLessThanOrEqual(1)
    expect(next.seen!.evidence.since).toBe(START + 5 * MINUTE)
  })

  it('begin anew where counting did', () => {
    const course = lookedAt(minutes(0, 100).map(minute => lookAt(minute)))
    const since = START + 100 * MINUTE
    const next = courseAfter(course, lookAt(190, { since, restarted: true }), START)
    expect(next.points.map(({ at }) => at)).toEqual([START + 190 * MINUTE])
  })
})

describe('since when', () => {
  it('is when the word of the verdict came first, without a break', () => {
    const bad = 10
    const course = lookedAt([lookAt(0), lookAt(1), lookAt(2, {}, bad), lookAt(3, {}, bad)])
    expect(course.verdict.verdict).toBe('fail')
    expect(course.verdictSince).toBe(START + 2 * MINUTE)
    expect(lookedAt([lookAt(4)], course).verdictSince).toBe(START + 4 * MINUTE)
  })

  it('keeps what was seen last where nothing is seen now', () => {
    const course = lookedAt([lookAt(0)])
    const unseen = judgeCanary({ failed: 'no answer' }, RULES, START + MINUTE)
    expect(courseAfter(course, unseen, START + MINUTE).seen).toBe(course.seen)
    const other = { ...unseen, key: 'r42/r43@5' }
    expect(courseAfter(course, other, START + MINUTE).seen).toBeUndefined()
  })
})
