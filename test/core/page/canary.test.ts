import { describe, expect, it } from 'vitest'
import { renderCanaryPage } from '../../../src/core/page/canary/canary-page.ts'
import { renderDriftPage } from '../../../src/core/page/drift.ts'
import type { CanaryFile } from '../../../src/core/release/canary-file.ts'
import { judgeCanary } from '../../../src/core/traffic/canary/judge.ts'
import { unseenVerdict } from '../../../src/core/traffic/seen/judge-seen.ts'
import {
  type CanaryWatching,
  canaryAfter,
  canaryToWatch,
} from '../../../src/core/traffic/watch/canary-watching.ts'
import { gaugesText } from '../../../src/core/traffic/watch/gauges.ts'
import { release } from '../../support/releases.ts'
import { type Stepping, watchedCanary } from './canaries.ts'

/** The page of a canary: what somebody reads on it. */

const MINUTE = 60_000
const PLACE = { model: 'churn', environment: 'production' }
const of = (canary: CanaryWatching, now: number) =>
  renderCanaryPage(canary, { now, version: '1.0.0', script: '' })
const card = (html: string) => textOf(/<div class="card.*?<\/div>/s.exec(html)![0])
const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ')
    .trim()

const withFile = (canary: Stepping, change: Partial<CanaryFile>): Stepping => ({
  ...canary,
  step: { ...canary.step, file: { ...canary.step.file, ...change } },
})

const MANY = 4_000_000
const equal = watchedCanary({ perDay: 40_000, challenger: 0.066 }, 100)
const better = watchedCanary({ perDay: MANY, challenger: 0.08 }, 288)
const harmful = watchedCanary({ challenger: 0.02 }, 120)

describe('the sentence', () => {
  it('says what it waits for, how long, and until when at most', () => {
    expect(card(of(equal.canary, equal.now))).toMatch(
      /^❓ inconclusive since 2026-05-20 0\d:\d\d UTC: whether conversion is worse by more than 0.005 cannot be told: .* units of the challenger; needs about \d+ (?:h|days) more.* Next: it stays at 5 % until that can be told, at the longest until 2026-05-27 00:00 UTC; then somebody decides\.$/,
    )
  })

  it('has the next step where it passes', () => {
    expect(card(of(better.canary, better.now))).toMatch(
      /^✅ pass since .*: conversion is better: .* Next: a pull request gives it 25 %\.$/,
    )
  })

  it('has all traffic after the last step', () => {
    const last = watchedCanary({ perDay: MANY, challenger: 0.08 }, 288, { steps: [5] })
    expect(card(of(last.canary, last.now))).toMatch(/Next: a pull request gives it all traffic\.$/)
  })

  it.each([
    ['merge', 'a pull request takes it back and is merged by policy.'],
    ['propose', 'a pull request takes it back, which somebody merges.'],
  ] as const)('says who takes a harmful one back: %s', (on_harm, words) => {
    const { canary, now } = harmful
    const shown = card(of(withFile(canary, { on_harm }), now))
    expect(shown).toMatch(/^❌ fail since 2026-05-20 0\d:\d\d UTC: .*fewer convert: /)
    expect(shown.endsWith(`Next: ${words}`)).toBe(true)
  })

  it('withholds a verdict where the split is not what was declared', () => {
    const { canary, now } = watchedCanary({ share: 0.1 }, 60)
    const html = of(canary, now)
    expect(card(html)).toMatch(
      /^⚠️ not comparable since .*the challenger does not get 5 %: .* Next: .*somebody looks/,
    )
    expect(textOf(html)).toContain('not what was declared')
  })
})

describe('what is not known of now', () => {
  it.each([
    ['shortly after', 2 * MINUTE, false],
    ['after three looks without news', 4 * MINUTE, true],
    ['hours later', 400 * MINUTE, true],
  ])('is grey %s: %s later', (_, later, isGrey) => {
    const html = of(better.canary, better.now + later)
    expect(html.includes('<div class="measured stale">')).toBe(isGrey)
    expect(html.includes('in grey: of now nothing is known')).toBe(isGrey)
    expect(card(html).includes('pass')).toBe(!isGrey)
  })

  it('is grey where the last look saw nothing, and says why', () => {
    const { canary, now } = better
    const verdict = judgeCanary({ failed: 'Prometheus answers 503' }, canary.step.rules, now + MINUTE)
    const html = of(canaryAfter(canary, verdict, now + MINUTE).watching, now + MINUTE)
    expect(html).toContain('<div class="measured stale">')
    expect(card(html)).toMatch(
      /^❓ inconclusive since .*its traffic is not known: Prometheus answers 503\. Next: it stays at 5 %/,
    )
    expect(textOf(html)).toContain('The newest counts are 80 s old')
  })

  it('passes on no counts that have become old since the last look', () => {
    const { course } = better.canary
    const lookedAt = better.now + 2 * MINUTE
    const canary = { ...better.canary, course: { ...course!, lookedAt } }
    expect(card(of(canary, lookedAt))).toContain('pass')
    const html = of(canary, lookedAt + MINUTE)
    expect(card(html)).toMatch(/^❓ inconclusive: nothing is counted since 2026-05-21 00:00 UTC\./)
    expect(html).toContain('<div class="measured stale">')
  })

  it('is told before the first look', () => {
    const canary = canaryToWatch(PLACE, equal.canary.step, undefined)
    const html = of(canary, equal.now)
    expect(card(html)).toBe(
      '❓ inconclusive: it has not been looked at yet. Next: it stays at 5 % until its traffic is known.',
    )
    expect(textOf(html)).toContain('Nothing has come yet.')
  })
})

describe('the page', () => {
  const html = of(harmful.canary, harmful.now)

  it('has its headings in the order of what matters', () => {
    const headings = [...html.matchAll(/<h(\d)>(.*?)<\/h\1>/g)].map(([, level, words]) => `${level} ${words}`)
    expect(headings).toEqual([
      '1 Canary of churn in production',
      '2 The split',
      '2 Conversion',
      '2 Guardrails',
      '2 What changed',
      '2 Age of the data',
    ])
  })

  it('has the split with declared, seen, interval, number, met both and not attributed', () => {
    expect(textOf(html)).toMatch(
      /Declared5 % of the users to the challenger Seen4\.\d+ % \(4\.\d+ % to 5\.\d+ % at 95 %, at every look\): as declared.* n16,667 users: 8\d\d met the challenger, 15,8\d\d the champion Met both0 users, counted in neither Not attributed0 events/,
    )
  })

  it('has each guardrail with its evidence beside the limit', () => {
    const rows = [
      ...html.matchAll(/<th scope="row">(conversion|errors|slow answers|no outcome)<\/th>(.*?)<\/tr>/g),
    ]
    expect(rows.map(([, name, cells]) => [name, textOf(cells!).includes('harm')])).toEqual([
      ['conversion', true],
      ['errors', false],
      ['slow answers', false],
      ['no outcome', true],
    ])
    expect(textOf(rows[0]![2]!)).toMatch(/harm e [\d,]+40$/)
  })

  it('names guardrails without a unit', () => {
    const early = watchedCanary({ perDay: 300 }, 1)
    expect(textOf(of(early.canary, early.now))).toContain(
      'Without users yet: errors, slow answers, no outcome.',
    )
  })

  it('says what a mesh has counted, and of what each guardrail is then', () => {
    const arm = (requests: number, events: number) => ({ requests, errors: { events, units: requests } })
    const change = {
      unit: 'request',
      sticky: 'none',
      guardrails: ['errors', 'missing_outcome'],
      mesh: {
        series: 'envoy',
        champion: { envoy_cluster_name: 'a' },
        challenger: { envoy_cluster_name: 'b' },
      },
    } as const
    const mesh = { champion: arm(19_000, 19), challenger: arm(1000, 90) }
    const shown = (given: typeof mesh | { failed: string }) => {
      const { canary, now } = watchedCanary({}, 120, { ...change, guardrails: [...change.guardrails] }, given)
      return textOf(of(canary, now))
    }

    expect(shown(mesh)).toMatch(/By the mesh5 % \(.* at every look\): as declared.*, of 20,000 requests/)
    expect(shown(mesh)).toMatch(/errors9 % 90 of 1,000 ?0\.1 % 19 of 19,000 ?harm e/)
    expect(shown(mesh)).toContain('errors: of the requests that the proxies of envoy count.')
    const { canary, now } = watchedCanary({}, 120, { ...change, guardrails: [...change.guardrails] }, mesh)
    expect(gaugesText([], { canaries: [canary], startedAt: now, now })).toMatch(
      /^assay_canary_mesh_share\{.*bound="seen"\} 0\.05$/m,
    )
    const unknown = shown({ failed: 'Prometheus cannot tell: it answers in part: x' })
    expect(unknown).toContain('what the mesh counts is not known: Prometheus cannot tell')
    expect(unknown).toContain('Without requests yet: errors.')
    expect(unknown).not.toContain('By the mesh')
  })

  it('runs and loads nothing but the script of the live pages', () => {
    expect(html).not.toMatch(/ style=| on\w+=|<link|<img|src=/)
    expect(of(harmful.canary, harmful.now)).toBe(html)
    expect(html.length).toBeLessThan(60_000)
  })
})

describe('the page of all', () => {
  const rowOf = (model: string) => ({
    model,
    environment: 'production',
    verdict: { ...unseenVerdict(model, 'x', { alarms: 1, days: 30 }), state: 'steady' as const },
    alarms: [],
    breakage: new Map(),
  })
  const named = ({ canary }: { canary: CanaryWatching }, model: string) => ({ ...canary, model })
  const html = renderDriftPage(['a', 'b', 'c', 'd'].map(rowOf), {
    startedAt: 0,
    now: harmful.now,
    version: '1.0.0',
    script: '',
    notes: [],
    canaries: [
      named(equal, 'b'),
      named(harmful, 'c'),
      canaryToWatch(
        { ...PLACE, model: 'd' },
        { champion: undefined, file: { failed: 'no YAML' } },
        undefined,
      ),
    ],
  })

  it('has each canary in the row of its model, what is wrong first', () => {
    const rows = [...html.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, name]) => name!)
    expect(rows.map(textOf)).toEqual([
      'cproductioncanary at 5 %: fail',
      'aproduction',
      'bproductioncanary at 5 %: inconclusive',
      'dproductioncanary: inconclusive',
    ])
    expect(rows[0]).toContain('<small class="bad"><a href="/canary/c/production">')
    expect(html).toContain('4 steady; 1 canary wrong. It is')
  })

  it('leads to a page that says why nothing is known', () => {
    const failed = { champion: undefined, file: { failed: 'it is no YAML' } }
    const html = of(canaryToWatch(PLACE, failed, undefined), 0)
    expect(card(html)).toBe('❓ inconclusive: what is tried is not known: it is no YAML.')
    expect(html).not.toContain('<h2>')
  })
})

