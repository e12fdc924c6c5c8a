import type { RequestHead } from '../../services/web/server.ts'
import type { Tokens } from '../collecting/tokens.ts'

/**
 * Whether somebody may look: by a token, as a program or a browser sends one, or by the header of a proxy. A header that is there
 * twice is of two who set it, and believed of neither.
 */
export function admits(
  head: RequestHead,
  { tokens, proxyHeader }: { tokens?: Tokens | undefined; proxyHeader?: string | undefined },
): boolean {
  if (proxyHeader !== undefined) {
    const [said, ...others] = head.headers(proxyHeader)
    if (said !== undefined && said.trim() !== '' && others.length === 0) return true
  }
  return tokens?.admit(asBearer(head.header('authorization'))) === true
}

// --- internal ---

/** A browser sends a name and a password: the token is the password. */
function asBearer(authorization: string | undefined): string | undefined {
  const [, basic] = /^basic +([a-z0-9+/=]+)$/i.exec(authorization ?? '') ?? []
  if (basic === undefined) return authorization
  const text = Buffer.from(basic, 'base64').toString('utf8')
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`
}
