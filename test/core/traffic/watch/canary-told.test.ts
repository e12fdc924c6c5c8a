import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCanaryPage } from '../../../../src/core/page/canary/canary-page.ts'
import { VERDICT_BY_REASON } from '../../../../src/core/traffic/canary/verdict.ts'
import { canaryTold, readCanaryTold } from '../../../../src/core/traffic/watch/canary-told.ts'
import { type CanaryWatching, canaryAfter } from '../../../../src/core/traffic/watch/canary-watching.ts'
import { watchedCanary } from '../../page/canaries.ts'

/** A canary as one program tells another of it. */

const PLACE = { model: 'churn', environment: 'production' }
const { canary, now } = watchedCanary({ challenger: 0.064 }, 60)
const sent = (of: CanaryWatching): unknown => JSON.parse(JSON.stringify({ page: canaryTold(of) }))
const pageOf = (of: CanaryWatching) => renderCanaryPage(of, { now, version: '1', script: '' })

describe('a canary that is told', () => {
  it.each([
    ['passes', canary],
    ['harms', watchedCanary({ challenger: 0.02 }, 120).canary],
    ['is not looked at yet', { ...PLACE, step: canary.step }],
    ['is not known', { ...PLACE, step: { failed: 'model-canary.yaml cannot be read' } }],
    [
      'has no counts',
      canaryAfter(
        canary,
        {
          key: canary.step.rules.key,
          verdict: 'inconclusive',
          reason: { kind: 'uncounted', why: 'it answers 503' },
        },
        now,
      ).watching,
    ],
  ] as const)('has the same page elsewhere: %s', (_, of) => {
    expect(pageOf(readCanaryTold(sent(of), PLACE)!)).toBe(pageOf(of))
  })

  it('is none where nothing is tried', () => {
    expect(readCanaryTold({ verdict: 'inconclusive', kind: 'none' }, PLACE)).toBeUndefined()
  })

  it('is not known where the answer is no such thing, and never green', () => {
    const unknown = { ...PLACE, step: { failed: 'it answers what assay watch does not' } }
    const kinds = Object.keys(VERDICT_BY_REASON)
    const told = sent(canary) as { page: { course: { verdict: { reason: object } } } }
    for (const wrong of ['<html>', 7, { page: 'x' }, { page: { champion: {} } }])
      expect(readCanaryTold(wrong, PLACE)).toEqual(unknown)
    for (const at of [9e15, -9e15, 8.64e15]) {
      const changed = structuredClone(told)
      Object.assign(changed.page.course, { lookedAt: at })
      expect(readCanaryTold(changed, PLACE)).toEqual(unknown)
    }
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.jsonValue(), (kind, other) => {
        const reason = typeof other === 'object' && other !== null ? { ...other, kind } : { kind }
        const changed = structuredClone(told)
        changed.page.course.verdict.reason = reason
        const read = readCanaryTold(changed, PLACE)!
        // Whatever is taken for an answer can be shown.
        expect(pageOf(read)).toContain('Canary of churn')
        if (kind !== 'not_worse') expect(pageOf(read)).not.toContain('<strong>pass</strong>')
      }),
      { numRuns: 60 },
    )
  })
})
