/** Web addresses as they are written: programs read odd ones differently, and a token must not depend on which of them does. */

/** An http(s) address without user, parameters and fragment, as configurations and records name servers. */
export const PLAIN_ADDRESS = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~/-]*)?$/

/** `https://host:port` of an http(s) address; undefined for what is none. */
export function webOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined
}

/** The page of a repository by the address that git has of it; undefined where that is no server's: a folder, `file:`, `git:`. */
export function webAddressOf(remote: string): string | undefined {
  const short = /^[\w.-]+@([\w.-]+):(?!\/)(.+)$/.exec(remote)
  const text = short ? `https://${short[1]}/${short[2]}` : remote
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^(https?|ssh):$/.test(url.protocol)) return undefined
  const [scheme, host] =
    url.protocol === 'http:'
      ? ['http', url.host]
      : ['https', url.protocol === 'ssh:' ? url.hostname : url.host]
  return `${scheme}://${host}${url.pathname.replace(/(\.git)?\/*$/, '')}`
}

/**
 * The host of an address, with its port, if it is written the one usual way: in lower case, without user, usual port, final
 * dot, numbers in other bases or letters beyond ASCII. Everybody takes such an address for the same.
 */
export function spelledHost(text: string): string | undefined {
  const [, written] = /^https?:\/\/([a-z0-9._:[\]-]+)(?:[/?#]|$)/.exec(text) ?? []
  if (written === undefined || !URL.canParse(text)) return undefined
  const { host, hostname } = new URL(text)
  return written === host && !hostname.endsWith('.') ? host : undefined
}

/** Whether a token may travel there: over https, or by plain http that stays on this machine or in its cluster. */
export function isClosedWay({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isInside(hostname))
}

/** Whether a host (as `URL` gives it) is this machine, nowhere, or an address of its own network segment (RFC 6890). */
export function isInward(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  if (/^(?:0|127)\.|^169\.254\./.test(name)) return true
  if (!name.startsWith('[')) return false
  const six = name.slice(1, -1)
  if (/^fe[89ab]/.test(six)) return true
  // `::`, `::1` and everything that carries an IPv4 address, which is written as hexadecimal here.
  return six.startsWith('::') || six.startsWith('64:ff9b:')
}

// --- internal ---

/** Whether what goes there by plain http stays on this machine or in its cluster. */
function isInside(hostname: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|[a-z0-9-]+|.+\.svc(?:\.cluster\.local)?)$/.test(hostname)
}
