import { describe, expect, it } from 'vitest'
import type { Signed } from '../../../../src/core/image/signature.ts'
import type { OpenPromotion, PromotionFacts, Stay } from '../../../../src/core/promotion/plan/facts.ts'
import { type Plan, planPromotions, plansOfIdleHolds } from '../../../../src/core/promotion/plan/plan.ts'
import { type Reason, reasonWords, refuses } from '../../../../src/core/promotion/plan/reasons.ts'
import type { Standing } from '../../../../src/core/promotion/plan/standing.ts'
import { type ReleaseRecord, releaseKey } from '../../../../src/core/release/record.ts'
import { deployConfig } from '../../../support/deploy-configs.ts'
import { release } from '../../../support/releases.ts'

/** Releases 1, 2, 3 … of one model; what is planned is told in one line a environment. */

const CONFIG = deployConfig('staging: { merge: auto }', 'production: { after: staging, soak: 24h }')
const NOW = Date.parse('2026-05-20T12:00:00Z')
const HOUR = 3_600_000
const [one, two, three] = [release(1), release(2), release(3)]

describe('a release that was just made', () => {
  it('goes into the first environment, and nowhere else', () => {
    expect(planned({ candidates: [one] })).toEqual(['staging: promote 1, now', 'production: nothing'])
  })

  it('waits where it is proposed already', () => {
    expect(planned({ candidates: [one], open: [open('staging', one)] })).toEqual([
      'staging: nothing, open, now',
      'production: nothing',
    ])
  })

  it('is nothing new where it serves', () => {
    expect(planned({ candidates: [one], stays: [stay('staging', one, 1)] })[0]).toBe('staging: nothing')
  })

  it('takes the place of an older one in the same pull request', () => {
    expect(planned({ candidates: [two], open: [open('staging', one)] })[0]).toBe(
      'staging: update to 2 (newer_release), now',
    )
  })

  it('never takes the place of a newer one, open or serving, however late its training ended', () => {
    expect(planned({ candidates: [one], open: [open('staging', two)] })[0]).toBe(
      'staging: nothing, open, now',
    )
    expect(planned({ candidates: [one], stays: [stay('staging', two, 1)] })[0]).toBe('staging: nothing')
  })

  it('is the newest of several that were made at once', () => {
    expect(planned({ candidates: [two, three, one] })[0]).toBe('staging: promote 3, now')
  })

  it('goes in again where it was, and nothing is now', () => {
    expect(planned({ candidates: [one], stays: [stay('staging', one, 9, { until: NOW - HOUR })] })[0]).toBe(
      'staging: promote 1, now',
    )
  })

  it('is another one when the same commit was built anew', () => {
    const image = { name: 'registry.example/acme/churn', digest: `sha256:${'ab'.repeat(32)}` }
    const rebuilt = release(1, 'churn', { image, created: '2026-05-01T12:00:00Z' })

    expect(planned({ candidates: [rebuilt], stays: [stay('staging', one, 1)] })[0]).toBe(
      'staging: promote 1, now',
    )
  })
})

