import { AssayError } from '../../../core/errors/errors.ts'
import { shortened, visible } from '../../../core/text/visible-text.ts'
import type { Refusal } from '../requests.ts'
import { type Answer, IdleError } from './exchange.ts'

/** What is pushed or copied, and where, for errors. */
export interface PushCall {
  /** What could not be done: `ghcr.io/acme/churn could not be pushed`. */
  title: string
  host: string
  method: string
  url: URL
}

type Code = Refusal['code'] | 'REGISTRY_NOT_FOUND' | 'REGISTRY_REFUSED'

/** The error of a push. Of what the registry wrote, its status and the code of its error are in it, and no text. */
export function pushError(
  code: Code,
  { title, host, method, url }: PushCall,
  { what, note, fix, cause }: { what: string; note?: string; fix?: string; cause?: unknown },
): AssayError {
  return new AssayError({
    code,
    title,
    problems: [
      {
        what: `${host}: ${what}${note === undefined ? '' : ` (${note})`}`,
        // Its query may hold a key of the upload.
        where: { file: `${method} ${url.origin}${url.pathname}` },
        fix: fix ?? FIXES[code],
      },
    ],
    ...(cause !== undefined && { cause }),
  })
}

/** What an answer that was not hoped for means. */
export function answerError(call: PushCall, answer: Answer): AssayError {
  const { status } = answer
  const said = errorCodeOf(answer)
  const what = `it answered ${status}${said === undefined ? '' : ` ${said}`}`
  const { code, fix } = meaningOf(status, said)
  return pushError(code, call, { what, ...(fix !== undefined && { fix }) })
}

/** The error of a connection. */
export function connectionError(call: PushCall, cause: unknown): AssayError {
  return pushError('REGISTRY_UNREACHABLE', call, { what: reasonOf(cause), cause })
}

/** Whether another try may do better. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** The code of the first error in an answer, as the distribution specification lists them. */
export function errorCodeOf({ bytes }: Answer): string | undefined {
  try {
    const body = JSON.parse(bytes.toString('utf8')) as { errors?: { code?: unknown }[] } | null
    const code = body?.errors?.[0]?.code
    return typeof code === 'string' && /^[A-Z][A-Z_]{1,40}$/.test(code) ? code : undefined
  } catch {
    return undefined
  }
}

// --- internal ---

const LOGIN =
  'run `docker login` in an earlier step, or set ASSAY_REGISTRY_HOST, ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD; the login must be allowed to push'
const FIXES: Record<Code, string> = {
  REGISTRY_NOT_FOUND:
    'check the name; in some registries (ECR) a repository must be made before it is pushed to',
  REGISTRY_DENIED: LOGIN,
  REGISTRY_UNREACHABLE: 'run it again: what is there already is not sent again',
  REGISTRY_ANSWER: 'check the name of the registry',
  REGISTRY_REFUSED: 'ask who keeps the registry for its limits; what is there already is not sent again',
}

function meaningOf(status: number, said: string | undefined): { code: Code; fix?: string } {
  if (said === 'TAG_INVALID' || said === 'NAME_INVALID')
    return { code: 'REGISTRY_ANSWER', fix: 'check `package.image`: the registry takes no such name' }
  if (status === 401 || status === 403 || said === 'DENIED') return { code: 'REGISTRY_DENIED' }
  if (status === 404) return { code: 'REGISTRY_NOT_FOUND' }
  if (status === 413 || status === 507)
    return {
      code: 'REGISTRY_REFUSED',
      fix: 'it is too large for the registry or for a proxy before it: raise the limit there',
    }
  if (status === 409 || status === 412)
    return {
      code: 'REGISTRY_REFUSED',
      fix: 'the tag may be one that cannot be moved: let the name of the image have `{commit}` in it',
    }
  if (isPassing(status)) return { code: 'REGISTRY_UNREACHABLE' }
  return { code: 'REGISTRY_ANSWER' }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof IdleError) return cause.message
  if (!(cause instanceof Error)) return 'the request failed'
  if (cause.name === 'AbortError') return 'the job was stopped'
  const { code } = cause as NodeJS.ErrnoException
  return `the connection failed (${shortened(visible(code ?? cause.message), 100)})`
}
