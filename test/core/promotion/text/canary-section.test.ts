import { describe, expect, it } from 'vitest'
import { canarySection } from '../../../../src/core/promotion/text/canary-section.ts'
import type { PromotionText } from '../../../../src/core/promotion/text/text.ts'
import type { ForgeDialect } from '../../../../src/core/report/words/dialect.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { release } from '../../../support/releases.ts'

const of = (canary: object) =>
  canarySection(
    { canary, from: release(1), to: release(2), environment: 'production' } as PromotionText,
    {} as ForgeDialect,
  )

describe('how long a step will take', () => {
  it('is said before the first one by the traffic that it takes, since nobody has counted any', () => {
    expect(of({ step: 'start', file: canaryFile() })).toMatch(
      /- \*\*How long\*\*: At 5 %, for 80 of 100 releases as good as the champion to pass within 7 days, it takes [\d,]+ users a day/,
    )
  })

  it('is said before a later one at the traffic that the step before has counted', () => {
    const evidence = { verdict: 'pass', reason: 'as counted', traffic: { perDay: 20_000, rate: 0.06 } }

    expect(
      of({ step: 'advance', file: canaryFile({ weight: 25 }), evidence, withoutVerdict: false }),
    ).toContain(
      '- **How long**: At 25 % of the traffic there is now, a release as good as the champion passes after about 6 days',
    )
  })
})

describe('what a step is judged by', () => {
  it('is said with who counts it, where that is a mesh', () => {
    const mesh = { series: 'istio', champion: { a: 'b' }, challenger: { a: 'c' } } as const
    const guardrails = ['errors' as const, 'missing_outcome' as const]

    expect(of({ step: 'start', file: canaryFile({ mesh, guardrails }) })).toContain(
      'no harm in `errors`, `missing_outcome`; `errors` of the requests that `istio` counts. A step takes 24h',
    )
    expect(of({ step: 'start', file: canaryFile({ guardrails }) })).not.toContain('requests that')
    expect(
      of({ step: 'start', file: canaryFile({ mesh, guardrails, decide: 'winner', for: '5d' }) }),
    ).toContain('`errors` of the requests that `istio` counts')
  })
})
