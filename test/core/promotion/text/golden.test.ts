import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderPromotionBody, renderPromotionTitle } from '../../../../src/core/promotion/text/body.ts'
import { renderCommitMessage } from '../../../../src/core/promotion/text/commit-message.ts'
import { BOXES } from '../../../support/dialects.ts'
import { PROMOTIONS } from '../../../support/promotions.ts'
import { problemsIn, readRendered } from '../../../support/rendered.ts'

/** What an approver gets, as files to be read. `UPDATE_GOLDEN=1` writes them anew. */

describe.each(Object.entries(PROMOTIONS))('the promotion: %s', (name, text) => {
  it('reads as in its file, with the message of its commit', () => {
    const all = `${renderPromotionTitle(text)}\n\n${renderPromotionBody(text, BOXES)}\n----\n\n${renderCommitMessage(text, { author: 'Ada Lovelace <ada@example.com>' })}`

    expect(all).toBe(golden(`${name}.md`, all))
  })

  it('shows nothing but our own links, headings and tags, and sentences that end once', () => {
    const [, ...lines] = renderPromotionBody(text, BOXES).split('\n')
    const body = lines.join('\n')
    const { repository, commit, run } = text.to
    const links = [
      `${repository}/commit/${commit}`,
      `${repository}/compare/${text.from?.commit}...${commit}`,
      `${repository}/compare/${commit}...${text.from?.commit}`,
      run ?? '',
    ]

    expect(problemsIn(body, { links, heads: 1 })).toEqual([])
    expect(readRendered(body).prose.join('\n')).not.toMatch(/\.\.(?!\.)|\.;|,\.|undefined|NaN|null|\(empty\)/)
  })

  it('is the same text again from the same facts', () => {
    expect(renderPromotionBody(structuredClone(text), BOXES)).toBe(renderPromotionBody(text, BOXES))
  })
})

// --- internal ---

function golden(name: string, text: string): string {
  const file = new URL(`../../../golden/promotion/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  return readFileSync(file, 'utf8')
}
