import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortOrder } from '../../../src/core/statistics/sort-order.ts'

it('orders any numbers as a stable sort does', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(-0, 0, 1, -1, Number.MIN_VALUE, -Number.MAX_VALUE, Number.NEGATIVE_INFINITY),
  )
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), numbers => {
      const expected = numbers
        .map((_, index) => index)
        .sort((i, j) => (numbers[i]! < numbers[j]! ? -1 : numbers[i]! > numbers[j]! ? 1 : i - j))

      expect(Array.from(sortOrder(Float64Array.from(numbers)))).toEqual(expected)
    }),
  )
})
