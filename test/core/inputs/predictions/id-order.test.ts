import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Predictions } from '../../../../src/core/inputs/evaluation.ts'
import { IdSink } from '../../../../src/core/inputs/predictions/cells/id-sink.ts'
import { compareIds, idOrder, repeatedIds } from '../../../../src/core/inputs/predictions/id-order.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { areSameIds, PackedIds, type RowIds, textsOf } from '../../../../src/core/inputs/row-ids.ts'
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

describe('ids as bytes', () => {
  it('are ordered, told apart and hashed as texts are', () => {
    const ascii = fc.array(fc.stringMatching(/^[ -~]{1,9}$/), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(ascii, fc.uniqueArray(fc.nat(19)), (texts, leftOut) => {
        const packed = packedOf(texts)

        expect(packed).toBeInstanceOf(PackedIds)
        expect(textsOf(packed)).toEqual(texts)
        expect(packed.at(texts.length)).toBe(undefined)
        expect(idOrder(packed)).toEqual(idOrder(texts))
        expect(repeatedIds(packed, 5)).toEqual(repeatedIds(texts, 5))
        expect(areSameIds(packed, texts)).toBe(true)
        expect(areSameIds(packed, packedOf(texts))).toBe(true)
        expect(areSameIds(packed, packedOf([...texts.slice(1), `${texts[0]}x`]))).toBe(false)
        expect(testSetOf(rowsOf(packed))).toEqual(testSetOf(rowsOf(texts)))
        expect(textsOf(packedOf(texts, leftOut))).toEqual(texts.filter((_, row) => !leftOut.includes(row)))
      }),
      cases(300),
    )
  })
})

function packedOf(texts: string[], leftOut: number[] = []): RowIds {
  const sink = new IdSink()
  for (const text of texts) sink.addBytes(Buffer.from(text), 0, text.length)
  const rows = leftOut.filter(row => row < texts.length).sort((a, b) => a - b)
  if (rows.length > 0) sink.leaveOut(rows)
  return sink.finish()
}

function rowsOf(ids: RowIds): Predictions {
  const label = Float64Array.from({ length: ids.length }, (_, row) => row / 7)
  return { task: 'regression', rows: ids.length, ids, label, prediction: label, slices: [] }
}

function sorted(ids: string[]): string[] {
  const order = idOrder(ids)
  return order ? [...order].map(row => ids[row]!) : ids
}
