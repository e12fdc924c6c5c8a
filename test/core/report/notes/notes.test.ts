import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutNotes, renderNotes } from '../../../../src/core/report/notes/notes.ts'
import { hostileText } from '../../../support/hostile.ts'
import { readRendered } from '../../../support/rendered.ts'
import { cases } from '../../../support/rounds.ts'

const FENCE = '```'

/** How deep in folds the tags between the first fold and its end are, at least, and where the last one leaves it. */
function depthsOf(tags: string[]): { lowest: number; last: number } {
  const folds = tags.filter(tag => /^<\/?details/i.test(tag))
  let depth = 0
  const depths = folds.map(tag => {
    depth += tag.startsWith('</') ? -1 : 1
    return depth
  })
  return { lowest: Math.min(...depths.slice(0, -1)), last: depth }
}

describe('notes of the team', () => {
  it.each([
    '- [ ] open\n- [x] done\n\n1. first\n',
    'Loss $x_1$ and $$\\sum_i y_i$$, `a_b`.',
    '| a | b |\n| --- | --- |\n| 1 | 2 |\n',
    '# Heading\r\n\r\nwindows line ends\r\n',
    'See #12, owner/repo#3 and https://medium.com/@ada/post for more.',
    'Write to ada@example.com; recall@10 rose.',
    `${FENCE}python\n@pytest.fixture\ndef f(): ...\n${FENCE}\n`,
    'Use `@decorator` and `npm i a@1`.',
    '~~~\n@ada\n~~~\n',
    '![plot](plots/roc.png)',
    '<details>\n<summary>more</summary>\n\ntext\n\n</details>\n',
    'no line end',
    '',
    '    indented code\n',
    '> quote\n',
  ])('stay byte for byte: %j', notes => {
    expect(renderNotes(notes)).toBe(notes)
  })

  it.each([
    ['ping @ada', 'ping @\u200bada'],
    ['(@org/team)', '(@\u200borg/team)'],
    ['_@ada_', '_@\u200bada_'],
    ['&#64;ada &commat;ada', '&#64;\u200bada &commat;\u200bada'],
    ['/approve', '\\/approve'],
    ['  /label ~bug', '  \\/label ~bug'],
    ['<!-- assay:report model=m order=9.9 -->', '&lt;!-- assay:report model=m order=9.9 -->'],
    ['![a](https://evil.example/p.png)', '!\u200b[a](https://evil.example/p.png)'],
    ['![a][x]', '!\u200b[a][x]'],
    ['<img src="https://evil.example/p.png">', '&lt;img src="https://evil.example/p.png">'],
    ['a ` b @ada', 'a ` b @\u200bada'],
    ['`a\\` @ada `b`', '`a\\` @\u200bada `b`'],
    [`- item\n  ${FENCE}\n@ada`, `- item\n  ${FENCE}\n@\u200bada`],
    [`<div>\n${FENCE}\n@ada\n`, `<div>\n${FENCE}\n@\u200bada\n`],
  ])('are defused where they would act on others: %j', (notes, expected) => {
    expect(renderNotes(notes).startsWith(expected)).toBe(true)
  })

  it('lines of code that look like a quick action are defused where the forge knows such', () => {
    const notes = '~~~\n/merge in words\n~~~\n'

    expect(renderNotes(notes, true)).toBe('~~~\n\u200b/merge in words\n~~~\n')
    expect(renderNotes(notes, false)).toBe(notes)
  })

  it('in code, only what could pose as our marker is touched', () => {
    const notes = `${FENCE}\n<!-- assay -->\n@dataclass\n${FENCE}\n`

    expect(renderNotes(notes)).toBe(notes.replace('<!--', '<\u200b!--'))
  })

  it('MD-011: what is left open is closed, and what is closed too often stays shut', () => {
    for (const notes of [
      '<details>\n<summary>x</summary>\n\ntext',
      `${FENCE}\ncode`,
      '~~~~\ncode',
      '</details></details>',
      '<!-- open',
      '<textarea>',
      '<pre>',
    ]) {
      const text = `<details>\n<summary>Notes</summary>\n\n${renderNotes(notes)}\n\n</details>\n\n<sub>foot</sub>\n`

      const { tags, headings, prose } = readRendered(text)
      expect(tags.filter(tag => tag === '<details>').length).toBe(
        tags.filter(tag => tag === '</details>').length,
      )
      expect(tags).toContain('<sub>')
      expect([...headings, ...prose].join()).toContain('foot')
    }
  })

  it('property: nobody is mentioned, nothing loaded or ordered, whatever they hold; our footer stays', () => {
    fc.assert(
      fc.property(hostileText(20), notes => {
        const text = renderNotes(notes)

        const found = readRendered(`${text}\n\n<sub>foot</sub>\n`)
        const mentions = found.prose.join('\n').match(/(?<![A-Za-z0-9])@[A-Za-z0-9]/g) ?? []
        expect(text).not.toContain('<!--')
        expect(mentions).toEqual([])
        expect(found.images.filter(image => !/^[\w./-]+$/.test(image))).toEqual([])
        expect(found.tags.filter(tag => /^<(img|script|svg|video|picture)/i.test(tag))).toEqual([])
        expect(`\n${text}`).not.toMatch(/[\r\n]\/[A-Za-z]/)
      }),
      cases(1500),
    )
  })

  it('property: whatever they leave open or close, they stay in their fold and what follows stays out of it', () => {
    const line = fc.oneof(
      hostileText(3),
      fc.constantFrom(...['', '```', '   ```', '- ```', '> ```', '~~~', '````', '    ```', '\t```']),
      fc.constantFrom(
        ...['', '- a', '1. a', '2. a', '-', '  b', '   c', '> a', '---', '`a', '`@x`', '`<details>`'],
      ),
      fc.constantFrom(...['<details>', '</details>', '</details></details>', '    <details>', '<summary>x']),
      fc.constantFrom(...['<b>', '<div title="', '">', '<pre>', '</pre>', '<script>', '### FORGED']),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), lines => {
        const fold = `<details>\n<summary>Notes</summary>\n\n${renderNotes(lines.join('\n'))}\n\n</details>`

        const { tags, prose } = readRendered(`${fold}\n\n<sub>foot</sub>\n`)
        expect(depthsOf(tags)).toEqual({ lowest: 1, last: 0 })
        expect(tags.slice(-2)).toEqual(['<sub>', '</sub>'])
        expect(prose.join('\n').match(/(?<![A-Za-z0-9])@[A-Za-z0-9]/g) ?? []).toEqual([])
      }),
      cases(1500),
    )
  })

  it('property: plain text of words stays as it is', () => {
    const word = fc.constantFrom(
      'a',
      'b_c',
      '1',
      '$x$',
      '- [ ]',
      '**b**',
      '|',
      '`c`',
      '\n',
      '\n\n',
      ' ',
      'ü',
      '# h',
    )
    fc.assert(
      fc.property(
        fc.array(word).map(words => words.join(' ')),
        notes => {
          expect(renderNotes(notes)).toBe(notes)
        },
      ),
    )
  })

  it('are cut at a line, say how much is missing, and close what the cut opened', () => {
    const notes = `${FENCE}\n${'line\n'.repeat(1000)}${FENCE}\n`

    const text = cutNotes(notes, 500)!

    expect(text.length).toBeLessThanOrEqual(500)
    expect(text).toMatch(/… 9\d\d more lines of the notes$/)
    expect(readRendered(text).prose.join()).toContain('more lines')
    expect(cutNotes(notes, 10)).toBeUndefined()
    expect(cutNotes(notes, 10_000)).toBe(notes)
  })
})
