import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CanaryCause, twoChangesIn } from '../../../../src/core/traffic/canary/causes.ts'
import type { CanaryCounts } from '../../../../src/core/traffic/canary/counts.ts'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import { type ChallengerLive, countedFrom } from '../../../../src/core/traffic/canary/live.ts'
import { rulesOf } from '../../../../src/core/traffic/canary/rules.ts'
import type { CanaryRules } from '../../../../src/core/traffic/canary/verdict.ts'
import { reasonWords } from '../../../../src/core/traffic/canary/words.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { release } from '../../../support/releases.ts'
import { cases } from '../../../support/rounds.ts'
import { arm, countsOf, DAY, HOUR, RULES, SINCE } from './canaries.ts'

/** A champion of 6 % and a challenger that is as good, with enough units to tell. */
const GOOD = countsOf(arm(1_900_000, 114_000), arm(100_000, 6000))

function judged(
  counts: CanaryCounts,
  rules: CanaryRules = RULES,
  now = counts.asOf + 30_000,
  live?: ChallengerLive,
  causes: readonly CanaryCause[] = [],
) {
  const verdict = judgeCanary(counts, rules, now, { ...(live && { live }), causes })
  return { ...verdict, kind: verdict.reason.kind, words: reasonWords(verdict) }
}

/** The good one, and units beside it that met both arms. */
function meeting(units: number, metBoth = units): CanaryCounts {
  const own = { crossed: units }
  const champion = arm(1_900_000 + units, 114_000, { ...own, matured: 1_900_000 })
  return countsOf(champion, arm(100_000 + units, 6000, { ...own, matured: 100_000 }), { metBoth })
}

