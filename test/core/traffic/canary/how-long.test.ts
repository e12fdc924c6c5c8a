import { describe, expect, it } from 'vitest'
import {
  howLong,
  howLongWords,
  neededWords,
  perDayNeeded,
  trafficOf,
} from '../../../../src/core/traffic/canary/how-long.ts'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import { arm, countsOf, DAY, HOUR, RULES } from './canaries.ts'

const STEP = { ...RULES, conversion: { ...RULES.conversion, within: DAY } }

describe('how long a step will take', () => {
  it('is said before it begins, at the traffic there is', () => {
    const announced = howLong({ ...STEP, weight: 25 }, { perDay: 20_000, rate: 0.06 })

    expect(announced.chance).toBeCloseTo(0.847, 3)
    expect(howLongWords({ ...STEP, weight: 25 }, announced)).toBe(
      'At 25 % of the traffic there is now, a release as good as the champion passes after about 6 days, and within 7 days in 84 of 100 cases; one that halves the conversion is found after about 27 h.',
    )
  })

  it('says where the horizon is too near for that', () => {
    const announced = howLong(STEP, { perDay: 20_000, rate: 0.06 })

    expect(announced.passesAfter).toBeUndefined()
    expect(howLongWords(STEP, announced)).toBe(
      'At 5 % of the traffic there is now, a release as good as the champion passes within 7 days in 30 of 100 cases only: a higher weight, a larger margin or a later horizon would tell more; one that halves the conversion is found after about 35 h.',
    )
    expect(howLongWords(STEP, howLong(STEP, { perDay: 200, rate: 0.06 }))).toMatch(
      /one that halves the conversion is not found within 7 days\.$/,
    )
  })

  it('says before anything is counted what traffic it takes, and that is what it takes', () => {
    expect(neededWords(STEP, 'user')).toMatch(
      /^At 5 %, for 80 of 100 releases as good as the champion to pass within 7 days, it takes [\d,]+ users a day where 1 % convert, [\d,]+ where 5 % do, [\d,]+ where 20 % do\.$/,
    )
    for (const rate of [0.01, 0.06, 0.5, 0.99])
      expect(howLong(STEP, { perDay: perDayNeeded(STEP, rate), rate }).chance).toBeCloseTo(0.8, 4)
  })

  it('takes the traffic of a step for the next one, where it has seen some', () => {
    const of = (converted: number) => {
      const counts = countsOf(arm(190_000, converted), arm(10_000, 600))
      return trafficOf(judgeCanary(counts, RULES, counts.asOf))
    }

    expect(of(11_400)!.rate).toBe(0.06)
    expect(of(11_400)!.perDay).toBeCloseTo((200_000 * DAY) / (HOUR + (7 * DAY - HOUR) / 2), 6)
    expect(of(0)).toBeUndefined()
    expect(of(190_000)).toBeUndefined()
    expect(trafficOf({})).toBeUndefined()
  })

  it('is as long as what it takes: harm that halves a conversion at 5 % of 20,000 users a day in some ten hours', () => {
    const { harmAfter } = howLong(
      { ...RULES, conversion: { ...RULES.conversion, within: 0 } },
      { perDay: 20_000, rate: 0.06 },
    )

    // 580 minutes is what canaries drawn at random take (docs/statistics.md).
    expect(harmAfter / 60).toBeGreaterThan(520)
    expect(harmAfter / 60).toBeLessThan(650)
  })

  it('becomes less with more traffic and a higher weight', () => {
    const hours = (perDay: number, weight: number) =>
      howLong({ ...STEP, weight }, { perDay, rate: 0.06 }).passesAfter! / (HOUR / 1000)

    expect(hours(200_000, 25)).toBeLessThan(hours(100_000, 25))
    expect(hours(100_000, 25)).toBeLessThan(hours(100_000, 5))
  })
})
