import { count } from '../../text/numbers.ts'
import { shownName } from '../profile/chosen-columns.ts'
import type { Feature } from '../profile/feature.ts'
import { PREDICTION, SCORE } from '../profile/profile.ts'

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

/** What an importance does not do though it was meant to, in sentences that go on from where it is written. */
export function importanceProblems(
  features: readonly Feature[],
  importance: ReadonlyMap<string, number>,
): string[] {
  // What a model answers may be named though this profile has none of it.
  const known = new Set([...features.map(({ name }) => name), SCORE, PREDICTION])
  const others = [...importance.keys()].filter(name => !known.has(name))
  const isNothing = features.length > 0 && features.every(({ name }) => importance.get(name) === 0)
  return [
    ...others.slice(0, 1).map(name => {
      const more = others.length > 1 ? ` and ${count(others.length - 1, 'other')}` : ''
      return `${shownName(name)}${more} named there ${others.length > 1 ? 'are no features' : 'is no feature'} of the profile`
    }),
    ...(isNothing ? ['every feature has 0, and so nothing is judged by its rows'] : []),
  ]
}

// --- internal ---

/** Whatever breaks must be able to alarm alone. */
const LEAST = 0.01