describe('a release is weighed', () => {
  const against = (other: ReleaseRecord) => ({
    ...three,
    weighed: { against: 'champion' as const, commit: other.commit },
  })
  const served = [stay('staging', two, 30), stay('production', one, 30)]

  it('against what serves in the environment, or in one after it', () => {
    expect(planned({ candidates: [against(two)], stays: served })[0]).toBe('staging: promote 3, now')
    expect(planned({ candidates: [against(one)], stays: served })[0]).toBe('staging: promote 3, now')
  })

  it('by what its own commit tells, against that champion alone, until it is written anew', () => {
    const candidate = against(three)
    const state = (more: Partial<OpenPromotion>) => {
      const champion = { champion: releaseKey(two) }
      const promotion = { ...open('staging', candidate), ...champion, ...more }
      return planPromotions(facts({ candidates: [candidate], stays: served, open: [promotion] }))[0]!
    }

    expect(state({})).toMatchObject({ action: 'nothing', weighed: false })
    expect(state({ verdict: 'pass' })).toMatchObject({ action: 'nothing', weighed: true })
    expect(state({ verdict: 'fail' })).toMatchObject({ action: 'hold', reasons: [{ kind: 'verdict' }] })
    const other = { champion: releaseKey(one) }
    expect(state({ verdict: 'pass', ...other })).toMatchObject({ action: 'update', weighed: false })
    expect(state({ verdict: 'pass', behind: true })).toMatchObject({ action: 'update', weighed: false })
  })

  it('not against anything else', () => {
    expect(planned({ candidates: [against(three)], stays: served })[0]).toBe(
      'staging: promote 3, after_checks, not weighed against 2',
    )
  })

  it('where nothing serves yet in the environments after it', () => {
    expect(planned({ candidates: [three], stays: [stay('staging', two, 30)] })[0]).toBe(
      'staging: promote 3, now',
    )
  })

  it('in the last environment against what serves there alone', () => {
    const stays = [...served, stay('staging', against(two), 30)].map(one => ({ ...one }))
    stays[0]!.until = stays[2]!.from
    expect(planned({ stays })[1]).toBe('production: promote 3, by_approval, not weighed against 1')
  })
})

describe('an open pull request', () => {
  const serving = [stay('staging', one, 30)]

  it('is left alone once a person pushed to it, even when a newer release comes', () => {
    const pushed = open('staging', two, one, { foreign: true })

    expect(planned({ candidates: [three], open: [pushed], stays: serving })[0]).toBe('staging: leave')
  })

  it('is weighed anew when what serves has changed', () => {
    const plans = planPromotions(
      facts({
        open: [open('staging', three, one)],
        stays: [stay('staging', two, 1), stay('production', one, 40)],
      }),
    )

    expect(told(plans[0]!)).toBe(
      'staging: update to 3 (champion_changed), after_checks, not weighed against 2',
    )
  })

  it('is weighed already when somebody did so against what serves', () => {
    const verdicts = [
      {
        environment: 'staging',
        release: releaseKey(three),
        champion: releaseKey(two),
        verdict: 'pass' as const,
      },
    ]
    const plans = planPromotions(
      facts({
        open: [open('staging', three, one)],
        stays: [stay('staging', two, 1), stay('production', one, 40)],
        verdicts,
      }),
    )

    expect(told(plans[0]!)).toBe('staging: update to 3 (champion_changed), now')
  })

  it('is written anew where its release was weighed again and came to another verdict', () => {
    const config = deployConfig('staging: { merge: auto, verdicts: [pass, inconclusive] }')
    const weighedAs = (verdict: 'pass' | 'inconclusive') =>
      planned({
        config,
        open: [open('staging', two, one, { verdict: 'pass' })],
        stays: serving,
        verdicts: [{ environment: 'staging', release: releaseKey(two), champion: releaseKey(one), verdict }],
      })[0]

    expect(weighedAs('pass')).toBe('staging: nothing, open, now')
    expect(weighedAs('inconclusive')).toBe('staging: update to 2 (weighed), now')
  })

  it('tells that what serves has changed where it is left alone', () => {
    const pushed = open('staging', three, one, { foreign: true })

    expect(planPromotions(facts({ open: [pushed], stays: [stay('staging', two, 1)] }))[0]).toMatchObject({
      action: 'leave',
      championChanged: true,
    })
  })

  it('is written anew when the base moved, or when its branch holds no record', () => {
    const behind = open('staging', two, one, { behind: true })
    const broken = { ...open('staging', two, one), release: undefined }

    expect(planned({ open: [behind], stays: serving })[0]).toBe('staging: update to 2 (base_moved), now')
    expect(planned({ candidates: [two], open: [broken], stays: serving })[0]).toBe(
      'staging: update to 2 (unreadable), now',
    )
  })

  it('CR-006: is closed when what it proposes is there already', () => {
    expect(planned({ open: [open('staging', one)], stays: serving })[0]).toBe('staging: close')
    expect(planned({ open: [open('staging', one)], stays: [stay('staging', two, 1)] })[0]).toBe(
      'staging: close',
    )
  })

  it('CR-006: merged while we were away, it is not opened again', () => {
    expect(planned({ candidates: [one], stays: [stay('staging', one, 0)] })[0]).toBe('staging: nothing')
  })

  it('that a person closed is not proposed again, nor is anything older; a newer release is', () => {
    const rejected = [{ environment: 'staging', model: 'churn', number: 7, release: releaseKey(two) }]

    expect(planned({ candidates: [two, one], rejected })[0]).toBe(
      'staging: hold 2: its promotion, pull request 7, was closed unmerged',
    )
    expect(planned({ candidates: [three, two], rejected })[0]).toBe('staging: promote 3, now')
  })

  it('is one of two: the first is kept, whatever order they are listed in', () => {
    const [first, second] = [
      open('staging', one, undefined, { number: 3 }),
      open('staging', two, undefined, { number: 9 }),
    ]

    for (const list of [
      [first, second],
      [second, first],
    ])
      expect(planPromotions(facts({ open: list, candidates: [two] }))[0]).toMatchObject({
        action: 'update',
        open: { number: 3 },
      })
  })
})

