import type { ModelProfile } from '../src/core/traffic/profile/profile.ts'

/** Forty numbers of ten bins and ten categories of eight. */
export function profileOfFifty(model: string): ModelProfile {
  const numbers = Array.from({ length: 40 }, (_, index) => ({
    name: `number_${index}`,
    type: 'number' as const,
    edges: Array.from({ length: 9 }, (_, edge) => edge - 4 + 0.5),
    counts: Array<number>(10).fill(100),
    missing: 0,
  }))
  const categories = Array.from({ length: 10 }, (_, index) => ({
    name: `category_${index}`,
    type: 'category' as const,
    categories: Array.from({ length: 8 }, (_, category) => `category ${category}`),
    counts: Array<number>(8).fill(125),
    missing: 0,
    pooled: 0,
  }))
  return {
    version: 1,
    model,
    rows: 1000,
    data: { hash: '0'.repeat(64) },
    features: [...numbers, ...categories],
  }
}
