import type { WatchedCanary } from '../../../src/core/page/canary/watched-canary.ts'
import type { CanaryFile } from '../../../src/core/release/canary-file.ts'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import { judgeCanary } from '../../../src/core/traffic/canary/judge.ts'
import { canaryKey } from '../../../src/core/traffic/canary/key.ts'
import type { CanaryRules } from '../../../src/core/traffic/canary/verdict.ts'
import { type CanaryCourse, courseAfter } from '../../../src/core/traffic/watch/canary-course.ts'
import { release } from '../../support/releases.ts'
import { type Drawn, looks, RULES } from '../traffic/canary/canaries.ts'

/** Canaries as the page has them: a look every five minutes at traffic that is drawn, judged as it is live. */

const [champion, challenger] = [release(19), release(20)]

export const FILE: CanaryFile = {
  weight: 5,
  steps: [5, 25],
  unit: 'user',
  sticky: 'cookie',
  for: '24h',
  horizon: '7d',
  conversion: { outcome: 'bought', within: '1h', margin: 0.005 },
  guardrails: ['errors', 'latency', 'missing_outcome'],
  on_harm: 'merge',
  on_inconclusive: 'hold',
  challenger,
}

export const KEY = canaryKey({ champion, challenger, weight: FILE.weight })
export const CANARY_RULES: CanaryRules = { ...RULES, key: KEY }

/** After so many looks at traffic like this; the last of them is now. */
export function watchedCanary(
  drawn: Partial<Drawn> = {},
  most = 288,
  file: Partial<CanaryFile> = {},
): { canary: WatchedCanary; now: number } {
  const of = { share: 0.05, perDay: 40_000, champion: 0.06, challenger: 0.06, harmed: 0.01, ...drawn }
  let course: CanaryCourse | undefined
  let now = 0
  for (const counts of looks(mulberry32(7), of, most)) {
    now = counts.asOf + 20_000
    course = courseAfter(course, judgeCanary({ ...counts, key: KEY }, CANARY_RULES, now), now)
  }
  return {
    canary: {
      model: 'churn',
      environment: 'production',
      file: { ...FILE, ...file },
      champion,
      ...(course && { course }),
    },
    now,
  }
}
