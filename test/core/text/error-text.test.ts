import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { hostileText } from '../../support/hostile.ts'

describe('an error as text', () => {
  it('shows what would steer a terminal, and obeys nothing', () => {
    const error = new AssayError({
      code: 'MODEL_UNKNOWN',
      title: 'There is no model named \u001b[2Jchurn\u202e',
      problems: [{ what: 'known: \u009b31m', where: { file: 'a\u0007.yml', line: 3 }, fix: 'a\nfix: b' }],
    })

    expect(renderError(error).split('\n').slice(0, 3)).toEqual([
      'There is no model named ␛[2Jchurn\\u202e',
      '  a␇.yml:3: known: \\u009b31m',
      '    fix: a␊fix: b',
    ])
  })

  it('is as many lines as there is to say, whatever the words of others are', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), hostileText(), (title, what, fix) => {
        const error = new AssayError({ code: 'X', title, problems: [{ what, fix: `${fix}.` }] })
        const text = renderError(error)

        expect(text.split('\n')).toHaveLength(4)
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
