import { describe, expect, it } from 'vitest'
import type { CanaryCounts, MeshCounts } from '../../../../src/core/traffic/canary/counts.ts'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import { rulesOf } from '../../../../src/core/traffic/canary/rules.ts'
import type { CanaryRules } from '../../../../src/core/traffic/canary/verdict.ts'
import { reasonWords } from '../../../../src/core/traffic/canary/words.ts'
import { stepOf } from '../../../../src/core/traffic/exposures/step-of.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { release } from '../../../support/releases.ts'
import { arm, countsOf, RULES } from './canaries.ts'

/** A canary of which a mesh counts errors and latency, and events the rest. */

const MESH = {
  series: 'istio',
  champion: { reporter: 'source', destination_workload: 'churn-champion' },
  challenger: { reporter: 'source', destination_workload: 'churn-challenger' },
} as const
const FILE = canaryFile({
  unit: 'request',
  sticky: 'none',
  guardrails: ['errors', 'latency', 'missing_outcome'],
  latency_ms: 250,
  mesh: MESH,
})
const OWN: CanaryRules = {
  ...rulesOf('r41', FILE),
  ...{ key: RULES.key, conversion: RULES.conversion, horizon: RULES.horizon },
}

/** Requests of an arm: of so many, so many failed and so many were slow. */
const meshArm = (requests: number, errors: number, slow: number): MeshCounts['champion'] => ({
  requests,
  errors: { events: errors, units: requests },
  latency: { events: slow, units: requests },
})

/** An arm by events, which tell nothing of errors and latency. */
const told = (exposures: number, converted: number) => ({
  ...arm(exposures, converted),
  harmed: new Map([['missing_outcome', 0] as const]),
})
const counts = (mesh: CanaryCounts['mesh'], more: Partial<CanaryCounts> = {}): CanaryCounts =>
  countsOf(told(1_900_000, 114_000), told(100_000, 6000), { ...(mesh && { mesh }), ...more })
const GOOD: MeshCounts = {
  champion: meshArm(1_900_000, 1900, 19_000),
  challenger: meshArm(100_000, 100, 1000),
}

function judged(of: CanaryCounts, rules = OWN) {
  const verdict = judgeCanary(of, rules, of.asOf + 30_000)
  return { ...verdict, kind: verdict.reason.kind, words: reasonWords(verdict) }
}

