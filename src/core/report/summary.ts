import type { Result } from '../verdict/result.ts'
import { renderMarkdown } from './markdown.ts'
import type { ForgeDialect } from './words/dialect.ts'

const DIALECT: ForgeDialect = {
  name: 'summary',
  maxBody: 1_000_000,
  alerts: true,
  details: true,
  quickActions: false,
}

/** The report for a job's summary, at most `maxBytes` of UTF-8: a runner drops a summary that is larger, whole. */
export function renderSummary(result: Result, { maxBytes }: { maxBytes: number }): string {
  let maxBody = maxBytes
  for (;;) {
    const text = renderMarkdown(result, DIALECT, { maxBody })
    const bytes = new TextEncoder().encode(text).length
    if (bytes <= maxBytes || maxBody < 200) return bytes <= maxBytes ? text : ''
    maxBody = Math.floor(maxBody * Math.min(0.9, maxBytes / bytes))
  }
}
