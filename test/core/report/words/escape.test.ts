import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { code, fenced, inline, link, shortCommit } from '../../../../src/core/report/words/escape.ts'
import { hostileText } from '../../../support/hostile.ts'
import { problemsIn, readRendered } from '../../../support/rendered.ts'
import { cases } from '../../../support/rounds.ts'

/** What `problemsIn` asks of a whole comment: that its own footer is still there. */
const FOOT = '\n\n<sub>foot</sub>\n'

function problems(markdown: string): string[] {
  return problemsIn(markdown + FOOT, { links: [], heads: 0 })
}

/** Text as a reader sees it: what is cut invisibly reads as before. */
function seen(markdown: string): string {
  return readRendered(markdown).prose.join('\n').replaceAll('\u200b', '')
}

describe('text from outside', () => {
  it.each([
    'roc_auc',
    'val/acc',
    'late flights',
    'precision@10',
    'p99.9 latency (ms)',
    'origin = ATL',
    'Zürich',
    'f1-score, weighted',
    '東京',
  ])('leaves the ordinary name %s as it is, for e-mail', name => {
    expect(inline(name)).toBe(name)
  })

  it.each([
    '__init__',
    '_private',
    'a*b*c',
    'R&D',
    'a < b',
    'x | y',
    '[0, 1)',
    'C:\\data',
    '# 1',
    '- a',
    '1. a',
    '`x`',
  ])('shows %s as it was written', name => {
    expect(seen(inline(name))).toBe(name)
  })

  it('MD-002: issues, pull requests, commits and addresses of other repositories are not referred to', () => {
    const text =
      '#1 GH-2 acme/other#3 https://github.com/acme/other/pull/4 0123456789abcdef0123456789abcdef01234567 www.acme.com'

    const shown = inline(text, 500)

    expect(problems(shown)).toEqual([])
    expect(readRendered(shown).prose.join()).not.toMatch(/#\d|GH-\d|:\/\/|\bwww\.|[0-9a-f]{7}/)
    expect(seen(shown)).toBe(text)
  })

  it.each([
    '@octocat',
    'hi @org/team!',
    '(@all)',
    '@me@you',
    "~label ~'two words' !12 $3 &4 %5 %'next' [vulnerability:1]",
    '~ärger %東京 ~labél 5 %— ~😀',
  ])('mentions nobody and refers to nothing: %s', text => {
    const shown = inline(text)

    expect(shown).not.toMatch(/(?<![A-Za-z0-9])@\w|[~%][\p{L}\d_']|[!$&]\d|\[vul/u)
    expect(seen(shown)).toBe(text)
  })

  it.each(['MD-005', 'MD-006'])('%s: no image and no link comes of a name', () => {
    const beacon =
      '![a](https://evil.example/p.png?pr=1) <img src="https://evil.example/p.png"> ![ ][x] [x][x]\n\n[x]: https://evil.example "t"'

    const found = readRendered(`${inline(beacon, 500)}\n\n[x]: https://evil.example`)

    expect([...found.images, ...found.links, ...found.tags]).toEqual([])
  })

  it('MD-014: runs of backticks cannot end a fence or a code span', () => {
    const output = 'a ` b `` c ``` d ```` e\n````\n# heading\n~~~'

    const text = `${fenced(output)}\n\n${code('a `` b')} after`

    expect(readRendered(text).fences).toEqual([`${output}\n`])
    expect(readRendered(text).headings).toEqual([])
    expect(seen(text)).toContain(' after')
  })

  it('SE-006: addresses of people are masked', () => {
    expect(inline('user_id=alice@example.com')).toBe(
      '[e-mail]'.replace(/^/, 'user_id=').replace('[', '&#91;').replace(']', '&#93;'),
    )
    expect(inline('+44 20 7946 0958')).toContain('phone')
    expect(code('--owner alice@example.com')).not.toContain('alice')
    expect(fenced('sent to alice@example.com')).not.toContain('alice')
  })

  it('shows control and direction characters instead of obeying them', () => {
    expect(inline('a\u202eb\nc\u0000')).toBe('a&#92;u202eb␊c␀')
  })

  it('removes the colours of a log, and keeps its tabs as spaces', () => {
    expect(fenced('\u001b[31mred\u001b[0m\tx')).toBe('```\nred    x\n```')
  })

  it('property: any text in a cell, a sentence, a list or a fence stays text', () => {
    fc.assert(
      fc.property(hostileText(), text => {
        const shown = inline(text)
        const table = `| a | b |\n| --- | --: |\n| ${shown} | 1 |\n`

        expect(readRendered(table).tables[0]).toHaveLength(2)
        expect(readRendered(table).tables[0]![1]).toHaveLength(2)
        expect(problems(table)).toEqual([])
        expect(problems(`- ${shown}\n- x`)).toEqual([])
        expect(problems(shown)).toEqual([])
        expect(problems(`${fenced(text)}\n\n${code(text)}`)).toEqual([])
      }),
      cases(1500),
    )
  })

  it('property: a reader sees what was written, but for spaces at the ends and what is masked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), text => {
        fc.pre(!/[\s]{2}|@/.test(text) && text.trim() === text && text !== '')

        const [row] = readRendered(`| a |\n| --- |\n| ${inline(text)} |`).tables[0]!.slice(1)

        expect(row![0]!.replaceAll('\u200b', '')).toBe(text)
      }),
      cases(1500),
    )
  })
})

describe('links', () => {
  it('are made of plain addresses of the web only', () => {
    expect(link('run', 'https://ci.example/runs/1?a=b')).toBe('[run](https://ci.example/runs/1?a=b)')
    for (const address of [
      'javascript:alert(1)',
      'https://a b',
      'https://a/)[x](y',
      'https://a/"onclick',
      undefined,
      '',
    ])
      expect(link('run', address)).toBe('run')
  })

  it('name a commit only where it is one', () => {
    expect(shortCommit('0123456789abcdef0123456789abcdef01234567')).toBe('0123456')
    expect(shortCommit('main')).toBeUndefined()
    expect(shortCommit('@octocat')).toBeUndefined()
  })

  it('are read by the parser of the tests as a forge reads them', () => {
    const parser = new MarkdownIt({ html: true, linkify: true })

    expect(parser.render('https://evil.com')).toContain('<a ')
    expect(parser.render(inline('https://evil.com'))).not.toContain('<a ')
  })
})
