import type { Usage } from './evaluation.ts'

/** `cost`, `duration` (seconds) and `train_duration`: measured by Assay, known exactly, so without an interval. */
export function isUsageMetric(metric: string): boolean {
  return metric === 'cost' || metric === 'duration' || metric === 'train_duration'
}

/** The value of a usage metric, or undefined where it was not measured. */
export function usageMetric(metric: string, usage: Usage | undefined): number | undefined {
  if (!usage) return undefined
  if (metric === 'cost') return usage.cost
  if (metric === 'train_duration') return usage.trainSeconds
  if (metric !== 'duration') return undefined
  if (usage.trainSeconds === undefined && usage.evaluateSeconds === undefined) return undefined
  return (usage.trainSeconds ?? 0) + (usage.evaluateSeconds ?? 0)
}
