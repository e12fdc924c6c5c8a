import type { WindowCounts } from '../../../../src/core/traffic/drift/judge.ts'
import type { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'

/** A profile of 10,000 rows: two numbers in ten bins, a category, a score that means what it says. */
export const PROFILE: ModelProfile = {
  version: 1,
  model: 'churn',
  rows: 10_000,
  data: { hash: '0'.repeat(64) },
  features: [
    { name: 'age', type: 'number', edges: [1, 2, 3, 4, 5, 6, 7, 8, 9], counts: tenOf(990), missing: 100 },
    { name: 'income', type: 'number', edges: [1, 2, 3, 4, 5, 6, 7, 8, 9], counts: tenOf(1000), missing: 0 },
    {
      name: 'plan',
      type: 'category',
      categories: ['basic', 'pro'],
      counts: [6980, 3000],
      missing: 0,
      pooled: 20,
    },
  ],
}

export function tenOf(count: number): number[] {
  return new Array<number>(10).fill(count)
}

/** Rows that are shared out as the profile's are, but for what is said. */
export function windowOf(rows: number, other: Record<string, number[] | undefined> = {}): WindowCounts {
  const age = [...tenOf(0.099 * rows), 0.01 * rows, 0].map(Math.round)
  const income = [...tenOf(0.1 * rows), 0, 0].map(Math.round)
  const plan = [0.698 * rows, 0.3 * rows, 0, 0.002 * rows].map(Math.round)
  const features = Object.entries({ age, income, plan, ...other }).flatMap(([name, counts]) =>
    counts ? [[name, Float64Array.from(counts)] as const] : [],
  )
  return { minutes: 1440, features: new Map(features) }
}
