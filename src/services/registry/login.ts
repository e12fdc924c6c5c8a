import { bytesWithin } from '../../core/text/bytes-within.ts'
import type { Credentials } from './credentials.ts'
import type { Request } from './requests.ts'

/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge =
  | { scheme: 'bearer'; realm?: URL; service?: string; scopes: string[]; error?: string }
  | { scheme: 'basic' }
  | { scheme: 'none' }

/** Reads the challenges of a header, bearer first where there are several (RFC 9110, section 11.6.1). */
export function challengeOf(header: string | null): Challenge {
  const text = (header ?? '').slice(0, MOST_HEADER)
  const bearer = /(?:^|,)\s*bearer\s+(?=[a-z])/i.exec(text)
  if (bearer) {
    const values = parametersIn(text.slice(bearer.index + bearer[0].length))
    const realm = values.get('realm')
    return {
      scheme: 'bearer',
      ...(realm !== undefined && URL.canParse(realm) && { realm: new URL(realm) }),
      ...(values.has('service') && { service: values.get('service')! }),
      scopes: values.get('scope')?.split(' ').filter(Boolean) ?? [],
      ...(values.has('error') && { error: values.get('error')! }),
    }
  }
  return /(?:^|,)\s*basic\b/i.test(text) ? { scheme: 'basic' } : { scheme: 'none' }
}

/**
 * A token for all of `scopes`, from the address that the registry names: by GET, with the password if there is one (public
 * images need none), or for an identity token by POST of OAuth's form, as
 * https://distribution.github.io/distribution/spec/auth/oauth has it.
 *
 * @returns the token, or the status of an answer that holds none
 */
export async function tokenFor(
  { realm, service }: { realm: URL; service?: string },
  scopes: string[],
  credentials: Credentials,
  request: Request,
): Promise<string | { status: number }> {
  const url = new URL(realm)
  url.username = ''
  url.password = ''
  const response =
    credentials.kind === 'identity'
      ? await request(url, ACCEPT, formFor(service, scopes, credentials.token))
      : await request(withQuery(url, service, scopes), { ...ACCEPT, ...basicOf(credentials) })
  if (response.status !== 200) {
    await response.body?.cancel()
    return { status: response.status }
  }
  const bytes = await bytesWithin(response.body, MOST_ANSWER)
  return (bytes && tokenIn(bytes)) ?? { status: 200 }
}

/** The header that shows a password; none where there is none. */
export function basicOf(credentials: Credentials): { authorization?: string } {
  if (credentials.kind !== 'password') return {}
  const { user, password } = credentials
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

// --- internal ---

const MOST_HEADER = 8 * 1024
const MOST_ANSWER = 256 * 1024
const ACCEPT = { accept: 'application/json' }

function withQuery(url: URL, service: string | undefined, scopes: string[]): URL {
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  return url
}

function formFor(service: string | undefined, scopes: string[], identity: string): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    ...(service !== undefined && { service }),
    client_id: 'assay',
    scope: scopes.join(' '),
    refresh_token: identity,
  })
}

/** `realm="https://…",service="…"` up to the next challenge. */
function parametersIn(text: string): Map<string, string> {
  const values = new Map<string, string>()
  const parameter = /\s*([a-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(,|$)/iy
  for (let found = parameter.exec(text); found; found = parameter.exec(text)) {
    const name = found[1]!.toLowerCase()
    if (!values.has(name)) values.set(name, found[2]?.replace(/\\(.)/g, '$1') ?? found[3]!)
  }
  return values
}

/** The specification calls it `token`, OAuth `access_token`; some send both. What is no header text is no token. */
function tokenIn(bytes: Uint8Array): string | undefined {
  try {
    const answer = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null
    const token = answer?.token ?? answer?.access_token
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined
  } catch {
    return undefined
  }
}
