import { maskPersonalData } from '../../secrets/secrets.ts'
import { shortened, visible } from '../../text/visible-text.ts'

export type LiveState = 'live' | 'progressing' | 'degraded' | 'unknown' | 'blocked'

/** One thing that was seen, and what it means for the release. */
export interface Finding {
  state: LiveState
  /** One plain sentence without a full stop. Text from outside in it is visible and short. */
  reason: string
  /** What Argo CD shows is old: ask it to look again. */
  refresh?: boolean
  /** Waiting alone does not change it. */
  stuck?: boolean
}

/** Text from outside as it may stand in a reason: personal data masked. */
export function plain(text: string, limit = 200): string {
  return shortened(visible(maskPersonalData(text.replace(/\s+/g, ' ').trim())), limit)
}

/** `: what it says`, or nothing. */
export function said(text: string | undefined): string {
  const words = plain(text ?? '')
  return words === '' ? '' : `: ${words}`
}

/** The first characters of a commit or digest, as people write them. */
export function brief(id: string): string {
  return /^[0-9a-f]{40,64}$/.test(id)
    ? id.slice(0, 7)
    : plain(id.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…'), 160)
}

/** `one, two and 3 more` */
export function listed(names: readonly string[], most = 3): string {
  const rest = names.length - most
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ')
}
