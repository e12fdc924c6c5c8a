import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { renderTerminal } from '../../../src/core/report/terminal.ts'
import { githubForge } from '../../../src/forges/github/forge.ts'
import { gitlabForge } from '../../../src/forges/gitlab/forge.ts'
import { readRendered } from '../../support/rendered.ts'
import { STATES } from '../../support/report-states.ts'
import { BASE_COMMIT } from '../../support/results.ts'

/**
 * What a reviewer gets, in every state, as files to be read; forges with boxes and folding get the same text. `UPDATE_GOLDEN=1` writes them anew; the change is
 * then in the diff, to be read as well.
 */

/** The dialects of the forges themselves: reading one takes no client. */
const DIALECTS = [githubForge({} as never, 'o/r').dialect, gitlabForge({} as never, 'g/p').dialect]
/** One body this long would be a golden file that nobody reads: its dialect gets less room. */
const SHORT = { maxBody: 6000 }

describe.each(Object.entries(STATES))('the report of: %s', (state, result) => {
  const options = state === 'truncated' ? SHORT : state === 'stale' ? { head: BASE_COMMIT } : {}

  it.each(DIALECTS)('reads on a forge with $name as in its file', dialect => {
    const text = renderMarkdown(result, dialect, options)

    expect(text).toBe(golden(`${state}.md`, text))
    expect(text).toBe(renderMarkdown(structuredClone(result), dialect, options))
  })

  it('reads on a terminal as in its file', () => {
    const text = renderTerminal(result, { colour: false, width: 100 })

    expect(`${text}\n`).toBe(golden(`${state}.txt`, `${text}\n`))
  })

  it('says the verdict first, and has sentences that end once', () => {
    const text = renderMarkdown(result, DIALECTS[0]!, options)

    const [heading] = readRendered(text).headings
    const prose = readRendered(text).prose.join('\n')
    expect(text.startsWith(`### `)).toBe(true)
    expect(heading).toContain(`${result.model}: `)
    expect(prose).not.toMatch(
      /\.\.(?!\.)|\.;|,\.|\. [a-z](?![a-z_0-9]*[_/ ]\S* (?:is|at|not|\d))|undefined|NaN|null|\S {2}\S(?<! {2}[),.])/,
    )
  })
})

// --- internal ---

function golden(name: string, text: string): string {
  const file = new URL(`../../golden/report/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  return readFileSync(file, 'utf8')
}
