import { createHash } from 'node:crypto'
import { SITE_STYLE } from '../../core/page/style.ts'
import { LIVE_SCRIPT } from './live-script.ts'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing but this one style and this one script, which asks nobody but us, and forms that come back here: no picture, nothing from elsewhere, in no frame. */
export const PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; style-src ${hashOf(SITE_STYLE)}; script-src ${hashOf(LIVE_SCRIPT)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const
