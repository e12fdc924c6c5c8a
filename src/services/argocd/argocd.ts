import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ArgoApplication,
  type ArgoNode,
  type ArgoObject,
  type ArgoSyncWindows,
  type LiveManifest,
  readApplication,
  readManagedResources,
  readObject,
  readResourceTree,
  readSyncWindows,
} from '../../core/promotion/live/application.ts'
import { isClosedWay } from '../../core/secrets/web-address.ts'
import { bytesWithin } from '../../core/text/bytes-within.ts'
import { argoCdError, type CallFailure, failureOf, lostConnection } from './error.ts'

/** Argo CD's REST API, as far as it tells whether a release is live. Nothing is written but the wish to refresh. */

export interface ArgoCdOptions {
  /** `https://argocd.example`, with the root path where the server has one. */
  server: string
  token: string
  /** For proxies. */
  fetch?: typeof fetch
  /** Milliseconds one request may take, body included. Default 10 s. */
  deadline?: number
  /** Milliseconds that Argo CD has for looking again: it does not answer before it has. Default 20 s. */
  refreshDeadline?: number
  /** Milliseconds before each repeat; its length is the number of repeats. Default 1, 2, 4 s. */
  backoff?: readonly number[]
  /** Bytes an answer may have. Default 64 MiB: the manifests of a large application. */
  largest?: number
  wait?: (milliseconds: number) => Promise<unknown>
  signal?: AbortSignal
}

/** Names of applications are `name`, or `namespace/name` where they are in another namespace than Argo CD itself. */
export interface ArgoCd {
  application(name: string, project?: string): Promise<ArgoApplication>
  /** Has Argo CD look at git and the cluster again, and answers when it has. Where nobody looks, it never answers. */
  refresh(name: string, project?: string): Promise<ArgoApplication>
  managedResources(name: string, project?: string): Promise<LiveManifest[]>
  /** The managed resources and what they made, with the health of each. */
  resourceTree(name: string, project?: string): Promise<ArgoNode[]>
  syncWindows(name: string, project?: string): Promise<ArgoSyncWindows>
  /** One object as it is in the cluster now: what the managed resources show of it may be some minutes old. */
  resource(name: string, project: string | undefined, which: ArgoObject): Promise<LiveManifest>
}

/**
 * A client for one server. Every call ends in time, as an answer that was read or as an `AssayError` that names it; with a
 * project the errors tell more. Redirects are not followed: the token goes to this server and to no other.
 *
 * @throws AssayError ARGOCD_URL_INVALID, ARGOCD_UNAUTHORIZED for a token that is none
 */
export function argocd(options: ArgoCdOptions): ArgoCd {
  const { server, deadline = 10_000, backoff = [1000, 2000, 4000], largest = 64 * 2 ** 20 } = options
  const { refreshDeadline = 20_000, wait = sleep, fetch: send = fetch, signal } = options
  const token = options.token.trim()
  const base = checkedServer(server, token)

  return {
    application: async (name, project) => readApplication(await get(name, '', { project })),
    refresh: async (name, project) =>
      readApplication(await get(name, '', { project, refresh: 'normal' }, refreshDeadline)),
    managedResources: async (name, project) =>
      readManagedResources(await get(name, '/managed-resources', { project })),
    resourceTree: async (name, project) => readResourceTree(await get(name, '/resource-tree', { project })),
    syncWindows: async (name, project) => readSyncWindows(await get(name, '/syncwindows', { project })),
    resource: async (name, project, { name: resourceName, ...of }) =>
      readObject(await get(name, '/resource', { project, resourceName, ...of }), {
        ...of,
        name: resourceName,
      }),
  }

  async function get(name: string, below: string, query: Query, limit = deadline): Promise<unknown> {
    const { own, namespace } = checkedName(name, token)
    const path = `/api/v1/applications/${own}${below}`
    const given = Object.entries({ ...query, appNamespace: namespace }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    )
    const url = `${base.href.replace(/\/+$/, '')}${path}?${new URLSearchParams(given)}`
    for (let repeat = 0; ; repeat++) {
      signal?.throwIfAborted()
      const tried = await attempt(url, limit, query.project !== undefined)
      if (!('failure' in tried)) return tried.answer
      // A refresh that was asked for goes on without us.
      const repeats = query.refresh === undefined ? backoff : []
      const pause = tried.failure.passing ? repeats[repeat] : undefined
      if (pause === undefined) throw argoCdError(path, token, tried.failure)
      await wait(Math.max(pause, Math.min(tried.failure.pause ?? 0, LONGEST_PAUSE)))
    }
  }

  async function attempt(url: string, limit: number, project: boolean): Promise<Attempt> {
    const timeout = AbortSignal.timeout(limit)
    try {
      const response = await send(url, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        redirect: 'manual',
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      })
      return await attemptOf(response, largest, project)
    } catch (error) {
      signal?.throwIfAborted()
      if (!timeout.aborted) return { failure: lostConnection(error, base.host) }
      const said = `no complete answer from ${base.host} within ${limit / 1000} s`
      return {
        failure: { code: 'ARGOCD_TIMEOUT', said, fix: 'Argo CD has trouble; run again later', passing: true },
      }
    }
  }
}