describe('the next environment', () => {
  it.each([
    ['healthy long enough', stay('staging', one, 30), 'promote 1, by_approval'],
    ['healthy to the second', stay('staging', one, 24), 'promote 1, by_approval'],
    ['healthy for too short', stay('staging', one, 20), 'hold 1: soak in staging until 2026-05-20 16:00 UTC'],
    [
      'healthy again since an hour',
      stay('staging', one, 30, { healthySince: NOW - HOUR }),
      'hold 1: soak in staging until 2026-05-21 11:00 UTC',
    ],
    [
      // What was healthy before was the release that it replaced.
      'healthy since before it came',
      stay('staging', one, 20, { healthySince: NOW - 30 * HOUR }),
      'hold 1: soak in staging until 2026-05-20 16:00 UTC',
    ],
    [
      'healthy, nobody knows since when',
      stay('staging', one, 30, { healthySince: undefined }),
      'hold 1: health not known in staging: it is healthy, but nobody can tell since when',
    ],
    [
      'broken, and it is known why',
      stay('staging', one, 30, { health: 'degraded', why: 'the sync failed: no quota' }),
      'hold 1: degraded in staging: the sync failed: no quota',
    ],
    ['coming up', stay('staging', one, 30, { health: 'progressing' }), 'hold 1: not healthy yet in staging'],
    ['broken', stay('staging', one, 30, { health: 'degraded' }), 'hold 1: degraded in staging'],
    ['in the dark', stay('staging', one, 30, { health: 'unknown' }), 'hold 1: health not known in staging'],
    [
      'merged where nobody watches',
      stay('staging', one, 30, { health: 'not_watched', healthySince: undefined }),
      'promote 1, by_approval',
    ],
    [
      'merged a moment ago where nobody watches',
      stay('staging', one, 1, { health: 'not_watched', healthySince: undefined }),
      'hold 1: soak in staging until 2026-05-21 11:00 UTC',
    ],
  ])('of a release that is %s before it', (_, before, expected) => {
    expect(planned({ stays: [before] })[1]).toBe(`production: ${expected}`)
  })

  it('is not kept waiting for ever by one release a day: one that soaked before it was replaced may enter', () => {
    const stays = [stay('staging', one, 50, { until: NOW - 20 * HOUR }), stay('staging', two, 20)]

    expect(planned({ stays })[1]).toBe(
      'production: promote 1, by_approval; 2 waits: soak in staging until 2026-05-20 16:00 UTC',
    )
  })

  it('does not get one whose record was taken away, nor one from before that: the model was retired there', () => {
    const gone = { isWithdrawn: true } as const
    const stays = [
      stay('staging', one, 90, { ...gone, until: NOW - 60 * HOUR }),
      stay('staging', two, 60, { ...gone, until: NOW - 20 * HOUR }),
    ]

    expect(planned({ stays })[1]).toBe('production: nothing')
    expect(planned({ stays: [...stays, stay('staging', three, 20)] })[1]).toBe(
      'production: hold 3: soak in staging until 2026-05-20 16:00 UTC',
    )
    expect(planned({ stays, open: [open('production', two)] })[1]).toMatch(
      /^production: hold 2.*no longer in staging/,
    )
    expect(planned({ stays: [...stays, stay('staging', two, 20)] })[1]).toBe(
      'production: hold 2: soak in staging until 2026-05-20 16:00 UTC',
    )
  })

  it('does not get one that was replaced before it had soaked', () => {
    const stays = [stay('staging', one, 30, { until: NOW - 20 * HOUR }), stay('staging', two, 20)]

    expect(planned({ stays })[1]).toBe(
      'production: hold 2: soak in staging until 2026-05-20 16:00 UTC; 1 waits: no longer in staging (release 2026-05-02-0000002 is there)',
    )
  })

  it.each<[name: string, stays: Stay[], open: OpenPromotion[], words: string]>([
    ['never was there', [stay('staging', three, 1)], [open('production', two)], 'not in staging (the newer release 2026-05-03-0000003 is there)'],
    ['is still on its way there', [stay('staging', one, 1)], [open('production', two)], 'not in staging yet'],
    ['was there, and nothing is now', [stay('staging', two, 9, { until: NOW - HOUR })], [open('production', two)], 'no longer in staging'],
  ])('is told of one that %s', (_, stays, promotions, words) => {
    const plan = planPromotions(facts({ stays, open: promotions }))[1]! as Extract<Plan, { action: 'hold' }>
    const own = [plan, ...plan.waiting].find(({ release }) => releaseKey(release) === releaseKey(two))

    expect(own!.reasons.map(reasonWords)).toEqual([words])
  }) // biome-ignore format: one table

  it('does not get one that was rolled back, however long it was healthy', () => {
    const stays = [
      stay('staging', one, 200, { until: NOW - 90 * HOUR }),
      stay('staging', two, 90, { until: NOW - 10 * HOUR }),
      stay('staging', one, 10),
    ]

    expect(planned({ stays: [...stays, stay('production', one, 100)] })[1]).toBe(
      'production: hold 2: was rolled back in staging',
    )
  })

  it('gets one that came back after a rollback only once it has soaked anew', () => {
    const stays = [
      stay('staging', two, 90, { until: NOW - 10 * HOUR }),
      stay('staging', one, 10, { until: NOW - 5 * HOUR }),
      stay('staging', two, 5),
    ]

    expect(planned({ stays })[1]).toMatch(/^production: hold 2: soak in staging until 2026-05-21 07:00 UTC/)
  })

  it('keeps its open pull request back when the release turns bad where it came from, and does not offer an older one', () => {
    const stays = [
      stay('staging', one, 90, { until: NOW - 40 * HOUR }),
      stay('staging', two, 40, { health: 'degraded' }),
    ]

    expect(planned({ stays, open: [open('production', two)] })[1]).toBe(
      'production: hold 2, open: degraded in staging',
    )
  })

  it('does not get one that somebody took back by hand, however long it had been healthy there before', () => {
    const standing: Standing = { kind: 'by_hand', changes: [] }
    const before = stay('staging', one, 90, { until: NOW - 60 * HOUR })
    const other = stay('staging', two, 60, { until: NOW - 30 * HOUR })
    const again = stay('staging', one, 30)

    expect(planned({ stays: [before, other, again] })[1]).toContain('promote 1')
    const changed = planned({ stays: [before, other, { ...again, health: 'unknown', standing }] })[1]
    expect(changed).toMatch(/^production: hold/)
    expect(changed).toContain('in staging changed by hand')
  })

  it('takes back what it proposes when that was rolled back where it came from', () => {
    const stays = [
      stay('staging', one, 200, { until: NOW - 90 * HOUR }),
      stay('staging', two, 90, { until: NOW - 10 * HOUR }),
      stay('staging', one, 10, { healthySince: NOW - 10 * HOUR }),
    ]

    expect(planned({ stays, open: [open('production', two)] })[1]).toBe(
      'production: update to 1 (withdrawn), by_approval; 2 waits: was rolled back in staging',
    )
  })

  it('asks all that come before it', () => {
    const config = deployConfig('eu: {}', 'us: {}', 'production: { after: [eu, us] }')
    const both = [stay('eu', two, 5), stay('us', two, 3)]

    expect(planned({ config, stays: [both[0]!] })[2]).toBe('production: hold 2: not in us yet')
    expect(planned({ config, stays: both })[2]).toBe('production: promote 2, by_approval')
    expect(planned({ config, stays: [both[0]!, stay('us', two, 3, { health: 'degraded' })] })[2]).toBe(
      'production: hold 2: degraded in us',
    )
  })

  it('is not overtaken: what was released since goes through the first one', () => {
    expect(
      planned({ candidates: [three], stays: [stay('staging', two, 30), stay('production', one, 90)] }),
    ).toEqual([
      'staging: promote 3, after_checks, not weighed against 2',
      'production: promote 2, by_approval, not weighed against 1',
    ])
  })
})

