import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { fewProblems } from '../../../src/core/errors/few-problems.ts'

const errorOf = (code: string, count: number, from = 0) =>
  new AssayError({
    code,
    title: 'no',
    problems: Array.from({ length: count }, (_, at) => ({ what: `${from + at}` })),
  })
const shown = (errors: readonly AssayError[]) =>
  errors.map(({ code, problems }) => [code, ...problems.map(({ what }) => what)])

it('keeps the first problems, each of its error, and counts the rest', () => {
  const few = fewProblems([errorOf('A', 2), errorOf('B', 3, 2), errorOf('C', 1, 5)], 4)
  expect(shown(few)).toEqual([
    ['A', '0', '1'],
    ['B', '2', 'and 3 more'],
  ])
})

it('never gives more than it may, keeps all where there are no more, and says the same when asked again', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 2, max: 12 }), (counts, most) => {
      const total = counts.reduce((sum, one) => sum + one, 0)
      const all = counts.map((count, at) => errorOf(`E${at}`, count))
      const few = fewProblems(all, most)
      expect(few.flatMap(({ problems }) => problems)).toHaveLength(Math.min(total, most))
      if (total <= most) expect(few).toEqual(all)
      else expect(few.at(-1)!.problems.at(-1)!.what).toBe(`and ${total - most + 1} more`)
      expect(shown(fewProblems(few, most))).toEqual(shown(few))
    }),
  )
})
