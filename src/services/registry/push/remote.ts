import { setTimeout as sleep } from 'node:timers/promises'
import { isAssayError } from '../../../core/errors/errors.ts'
import { mayLeadTo, registryOrigin } from '../address.ts'
import { registryLogin } from '../authorization.ts'
import { type RegistryOptions, requester } from '../requests.ts'
import { type Answer, begin, exchange, type Outgoing, type Wire } from './exchange.ts'
import { answerError, connectionError, isPassing, type PushCall, pushError } from './push-error.ts'
import { agents } from './tunnel.ts'

export interface PushOptions extends RegistryOptions {
  /** The proxy for an address, where one is set. */
  proxyFor?: (url: URL) => URL | undefined
  /** Milliseconds in which nothing moves before a connection is given up. Default 60 s. */
  idle?: number
}

/** One repository of a registry, with a login, connections and patience. */
export interface Remote {
  readonly host: string
  readonly repository: string
  /** Address of something in the repository: `blobs/sha256:…`. */
  at: (path: string) => URL
  /**
   * Sends a request, again where what failed may pass. Credentials go along only to the registry itself.
   *
   * @param scopes more that the request needs
   * @returns the answer, of any status below 500 but 401 and 429
   * @throws AssayError REGISTRY_…
   */
  send: (request: Outgoing, scopes?: readonly string[]) => Promise<Answer>
  /** As `send`, once: an error of the connection comes as it is. */
  once: (request: Outgoing, scopes?: readonly string[]) => Promise<Answer>
  /** The bytes of a blob as they come, wherever the registry sends for them. */
  download: (digest: string) => AsyncIterable<Uint8Array>
  /** The error of an answer that was not hoped for. */
  refuse: (request: Pick<Outgoing, 'method' | 'url'>, answer: Answer) => Error
  fail: (request: Pick<Outgoing, 'method' | 'url'>, what: string) => Error
  absent: (request: Pick<Outgoing, 'method' | 'url'>, what: string) => Error
  /** The error of a connection. */
  lost: (request: Pick<Outgoing, 'method' | 'url'>, cause: unknown) => Error
  wait: (milliseconds: number) => Promise<unknown>
  close: () => void
}

/**
 * @param title what could not be done, for errors
 * @param actions what is done there, as scopes call it
 */
export function remoteAt(
  {
    host,
    repository,
    actions,
    title,
  }: { host: string; repository: string; actions: 'pull' | 'pull,push'; title: string },
  options: PushOptions,
): Remote {
  const { signal, idle = 60_000, proxyFor = () => undefined, wait = sleep } = options
  const base = new URL(registryOrigin(host))
  const { agentFor, close } = agents(proxyFor)
  const wire: Wire = { agentFor, signal, idle }
  // A deadline for each token: a push may take hours.
  const login = registryLogin(host, options, (...asked) => requester(options)(...asked))
  const own = `repository:${repository}:${actions}`
  const callOf = ({ method, url }: Pick<Outgoing, 'method' | 'url'>): PushCall => ({
    title,
    host,
    method,
    url,
  })

  async function authorized<T extends { status: number; challenge: string | null }>(
    request: Outgoing,
    scopes: readonly string[],
    sent: (request: Outgoing) => Promise<T>,
  ): Promise<T> {
    if (request.url.origin !== base.origin) return sent(request)
    const asked = await login.authorized([own, ...scopes], authorization =>
      sent({ ...request, headers: { ...request.headers, ...authorization } }),
    )
    if ('answer' in asked) return asked.answer
    throw pushError(asked.refusal.code, callOf(request), asked.refusal)
  }

  async function once(request: Outgoing, scopes: readonly string[] = []): Promise<Answer> {
    if (!mayLeadTo(host, request.url))
      throw pushError('REGISTRY_ANSWER', callOf(request), {
        what: 'it sends elsewhere, to an address that is not https',
      })
    return authorized(request, scopes, async ready => {
      const answer = await exchange(ready, wire)
      return { ...answer, challenge: answer.headers['www-authenticate'] ?? null }
    })
  }

  async function send(request: Outgoing, scopes?: readonly string[]): Promise<Answer> {
    for (let repeat = 0; ; repeat++) {
      const tried = await once(request, scopes).catch((error: Error) => error)
      const isUnsaid = tried instanceof Error && !isAssayError(tried)
      const passing =
        tried instanceof Error
          ? isUnsaid || isAssayError(tried, 'REGISTRY_UNREACHABLE')
          : isPassing(tried.status)
      const pause = passing && !signal?.aborted ? PAUSES[repeat] : undefined
      if (pause !== undefined) await wait(tried instanceof Error ? pause : Math.max(pause, askedPause(tried)))
      else if (isUnsaid) throw connectionError(callOf(request), tried)
      else if (tried instanceof Error) throw tried
      else if (passing || tried.status === 401) throw answerError(callOf(request), tried)
      else return tried
    }
  }

  async function* download(digest: string): AsyncGenerator<Uint8Array> {
    let request: Outgoing = { method: 'GET', url: at(`blobs/${digest}`) }
    for (let count = 0; ; count++) {
      const { response } = await authorized(request, [], async ready => {
        const begun = await begin(ready, wire)
        if (begun.response.statusCode === 401) begun.response.resume()
        return {
          ...begun,
          status: begun.response.statusCode!,
          challenge: begun.response.headers['www-authenticate'] ?? null,
        }
      })
      if (response.statusCode === 200) return yield* response
      response.resume()
      const { location } = response.headers
      const next =
        location !== undefined && URL.canParse(location, request.url.href)
          ? new URL(location, request.url)
          : undefined
      const isRedirect = response.statusCode! >= 300 && response.statusCode! < 400
      if (!isRedirect || !mayLeadTo(host, next) || count >= MOST_REDIRECTS)
        throw answerError(callOf(request), {
          status: response.statusCode!,
          headers: response.headers,
          bytes: Buffer.alloc(0),
        })
      next.username = ''
      next.password = ''
      request = { method: 'GET', url: next }
    }
  }

  const at = (path: string) => new URL(`/v2/${repository}/${path}`, base)
  return {
    host,
    repository,
    at,
    once,
    send,
    download,
    refuse: (request, answer) => answerError(callOf(request), answer),
    fail: (request, what) => pushError('REGISTRY_ANSWER', callOf(request), { what }),
    absent: (request, what) => pushError('REGISTRY_NOT_FOUND', callOf(request), { what }),
    lost: (request, cause) => connectionError(callOf(request), cause),
    wait,
    close,
  }
}

// --- internal ---

const PAUSES = [1_000, 3_000, 10_000]
const MOST_REDIRECTS = 3
const LONGEST_PAUSE = 60

/** Milliseconds that a registry asks to wait for, where it says seconds. */
function askedPause({ headers }: Answer): number {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_PAUSE) * 1000 : 0
}