describe('what holds a release', () => {
  it('is a freeze, also where its pull request is open', () => {
    const config = deployConfig(
      "staging: { merge: auto, freeze: [{ from: wed 08:00, to: thu 08:00, reason: 'release day' }] }",
    )

    expect(planned({ config, candidates: [one] })).toEqual([
      'staging: hold 1: freeze (release day) until 2026-05-21 08:00 UTC',
    ])
    expect(planned({ config, open: [open('staging', one)] })).toEqual([
      'staging: hold 1, open: freeze (release day) until 2026-05-21 08:00 UTC',
    ])
    expect(planned({ config, candidates: [one], now: NOW + 24 * HOUR })).toEqual(['staging: promote 1, now'])
  })

  it.each(['fail', 'inconclusive', 'not_comparable'] as const)(
    'is the verdict %s, unless it is named',
    verdict => {
      const judged = release(1, 'churn', { verdict })
      const lenient = deployConfig(`staging: { verdicts: [pass, ${verdict}] }`)

      expect(planned({ candidates: [judged] })[0]).toBe(
        `staging: hold 1: verdict ${verdict.replace('_', ' ')}, needed: pass`,
      )
      expect(planned({ candidates: [judged], config: lenient })).toEqual(['staging: promote 1, by_approval'])
    },
  )

  it('is the verdict against what serves there, where there is one', () => {
    const verdicts = [
      {
        environment: 'staging',
        release: releaseKey(two),
        champion: releaseKey(one),
        verdict: 'fail' as const,
      },
    ]

    expect(planned({ candidates: [two], stays: [stay('staging', one, 1)], verdicts })[0]).toBe(
      'staging: hold 2: verdict fail, needed: pass',
    )
  })

  it('does not hold an older one that is good', () => {
    expect(planned({ candidates: [one, release(2, 'churn', { verdict: 'fail' })] })[0]).toBe(
      'staging: promote 1, now; 2 waits: verdict fail, needed: pass',
    )
  })

  it.each([
    ['registry.example/acme', 'promote 1, by_approval'],
    ['registry.example/acme/churn', 'promote 1, by_approval'],
    ['registry.example/ac', 'hold 1: image registry.example/acme/churn is not from registry.example/ac'],
    ['example/acme', 'hold 1: image registry.example/acme/churn is not from example/acme'],
  ])('DY-017: is the registry of its image, where %s is the one', (registry, expected) => {
    const config = deployConfig(`staging: { registries: [${registry}] }`)

    expect(planned({ config, candidates: [one] })).toEqual([`staging: ${expected}`])
  })

  const scanned = (verdict: 'safe' | 'allowed' | 'unsafe' | 'unscannable') => ({
    ...{ file: `${verdict}.pkl`, sha256: 'a'.repeat(64), size: 3, format: 'pickle' as const, verdict },
  })
  it.each([
    ['two files', [scanned('safe'), scanned('allowed')], 'promote 1, by_approval'],
    [
      'no scan',
      undefined,
      'hold 1: its record tells of no scan, and models are to be scanned: name their files in `scan` of assay.yml',
    ],
    [
      'an empty list',
      [],
      'hold 1: its record tells of no scan, and models are to be scanned: name their files in `scan` of assay.yml',
    ],
    [
      'a file that must not be loaded',
      [scanned('unsafe'), scanned('safe')],
      'hold 1: its file unsafe.pkl must not be loaded, and models are to be scanned',
    ],
    [
      'a file that nobody can look into',
      [scanned('unscannable')],
      'hold 1: its file unscannable.pkl must not be loaded, and models are to be scanned',
    ],
  ])('is the scan, where that is asked for and the record tells of %s', (_, files, expected) => {
    const config = deployConfig('staging: { policy: { scanned: true } }')
    const candidate = { ...one, ...(files && { scanned: files }) }

    expect(planned({ config, candidates: [candidate] })).toEqual([`staging: ${expected}`])
    expect(planned({ config: deployConfig('staging: {}'), candidates: [candidate] })).toEqual([
      'staging: promote 1, by_approval',
    ])
  })

  it.each([
    [
      undefined,
      'hold 1: its image was not made by Assay of the files that were scanned, and models are to be: `package.files` in assay.yml does that',
    ],
    [
      'named',
      'hold 1: its image was not made by Assay of the files that were scanned, and models are to be: `package.files` in assay.yml does that',
    ],
    ['packaged', 'promote 1, by_approval'],
  ] as const)(
    'is what the scan covers, where that is asked for and the record says: %s',
    (covers, expected) => {
      const config = deployConfig('staging: { policy: { scanned: packaged } }')
      const candidate = { ...one, scanned: [scanned('safe')], ...(covers && { scan_covers: covers }) }

      expect(planned({ config, candidates: [candidate] })).toEqual([`staging: ${expected}`])
      expect(
        planned({ config: deployConfig('staging: { policy: { scanned: true } }'), candidates: [candidate] }),
      ).toEqual(['staging: promote 1, by_approval'])
    },
  )

  it.each<[string, Signed | undefined, string]>([
    ['is signed', { state: 'signed' }, 'promote 1, by_approval'],
    [
      'is not',
      { state: 'unsigned', why: 'it has no signature' },
      'hold 1: not signed as `policy` asks: it has no signature',
    ],
    [
      'nobody can tell',
      { state: 'unknown', why: 'it answered 503' },
      'hold 1: nobody can tell whether it is signed: it answered 503',
    ],
    [
      'nobody has asked',
      undefined,
      'hold 1: nobody can tell whether it is signed: its registry is asked when it is promoted, and was not asked here',
    ],
  ])('is its signature, where one is asked for and the answer is: %s', (_, signed, expected) => {
    const config = deployConfig('staging: { policy: { signed: { key: keys/release.pub } } }')
    const image = one.image!
    const facts = (of: typeof image) =>
      signed ? { signatures: [{ environment: 'staging', image: of, signed }] } : {}
    const other = { ...image, digest: `sha256:${'9'.repeat(64)}` }

    expect(planned({ config, candidates: [one], ...facts(image) })).toEqual([`staging: ${expected}`])
    // What is known of another digest or another environment lets nothing in.
    expect(planned({ config, candidates: [one], ...facts(other) })[0]).toContain('was not asked here')
    expect(planned({ config: deployConfig('staging: {}'), candidates: [one] })).toEqual([
      'staging: promote 1, by_approval',
    ])
  })

  it('is a model URI, where images must be signed', () => {
    const config = deployConfig('staging: { policy: { signed: { key: keys/release.pub } } }')
    const { image: _, ...rest } = one

    expect(planned({ config, candidates: [{ ...rest, uri: 's3://models/churn/1' }] })).toEqual([
      'staging: hold 1: not signed as `policy` asks: it has no image, and images are to be signed',
    ])
  })

  it('DY-017: is a model URI, where images must come from named registries', () => {
    const config = deployConfig('staging: { registries: [registry.example] }')
    const { image: _, ...rest } = one

    expect(planned({ config, candidates: [{ ...rest, uri: 's3://models/churn/1' }] })).toEqual([
      'staging: hold 1: no image, and images are to come from named registries',
    ])
  })

  it('is a rollback, until somebody says that it is over', () => {
    const hold = { environment: 'staging', model: 'churn', reason: 'latency doubled', by: 'kim' }
    const holds = [{ ...hold, rollback: true }]
    const word = { ...hold, rollback: false, proposed: { number: 7 } }

    expect(planned({ candidates: [three], holds: [word] })[0]).toBe(
      'staging: hold 3: held by kim: latency doubled (pull request 7, not merged yet)',
    )
    expect(planned({ candidates: [three], stays: [stay('staging', one, 1)], holds })[0]).toBe(
      'staging: hold 3: held since a rollback by kim: latency doubled',
    )
    expect(planned({ candidates: [three], stays: [stay('staging', one, 1)] })[0]).toMatch(
      /^staging: promote 3/,
    )
  })

  it('is told as a hold only where there is one', () => {
    const holds = [{ environment: 'staging', model: 'churn', rollback: false, reason: 'tests', by: 'kim' }]

    expect(planPromotions(facts({ candidates: [one], holds }))[0]!.holds).toEqual([
      { kind: 'held', reason: 'tests', by: 'kim' },
    ])
    expect(planPromotions(facts({ candidates: [one] }))[0]!.holds).toBeUndefined()
  })

  it('is told where it holds a model that nothing is planned of, and only there', () => {
    const of = (model: string) => ({
      environment: 'staging',
      model,
      rollback: false,
      reason: 'sale',
      by: 'kim',
    })
    const holds = [of('chrun'), of('churn')]
    const plans = planPromotions(facts({ candidates: [one], holds }))

    expect(plansOfIdleHolds({ holds }, plans)).toEqual([
      {
        action: 'nothing',
        environment: 'staging',
        model: 'chrun',
        holds: [{ kind: 'held', reason: 'sale', by: 'kim' }],
        isIdle: true,
      },
    ])
  })

  it('lets nobody wait for what can never enter: a release of another model’s repository', () => {
    const reasons: Reason[] = [
      { kind: 'origin', repository: 'eve/churn', allowed: ['acme/churn'], because: 'configured' },
      { kind: 'soak', environment: 'staging', until: NOW },
    ]

    expect(reasons.map(refuses)).toEqual([true, false])
  })

  it('is told in full when there is more than one thing', () => {
    const config = deployConfig(
      'staging: {}',
      'production: { after: staging, soak: 2d, verdicts: [inconclusive], freeze: [{ from: 2026-05-19, to: 2026-05-25 }] }',
    )

    expect(planned({ config, stays: [stay('staging', one, 12)] })[1]).toBe(
      'production: hold 1: verdict pass, needed: inconclusive, soak in staging until 2026-05-22 00:00 UTC, freeze until 2026-05-26 00:00 UTC',
    )
  })
})

