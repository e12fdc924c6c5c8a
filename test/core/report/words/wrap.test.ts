import { expect, it } from 'vitest'
import { columnsOf } from '../../../../src/core/report/words/wrap.ts'

it('counts no column for a mark, which stands on the character before it', () => {
  const marks = Array.from({ length: 0x10000 }, (_, code) => String.fromCodePoint(code)).filter(character =>
    /\p{M}/u.test(character),
  )

  expect(columnsOf('e\u0301 — 東 😀')).toBe(9)
  expect(marks.filter(mark => columnsOf(mark) === 1)).toEqual([])
})
