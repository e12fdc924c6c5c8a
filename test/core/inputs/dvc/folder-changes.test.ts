import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataPiece } from '../../../../src/core/inputs/dvc/data-piece.ts'
import { foldersIn, memberChanges, memberName } from '../../../../src/core/inputs/dvc/folder-changes.ts'
import { cases } from '../../../support/rounds.ts'

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)]

describe('what changed in folders of DVC', () => {
  it('is looked for where both versions are folders', () => {
    const change = (before: string, now: string) => ({ before: dataPiece(before)!, now: dataPiece(now)! })

    expect(
      foldersIn([
        change(`img md5 ${A}.dir 9 bytes in 3 files`, `img md5 ${B}.dir 12 bytes in 4 files`),
        change(`train.csv md5 ${A} 9 bytes`, `train.csv md5 ${B} 9 bytes`),
        change(`both md5 ${A} 9 bytes`, `both md5 ${B}.dir 9 bytes in 1 file`),
        change('p.yaml sha256 0123456789ab', 'p.yaml sha256 0123456789ac'),
      ]),
    ).toEqual([{ path: 'img', before: `${A}.dir`, now: `${B}.dir` }])
  })

  it('is what turns one list into the other, and nothing else', () => {
    const list = fc.dictionary(fc.constantFrom('a', 'b/c', 'd', 'é'), fc.constantFrom(A, B))
    fc.assert(
      fc.property(list, list, (one, other) => {
        const turned = new Map(Object.entries(one))
        for (const { name, before, now } of memberChanges(turned, new Map(Object.entries(other)))) {
          expect(turned.get(name)).toBe(before)
          expect(before).not.toBe(now)
          if (now === undefined) turned.delete(name)
          else turned.set(name, now)
        }
        expect(Object.fromEntries(turned)).toEqual(other)
      }),
      cases(200),
    )
  })

  it('is shown on one line and names nobody', () => {
    expect(memberName('of kim@example.com/a\nb.png')).not.toMatch(/kim|\n/)
    expect(memberName('x'.repeat(5000)).length).toBeLessThan(400)
  })
})
