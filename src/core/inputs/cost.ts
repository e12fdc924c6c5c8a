import type { Usage } from './evaluation.ts'

/** The price of a GPU, as the configuration has it. */
export interface Budget {
  /** One GPU for one hour. */
  gpu_hour: number
  currency: string
  source?: string
}

/**
 * What the GPUs cost: the seconds each was held, summed, at the configured price. Empty when no GPU was seen: a price says
 * what a GPU costs, not that there was one, and a made-up cost could pass or fail a gate.
 */
export function costOf(usage: Usage, budget: Budget): Pick<Usage, 'cost' | 'currency' | 'priceSource'> {
  const seconds = gpuSeconds(usage)
  if (seconds === undefined) return {}
  const cost = (seconds / 3600) * budget.gpu_hour
  if (!Number.isFinite(cost)) return {}
  const price = `${budget.gpu_hour} ${budget.currency} per GPU hour`
  return { cost, currency: budget.currency, priceSource: `${price} (${budget.source ?? 'configuration'})` }
}

// --- internal ---

function gpuSeconds(usage: Usage): number | undefined {
  if (!usage.gpus || usage.gpus.length === 0) return undefined
  const all = usage.gpus.map(gpu => gpu.seconds)
  return all.every(seconds => Number.isFinite(seconds) && seconds >= 0)
    ? all.reduce((sum, seconds) => sum + seconds, 0)
    : undefined
}