describe('names from elsewhere', () => {
  const NASTY = '</td><script>alert(1)</script>[x](http://evil.example) `a` "onload=\u202ex'
  const { file } = equal.canary.step
  const nasty = {
    conversion: { ...file.conversion, outcome: NASTY },
    challenger: {
      ...file.challenger,
      subject: NASTY,
      by: NASTY,
      data: [NASTY],
      parameters: { [NASTY]: NASTY, __proto__x: 1 },
      run: 'https://ci.example/runs/7',
    },
  }
  const html = of({ ...withFile(equal.canary, nasty), model: NASTY, environment: NASTY }, equal.now)

  it('are text wherever they stand', () => {
    expect(html).not.toContain('<script>alert')
    expect(html).not.toContain('\u202e')
    expect(html).not.toMatch(/href="http:\/\/evil/)
    expect(html.match(/&#60;\/td&#62;&#60;script&#62;/g)!.length).toBeGreaterThan(6)
  })

  it('leave the rows of what changed as they are', () => {
    const rows = html.slice(html.indexOf('What the two releases are')).match(/<th scope="row">.*?<\/th>/g)!
    expect(rows.map(textOf).slice(0, 5)).toEqual(['release', 'commit', 'change', 'released', 'data'])
    expect(html).toContain('<a href="https://ci.example/runs/7">the run that made it</a>')
  })
})

it('shows what changed only where the two differ, with a link to the commits between them', () => {
  const { canary, now } = equal
  const challenger = release(20, 'churn', {
    parameters: { ...canary.step.champion.parameters, max_depth: 9 },
    data: ['dvc 4f1c'],
  })
  const html = of(withFile(canary, { challenger }), now)
  const part = textOf(html.slice(html.indexOf('<h2>What changed'), html.indexOf('<h2>Age')))
  expect(part).toContain('max_depth96')
  expect(part).toContain('datadvc 4f1c')
  expect(part).not.toContain('learning_rate')
  expect(html).toContain(`/compare/${canary.step.champion.commit}...${challenger.commit}`)
})
