import type { ForgeName } from '../../src/forges/index.ts'
import type { WebRequest } from '../../src/services/web/server.ts'
import { isEqual } from '../../src/services/web/sessions.ts'

/** Somebody who looks at the page. */
export interface Person {
  forge: ForgeName
  login: string
  /** Absent where a proxy told the login alone. */
  id?: number
  maySignOut: boolean
}

/** Who asks; undefined: nobody knows. */
export type WhoAsks = (request: WebRequest) => Person | undefined

/**
 * By the header that a proxy sets, where the same request brings the secret that the proxy has. A secret, and not the address
 * of the proxy: hooks come to the same port, addresses in a cluster change hands, and others can send from them.
 */
export function proxyPeople({
  forge,
  header,
  secret,
}: {
  forge: ForgeName
  header: string
  secret: string
}): WhoAsks {
  return request => {
    const [logins, secrets] = [request.headers(header), request.headers('x-assay-proxy-secret')]
    // A proxy that adds to what was sent, instead of replacing it, lets anybody be anybody.
    if (logins.length !== 1 || secrets.length !== 1 || !isEqual(secrets[0]!, secret)) return undefined
    const login = logins[0]!
    return LOGIN.test(login) ? { forge, login, maySignOut: false } : undefined
  }
}

// --- internal ---

/** With the underscore of users that a company manages. */
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/