describe('a rollback that is open', () => {
  const rollback = (more: Partial<OpenPromotion> = {}) =>
    open('staging', one, two, { rollback: true, ...more })
  const stays = [stay('staging', two, 5)]

  it('is neither closed nor overtaken', () => {
    expect(planned({ candidates: [three], open: [rollback()], stays })[0]).toBe(
      'staging: nothing, open, by_approval',
    )
  })

  it('is written anew when the base or what serves moved', () => {
    expect(planned({ open: [rollback({ behind: true })], stays })[0]).toMatch('update to 1 (base_moved)')
    expect(planned({ open: [rollback()], stays: [stay('staging', three, 1)] })[0]).toMatch(
      'update to 1 (champion_changed)',
    )
  })

  it('is closed once the release it restores serves', () => {
    expect(planned({ open: [rollback()], stays: [stay('staging', one, 1)] })[0]).toBe('staging: close')
  })

  it('does not wait for a freeze to end', () => {
    const config = deployConfig('staging: { merge: auto, freeze: [{ from: wed 08:00, to: thu 08:00 }] }')

    expect(planned({ config, open: [rollback()], stays })[0]).toBe('staging: nothing, open, by_approval')
  })
})

describe('many models', () => {
  it('are planned each for itself, by name', () => {
    const plans = planPromotions(
      facts({
        candidates: [release(1, 'fraud'), release(4, 'churn')],
        stays: [stay('staging', release(2, 'fraud'), 3)],
      }),
    )

    expect(plans.map(plan => `${plan.environment} ${plan.model} ${plan.action}`)).toEqual([
      'staging churn promote',
      'staging fraud nothing',
      'production churn nothing',
      'production fraud hold',
    ])
  })
})