describe('a canary that a mesh counts', () => {
  it('is judged by the rules of its file', () => {
    expect(rulesOf('r41', FILE).mesh).toEqual({
      series: 'istio',
      arms: {
        champion: { version: 'r41', labels: MESH.champion },
        challenger: { version: release(2).version, labels: MESH.challenger },
      },
      slow: 250,
    })
  })

  it('has events counted of what the mesh does not count, and of nothing else', () => {
    const step = stepOf('r41', FILE)
    expect(step.guardrails).toEqual(['missing_outcome'])
    expect(step).not.toHaveProperty('slow')
  })

  it('passes where neither errors nor slow answers are more, each of the requests that the mesh has counted', () => {
    const { verdict, evidence } = judged(counts(GOOD))

    expect(verdict).toBe('pass')
    expect(evidence?.meshSplit).toMatchObject({ declared: 0.05, seen: 0.05, units: 2_000_000 })
    expect(evidence?.harm.map(({ metric, challenger }) => [metric, challenger])).toEqual([
      ['conversion', { events: 6000, units: 100_000 }],
      ['errors', { events: 100, units: 100_000 }],
      ['latency', { events: 1000, units: 100_000 }],
      ['missing_outcome', { events: 0, units: 100_000 }],
    ])
  })

  it('fails where more requests fail, though no event tells of it', () => {
    const { verdict, words } = judged(counts({ ...GOOD, challenger: meshArm(100_000, 400, 1000) }))

    expect(verdict).toBe('fail')
    expect(words).toMatch(
      /^more meet errors: 0\.4 % \(400 of 100,000\) of the challenger against 0\.1 % \(1,900 of 1,900,000\)/,
    )
    expect(judged(counts({ ...GOOD, challenger: meshArm(100_000, 100, 3000) })).words).toMatch(
      /^more wait longer/,
    )
  })

  it('is not comparable where the mesh sees another share than events do, such as callers inside the mesh', () => {
    const { verdict, words } = judged(
      counts({ champion: meshArm(2_900_000, 0, 0), challenger: GOOD.challenger }),
    )

    expect(verdict).toBe('not_comparable')
    expect(words).toMatch(
      /^the challenger does not get 5 %: 3\.33 % of 3,000,000 requests that the mesh has counted .*; likely: the labels in `mesh` find requests that the route does not split/,
    )
  })

  it.each<[string, CanaryCounts, RegExp]>([
    ['nobody has asked', counts(undefined), /nobody has asked/],
    [
      'Prometheus answers in part',
      counts({ failed: 'Prometheus cannot tell: it answers in part: x' }),
      /answers in part: x$/,
    ],
    [
      'neither arm has requests',
      counts({ champion: { requests: 0 }, challenger: { requests: 0 } }),
      /no request to the challenger is in its series; are the labels/,
    ],
    [
      'an arm has no answers with a time',
      counts({ ...GOOD, challenger: { requests: 100_000, errors: { events: 0, units: 100_000 } } }),
      /no answer of the challenger is in its series for latency$/,
    ],
    [
      'it has seen a part of what events tell of',
      counts({ champion: meshArm(190_000, 190, 0), challenger: meshArm(10_000, 10, 0) }),
      /it has 10,000 requests to the challenger, and events tell of 100,000: its series are of a part/,
    ],
  ])('never passes where %s, and still tells harm by what events tell', (_, of, words) => {
    const said = judged(of)

    expect([said.verdict, said.kind]).toEqual(['inconclusive', 'unmeasured'])
    expect(said.words).toMatch(/^what the mesh counts is not known: /)
    expect(said.words).toMatch(words)
    const harmed = { ...of, arms: { ...of.arms, challenger: told(100_000, 4000) } }
    expect(judged(harmed)).toMatchObject({ verdict: 'fail', kind: 'harm' })
  })

  it.each<[string, number, number]>([
    ['half of its answers fail, and those send no event', 95_000, 2500],
    ['all fail, and few have come to the champion', 95_000, 0],
    ['no event comes at all', 0, 0],
  ])('fails by what the mesh counts where %s', (_, ofChampion, ofChallenger) => {
    const fails = { champion: meshArm(95_000, 100, 0), challenger: meshArm(5000, 2500, 0) }
    const of = countsOf(told(ofChampion, 0), told(ofChallenger, 0), { mesh: fails })

    expect(judged(of)).toMatchObject({
      verdict: 'fail',
      kind: 'harm',
      words: expect.stringMatching(/^more meet errors: 50 % \(2,500 of 5,000\)/),
    })
    // What the mesh does not split as declared tells of no harm either.
    const elsewhere = { ...fails, champion: meshArm(195_000, 100, 0) }
    expect(judged({ ...of, mesh: elsewhere })).toMatchObject({ verdict: 'not_comparable', kind: 'split' })
    const healthy = { ...fails, challenger: meshArm(5000, 5, 0) }
    expect(judged({ ...of, mesh: healthy }).kind).toBe(ofChampion === 0 ? 'empty' : 'split')
  })

  it.each<[string, number, number]>([
    ['champion', 1_900_000, 90_000],
    ['challenger', 1_700_000, 100_000],
    ['challenger', 10, 1],
    ['challenger', 1_900_000, 200_000],
  ])(
    'neither fails nor passes by answers that are not of the requests: of the %s others are missing',
    (_, ofChampion, ofChallenger) => {
      const slow = (units: number) => ({ latency: { events: 0, units } })
      const { verdict, kind, words, evidence } = judged(
        counts({
          champion: { ...GOOD.champion, ...slow(ofChampion) },
          challenger: { ...GOOD.challenger, ...slow(ofChallenger) },
        }),
      )

      expect([verdict, kind]).toEqual(['inconclusive', 'unmeasured'])
      expect(words).toMatch(
        /its series for latency have [\d,]+ answers? of the ch\w+, and it has [\d,]+ requests/,
      )
      expect(evidence?.harm.map(({ metric }) => metric)).not.toContain('latency')
    },
  )

  it('holds the answers against the share even where nearly all of them are there, and takes what chance does', () => {
    const of = (units: number) =>
      counts({ ...GOOD, challenger: { ...GOOD.challenger, latency: { events: 0, units } } })
    expect(judged(of(98_100))).toMatchObject({
      kind: 'unmeasured',
      words: expect.stringContaining(
        '98,100 of 1,998,100 answers in its series for latency are of the challenger, which is not 5 %',
      ),
    })
    expect(judged(of(99_900)).verdict).toBe('pass')
  })

  it.each<[string, MeshCounts]>([
    ['more errors than requests', { ...GOOD, challenger: meshArm(100_000, 100_001, 0) }],
    ['NaN', { ...GOOD, challenger: meshArm(Number.NaN, 0, 0) }],
    ['fractions', { ...GOOD, champion: meshArm(1_900_000, 0.5, 0) }],
    ['less than none', { ...GOOD, champion: { requests: -1 } }],
  ])('never passes on %s', (_, mesh) => {
    expect(judged(counts(mesh))).toMatchObject({ verdict: 'inconclusive', kind: 'unreadable' })
  })

  it('is not told of errors by events: what they count of them is of no account', () => {
    const of = counts({ failed: 'x' })
    const harmed = {
      ...of,
      arms: { ...of.arms, challenger: arm(100_000, 6000, { harmed: { errors: 50_000 } }) },
    }
    expect(judged(harmed).kind).toBe('unmeasured')
  })
})
