import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLine, plainLogLine } from '../../../src/core/text/console-output.ts'

const ESC = '\u001b'

describe('output of commands', () => {
  it.each([
    ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['a cleared screen', `a${ESC}[2J${ESC}[Hb`, 'ab'],
    ['a title', `${ESC}]0;pwned\u0007text`, 'text'],
    ['a title with the other end', `${ESC}]2;pwned${ESC}\\text`, 'text'],
    ['a clipboard', `${ESC}]52;c;ZXZpbA==\u0007x`, 'x'],
    ['a link', `${ESC}]8;;https://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
    ['a string without end', `a${ESC}]0;never ends`, 'a'],
    ['a device control string', `a${ESC}P1$r0m${ESC}\\b`, 'ab'],
    ['sequences of one character', 'a\u009b2Jb\u009d0;x\u009cc', 'abc'],
    ['a reset', `a${ESC}cb${ESC}7c`, 'abc'],
    ['a lone escape at the end', `a${ESC}`, 'a␛'],
    ['other control characters', 'a\u0007b\u0008c\u0000', 'a␇b␈c␀'],
    ['text that runs backwards', 'a\u202eb', 'a\\u202eb'],
    ['a tab', 'a\tb', 'a\tb'],
    ['a line end', 'a\r\n', 'a\r\n'],
    ['a progress bar', '50 %\r', '50 %\r'],
    ['GitHub’s old orders', 'x ##[error]y', 'x ##\\[error]y'],
    ['orders of Azure', '##vso[task.setvariable]x', '##vso\\[task.setvariable]x'],
    ['a section of GitLab', `section_start:1700000000:evil\r`, 'section_start\\:1700000000:evil\r'],
    ['a note of Jenkins', `${ESC}[8mha:////abc${ESC}[0mclick`, 'ha:////abcclick'],
  ])('%s', (_, line, shown) => {
    expect(plainLogLine(line)).toBe(shown)
  })

  it('keeps colours, and nothing else, where a terminal shows it', () => {
    const line = `${ESC}[1;31mred${ESC}[0m${ESC}[2J${ESC}]0;title\u0007${ESC}[?25l`
    expect(plainLine(line, { colours: true })).toBe(`${ESC}[1;31mred${ESC}[0m`)
  })

  it('never lets a control character through, whatever it is given', () => {
    const piece = fc.constantFrom(
      ESC,
      '[',
      ']',
      ';',
      'm',
      '\u0007',
      '\u009b',
      '\\',
      '\t',
      'a',
      '0',
      '\u0090',
      '\u202e',
    )
    fc.assert(
      fc.property(
        fc.array(piece).map(parts => parts.join('')),
        text => {
          expect(plainLogLine(text).replaceAll('\t', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
          const coloured = plainLine(text, { colours: true }).replaceAll(
            new RegExp(`${ESC}\\[[\\d;:]*m`, 'g'),
            '',
          )
          expect(coloured.replaceAll('\t', '')).not.toMatch(/\p{Cc}/u)
        },
      ),
    )
  })
})
