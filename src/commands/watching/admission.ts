import { EVERYTHING, type TokenScope } from '../../core/secrets/token-scope.ts'
import type { RequestHead } from '../../services/web/server.ts'
import type { Tokens } from '../collecting/tokens.ts'

/**
 * What somebody may look at: by a token, as a program or a browser sends one, or by the header of a proxy. A header that is there
 * twice is of two who set it, and believed of neither. Undefined: nothing.
 */
export function scopeOf(
  head: RequestHead,
  { tokens, proxyHeader }: { tokens?: Tokens | undefined; proxyHeader?: string | undefined },
): TokenScope | undefined {
  if (proxyHeader !== undefined) {
    const [said, ...others] = head.headers(proxyHeader)
    if (said !== undefined && said.trim() !== '' && others.length === 0) return EVERYTHING
  }
  return tokens?.scopeOf(asBearer(head.header('authorization')))
}

// --- internal ---

/** A browser sends a name and a password: the token is the password. */
function asBearer(authorization: string | undefined): string | undefined {
  const [, basic] = /^basic +([a-z0-9+/=]+)$/i.exec(authorization ?? '') ?? []
  if (basic === undefined) return authorization
  const text = Buffer.from(basic, 'base64').toString('utf8')
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`
}