describe('a canary', () => {
  it('passes where conversion is shown to be not worse than the margin allows', () => {
    const { verdict, words, evidence, needs } = judged(GOOD)

    expect(verdict).toBe('pass')
    expect(words).toBe(
      'conversion is not worse by more than 0.005: 0.0000 (−0.0025 to +0.0026), 100,000 units of the challenger',
    )
    expect(evidence?.split).toMatchObject({ declared: 0.05, seen: 0.05, units: 2_000_000 })
    expect(needs).toBeUndefined()
  })

  it('is told of as better where that is shown', () => {
    const { verdict, evidence, words } = judged(countsOf(arm(1_900_000, 114_000), arm(100_000, 6600)))

    expect([verdict, evidence?.conversion?.better]).toEqual(['pass', 'challenger'])
    expect(words).toMatch(/^conversion is better: \+0\.0060 \(/)
  })

  it('is inconclusive where too few have come to tell, and says how much longer it takes', () => {
    const { verdict, words, needs } = judged(countsOf(arm(190_000, 11_400), arm(10_000, 600)))

    expect(verdict).toBe('inconclusive')
    expect(needs).toBeGreaterThan(DAY / 1000)
    expect(words).toMatch(
      /^whether conversion is worse by more than 0\.005 cannot be told: .* needs about \d+ (?:h|days) more$/,
    )
  })

  it('says where that is longer than its horizon leaves', () => {
    const { words } = judged(countsOf(arm(19_000, 1140), arm(1000, 60)))

    expect(words).toMatch(/needs about \d+ days more, longer than its horizon leaves$/)
  })

  it('needs what it says it needs: with so much more of the same it passes', () => {
    const before = countsOf(arm(190_000, 11_400), arm(10_000, 600))
    const { needs } = judged(before)
    const over = before.asOf - SINCE - RULES.conversion.within
    const grown = 1.001 + (needs! * 1000) / over
    const of = (units: number, rate: number) =>
      arm(Math.round(units * grown), Math.round(units * rate * grown))
    const after = countsOf(of(190_000, 0.06), of(10_000, 0.06), { asOf: before.asOf + 1001 * needs! })

    expect(judged(after).verdict).toBe('pass')
  })

  it('fails where fewer convert, and names both arms', () => {
    const { verdict, kind, words } = judged(countsOf(arm(19_000, 1140), arm(1000, 25)))

    expect([verdict, kind]).toEqual(['fail', 'harm'])
    expect(words).toMatch(
      /^fewer convert: 2\.5 % \(25 of 1,000\) of the challenger against 6 % \(1,140 of 19,000\) \(e [\d,]+\)$/,
    )
  })

  it('fails where seven in ten answers of the challenger are a hundred times slower, whatever converts', () => {
    // What passes elsewhere, since ten points in time are few: here each unit tells, and one in a hundred is slow anyway.
    const slow = countsOf(arm(950, 57, { harmed: { latency: 10 } }), arm(50, 3, { harmed: { latency: 35 } }))
    const { verdict, words } = judged(slow)

    expect(verdict).toBe('fail')
    expect(words).toMatch(
      /^more wait longer than what was slow when the canary began: 70 % \(35 of 50\) of the challenger against 1\.05 % \(10 of 950\)/,
    )
  })

  it('fails where it is worse by more than the margin, and that is certain without being dramatic', () => {
    const { verdict, kind } = judged(countsOf(arm(200_000, 100_000), arm(200_000, 98_600)), {
      ...RULES,
      weight: 50,
      conversion: { ...RULES.conversion, margin: 0.0001 },
    })

    expect([verdict, ['harm', 'worse'].includes(kind)]).toEqual(['fail', true])
  })

  it('does not fail for what the margin allows', () => {
    const counts = countsOf(arm(19_000_000, 1_140_000), arm(1_000_000, 58_500))

    expect(judged(counts).verdict).toBe('pass')
    expect(judged(counts, { ...RULES, conversion: { ...RULES.conversion, margin: 0.001 } }).verdict).toBe(
      'fail',
    )
  })

  it('is not comparable where the challenger does not get its share, whatever converts', () => {
    const none = judged(countsOf(arm(20_000, 1200), arm(0, 0)))
    const half = judged(countsOf(arm(1000, 60), arm(1000, 60)))
    const creep = judged(countsOf(arm(9000, 540), arm(1000, 60)))

    expect([none, half, creep].map(({ verdict, kind }) => [verdict, kind])).toEqual(
      Array.from({ length: 3 }, () => ['not_comparable', 'split']),
    )
    expect(none.words).toMatch(
      /^the challenger does not get 5 %: 0 % of 20,000 units .*not ready, and gateways/,
    )
    expect(half.words).toMatch(/50 % of 2,000 units .*likely: callers inside the mesh/)
    expect(creep.words).toMatch(/10 % of 10,000 units .*likely: only the users of the challenger are kept/)
  })

  it('is not comparable where more than one unit in a hundred met both', () => {
    const { verdict, kind, words } = judged(meeting(30_000))

    expect([verdict, kind]).toEqual(['not_comparable', 'met_both'])
    expect(words).toMatch(/^30,000 of 2,030,000 units met both releases/)
  })

  it('is not comparable where what is counted is not what the split assigns', () => {
    expect(judged(GOOD, { ...RULES, unit: 'request' }).verdict).toBe('not_comparable')
    expect(judged(GOOD, { ...RULES, sticky: false }).verdict).toBe('not_comparable')
    expect(judged(GOOD, { ...RULES, sticky: false, unit: 'request' }).verdict).toBe('pass')
  })

  it('waits for outcomes that are still to come', () => {
    const young = countsOf(arm(19_000, 0, { matured: 0 }), arm(1000, 0, { matured: 0 }), {
      asOf: SINCE + 20 * 60_000,
    })
    const { verdict, words, needs } = judged(young)

    expect(verdict).toBe('inconclusive')
    expect(needs).toBe(40 * 60)
    expect(words).toBe('no unit has had its 1 hour to convert yet; needs about 40 min more')
  })

  it('tells harm by what is known at once, before any outcome can have come', () => {
    const young = countsOf(
      arm(19_000, 0, { matured: 0, harmed: { errors: 190 } }),
      arm(1000, 0, { matured: 0, harmed: { errors: 60 } }),
      { asOf: SINCE + 20 * 60_000 },
    )

    expect(judged(young)).toMatchObject({ verdict: 'fail', kind: 'harm' })
  })

  it('does not pass on a handful that converted', () => {
    const { verdict, kind, words } = judged(countsOf(arm(19_000, 38), arm(1000, 2)))

    expect([verdict, kind]).toEqual(['inconclusive', 'few'])
    expect(words).toMatch(
      /^2 units of the challenger have converted: fewer than 20 tell nothing; needs about/,
    )
  })
})

describe('what is not known', () => {
  const nothing = arm(0, 0)
  it.each<[string, CanaryCounts | { failed: string }, string, number?]>([
    ['an answer that failed', { failed: 'the collector does not answer' }, 'uncounted'],
    ['nothing at all', countsOf(nothing, nothing), 'empty'],
    ['a challenger without a unit', countsOf(arm(40, 4), nothing), 'empty'],
    ['NaN', countsOf(arm(1_900_000, Number.NaN), GOOD.arms.challenger), 'unreadable'],
    ['fractions', countsOf(arm(1_900_000, 114_000.5), GOOD.arms.challenger), 'unreadable'],
    ['the end of a time that is none', { ...GOOD, asOf: 9e15 }, 'unreadable'],
    ['the begin of one', { ...GOOD, since: 9e15 }, 'unreadable'],
    ['the begin of one before all years', { ...GOOD, since: -9e15 }, 'unreadable'],
    ['the last that can be reckoned with', { ...GOOD, since: 8.64e15, asOf: 8.64e15 }, 'unreadable'],
    ['a negative count', { ...GOOD, metBoth: -1 }, 'unreadable'],
    ['units that met both, and did not', meeting(10_000, 0), 'unreadable'],
    ['fewer units that met both than each arm says', meeting(10_000, 9999), 'unreadable'],
    ['more conversions than units', countsOf(arm(100, 101), arm(100, 6)), 'unreadable'],
    [
      'a guardrail that nobody counts',
      countsOf(GOOD.arms.champion, { ...GOOD.arms.challenger, harmed: new Map() }),
      'unreadable',
    ],
    ['counts of before', GOOD, 'stale', GOOD.asOf + 4 * 60_000],
    ['counts of a time to come', GOOD, 'ahead', GOOD.asOf - 2 * 60_000],
    ['counts of another step', { ...GOOD, key: 'r41/r42@25' }, 'other_step'],
    ['a step that is not counted yet', { ...GOOD, since: GOOD.asOf + 1000 }, 'settling'],
  ])('never passes: %s', (_, counts, kind, now = GOOD.asOf) => {
    const verdict = judgeCanary(counts, RULES, now)

    expect([verdict.verdict, verdict.reason.kind]).toEqual(['inconclusive', kind])
    expect(reasonWords(verdict)).not.toMatch(/undefined|\[object/)
  })

  it('never passes: counts that are not all', () => {
    expect(judged({ ...GOOD, full: 3 })).toMatchObject({ verdict: 'not_comparable', kind: 'full' })
  })

  it('and what was counted since counting began anew is told as that, harm as well as a pass', () => {
    expect(judged(countsOf(arm(19_000, 1140), arm(1000, 20), { restarted: true })).verdict).toBe('fail')
    expect(judged({ ...GOOD, restarted: true })).toMatchObject({
      verdict: 'pass',
      words: expect.stringMatching(
        /units of the challenger; counting began anew at 2026-05-20 00:00 UTC, in the middle of the step$/,
      ),
    })
  })
})

describe('while the pods of the challenger come up', () => {
  const HALF = countsOf(arm(1_000_000, 60_000), arm(1_000_000, 60_000))
  const HARM = countsOf(arm(19_000, 1140), arm(1000, 20))
  it.each<[string, ChallengerLive | undefined, Partial<CanaryCounts>, string]>([
    ['it is not live', { not: 'Deployment churn has 0 of 3 replicas updated' }, {}, 'not_live'],
    ['it was counted from before', { since: SINCE + 1 }, {}, 'before_live'],
    ['others say what it is, and nobody was asked', undefined, { echoed: 1 }, 'live_unknown'],
    ['others say what it is, and nobody knows', { unknown: 'no answer' }, { echoed: 1 }, 'live_unknown'],
  ])('nothing passes, and harm is told all the same: %s', (_, live, more, kind) => {
    const told = judged({ ...GOOD, ...more }, RULES, GOOD.asOf, live)

    expect([told.verdict, told.kind]).toEqual(['inconclusive', kind])
    expect(told.words).not.toMatch(/undefined|\[object/)
    expect(judged({ ...HARM, ...more }, RULES, HARM.asOf, live).verdict).toBe('fail')
  })

  it('it passes by what its own servers say, and by what others say where it is live since before that', () => {
    expect(judged(GOOD, RULES, GOOD.asOf, { unknown: 'no answer' }).verdict).toBe('pass')
    expect(judged({ ...GOOD, echoed: 9 }, RULES, GOOD.asOf, { since: SINCE }).verdict).toBe('pass')
  })

  it('a split that is not there yet is none that is broken, until it is live', () => {
    expect(judged(HALF, RULES, HALF.asOf, { since: SINCE + 1 }).kind).toBe('before_live')
    expect(judged(HALF, RULES, HALF.asOf, { since: SINCE }).kind).toBe('split')
    expect(judged(HALF, RULES, HALF.asOf, { not: 'it has no pod' }).kind).toBe('split')
  })
})

const anyArm = fc.tuple(fc.nat(300_000), fc.nat(100), fc.nat(100), fc.nat(100)).map(([n, c, e, l]) =>
  arm(n, Math.floor((n * c) / 100), {
    harmed: {
      errors: Math.floor((n * e) / 1000),
      latency: Math.floor((n * l) / 1000),
      missing_outcome: n - Math.floor((n * c) / 100),
    },
  }),
)
const ORDER = ['fail', 'not_comparable', 'inconclusive', 'pass']

describe('the rules of a canary in progress', () => {
  it('are those of its file', () => {
    expect(rulesOf('r41', canaryFile())).toEqual({
      key: `r41/${release(2).version}@5`,
      weight: 5,
      unit: 'user',
      sticky: true,
      conversion: { outcome: 'bought', within: DAY, margin: 0.005 },
      horizon: 7 * DAY,
      guardrails: ['errors'],
    })
    expect(rulesOf('r41', canaryFile({ weight: 25, sticky: 'header x-user' }))).toMatchObject({
      sticky: true,
    })
    expect(rulesOf('r41', canaryFile({ sticky: 'none', unit: 'request' })).sticky).toBe(false)
  })
})

describe('any counts', () => {
  it('never pass where something is not known', () => {
    fc.assert(
      fc.property(
        anyArm,
        anyArm,
        fc.constantFrom<Partial<CanaryCounts>>(
          { echoed: 1 },
          { full: 1 },
          { asOf: SINCE },
          { since: Number.MAX_SAFE_INTEGER },
          { key: 'r40/r42@5' },
          { since: Number.NaN },
          { unattributed: Number.POSITIVE_INFINITY },
        ),
        (champion, challenger, wrong) => {
          const counts = { ...countsOf(champion, challenger), ...wrong }

          expect(judgeCanary(counts, { ...RULES, weight: 50 }, counts.asOf).verdict).not.toBe('pass')
        },
      ),
      cases(200),
    )
  })

  it('are judged no worse for a unit of the challenger that converts, and no better for one that is harmed', () => {
    fc.assert(
      fc.property(anyArm, anyArm, fc.integer({ min: 1, max: 20_000 }), (champion, challenger, more) => {
        const rankOf = (own: CanaryCounts['arms']['challenger']) => {
          const rules = { ...RULES, weight: 50, guardrails: ['errors' as const] }
          return ORDER.indexOf(judgeCanary(countsOf(champion, own), rules, GOOD.asOf).verdict)
        }
        const [converted, errors] = [challenger.converted + more, challenger.harmed.get('errors')! + more]
        const before = rankOf(challenger)

        if (converted <= challenger.matured)
          expect(rankOf({ ...challenger, converted })).toBeGreaterThanOrEqual(before)
        if (errors <= challenger.exposures)
          expect(
            rankOf({ ...challenger, harmed: new Map([...challenger.harmed, ['errors', errors]]) }),
          ).toBeLessThanOrEqual(before)
      }),
      cases(200),
    )
  })

  it('give the same verdict the same words, all of it in JSON', () => {
    fc.assert(
      fc.property(anyArm, anyArm, (champion, challenger) => {
        const counts = countsOf(champion, challenger)
        const verdict = judgeCanary(counts, RULES, GOOD.asOf)

        expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
        expect(judgeCanary(counts, RULES, GOOD.asOf)).toEqual(verdict)
        expect(reasonWords(verdict)).not.toMatch(/undefined|NaN|Infinity|\[object/)
      }),
      cases(200),
    )
  })

  it('are of one step in time: later ones of a longer horizon are held to it', () => {
    const short = { ...RULES, horizon: 2 * HOUR, conversion: { ...RULES.conversion, within: HOUR } }
    const { evidence } = judged(countsOf(arm(190_000, 11_400), arm(10_000, 600)), short)

    expect(evidence!.conversion!.high - evidence!.conversion!.low).toBeLessThan(0.04)
  })
})

describe('what is known to have moved its share', () => {
  const HALF = countsOf(arm(10_000, 600), arm(10_000, 600))
  const FOUGHT: CanaryCause = {
    ...{ kind: 'other_weights', object: 'VirtualService churn', there: '50 : 50', git: '5 : 95' },
    ...{ by: { manager: 'flagger' }, argocd: 'ignored' },
  }
  const HEALED: CanaryCause = { kind: 'put_back', object: 'HTTPRoute churn', at: SINCE, attempts: 1 }

  it('is told in place of what is only likely', () => {
    const { words, causes } = judged(HALF, RULES, undefined, undefined, [FOUGHT])

    expect(words).toMatch(
      /^the challenger does not get 5 %: 50 % of 20,000 units \(.*\); VirtualService churn splits 50 : 50 in the cluster, and git says 5 : 95: a controller fights, flagger wrote it last, and Argo CD/,
    )
    expect(words).not.toContain('likely')
    expect(causes).toHaveLength(1)
    expect(judged(HALF).words).toContain('; likely: ')
  })

  it('lets nothing pass where the weights are others now, and hides no harm', () => {
    expect(judged(GOOD, RULES, undefined, undefined, [FOUGHT])).toMatchObject({
      verdict: 'not_comparable',
      kind: 'rerouted',
      words: expect.stringMatching(
        /^the challenger does not get the share of git; VirtualService churn splits/,
      ),
    })
    const worse = countsOf(arm(1_900_000, 114_000), arm(100_000, 3000))
    expect(judged(worse, RULES, undefined, undefined, [FOUGHT])).toMatchObject({
      verdict: 'fail',
      kind: 'harm',
    })
  })

  it('is said of what passes all the same, where it is over', () => {
    const { verdict, words } = judged(GOOD, RULES, undefined, undefined, [HEALED])

    expect(verdict).toBe('pass')
    expect(words).toMatch(
      /^conversion is not worse .*; Argo CD put HTTPRoute churn back to what git says at /,
    )
  })

  it('is somebody who changed the rules, by which nothing passes then, and no harm is hidden', () => {
    const causes: CanaryCause[] = [{ kind: 'rules_changed', at: SINCE, words: 'Ada changed the rules' }]

    expect(judged(GOOD, RULES, undefined, undefined, causes)).toMatchObject({
      verdict: 'inconclusive',
      words: 'nothing passes by rules that it did not begin with; Ada changed the rules',
    })
    const worse = countsOf(arm(1_900_000, 114_000), arm(100_000, 3000))
    expect(judged(worse, RULES, undefined, undefined, causes).verdict).toBe('fail')
    expect(countedFrom({ live: { since: SINCE - 1 }, causes }, SINCE)).toBe(SINCE)
    expect(countedFrom({ live: { since: SINCE + 1 }, causes }, SINCE)).toBe(SINCE + 1)
    expect(countedFrom({ causes: [FOUGHT] }, SINCE)).toBeUndefined()
    // Changed by a commit that is dated ahead: a collector would refuse that, or forget everything at each look.
    expect(countedFrom({ live: { since: SINCE - 9 }, causes }, SINCE - 1)).toBe(SINCE - 9)
  })

  it('is two changes where the second came before the pods of the first, and before a step could have ended', () => {
    const at = (commit: string, minutes: number) => ({
      commit: commit.repeat(7),
      at: SINCE + minutes * 60_000,
    })
    const [one, two, three] = [at('a', 0), at('b', 30), at('c', 33)]

    const causes = twoChangesIn([three, one, two, two], DAY)
    expect(causes).toEqual([{ kind: 'two_changes', first: two, second: three }])
    expect(judged(HALF, RULES, undefined, undefined, causes).words).toContain(
      '; two changes fell into one window, bbbbbbb of 2026-05-20 00:30 UTC and ccccccc of 2026-05-20 00:33 UTC: pods of the first may have answered for the second',
    )
    expect(twoChangesIn([one, two], DAY)).toEqual([])
    expect(twoChangesIn([two, three], 60_000)).toEqual([])
    expect(twoChangesIn([one], DAY)).toEqual([])
  })
})
