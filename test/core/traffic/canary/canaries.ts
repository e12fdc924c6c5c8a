import type { CanaryGuardrail } from '../../../../src/core/deploy-config/guardrails.ts'
import { drawBinomial } from '../../../../src/core/statistics/distributions/binomial-sampler.ts'
import type { Arm, CanaryCounts } from '../../../../src/core/traffic/canary/counts.ts'
import type { CanaryRules } from '../../../../src/core/traffic/canary/verdict.ts'

/** Canaries to judge, in numbers and drawn at random. */

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const SINCE = Date.UTC(2026, 4, 20)

export const RULES: CanaryRules = {
  key: 'r41/r42@5',
  weight: 5,
  unit: 'user',
  sticky: true,
  conversion: { outcome: 'bought', within: HOUR, margin: 0.005 },
  horizon: 7 * DAY,
  guardrails: ['errors', 'latency', 'missing_outcome'],
}

type Numbers = Partial<Omit<Arm, 'harmed'>> & { harmed?: Partial<Record<CanaryGuardrail, number>> }

/** An arm whose units have all matured, unless it is said otherwise. */
export function arm(exposures: number, converted: number, more: Numbers = {}): Arm {
  const harmed = { errors: 0, latency: 0, missing_outcome: 0, ...more.harmed }
  return {
    exposures,
    crossed: 0,
    matured: exposures,
    converted,
    ...more,
    harmed: new Map(Object.entries(harmed) as [CanaryGuardrail, number][]),
  }
}

/** Counts of a step of which half of the horizon is over. */
export function countsOf(champion: Arm, challenger: Arm, more: Partial<CanaryCounts> = {}): CanaryCounts {
  return {
    model: 'churn',
    environment: 'production',
    key: RULES.key,
    since: SINCE,
    asOf: SINCE + HOUR + (RULES.horizon - HOUR) / 2,
    restarted: false,
    arms: { champion, challenger },
    metBoth: 0,
    unattributed: 0,
    full: 0,
    echoed: 0,
    ...more,
  }
}

export interface Drawn {
  share: number
  perDay: number
  /** Conversion of either arm, and how often a prediction meets an error or is slow. */
  champion: number
  challenger: number
  harmed?: number
  /** How many predictions a user makes, on the mean; geometric. */
  predictions?: number
}

/** A canary that goes on: each look, five minutes later, has what came meanwhile. Every unit matures at once. */
export function* looks(random: () => number, of: Drawn, most = 288): Generator<CanaryCounts> {
  const sums = { champion: [0, 0, 0, 0], challenger: [0, 0, 0, 0] }
  const add = (which: 'champion' | 'challenger', units: number, rate: number) => {
    const sum = sums[which]
    const converted = drawBinomial(random, units, rate)
    sum[0]! += units
    sum[1]! += converted
    if (of.harmed === undefined) return
    for (const at of [2, 3]) sum[at]! += harmedUnits(random, units, of.harmed, of.predictions ?? 1)
  }
  for (let look = 1; look <= most; look++) {
    const units = Math.round((of.perDay * look) / 288) - Math.round((of.perDay * (look - 1)) / 288)
    const own = drawBinomial(random, units, of.share)
    add('challenger', own, of.challenger)
    add('champion', units - own, of.champion)
    const [champion, challenger] = [sums.champion, sums.challenger].map(([n, converted, errors, latency]) =>
      arm(n!, converted!, {
        harmed: { errors: errors!, latency: latency!, missing_outcome: n! - converted! },
      }),
    )
    yield countsOf(champion!, challenger!, { asOf: SINCE + look * 300_000 })
  }
}

// --- internal ---

/** Units with an event among their predictions: at the mean 1/p of a geometric number, (1 − h)p / (1 − (1 − h)(1 − p)) have none. */
function harmedUnits(random: () => number, units: number, rate: number, predictions: number): number {
  const stop = 1 / predictions
  return drawBinomial(random, units, 1 - ((1 - rate) * stop) / (1 - (1 - rate) * (1 - stop)))
}
