import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCommitPath, isCommitSha, isRefName, isRevision } from '../../../src/core/git/names.ts'
import { anyCharacter } from '../../support/any-character.ts'
import { cases } from '../../support/rounds.ts'

const HOSTILE = [
  '',
  '-x',
  '--upload-pack=touch x',
  '--output=x',
  'a..b',
  'a...b',
  'a\nb',
  'a b',
  'a\0b',
  'a\\b',
  'a:b',
  ':main',
  '+main',
  '+main:refs/heads/prod',
  'a?',
  'a*',
  'a[b]',
  '@{upstream}',
  'a@{1}',
  'a//b',
  '/a',
  'a/',
  'a.',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a\u202eb',
  'a\u200bb',
  'a\u00a0b',
  'x'.repeat(256),
]

describe('isRefName', () => {
  it.each([
    'main',
    'feature/x-1',
    'release/1.2',
    'dependabot/npm_and_yarn/zod-4',
    'späte-flüge',
    'a+b',
    '#7',
  ])('takes %s', name => {
    expect(isRefName(name)).toBe(true)
  })

  it.each(HOSTILE)('GT-004: refuses %j', name => {
    expect(isRefName(name)).toBe(false)
  })

  it('never takes what git could take for an option, a refspec, a range or more than one word', () => {
    const part = fc.constantFrom(
      '-',
      '+',
      ':',
      '..',
      '@{',
      '~',
      '^',
      ' ',
      '\n',
      '\0',
      '\t',
      'main',
      'x',
      '/',
      '.',
    )
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(part).map(parts => parts.join('')),
    )

    fc.assert(
      fc.property(text, name => {
        if (!isRefName(name)) return
        expect(name).not.toMatch(/^[-+/]|\.\.|[\s\0:~^?*[\\]|@\{|\/\/|\/$/)
      }),
      cases(10_000),
    )
  })
})

describe('isRevision', () => {
  it.each(['HEAD', '@', 'main~2', 'HEAD^', 'HEAD^2~3', 'v1.2', 'a1b2c3d', 'origin/main'])(
    'takes %s',
    text => {
      expect(isRevision(text)).toBe(true)
    },
  )

  it.each([...HOSTILE, '~1', '^main', 'HEAD^{/secret}', 'main:file'])('refuses %j', text => {
    expect(isRevision(text)).toBe(false)
  })
})

describe('isCommitSha', () => {
  it('takes 40 and 64 lower-case hex digits and nothing else', () => {
    const hex = (length: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })

    fc.assert(fc.property(fc.oneof(hex(40), hex(64)), sha => isCommitSha(sha)))
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (before, after) => {
        expect(isCommitSha(`${before}${'a'.repeat(40)}${after}`)).toBe(
          /^[0-9a-f]{64}$/.test(`${before}${'a'.repeat(40)}${after}`),
        )
      }),
    )
  })

  it.each(['HEAD', 'abc1234', 'A'.repeat(40), `${'a'.repeat(40)}\n`, '-'.repeat(40)])('refuses %j', text => {
    expect(isCommitSha(text)).toBe(false)
  })
})

describe('isCommitPath', () => {
  it.each(['assay.yml', 'a/b c/d.csv', ':(glob)x', '-x', '.gitignore', 'ä'])('takes %s', path => {
    expect(isCommitPath(path)).toBe(true)
  })

  it.each(['', '/etc/passwd', '..', 'a/../b', './a', 'a//b', 'a/', 'a\0b', 'C:\\x'])('refuses %j', path => {
    expect(isCommitPath(path)).toBe(false)
  })
})
