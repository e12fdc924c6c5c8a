import type { Feature } from '../profile/feature.ts'

export interface WeightedFeature {
  feature: Feature
  weight: number
}

/**
 * Importance as weights with the mean 1 over what is judged: what matters more may alarm earlier, at the same budget. A feature that is
 * not named counts as the mean of those that are; 0 is never judged.
 */
export function weighted(
  features: readonly Feature[],
  importance: ReadonlyMap<string, number> | undefined,
): WeightedFeature[] {
  const told = features.flatMap(({ name }) => importance?.get(name) ?? []).filter(value => value > 0)
  const usual = told.length === 0 ? 1 : told.reduce((sum, value) => sum + value, 0) / told.length
  const raw = features.map(feature => ({ feature, value: importance?.get(feature.name) ?? usual }))
  const judged = raw.filter(({ value }) => value > 0)
  const mean = judged.reduce((sum, { value }) => sum + value, 0) / judged.length
  return raw.map(({ feature, value }) => ({
    feature,
    weight: value > 0 ? Math.max(LEAST, value / mean) : 0,
  }))
}

// --- internal ---

/** Whatever breaks must be able to alarm alone. */
const LEAST = 0.01
