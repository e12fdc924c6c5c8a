import { describe, expect, it } from 'vitest'
import { type CanaryFact, planCanary } from '../../../../src/core/promotion/canary/canary-plan.ts'
import { factOf, readFact, readSlow } from '../../../../src/core/promotion/canary/fact.ts'
import { releaseKey } from '../../../../src/core/release/record.ts'
import type { CanaryCounts } from '../../../../src/core/traffic/canary/counts.ts'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import { rulesOf } from '../../../../src/core/traffic/canary/rules.ts'
import type { Slow, SlowUnknown } from '../../../../src/core/traffic/canary/slow.ts'
import {
  type CanaryStep,
  canaryAfter,
  canaryAnswer,
  canarySaid,
  canaryToWatch,
  slowSaid,
} from '../../../../src/core/traffic/watch/canary-watching.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { release } from '../../../support/releases.ts'
import { arm, countsOf } from '../../traffic/canary/canaries.ts'

/** What a plan takes of a verdict: the same from whoever judges itself, and from whoever asks `assay watch`. */

const PLACE = { model: 'churn', environment: 'production' }
const [champion, file] = [release(1), canaryFile({ steps: [5], guardrails: [] })]
const watched = canaryToWatch(PLACE, { champion, file }, undefined)
const step = watched.step as CanaryStep

function told(counts: CanaryCounts | { failed: string }, later = 0) {
  const now = 'failed' in counts ? 1_800_000_000_000 : counts.asOf
  const verdict = judgeCanary(counts, step.rules, now)
  const { watching } = canaryAfter({ ...watched, step }, verdict, now)
  const answer = JSON.parse(
    JSON.stringify(canaryAnswer(PLACE, watching, canarySaid(watching, {}, now + later))),
  )
  return { own: factOf(verdict, file.challenger), answer }
}

const of = (converted: number) =>
  countsOf(arm(190_000, 11_400), arm(10_000, converted), { key: step.rules.key })

describe('a verdict out of what `assay watch` answers', () => {
  it.each([
    ['fail', 300],
    ['pass', 720],
    ['inconclusive', 590],
  ] as const)('is the one it made: %s', (verdict, converted) => {
    const { own, answer } = told(of(converted))

    expect(readFact(answer)).toEqual(own)
    expect(own).toMatchObject({ verdict, release: releaseKey(file.challenger), key: step.rules.key })
  })

  it('decides nothing where the traffic is not known, or nobody looks any more', () => {
    const { own, answer } = told({ failed: 'the collector does not answer' })
    expect(own).toEqual({ unknown: 'its traffic is not known: the collector does not answer' })
    expect(readFact(answer)).toEqual(own)

    expect(readFact(told(of(300), 240_000).answer)).toEqual({
      unknown: expect.stringContaining('what looks has come to a halt'),
    })
    expect(readFact(canaryAnswer(PLACE, undefined, canarySaid(undefined, {}, 0)))).toEqual({
      unknown: 'no release enters here in steps now',
    })
  })

  it('decides nothing where nobody has come, or nobody has measured a guardrail: nobody goes on by rules that say to', () => {
    const empty = told(countsOf(arm(0, 0), arm(0, 0), { key: step.rules.key }))
    expect(empty.own).toEqual({ unknown: 'no unit has come yet' })
    expect(readFact(empty.answer)).toEqual(empty.own)

    const mesh = { series: 'envoy', champion: { a: 'x' }, challenger: { a: 'y' } } as const
    const rules = rulesOf(
      champion.version,
      canaryFile({ ...file, unit: 'request', sticky: 'none', guardrails: ['errors'], mesh }),
    )
    const counts = countsOf(arm(190_000, 11_400), arm(10_000, 600), {
      key: rules.key,
      mesh: { failed: 'Prometheus cannot tell: no answer' },
    })
    const fact = factOf(judgeCanary(counts, rules, counts.asOf), file.challenger)
    expect(fact).toEqual({
      unknown: 'what the mesh counts is not known: Prometheus cannot tell: no answer',
    })
    const since = counts.asOf - 8 * 24 * 3_600_000
    const late = planCanary(
      { file: { ...file, weight: 5, steps: [5, 25], on_inconclusive: 'promote' }, since, fact },
      { champion, key: rules.key, now: counts.asOf, oldest: 180_000 },
    )
    expect(late).toMatchObject({ step: 'stay', why: { kind: 'unknown' } })
  })

  it('says before a canary which answers are slow, of what serves and of now alone', () => {
    const slowIn = (looked?: { slow: Slow | SlowUnknown; at: number }, of = champion.version) => {
      const slow = { release: of, ...(looked && { looked }) }
      return readSlow(JSON.parse(JSON.stringify({ slow: slowSaid(slow, 300_000) })), champion.version)
    }
    const slow = { ms: 150, answers: 12_400 }

    expect(slowIn({ slow, at: 290_000 })).toEqual(slow)
    expect(slowIn({ slow: { unknown: 'no answer of a day' }, at: 290_000 })).toEqual({
      unknown: 'no answer of a day',
    })
    expect(slowIn({ slow, at: 0 })).toHaveProperty(
      'unknown',
      expect.stringContaining('looked at its answers last at'),
    )
    expect(slowIn({ slow, at: 290_000 }, 'another')).toHaveProperty('unknown')
    expect(slowIn()).toHaveProperty('unknown')
    for (const wrong of [
      undefined,
      {},
      { slow: {} },
      { slow: { ms: -1, answers: 5, release: champion.version } },
    ])
      expect(readSlow(wrong, champion.version)).toHaveProperty('unknown')
  })

  it('is none where the answer is of something else, or contradicts itself', () => {
    const { answer } = told(of(300))
    for (const wrong of [
      undefined,
      'pass',
      {},
      { ...answer, kind: 'not_worse' },
      { ...answer, kind: '__proto__' },
      { ...answer, verdict: 'green' },
      { ...answer, asOf: 'today' },
      { ...answer, evidence: { since: 1e300 } },
      { ...answer, evidence: { since: 8.64e15 } },
      { ...answer, key: undefined },
      { ...answer, release: undefined },
    ])
      expect(readFact(wrong)).toHaveProperty('unknown')
  })

  it('tells no traffic that there cannot be, and decides all the same', () => {
    const { answer, own } = told(of(300))
    const { traffic, ...rest } = own as CanaryFact
    expect(traffic).toBeDefined()
    for (const wrong of [
      { perDay: 1e-300, rate: 0.06 },
      { perDay: 1e300, rate: 0.06 },
      { perDay: 6000, rate: 1e-300 },
      { perDay: 6000, rate: 1 },
      { perDay: '6000', rate: 0.06 },
    ])
      expect(readFact({ ...answer, traffic: wrong })).toEqual(rest)
  })
})
