import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { editYaml } from '../../../../src/core/yaml/edit/edit.ts'
import { cases } from '../../../support/rounds.ts'

/** A text of several lines over that of a literal block. */

const line = fc.stringMatching(/^[a-z: #-]{0,8}[a-z]$/)
const lines = fc.array(fc.oneof(line, fc.constant('')), { minLength: 1, maxLength: 6 })

const blockOf = (
  text: readonly string[],
  { indent, header, ending }: { indent: number; header: string; ending: string },
) =>
  [
    'before: 1',
    `text: ${header}   # of it`,
    ...text.map(one => (one === '' ? '' : `${' '.repeat(indent)}${one}`)),
    'after: 2',
    '',
  ].join(ending)

const shape = fc.record({
  indent: fc.integer({ min: 1, max: 4 }),
  header: fc.constantFrom('|', '|-', '|+'),
  ending: fc.constantFrom('\n', '\r\n'),
})

describe('a text of several lines in a literal block', () => {
  it('changes the lines that differ and no other byte', () => {
    fc.assert(
      fc.property(lines, fc.nat(), line, shape, (old, nth, changed, how) => {
        // The first line says the indent, so it is none with blanks at its start.
        const text = ['first', ...old, 'last']
        const now = text.with(1 + (nth % (text.length - 1)), changed.trim())
        const before = blockOf(text, how)
        const wanted = parse(blockOf(now, how)).text

        const { text: after } = editYaml(before, 'f.yaml', [{ path: ['text'], value: wanted }])

        expect(after).toBe(blockOf(now, how))
      }),
      cases(60),
    )
  })

  it('takes more lines and fewer', () => {
    const before = 'a:\n  text: |\n    one\n    two\n  b: 1\n'
    const set = (value: string) => editYaml(before, 'f.yaml', [{ path: ['a', 'text'], value }]).text

    expect(set('one\nmore\n\ntwo\n')).toBe('a:\n  text: |\n    one\n    more\n\n    two\n  b: 1\n')
    expect(set('zero\none\ntwo\n')).toBe('a:\n  text: |\n    zero\n    one\n    two\n  b: 1\n')
    expect(() => set('one\n\u2028two\n')).toThrow('was not changed')
  })

  it('keeps a file without an end of its last line', () => {
    const { text } = editYaml('text: |-\n  one\n  two', 'f.yaml', [{ path: ['text'], value: 'one\nthree' }])

    expect(text).toBe('text: |-\n  one\n  three')
  })
})
