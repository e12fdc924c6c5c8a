import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costOf } from '../../../src/core/inputs/cost.ts'

const BUDGET = { gpu_hour: 2.5, currency: 'EUR', source: 'price list of 2026-03-01' }

describe('costOf', () => {
  it('adds up the seconds of all GPUs at the price of an hour', () => {
    const cost = costOf({ trainSeconds: 1800, gpus: [gpu(1800), gpu(1800)] }, BUDGET)

    expect(cost).toEqual({
      cost: 2.5,
      currency: 'EUR',
      priceSource: '2.5 EUR per GPU hour (price list of 2026-03-01)',
    })
  })

  it.each([
    ['no GPU was seen', { trainSeconds: 3600 }],
    ['the list of GPUs is empty', { trainSeconds: 3600, gpus: [] }],
    ['a duration is no number', { gpus: [gpu(Number.NaN)] }],
    ['a duration is below nothing', { gpus: [gpu(60), gpu(-3600)] }],
    ['a duration has no end', { gpus: [gpu(Number.POSITIVE_INFINITY)] }],
  ])('DR-013: makes no cost up where %s', (_, usage) => {
    expect(costOf(usage, BUDGET)).toEqual({})
  })

  it('grows with the time and never falls below nothing', () => {
    const seconds = fc.double({ min: 0, max: 1e7, noNaN: true })

    fc.assert(
      fc.property(fc.array(seconds, { minLength: 1, maxLength: 8 }), seconds, (held, more) => {
        const less = costOf({ gpus: held.map(gpu) }, BUDGET).cost!
        const longer = costOf({ gpus: [...held, more].map(gpu) }, BUDGET).cost!
        expect(less).toBeGreaterThanOrEqual(0)
        expect(longer).toBeGreaterThanOrEqual(less)
      }),
    )
  })
})

function gpu(seconds: number) {
  return { index: 0, name: 'T4', seconds }
}
