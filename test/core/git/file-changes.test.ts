import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { checkFileChanges, foldersAbove, readableText } from '../../../src/core/git/file-changes.ts'
import { anyCharacter } from '../../support/any-character.ts'

const problemsOf = (...changes: { path: string; content: string | undefined }[]): string[] => {
  try {
    checkFileChanges(changes)
    return []
  } catch (error) {
    return (error as AssayError).problems.map(problem => problem.what)
  }
}

describe('the changes of a promotion', () => {
  it('are plain files', () => {
    const paths = ['apps/churn/production/values.yaml', 'a', 'x.y/z_1-2.yaml', 'ä/ö b.yaml']

    expect(problemsOf(...paths.map(path => ({ path, content: 'a: 1\n' })))).toEqual([])
  })

  it('are refused all at once, each with its path', () => {
    const problems = problemsOf(
      { path: '../x', content: 'x' },
      { path: 'a/.github/x', content: 'x' },
      { path: 'b', content: undefined },
      { path: 'b', content: 'x' },
      { path: 'c', content: 'x' },
      { path: 'c/d', content: 'x' },
      { path: 'e', content: '\uD800' },
    )

    expect(problems.map(what => /^"(.*?)"/.exec(what)?.[1])).toEqual(['../x', 'a/.github/x', 'b', 'c', 'e'])
  })

  it('never reach git’s own folder, however it is written', () => {
    const part = fc.constantFrom(
      '.git',
      '.GIT',
      '.git ',
      '.git.',
      'git~1',
      '.git::$INDEX_ALLOCATION',
      '.g\u200cit',
      '..',
    )
    const place = fc.tuple(
      fc.constantFrom('', 'a/', 'a/b/'),
      part,
      fc.constantFrom('', '/config', '/hooks/x'),
    )

    fc.assert(
      fc.property(place, parts => {
        expect(problemsOf({ path: parts.join(''), content: 'x' })).toHaveLength(1)
      }),
    )
  })

  it('lie below folders, the outer ones first', () => {
    expect(foldersAbove(['a/b/c.yaml', 'a/d.yaml', 'e.yaml'])).toEqual(['a', 'a/b'])
  })
})

describe('the text of a file', () => {
  it('is given back byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), text => {
        expect(readableText(Buffer.from(text), 'a')).toBe(text)
        expect(readableText(Buffer.from(`\uFEFF${text}`), 'a')).toBe(`\uFEFF${text}`)
      }),
    )
  })

  it('must be text', () => {
    expect(() => readableText(Uint8Array.of(0xff, 0xfe), 'a')).toThrow(AssayError)
  })
})
