import { messageHtml, type Viewer } from '../../src/core/page/shell.ts'
import { PAGE_HEADERS } from '../../src/services/web/page-headers.ts'
import type { WebAnswer } from '../../src/services/web/server.ts'
import { VERSION } from '../../src/version.ts'

/** Where somebody may go from a page that says one thing. */
export interface Action {
  href: string
  words: string
}

/** A page, with what a browser may do with it. */
export function html(status: number, text: string): WebAnswer {
  return { status, text, type: 'text/html; charset=utf-8', headers: PAGE_HEADERS }
}

/** A page that says one thing. */
export function said(
  status: number,
  {
    title,
    heading,
    words,
    actions = [],
    viewer,
  }: { title: string; heading: string; words: string; actions?: readonly Action[]; viewer?: Viewer },
): WebAnswer {
  const frame = { title: `Assay: ${title}`, version: VERSION, ...(viewer && { viewer }) }
  return html(status, messageHtml(frame, { heading, words, actions }))
}
