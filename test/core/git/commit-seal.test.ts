import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BranchHead, isSame, isUntouched, sealMessage } from '../../../src/core/git/commit-seal.ts'

const TREE = 'a'.repeat(40)
const PARENT = 'b'.repeat(40)
const files = [
  { path: 'a.yaml', content: 'x' },
  { path: 'b.yaml', content: undefined },
]
const sealed = (message: string): BranchHead => ({
  commit: 'c'.repeat(40),
  tree: TREE,
  parents: [PARENT],
  message: sealMessage(message, TREE, files),
})

describe('the seal of a commit', () => {
  it('joins the trailers that end a message, and stands apart from a text', () => {
    const trailer = sealMessage('Promote\n\nAssay-Release: 2\n', TREE, files)
    const text = sealMessage('Promote: now', TREE, files)

    expect(trailer).toMatch(/^Promote\n\nAssay-Release: 2\nAssay-Seal: a{40} [0-9a-f]{64}$/)
    expect(text).toMatch(/^Promote: now\n\nAssay-Seal: /)
  })

  it('holds for a commit as we made it, also where git adds a line end', () => {
    const head = sealed('Promote')

    expect(isUntouched({ ...head, message: `${head.message}\n` })).toBe(true)
    expect(isSame({ ...head, message: `${head.message}\n` }, PARENT, 'Promote\n', files)).toBe(true)
  })

  it.each([
    ['another tree', { tree: 'd'.repeat(40) }],
    ['a second parent', { parents: [PARENT, PARENT] }],
    ['no parent', { parents: [] }],
    ['no seal', { message: 'Promote' }],
    ['a seal that is quoted', { message: `${sealed('x').message}\n\nsaid somebody` }],
  ])('is broken by %s', (_, change) => {
    expect(isUntouched({ ...sealed('Promote'), ...change })).toBe(false)
  })

  it('tells other changes, another message and another parent', () => {
    const head = sealed('Promote')
    const swapped = [files[1]!, files[0]!]

    expect(isSame(head, PARENT, 'Promote', swapped)).toBe(true)
    expect(isSame(head, TREE, 'Promote', files)).toBe(false)
    expect(isSame(head, PARENT, 'Promote 3', files)).toBe(false)
    expect(isSame(head, PARENT, 'Promote', [{ path: 'a.yaml', content: 'y' }, files[1]!])).toBe(false)
    expect(isSame(head, PARENT, 'Promote', [{ path: 'a.yaml', content: 'x' }])).toBe(false)
  })

  it('is found again under any message', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), message => {
        const head = sealed(message)
        expect(isUntouched(head)).toBe(true)
        expect(isSame(head, PARENT, message, files)).toBe(true)
      }),
    )
  })
})
