import { describe, expect, it, vi } from 'vitest'
import { canaryOf, Experiment } from '../../../../src/core/deploy-config/experiment.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { perDayToFind } from '../../../../src/core/traffic/canary/findable.ts'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import { rulesOf } from '../../../../src/core/traffic/canary/rules.ts'
import { BROKEN, splitLogE } from '../../../../src/core/traffic/canary/split.ts'
import type { CanaryRules, CanaryVerdict } from '../../../../src/core/traffic/canary/verdict.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { rounds } from '../../../support/rounds.ts'
import { SLOW } from '../../../support/slow.ts'
import { type Drawn, looks, RULES } from './canaries.ts'

// Thousands of canaries a test, in the long run.
vi.setConfig({ testTimeout: SLOW })

/**
 * What is promised of a canary that is looked at every five minutes, on canaries drawn at random: the bars, once a week; a fifth of the
 * canaries by `npm run test:long`, whose limits allow for that.
 */

const AT_ONCE: CanaryRules = { ...RULES, conversion: { ...RULES.conversion, within: 0 } }
const ALONE: CanaryRules = { ...AT_ONCE, guardrails: [] }
const FIVE: Drawn = { share: 0.05, perDay: 20_000, champion: 0.06, challenger: 0.06 }

describe('a split that is what was declared', () => {
  const seeds = rounds(40, 5000)

  it('is called broken in 3 of 5,000 canaries of 20,000 units at most', () => {
    const broken = seedsOf(seeds).filter(random => brokenAt(random, 0.05, 20_000, 100) !== undefined)

    expect(broken.length).toBeLessThanOrEqual(3)
  })
})

describe('7 % in place of 5 %', () => {
  it('is found after about 2,200 units, looked at after each', () => {
    const units = seedsOf(rounds(15, 1000)).map(random => brokenAt(random, 0.07, 40_000, 1) ?? Infinity)

    expect(median(units)).toBeGreaterThanOrEqual(rounds(1200, 1900))
    expect(median(units)).toBeLessThanOrEqual(rounds(3600, 2400))
  })
})

describe('a challenger that is as good as the champion', () => {
  it('is called harmful in 5 % of days at most, users making five predictions each on the mean', () => {
    const drawn = { ...FIVE, harmed: 0.01, predictions: 5 }
    const seeds = rounds(12, 200, 1000)
    const failed = seedsOf(seeds).filter(
      random => firstFail(random, drawn, AT_ONCE, rounds(12, 1)) !== undefined,
    )

    expect(failed.length / seeds).toBeLessThanOrEqual(rounds(0.25, 0.08, 0.05))
  })

  it('and is never judged where each of the predictions is counted', () => {
    const [counts] = [...looks(mulberry32(1), FIVE, 1)]
    const { verdict, reason } = judgeCanary(counts!, { ...AT_ONCE, unit: 'request' }, counts!.asOf)

    expect([verdict, reason.kind]).toEqual(['not_comparable', 'unit'])
  })
})

describe('a challenger that halves a conversion of 6 %, at 5 % of 20,000 users a day', () => {
  const drawn = { ...FIVE, challenger: 0.03 }

  it.each([
    { who: 'alone', rules: ALONE, found: 0.95, minutes: 520 },
    { who: 'beside guardrails', rules: AT_ONCE, found: 0.91, minutes: 650 },
  ])('is found within the day, $who', ({ rules, found, minutes }) => {
    const seeds = rounds(15, 200, 1000)
    const at = seedsOf(seeds).map(random => firstFail(random, drawn, rules, rounds(12, 1)) ?? Infinity)

    expect(at.filter(Number.isFinite).length / seeds).toBeGreaterThanOrEqual(rounds(0.7, found - 0.03, found))
    expect(median(at)).toBeLessThanOrEqual(rounds(900, minutes + 50, minutes))
  })
})

describe('an experiment with two halves', () => {
  const file = canaryFile({
    ...canaryOf(
      Experiment.parse({
        ...{ shares: [50, 50], until: '24h', decide: 'winner', unit: 'user', sticky: 'cookie' },
        conversion: { outcome: 'bought', within: '1s', margin: 0.02 },
      }),
    ),
    weight: 50,
  })
  const halves: CanaryRules = { ...rulesOf('r41', file), key: RULES.key }
  const drawn = (perDay: number, challenger: number): Drawn => {
    return { share: 0.5, perDay, champion: 0.06, challenger }
  }

  it('has a winner at any of its looks in 5 % of them at most where there is none', () => {
    const seeds = rounds(20, 800, 5000)
    const won = seedsOf(seeds).filter(random =>
      winners(random, drawn(20_000, 0.06), halves, 4).some(one => one),
    )

    expect(won.length / seeds).toBeLessThanOrEqual(rounds(0.25, 0.06, 0.05))
  })

  it('finds one that converts a tenth better as often as is announced', () => {
    const seeds = rounds(20, 300, 1000)
    const own = drawn(perDayToFind(file, 0.06), 0.066)
    const won = seedsOf(seeds).filter(random => winners(random, own, halves, 288).at(-1) === 'challenger')

    expect(own.perDay).toBeGreaterThan(60_000)
    expect(Math.abs(won.length / seeds - 0.8)).toBeLessThan(rounds(0.35, 0.07, 0.04))
  })
})

// --- internal ---

function seedsOf(number: number): (() => number)[] {
  return Array.from({ length: number }, (_, seed) => mulberry32(seed * 104_729 + 11))
}

function brokenAt(random: () => number, share: number, most: number, every: number): number | undefined {
  let challenger = 0
  for (let units = 1; units <= most; units++) {
    if (random() < share) challenger++
    if (units % every > 0) continue
    if (splitLogE({ challenger, units, share: 0.05 }) >= Math.log(BROKEN)) return units
  }
  return undefined
}

/** Minutes until it is taken back. @param every looks are taken by so many, in which nothing is lost but time */
function firstFail(
  random: () => number,
  drawn: Drawn,
  rules: CanaryRules,
  every: number,
): number | undefined {
  for (const { verdict, at } of judged(random, drawn, rules, every)) if (verdict.verdict === 'fail') return at
  return undefined
}

/** Who has won by each look; what harms, has lost. */
function winners(
  random: () => number,
  drawn: Drawn,
  rules: CanaryRules,
  every: number,
): ('challenger' | 'champion' | undefined)[] {
  return [...judged(random, drawn, rules, every)].map(({ verdict: { verdict } }) =>
    verdict === 'pass' ? 'challenger' : verdict === 'fail' ? 'champion' : undefined,
  )
}

function* judged(
  random: () => number,
  drawn: Drawn,
  rules: CanaryRules,
  every: number,
): Generator<{ verdict: CanaryVerdict; at: number }> {
  let look = 0
  for (const counts of looks(random, drawn))
    if (++look % every === 0)
      yield { verdict: judgeCanary({ ...counts, key: rules.key }, rules, counts.asOf), at: look * 5 }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
