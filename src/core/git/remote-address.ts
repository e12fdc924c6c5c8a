import { isVisible } from '../text/visible-text.ts'

/** What git may be pointed at: `https://…`, `ssh://…`, `git@host:path`, `file://…` or an absolute path. */

/** What keeps a text from being such an address, to follow it; undefined where it is one. No part of it is repeated. */
export function whyNoRemote(url: string): string | undefined {
  if (!isVisible(url) || /[\s\\]/.test(url) || url.startsWith('-')) return 'it holds what no address holds'
  if (isBesideUrl(url)) return undefined
  if (!URL.canParse(url)) return 'it is no URL'
  const { protocol, username, password, search, hash } = new URL(url)
  if (!['https:', 'http:', 'ssh:', 'file:'].includes(protocol)) return `${protocol} is not taken`
  if (password || (username && protocol !== 'ssh:') || search || hash)
    return 'it holds credentials or parameters: hand the token over apart'
  return undefined
}

/** An absolute path, or `git@host:path`. */
export function isBesideUrl(url: string): boolean {
  return url.startsWith('/') || /^[\w.-]+@[\w.-]+:[\w./~-]+$/.test(url)
}
