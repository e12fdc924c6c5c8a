import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aucInterval, delong } from '../../../../src/core/statistics/paired/delong.ts'

const row = fc.record({
  label: fc.constantFrom(0, 1),
  // Few values, so that ties are common; negative ones and −0 too.
  champion: fc.constantFrom(-2.5, -0, 0, 0.1, 0.5, 1, 7),
  candidate: fc.double({ min: -5, max: 5, noNaN: true }),
})
const rows = fc
  .array(row, { minLength: 4, maxLength: 60 })
  .filter(all => [0, 1].every(label => all.filter(one => one.label === label).length >= 2))

function columns(all: { label: number; champion: number; candidate: number }[]) {
  return {
    label: Float64Array.from(all, one => one.label),
    champion: Float64Array.from(all, one => one.champion),
    candidate: Float64Array.from(all, one => one.candidate),
  }
}

/** Every pair of a positive and a negative row; DeLong's components by their definition. */
function byDefinition(label: Float64Array, score: Float64Array) {
  const positive = Array.from(score).filter((_, i) => label[i] === 1)
  const negative = Array.from(score).filter((_, i) => label[i] === 0)
  const wins = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    ofPositive: positive.map(x => mean(negative.map(y => wins(x, y)))),
    ofNegative: negative.map(y => mean(positive.map(x => wins(x, y)))),
  }
}

function covariance(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return (
    a.reduce((sum, value, i) => sum + (value - mean(a)) * (b[i]! - mean(b)), 0) / (a.length - 1) / a.length
  )
}

describe('delong', () => {
  it('equals its definition over all pairs', () => {
    fc.assert(
      fc.property(rows, all => {
        const { label, champion, candidate } = columns(all)

        const test = delong(label, champion, candidate)

        const theirs = byDefinition(label, champion)
        const ours = byDefinition(label, candidate)
        const expected =
          covariance(ours.ofPositive, theirs.ofPositive) + covariance(ours.ofNegative, theirs.ofNegative)
        expect(test.aucChampion).toBeCloseTo(
          theirs.ofPositive.reduce((a, b) => a + b, 0) / theirs.ofPositive.length,
          12,
        )
        expect(test.covariance).toBeCloseTo(expected, 12)
        expect(test.se ** 2).toBeCloseTo(
          test.varianceChampion + test.varianceCandidate - 2 * test.covariance,
          12,
        )
      }),
    )
  })

  it('has an interval that holds the difference, a p in 0..1, and turns around when the models are swapped', () => {
    fc.assert(
      fc.property(rows, all => {
        const { label, champion, candidate } = columns(all)

        const test = delong(label, champion, candidate)
        const swapped = delong(label, candidate, champion)

        expect(test.low).toBeLessThanOrEqual(test.difference)
        expect(test.high).toBeGreaterThanOrEqual(test.difference)
        expect(test.p).toBeGreaterThanOrEqual(0)
        expect(test.p).toBeLessThanOrEqual(1)
        expect(swapped.p).toBeCloseTo(test.p, 12)
        expect(swapped.low).toBeCloseTo(-test.high, 12)
      }),
    )
  })

  it('sees only the order of scores', () => {
    const label = Float64Array.of(0, 1, 0, 1, 1, 0, 0)
    const scores = Float64Array.of(0.1, 0.9, 0.4, 0.35, 0.8, 0.35, 0.2)
    const stretched = scores.map(score => Math.exp(20 * score) - 1e6)

    expect(delong(label, scores, stretched)).toMatchObject({ difference: 0, se: 0, p: 1, low: 0, high: 0 })
  })

  it('does not divide by zero when one model is perfect and the other useless', () => {
    const few = delong(Float64Array.of(0, 0, 1, 1), Float64Array.of(1, 1, 1, 1), Float64Array.of(0, 0, 1, 1))
    const label = Float64Array.from({ length: 40 }, (_, i) => i % 2)
    const many = delong(label, new Float64Array(40), label)

    expect(few).toMatchObject({ difference: 0.5, se: 0, low: -1, high: 1 })
    expect(few.p).toBeCloseTo(1 / 3, 12)
    expect(many).toMatchObject({ difference: 0.5, low: 0.5, high: 0.5 })
    expect(many.p).toBeLessThan(1e-9)
  })

  it('gives one model an interval within 0..1', () => {
    const label = Float64Array.of(0, 0, 1, 1, 1)

    expect(aucInterval(label, Float64Array.of(0, 1, 2, 3, 4))).toMatchObject({ auc: 1, low: 1, high: 1 })
    expect(aucInterval(label, Float64Array.of(0, 3, 2, 3, 4)).high).toBe(1)
  })

  it.each([
    ['one class', [1, 1, 1], [1, 2, 3], 'two rows of each class'],
    ['a single positive', [1, 0, 0], [1, 2, 3], 'two rows of each class'],
    ['other labels', [1, 2, 0], [1, 2, 3], '0 or 1'],
    ['a score that is no number', [1, 1, 0, 0], [1, 2, 3, Number.NaN], 'finite'],
    ['too few scores', [1, 1, 0, 0], [1, 2, 3], 'same length'],
  ])('refuses %s', (_, label, score, words) => {
    const call = () => delong(Float64Array.from(label), Float64Array.from(score), Float64Array.from(score))

    expect(call).toThrow(RangeError)
    expect(call).toThrow(words)
  })
})
