import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BinCounts } from '../../../../src/core/traffic/profile/bin-counts.ts'
import { binNames, binOf } from '../../../../src/core/traffic/profile/bins.ts'
import { features } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'

const doubles = fc.array(fc.oneof(fc.double(), fc.integer({ min: -100, max: 100 })))
const columns = fc.oneof(
  doubles.map(values => Float64Array.from(values)),
  doubles.map(values => Float32Array.from(values)),
  fc.array(fc.integer()).map(values => Int32Array.from(values)),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map(values => BigInt64Array.from(values)),
  fc.array(fc.oneof(fc.string(), fc.double(), fc.constantFrom(null, undefined, true, '1.0', ' x '))),
)

it('counts a page, as it is or by a dictionary, as it counts its values one by one', () => {
  fc.assert(
    fc.property(features(1000), columns, fc.array(fc.nat()), (all, column, picks) => {
      const values: ArrayLike<unknown> = column
      const codes = Int32Array.from(picks, pick => (pick % (values.length + 1)) - 1)
      for (const feature of all) {
        const expected = new Float64Array(binNames(feature).length)
        for (let row = 0; row < values.length; row++) expected[binOf(feature, values[row])]!++
        const counted = new BinCounts(feature)
        counted.addValues(values)
        expect(counted.counts).toEqual(expected)

        for (const code of codes) expected[binOf(feature, code < 0 ? null : values[code])]!++
        counted.addCodes(codes, values)
        expect(counted.counts).toEqual(expected)
        expect(counted.rows).toBe(values.length + codes.length)
      }
    }),
    cases(500),
  )
})
