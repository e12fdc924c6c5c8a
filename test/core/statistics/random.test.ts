import { describe, expect, it } from 'vitest'
import { mulberry32, seedFrom } from '../../../src/core/statistics/random.ts'

describe('random numbers', () => {
  it('depend on the seed alone', () => {
    const first = Array.from({ length: 5 }, mulberry32(7))

    expect(Array.from({ length: 5 }, mulberry32(7))).toEqual(first)
    expect(Array.from({ length: 5 }, mulberry32(8))).not.toEqual(first)
  })

  it('lie in [0, 1) with the mean and the spread of a uniform', () => {
    const values = Array.from({ length: 100_000 }, mulberry32(1))

    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...values.slice(0, 1000))).toBeLessThan(1)
    expect(mean).toBeCloseTo(0.5, 2)
    expect(spread).toBeCloseTo(1 / 12, 2)
  })

  it('get their seed from the first 32 bits of a sha256 that anyone can recompute', () => {
    // printf 'abc' | sha256sum → ba7816bf…
    expect(seedFrom('abc')).toBe(0xba7816bf)
    expect(seedFrom('a', 'bc')).not.toBe(seedFrom('ab', 'c'))
    expect(seedFrom('a', 'b')).toBe(seedFrom('a\nb'))
  })
})
