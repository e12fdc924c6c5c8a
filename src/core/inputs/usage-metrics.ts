import type { Usage } from './evaluation.ts'

/** `duration` and `train_duration` in seconds: all measured by Assay, known exactly, so without an interval. */
export const USAGE_METRICS: readonly string[] = ['cost', 'duration', 'train_duration']

export function isUsageMetric(metric: string): boolean {
  return USAGE_METRICS.includes(metric)
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
