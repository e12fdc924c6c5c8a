import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIds, idOrder } from '../../../../src/core/inputs/predictions/id-order.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { cases } from '../../../support/rounds.ts'

describe('idOrder', () => {
  it('sorts ids that differ first beyond ASCII', () => {
    const ids = ['ßßaßßäa0ßa', 'äaaßäaß0ä', 'ßäa0ßä0aß']

    expect(sorted(ids)).toEqual([...ids].sort(compareIds))
  })

  it('agrees with the comparison of ids, whatever they are', () => {
    const id = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: anyCharacter, maxLength: 9 }),
      fc.stringMatching(/^[aß\x7fä]{1,9}$/),
    )
    fc.assert(
      fc.property(fc.array(id, { maxLength: 30 }), ids => {
        expect(sorted(ids)).toEqual([...ids].sort(compareIds))
      }),
      cases(2000),
    )
  })
})

function sorted(ids: string[]): string[] {
  const order = idOrder(ids)
  return order ? [...order].map(row => ids[row]!) : ids
}
