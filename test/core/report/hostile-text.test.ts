import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCheck } from '../../../src/core/report/check.ts'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { renderTerminal } from '../../../src/core/report/terminal.ts'
import type { Result } from '../../../src/core/verdict/result.ts'
import { BOXES } from '../../support/dialects.ts'
import { hostileResult } from '../../support/hostile.ts'
import { problemsIn, readRendered } from '../../support/rendered.ts'
import { cases } from '../../support/rounds.ts'

/** The address of the run comes from the CI: it may be anywhere on the web, but nothing else than an address. */
/** The link to the run, in the form that a parser of Markdown gives it. */
const ownLinks = ({ run: { url = '' } }: Result) =>
  /^https?:/.test(url) ? readRendered(`[run](${url.replaceAll('@', '%40')})`).links : []
const RUNS = cases(1000)

describe('whatever names and values hold', () => {
  it('a comment shows them as text: no tag, link, image, mention, reference, command or heading of theirs', () => {
    fc.assert(
      fc.property(hostileResult(), result => {
        const text = renderMarkdown(result, BOXES, {})

        expect(problemsIn(text, { links: ownLinks(result), heads: 1 })).toEqual([])
        expect(text.length).toBeLessThanOrEqual(BOXES.maxBody)
        expect(text.isWellFormed()).toBe(true)
      }),
      RUNS,
    )
  })

  it('a comment without room for details does the same', () => {
    fc.assert(
      fc.property(hostileResult(), fc.integer({ min: 0, max: 8000 }), (result, maxBody) => {
        const text = renderMarkdown(result, BOXES, { maxBody })

        expect(text.length).toBeLessThanOrEqual(maxBody)
        if (text.includes('<sub>'))
          expect(problemsIn(text, { links: ownLinks(result), heads: 1 })).toEqual([])
      }),
      RUNS,
    )
  })

  it('a terminal gets no control character but line ends', () => {
    fc.assert(
      fc.property(hostileResult(), result => {
        const text = renderTerminal(result, { colour: false, width: 80 })

        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(text).not.toMatch(/^\s*::/m)
      }),
      RUNS,
    )
  })

  it('the title of a check is one plain line', () => {
    fc.assert(
      fc.property(hostileResult(), result => {
        const { title, summary } = renderCheck(result)

        expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(title.length).toBeLessThanOrEqual(255)
        expect(summary.length).toBeLessThanOrEqual(65_535)
      }),
      RUNS,
    )
  })
})
