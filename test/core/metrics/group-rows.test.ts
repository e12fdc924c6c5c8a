import fc from 'fast-check'
import { expect, it } from 'vitest'
import { groupRows, rowsOf } from '../../../src/core/metrics/group-rows.ts'

it('puts every row into the group of its value, ascending', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 40 }), codes => {
      const column = { name: 'c', values: ['a', 'b', 'c', 'd', 'e', 'f'], codes: Uint32Array.from(codes) }

      const groups = groupRows(column)

      for (const code of column.values.keys())
        expect([...rowsOf(groups, code)]).toEqual([...codes.keys()].filter(row => codes[row] === code))
    }),
  )
})