// --- internal ---

/** Milliseconds. A server that asks for more gets the next request earlier, and may refuse it. */
const LONGEST_PAUSE = 30_000

type Query = { project?: string; refresh?: string } & Partial<Record<string, string>>
type Attempt = { answer: unknown } | { failure: CallFailure }

async function attemptOf(response: Response, largest: number, project: boolean): Promise<Attempt> {
  const { status, headers } = response
  const text = (await bytesWithin(response.body, largest))?.toString('utf8')
  if (status >= 300 && status < 400) return bad(status, `redirected to ${hostOf(headers.get('location'))}`)
  if (status !== 200) {
    const seconds = Number(headers.get('retry-after') ?? '')
    const pause = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
    return { failure: failureOf(status, messageOf(text), pause, project) }
  }
  if (text === undefined) return bad(status, `more than ${largest / 2 ** 20} MiB`)
  const type = headers.get('content-type') ?? 'no content'
  if (!/[/+]json\b/.test(type)) return bad(status, `${type} where JSON was due`)
  try {
    return { answer: JSON.parse(text) }
  } catch {
    return bad(status, 'the JSON is not complete')
  }
}

function bad(status: number, said: string): Attempt {
  const fix =
    'Check that `argocd.server` in assay-deploy.yml is the API itself, no log-in or maintenance page and no http address that leads to https'
  return { failure: { code: 'ARGOCD_BAD_ANSWER', status, said: `not an answer of the API: ${said}`, fix } }
}

function messageOf(text: string | undefined): string {
  try {
    const { message, error } = JSON.parse(text ?? '') as { message?: unknown; error?: unknown }
    return String(message ?? error ?? '')
  } catch {
    return ''
  }
}

/** The host alone: addresses of log-in pages carry states that are nobody's business. */
function hostOf(location: string | null): string {
  return location !== null && URL.canParse(location) ? new URL(location).host : 'another page'
}

function checkedServer(server: string, token: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined
  const problem =
    !url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash
      ? 'the server must be an http(s) address without credentials and parameters'
      : !isClosedWay(url)
        ? 'the token is sent over https only, but inside a cluster or on this machine'
        : undefined
  if (problem !== undefined || !url)
    throw argoCdError('/api/v1', token, {
      code: 'ARGOCD_URL_INVALID',
      said: problem ?? '',
      fix: 'Write `argocd.server` in assay-deploy.yml like https://argocd.example.com',
    })
  if (!/^[\x21-\x7e]+$/.test(token))
    throw argoCdError('/api/v1', token, {
      code: 'ARGOCD_UNAUTHORIZED',
      said: token === '' ? 'there is no token' : 'the token holds what no token holds',
      fix: 'Hand a token over in ARGOCD_AUTH_TOKEN',
    })
  return url
}

function checkedName(name: string, token: string): { own: string; namespace?: string } {
  const parts = name.split('/')
  const [own, namespace] = parts.toReversed()
  const isName = (part: string) =>
    /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(part) && !part.includes('..')
  if (own !== undefined && parts.length <= 2 && parts.every(isName))
    return { own, ...(namespace !== undefined && { namespace }) }
  throw argoCdError('/api/v1/applications', token, {
    code: 'ARGOCD_NAME_INVALID',
    said: `${JSON.stringify(name)} can be no name of an application`,
    fix: 'A name is lower-case letters, digits, `-` and `.`, with `namespace/` before it where the application is in a namespace of its own: set `argocd.application` in assay-deploy.yml',
  })
}
