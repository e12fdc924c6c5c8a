import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortOrder, tieEndsOf } from '../../../src/core/statistics/sort-order.ts'

it('orders any numbers as a stable sort does', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true }),
    // Alike in their upper halves: few of them are ordered in place, many are sorted by both.
    fc.nat(50).map(steps => 1 + steps * Number.EPSILON),
    fc.constantFrom(-0, 0, 1, -1, Number.MIN_VALUE, -Number.MAX_VALUE, Number.NEGATIVE_INFINITY),
  )
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), numbers => {
      const expected = numbers
        .map((_, index) => index)
        .sort((i, j) => (numbers[i]! < numbers[j]! ? -1 : numbers[i]! > numbers[j]! ? 1 : i - j))

      const values = Float64Array.from(numbers)
      expect(Array.from(sortOrder(values))).toEqual(expected)
      const ranked = expected.map(index => numbers[index]! + 0)
      expect([...tieEndsOf(values)]).toEqual(ranked.map((one, rank) => (one === ranked[rank + 1] ? 0 : 1)))
    }),
  )
})

it.each([20, 100])('orders %i numbers that differ in their last bits alone', count => {
  const steps = Array.from({ length: count }, (_, row) => (row * 37) % count)
  const values = Float64Array.from(steps, step => 1 + step * Number.EPSILON)

  expect(Array.from(sortOrder(values), row => steps[row])).toEqual(steps.toSorted((a, b) => a - b))
})
