import { renderCheck } from '../../src/core/report/check.ts'
import { renderHtml } from '../../src/core/report/html/html.ts'
import { renderMarkdown } from '../../src/core/report/markdown.ts'
import { headlineText } from '../../src/core/report/sections/headline.ts'
import { renderSummary } from '../../src/core/report/summary.ts'
import { renderTerminal } from '../../src/core/report/terminal.ts'
import type { ForgeDialect } from '../../src/core/report/words/dialect.ts'
import type { Result } from '../../src/core/verdict/result.ts'

export const COMMENT: ForgeDialect = {
  name: 'github',
  maxBody: 250_000,
  alerts: true,
  details: true,
  quickActions: false,
}

/** The first words of every face: headline and why, without markup, as one line. */
export async function tops(shown: Result): Promise<Record<string, string>> {
  const words = (text: string) =>
    text
      .replace(/<[^>]*>/g, ' ')
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/\*\*|\u200b|^> (?:\[!\w+\]\n> )?/gm, '')
      .replace(/\s+/g, ' ')
  const [comment, summary] = [
    renderMarkdown(shown, COMMENT, {}),
    renderSummary(shown, { maxBytes: 1_000_000 }),
  ].map(text => text.split('\n\n').slice(0, 2).join('\n'))
  const html = await renderHtml(shown, {})
  return {
    comment: words(comment!),
    summary: words(summary!),
    check: renderCheck(shown).title,
    terminal: words(renderTerminal(shown, { colour: false, width: 120 }).split('\n\n')[0]!),
    html: words(html.slice(html.indexOf('<h1>'), html.indexOf('<dl>'))),
    line: headlineText(shown),
  }
}
