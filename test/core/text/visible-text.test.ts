import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isVisible,
  safeLogLine,
  shortened,
  visible,
  visibleAscii,
} from '../../../src/core/text/visible-text.ts'
import { anyCharacter } from '../../support/any-character.ts'

describe('visible', () => {
  test.each([
    ['a\nb\tc', 'a␊b␉c'],
    ['\u001b[31mred', '␛[31mred'],
    ['\u007f', '␡'],
    ['d\u0085', 'd\\u0085'],
    ['e\u2028f\u2029', 'e\\u2028f\\u2029'],
    ['safe\u202eevil', 'safe\\u202eevil'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['lone \ud800', 'lone \\ud800'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['Zürich 東京 😀 <b>', 'Zürich 東京 😀 <b>'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  test('a letter that poses as another is written out in a name', () => {
    expect(visibleAscii('\u0430ccuracy')).toBe('\\u0430ccuracy')
  })

  test('any text becomes one well-formed line that stays the same when shown again', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), text => {
        const shown = visible(text)

        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(visible(shown)).toBe(shown)
      }),
    )
  })

  test('no character is left as it is for standing among ordinary ones', () => {
    const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCodePoint(code))

    expect(characters.filter(isVisible)).toEqual(
      characters.filter(character => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)),
    )
  })

  test('a shortened text has the limit at most and no half character', () => {
    expect(shortened('abcdef', 6)).toBe('abcdef')
    expect(shortened('abcdefg', 6)).toBe('abcde…')
    expect(shortened('abc😀def', 5).isWellFormed()).toBe(true)
  })
})

describe('safeLogLine', () => {
  test.each([
    ['IO-002: a legacy command anywhere in the line', 'auc ##[stop-commands]pwn'],
    ['IO-002: in a model name', 'm ##[error]fake'],
    ['the form of another CI', 'x ##vso[task.setvariable]y'],
    ['a command at the start', '::error::fake'],
    ['a command after white space', ' \u00a0::add-mask::a'],
    ['a command after a line break', 'x\n::error::fake'],
    ['a command after a carriage return', 'x\r::error::fake'],
    ['a command after a C1 line break', '\u0085::error::fake'],
  ])('%s is not obeyed', (_, text) => {
    const line = safeLogLine(text)

    expect(line).not.toMatch(/##\w*\[/)
    expect(line.trim()).not.toMatch(/^::/)
    expect(line.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1)
  })

  test('what is no command stays as it is', () => {
    expect(safeLogLine('std::vector ## heading [1]')).toBe('std::vector ## heading [1]')
  })

  test('no text at all gives a command', () => {
    const pieces = fc.array(fc.constantFrom('#', '##', '[', ':', '::', ' ', '\n', '\r', '\t', 'a', '\u0085'))
    fc.assert(
      fc.property(pieces, parts => {
        const line = safeLogLine(parts.join(''))

        expect(line.trim().startsWith('::')).toBe(false)
        expect(line).not.toContain('##[')
      }),
    )
  })
})
