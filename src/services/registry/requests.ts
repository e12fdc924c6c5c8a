import { AssayError } from '../../core/errors/errors.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface RegistryOptions {
  env: Environment
  /** Why no credentials may be used, in words. */
  refused?: string
  /** The way to an address, through a proxy where one is set. Default: straight on. */
  fetchFor?: (url: URL) => typeof fetch | undefined
  signal?: AbortSignal
  /** Milliseconds that one look-up may take, login and redirects included. Default 30 s. */
  deadline?: number
  wait?: (milliseconds: number) => Promise<unknown>
}

/** What is looked up and where, for errors. */
export interface Call {
  image: string
  /** As it stands in the image's name. */
  host: string
  url: URL
}

/** One GET, or with a form its POST. Redirects are answers: whoever follows one decides what goes along. */
export type Request = (url: URL, headers: Record<string, string>, form?: URLSearchParams) => Promise<Response>

/** Requests that together take no longer than the deadline, bodies included. */
export function requester({ fetchFor, signal, deadline = 30_000 }: RegistryOptions): Request {
  const ends = AbortSignal.any([AbortSignal.timeout(deadline), ...(signal ? [signal] : [])])
  return (url, headers, form) =>
    (fetchFor?.(url) ?? fetch)(url.href, {
      redirect: 'manual',
      signal: ends,
      // As text: the fetch of undici that goes through a proxy takes no form of Node's own.
      ...(form
        ? { method: 'POST', body: form.toString(), headers: { ...headers, 'content-type': FORM } }
        : { headers }),
    })
}

type Code = 'REGISTRY_NOT_FOUND' | 'REGISTRY_DENIED' | 'REGISTRY_UNREACHABLE' | 'REGISTRY_ANSWER'

/** Why there is no authorization: `note` says what was looked at. Unreachable is what another try may do better. */
export interface Refusal {
  code: Exclude<Code, 'REGISTRY_NOT_FOUND'>
  what: string
  note?: string
  fix?: string
}

/** The error of a look-up. Nothing that the registry wrote is in it but its status. */
export function registryError(
  code: Code,
  { image, host, url }: Call,
  { what, note, fix, cause }: { what?: string; note?: string; fix?: string; cause?: unknown } = {},
): AssayError {
  const found = what ?? (code === 'REGISTRY_NOT_FOUND' ? 'there is no such image or tag' : reasonOf(cause))
  return new AssayError({
    code,
    title: `The digest of ${image} could not be looked up`,
    problems: [
      {
        what: `${host}: ${found}${note === undefined ? '' : ` (${note})`}`,
        where: { file: `GET ${url.origin}${url.pathname}` },
        fix: fix ?? FIXES[code],
      },
    ],
  })
}

// --- internal ---

const FORM = 'application/x-www-form-urlencoded'

const FIXES: Record<Code, string> = {
  REGISTRY_NOT_FOUND:
    'push it before the release, or give the digest itself: `name@sha256:…`. Private registries also say so to those who may not read',
  REGISTRY_DENIED:
    'run `docker login` in an earlier step, or set ASSAY_REGISTRY_HOST, ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD; or give the digest itself: `name@sha256:…`',
  REGISTRY_UNREACHABLE: 'run again, or give the digest itself: `name@sha256:…`',
  REGISTRY_ANSWER: 'check the name of the registry, or give the digest itself: `name@sha256:…`',
}

/** Node says `fetch failed`, and what failed one level down. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'the request failed'
  if (cause.name === 'TimeoutError') return 'no answer in time'
  if (cause.name === 'AbortError') return 'the job was stopped'
  const inner = cause.cause instanceof Error ? cause.cause : cause
  const code = (inner as NodeJS.ErrnoException).code
  return `the connection failed (${shortened(visible(code ?? inner.message), 100)})`
}
