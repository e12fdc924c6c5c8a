import type { ForgeDialect } from './dialect.ts'
import { renderMarkdown } from './markdown.ts'
import type { Result } from './result.ts'
import { headlineOf } from './words.ts'

/** What the check on the commit shows. Both texts are Markdown within the limit of 65,535 characters. */
export interface CheckOutput {
  title: string
  summary: string
}

const MOST = 60_000
const DIALECT: ForgeDialect = {
  name: 'check',
  maxBody: MOST,
  alerts: true,
  details: true,
  quickActions: false,
}

/** The report as the output of a check: its title is the verdict in words. */
export function renderCheck(result: Result): CheckOutput {
  const { title, why } = headlineOf(result)
  const words = title.slice(result.model.length + 2)
  return {
    title: `${words}: ${why}`.replaceAll('`', '').slice(0, 240),
    summary: renderMarkdown(result, DIALECT, {}),
  }
}
