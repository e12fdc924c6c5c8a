import { type Request, readCapped } from './requests.ts'

/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge =
  | { scheme: 'bearer'; realm?: URL; service?: string; scope?: string }
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
      ...(values.has('scope') && { scope: values.get('scope')! }),
    }
  }
  return /(?:^|,)\s*basic\b/i.test(text) ? { scheme: 'basic' } : { scheme: 'none' }
}

/**
 * A token for reading one repository, from the address that the registry names. The password goes there only if there is one;
 * public images need none. Asks for what the registry says it needs, else for reading alone.
 *
 * @returns the token, or the status of an answer that holds none
 */
export async function tokenFor(
  { realm, service, scope }: { realm: URL; service?: string; scope?: string },
  repository: string,
  basic: string | undefined,
  request: Request,
): Promise<string | { status: number }> {
  const url = new URL(realm)
  url.username = ''
  url.password = ''
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', scope ?? `repository:${repository}:pull`)
  const response = await request(url, {
    accept: 'application/json',
    ...(basic !== undefined && { authorization: basic }),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    return { status: response.status }
  }
  const bytes = await readCapped(response, MOST_ANSWER)
  return (bytes && tokenIn(bytes)) ?? { status: 200 }
}

// --- internal ---

const MOST_HEADER = 8 * 1024
const MOST_ANSWER = 256 * 1024

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
