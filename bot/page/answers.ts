import { createHash } from 'node:crypto'
import { messageHtml, type Viewer } from '../../src/core/page/shell.ts'
import { SITE_STYLE } from '../../src/core/page/style.ts'
import type { WebAnswer } from '../../src/services/web/server.ts'
import { VERSION } from '../../src/version.ts'
import { LIVE_SCRIPT } from './live-script.ts'

/** Where somebody may go from a page that says one thing. */
export interface Action {
  href: string
  words: string
}

/** A page, with what a browser may do with it. */
export function html(status: number, text: string): WebAnswer {
  return { status, text, type: 'text/html; charset=utf-8', headers: HEADERS }
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

// --- internal ---

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
/** Nothing but this one style and this one script, which asks nobody but us, and forms that come back here: no picture, nothing from elsewhere, in no frame. */
const HEADERS = {
  'content-security-policy': `default-src 'none'; style-src ${hashOf(SITE_STYLE)}; script-src ${hashOf(LIVE_SCRIPT)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}
