import { mayLeadTo } from './address.ts'
import { type Credentials, credentialsFor } from './credentials.ts'
import { basicOf, type Challenge, challengeOf, tokenFor } from './login.ts'
import type { Refusal, RegistryOptions, Request } from './requests.ts'

/** What is known of a login at one registry: ask it for every request, and it is asked for as few tokens as can be. */
export interface RegistryLogin {
  /**
   * Sends a request with the authorization for `scopes`, once more with a new one where that is answered by 401: the first time,
   * or because a token ended in the middle of a push.
   *
   * @param scopes what the request needs, in the words of the token protocol: `repository:acme/churn:pull,push`
   * @param send sends the request, by whatever client, to this registry only; the answer's body is read or dropped by it where
   * the status is 401. Must be able to send twice.
   * @returns the last answer, of whatever status; or why there is no authorization
   */
  authorized<Answer extends Asked>(
    scopes: string[],
    send: (authorization: { authorization?: string }) => Promise<Answer>,
  ): Promise<{ answer: Answer } | { refusal: Refusal }>
}

/** Of an answer: its status and its header `www-authenticate`. */
export interface Asked {
  status: number
  challenge: string | null
}

/**
 * A login at the registry `host`, by what it asks for: a token of the https address that it names (for a password, an identity
 * token or nothing), else the password itself. Credentials go to the registry and to that address, and nowhere else.
 *
 * @param request how tokens are asked for
 */
export function registryLogin(host: string, options: RegistryOptions, request: Request): RegistryLogin {
  const known = new Map<string, Granted>()
  const coming = new Map<string, Promise<Granted | { refusal: Refusal }>>()

  /** A new one unless another request had one made since this one was sent. */
  async function renewed(key: string, scopes: string[], sent: Granted | undefined, challenge: Challenge) {
    const now = known.get(key)
    if (now && now !== sent) return now
    const making = coming.get(key) ?? grantedBy(host, scopes, challenge, options, request)
    coming.set(key, making)
    try {
      const made = await making
      if (!('refusal' in made)) known.set(key, made)
      return made
    } finally {
      coming.delete(key)
    }
  }

  return {
    async authorized(scopes, send) {
      const key = scopes.join(' ')
      const sent = known.get(key)
      const first = await send(sent?.header ?? {})
      if (first.status !== 401) return { answer: first }
      const made = await renewed(key, scopes, sent, challengeOf(first.challenge))
      if ('refusal' in made) return made
      const answer = await send(made.header)
      return answer.status === 401 && lacksRights(challengeOf(answer.challenge))
        ? { refusal: denied(`it does not grant this login what is needed, ${key}`, made.credentials) }
        : { answer }
    },
  }
}

// --- internal ---

interface Granted {
  header: { authorization: string }
  credentials: Credentials
}

async function grantedBy(
  host: string,
  scopes: string[],
  challenge: Challenge,
  options: RegistryOptions,
  request: Request,
): Promise<Granted | { refusal: Refusal }> {
  const credentials: Credentials =
    options.refused === undefined
      ? await credentialsFor(host, options)
      : { kind: 'none', note: `none is used: ${options.refused}` }
  const refused = (what: string) => ({ refusal: denied(what, credentials) })
  if (challenge.scheme === 'none') return refused('it asks for a login that Assay does not know')
  if (challenge.scheme === 'basic') {
    const { authorization } = basicOf(credentials)
    if (authorization !== undefined) return { header: { authorization }, credentials }
    return refused(
      credentials.kind === 'identity'
        ? 'it asks for a password, and there is an identity token only'
        : 'it asks for a password',
    )
  }
  const { realm } = challenge
  if (!mayLeadTo(host, realm)) return refused('the address that it names for tokens is not https')
  const more = challenge.scopes.filter(asked => !scopes.some(scope => covers(scope, asked)))
  const token = await tokenFor({ ...challenge, realm }, [...scopes, ...more], credentials, request)
  if (typeof token === 'string') return { header: { authorization: `Bearer ${token}` }, credentials }
  return { refusal: noToken(token.status, credentials) }
}

/** Registries write the actions in any order. */
function covers(scope: string, asked: string): boolean {
  const [own, other] = [scope, asked].map(text => ({
    of: text.slice(0, text.lastIndexOf(':')),
    actions: text.slice(text.lastIndexOf(':') + 1).split(','),
  })) as [Scope, Scope]
  return own.of === other.of && other.actions.every(action => own.actions.includes(action))
}

interface Scope {
  of: string
  actions: string[]
}

const WITHOUT_TOKEN: Record<Credentials['kind'], string> = {
  password: 'it refuses the password',
  identity: 'it refuses the identity token',
  none: 'it gives no token without a password',
}

function noToken(status: number, credentials: Credentials): Refusal {
  if (status === 401 || status === 403) return denied(WITHOUT_TOKEN[credentials.kind], credentials)
  // To GET alone such a server gives tokens, and for passwords.
  if (credentials.kind === 'identity' && (status === 404 || status === 405))
    return denied('its token service takes no identity token')
  const code = status >= 500 || status === 429 ? 'REGISTRY_UNREACHABLE' : 'REGISTRY_ANSWER'
  return { code, what: `its token service answered ${status}, without a token` }
}

function denied(what: string, { note, fix }: { note?: string; fix?: string } = {}): Refusal {
  return {
    code: 'REGISTRY_DENIED',
    what,
    ...(note !== undefined && { note }),
    ...(fix !== undefined && { fix }),
  }
}

function lacksRights(challenge: Challenge): boolean {
  return challenge.scheme === 'bearer' && challenge.error === 'insufficient_scope'
}
