import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mcnemar } from '../../../../src/core/statistics/paired/mcnemar.ts'

const cell = fc.nat(3000)
const counts = fc
  .record({ bothCorrect: cell, championOnly: cell, candidateOnly: cell, bothWrong: cell })
  .filter(table => Object.values(table).some(count => count > 0))

describe('mcnemar', () => {
  it('has an interval that holds the difference and a p in 0..1', () => {
    fc.assert(
      fc.property(counts, fc.constantFrom(0.5, 0.9, 0.95, 0.999), (table, level) => {
        const test = mcnemar(table, level)

        expect(test.low).toBeLessThanOrEqual(test.difference)
        expect(test.high).toBeGreaterThanOrEqual(test.difference)
        expect(test.high).toBeGreaterThan(test.low)
        expect(test.low).toBeGreaterThanOrEqual(-1)
        expect(test.high).toBeLessThanOrEqual(1)
        for (const p of [test.p, test.exactP, test.midP, test.oneSidedP]) {
          expect(p).toBeGreaterThanOrEqual(0)
          expect(p).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('turns around when the models are swapped', () => {
    fc.assert(
      fc.property(counts, table => {
        const test = mcnemar(table)
        const swapped = mcnemar({
          ...table,
          championOnly: table.candidateOnly,
          candidateOnly: table.championOnly,
        })

        expect(swapped.difference).toBeCloseTo(-test.difference, 15)
        expect(swapped.p).toBe(test.p)
        expect(swapped.low).toBeCloseTo(-test.high, 15)
      }),
    )
  })

  it('takes the exact p below 25 discordant rows and the mid-p from 25 on', () => {
    const few = mcnemar({ bothCorrect: 900, championOnly: 8, candidateOnly: 16, bothWrong: 40 })
    const more = mcnemar({ bothCorrect: 900, championOnly: 8, candidateOnly: 17, bothWrong: 40 })

    expect([few.exact, few.p]).toEqual([true, few.exactP])
    expect([more.exact, more.p]).toEqual([false, more.midP])
  })

  it('answers p 1 and an interval of some width when the models always agree', () => {
    const table = { bothCorrect: 95, championOnly: 0, candidateOnly: 0, bothWrong: 5 }

    const test = mcnemar(table)

    expect(test).toMatchObject({ difference: 0, p: 1, se: 0, discordant: 0 })
    expect(test.low).toBeLessThan(-0.01)
    expect(test.high).toBeGreaterThan(0.01)
  })

  it.each([
    [{ bothCorrect: 0, championOnly: 0, candidateOnly: 0, bothWrong: 0 }, '0 rows'],
    [{ bothCorrect: 1.5, championOnly: 0, candidateOnly: 0, bothWrong: 0 }, 'bothCorrect'],
    [{ bothCorrect: 1, championOnly: -1, candidateOnly: 0, bothWrong: 0 }, 'championOnly'],
    [{ bothCorrect: 1, championOnly: 1, candidateOnly: Number.NaN, bothWrong: 0 }, 'candidateOnly'],
  ])('refuses %j', (table, words) => {
    expect(() => mcnemar(table)).toThrow(RangeError)
    expect(() => mcnemar(table)).toThrow(words)
  })
})
