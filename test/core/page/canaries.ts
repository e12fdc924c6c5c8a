import type { CanaryFile } from '../../../src/core/release/canary-file.ts'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import type { CanaryCounts } from '../../../src/core/traffic/canary/counts.ts'
import { judgeCanary } from '../../../src/core/traffic/canary/judge.ts'
import {
  type CanaryStep,
  type CanaryWatching,
  canaryAfter,
  canaryToWatch,
} from '../../../src/core/traffic/watch/canary-watching.ts'
import { canaryFile } from '../../support/canaries.ts'
import { release } from '../../support/releases.ts'
import { type Drawn, looks } from '../traffic/canary/canaries.ts'

/** Canaries as the page has them: a look every five minutes at traffic that is drawn, judged as it is live. */

const PLACE = { model: 'churn', environment: 'production' }

export type Stepping = CanaryWatching & { step: CanaryStep }

/** After so many looks at traffic like this; `now` is 20 s after the counts that were seen last. */
export function watchedCanary(
  drawn: Partial<Drawn> = {},
  most = 288,
  change: Partial<CanaryFile> = {},
  mesh?: CanaryCounts['mesh'],
): { canary: Stepping; now: number } {
  const file = canaryFile({
    challenger: release(20),
    conversion: { outcome: 'bought', within: '1h', margin: 0.005 },
    guardrails: ['errors', 'latency', 'missing_outcome'],
    latency_ms: 250,
    ...change,
  })
  const of = { share: 0.05, perDay: 40_000, champion: 0.06, challenger: 0.06, harmed: 0.01, ...drawn }
  let canary = canaryToWatch(PLACE, { champion: release(19), file }, undefined) as Stepping
  const { step } = canary
  let now = 0
  for (const counts of looks(mulberry32(7), of, most)) {
    now = counts.asOf + 20_000
    const verdict = judgeCanary({ ...counts, key: step.rules.key, ...(mesh && { mesh }) }, step.rules, now)
    canary = { ...canaryAfter(canary, verdict, now).watching, step }
  }
  return { canary, now }
}
