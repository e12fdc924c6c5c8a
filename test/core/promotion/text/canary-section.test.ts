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
