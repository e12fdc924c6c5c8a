import { describe, expect, it } from 'vitest'
import { tellingOf, tellingOfPair } from '../../../../src/core/metrics/compare/telling.ts'
import { computedMetric } from '../../../../src/core/metrics/table/metrics.ts'
import { pairFrom, sideFrom } from '../samples.ts'

const ROWS = 20_000
const brier = computedMetric('brier')!

describe('how many rows tell something, of many', () => {
  it('counts all where next to none of the first do', () => {
    const alike = side(row => (row >= ROWS - 3 ? 0.9 : 0.5))
    expect(tellingOf(brier, alike)).toBe(3)
    expect(
      tellingOfPair(
        brier,
        pairFrom(
          alike,
          side(() => 0.5),
        ),
        undefined,
      ),
    ).toBe(3)
  })

  it('counts marks apart by less than rounding for none', () => {
    const alike = side(row => 0.5 + 1e-7 * (row % 2))
    expect(tellingOf(brier, alike)).toBe(0)
  })

  it('says enough, and no more than there are, where the first rows are enough', () => {
    const apart = side(row => (row % 60 === 0 ? 0.9 : 0.5))
    expect(tellingOf(brier, apart)).toBe(100)
    expect(
      tellingOfPair(
        brier,
        pairFrom(
          apart,
          side(() => 0.5),
        ),
        undefined,
      ),
    ).toBe(100)
    expect(
      tellingOf(
        brier,
        side(row => (row % 200 === 0 ? 0.9 : 0.5)),
      ),
    ).toBe(ROWS / 200)
  })
})

function side(score: (row: number) => number) {
  return sideFrom('binary', new Array<number>(ROWS).fill(0), {
    score: Array.from({ length: ROWS }, (_, row) => score(row)),
  })
}
