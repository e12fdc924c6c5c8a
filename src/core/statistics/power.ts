import { requireInnerShare, requirePositive, requireShare } from './checks.ts'
import { normalQuantile, twoSidedZ } from './distributions.ts'

/** The smallest true difference a two-sided test finds with probability `power`: (z₁₋α⸝₂ + z_power) · se. */
export function detectableDifference(se: number, power = 0.8, level = 0.95): number {
  if (!(Number.isFinite(se) && se >= 0))
    throw new RangeError(`A standard error must be 0 or more and finite, but is ${se}.`)
  return distance(power, level) * se
}

/**
 * How many rows a paired comparison of accuracies needs to find a true difference of `delta`, when a share of
 * `discordantShare` of the rows tells the models apart. Not rounded.
 */
export function rowsNeeded(discordantShare: number, delta: number, power = 0.8, level = 0.95): number {
  requireShare(discordantShare, 'The discordant share')
  requireDifference(delta)
  return discordantShare * (distance(power, level) / delta) ** 2
}

/** Two independent proportions that are to be told apart. */
export interface TwoProportionPlan {
  canary: number
  champion: number
  power?: number
  level?: number
  /** How many champion units for one canary unit: 19 for a 5 % canary. */
  championPerCanary?: number
}

/** Units of each arm a two-sided z-test needs (Fleiss, without continuity correction). Not rounded. */
export function twoProportionSize(plan: TwoProportionPlan): { canary: number; champion: number } {
  const { canary, champion, power = 0.8, level = 0.95, championPerCanary: ratio = 1 } = plan
  requireShare(canary, 'The proportion of the canary')
  requireShare(champion, 'The proportion of the champion')
  requireDifference(canary - champion)
  requirePositive(ratio, 'The number of champion units per canary unit')
  distance(power, level)
  const pooled = (canary + ratio * champion) / (1 + ratio)
  const underNull = Math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
  const underTruth = Math.sqrt(canary * (1 - canary) + (champion * (1 - champion)) / ratio)
  const size =
    ((twoSidedZ(level) * underNull + normalQuantile(power) * underTruth) / (canary - champion)) ** 2
  return { canary: size, champion: size * ratio }
}

// --- internal ---

function distance(power: number, level: number): number {
  requireInnerShare(power, 'The power')
  requireInnerShare(level, 'The confidence level')
  return twoSidedZ(level) + normalQuantile(power)
}

function requireDifference(delta: number): void {
  if (!Number.isFinite(delta) || delta === 0)
    throw new RangeError(`The difference to find must be finite and not 0, but is ${delta}.`)
}