// --- internal ---

function facts(change: Partial<PromotionFacts>): PromotionFacts {
  return { config: CONFIG, now: NOW, candidates: [], stays: [], open: [], rejected: [], holds: [], ...change }
}

function planned(change: Partial<PromotionFacts>): string[] {
  return planPromotions(facts(change)).map(told)
}

function told(plan: Plan): string {
  const what = `${plan.environment}: ${plan.action}`
  if (plan.action === 'leave' || plan.action === 'close') return what
  if (plan.action === 'nothing') return plan.open ? `${what}, open, ${plan.lands}` : what
  const waiting = plan.waiting.map(
    ({ release, reasons }) => `; ${number(release)} waits: ${reasons.map(reasonWords).join(', ')}`,
  )
  if (plan.action === 'hold')
    return `${what} ${number(plan.release)}${plan.open ? ', open' : ''}: ${plan.reasons.map(reasonWords).join(', ')}${waiting.join('')}`
  const how =
    plan.action === 'promote' ? ` ${number(plan.release)}` : ` to ${number(plan.release)} (${plan.because})`
  const weighed = plan.weighed ? '' : `, not weighed against ${number(plan.serving!)}`
  return `${what}${how}, ${plan.lands}${weighed}${waiting.join('')}`
}

function number({ commit }: ReleaseRecord): number {
  return Number.parseInt(commit, 16)
}

/** A stay that began so many hours ago, healthy all the time. */
function stay(environment: string, record: ReleaseRecord, hours: number, more: Partial<Stay> = {}): Stay {
  const from = NOW - hours * HOUR
  return { environment, release: record, from, health: 'healthy', healthySince: from, ...more }
}

function open(
  environment: string,
  record: ReleaseRecord,
  champion?: ReleaseRecord,
  more: Partial<OpenPromotion> = {},
): OpenPromotion {
  return {
    environment,
    model: 'churn',
    number: 1,
    release: record,
    ...(champion && { champion: releaseKey(champion) }),
    foreign: false,
    behind: false,
    rollback: false,
    ...more,
  }
}
