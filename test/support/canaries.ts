import { Canary } from '../../src/core/deploy-config/canary.ts'
import type { CanaryAtWeight } from '../../src/core/release/canary-file.ts'
import { release } from './releases.ts'

/** A canary of churn in its first step: `release(2)` beside whatever the record says. */
export function canaryFile(change: Partial<CanaryAtWeight> = {}): CanaryAtWeight {
  const rules = Canary.parse({
    steps: [5, 25],
    unit: 'user',
    sticky: 'cookie',
    conversion: { outcome: 'bought', within: '24h', margin: 0.005 },
    guardrails: ['errors'],
  })
  return { weight: 5, ...rules, challenger: release(2), ...change }
}
