import { connectionFailure } from '../../core/errors/connection-reason.ts'
import { AssayError } from '../../core/errors/errors.ts'
import { redactor } from '../../core/secrets/secrets.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

export type ArgoCdErrorCode =
  | 'ARGOCD_URL_INVALID'
  | 'ARGOCD_NAME_INVALID'
  | 'ARGOCD_UNREACHABLE'
  | 'ARGOCD_TIMEOUT'
  | 'ARGOCD_UNAVAILABLE'
  | 'ARGOCD_BAD_ANSWER'
  | 'ARGOCD_UNAUTHORIZED'
  | 'ARGOCD_FORBIDDEN'
  | 'ARGOCD_NOT_FOUND'
  | 'ARGOCD_REJECTED'

/** One call that failed. `passing`: it may be gone in a moment. */
export interface CallFailure {
  code: ArgoCdErrorCode
  said: string
  fix: string
  status?: number
  passing?: boolean
  /** Milliseconds that the server asks to wait. */
  pause?: number
}

/** A failed call as an `AssayError` that names it. The token is in none of its parts. */
export function argoCdError(
  call: string,
  token: string,
  { code, said, fix, status }: CallFailure,
): AssayError {
  const words = shortened(visible(redactor([token])(said.replace(/\s+/g, ' ').trim())), 300)
  const answer = [status, words].filter(part => part !== undefined && part !== '').join(' ')
  return new AssayError({
    code,
    title: 'Argo CD did not tell whether the release is live',
    problems: [{ what: `[GET] ${call}: ${answer}`, fix }],
    cause: { call: `GET ${call}`, status },
  })
}

/** What a status other than 200 means. `project`: whether the call named one, which decides between 403 and 404. */
export function failureOf(
  status: number,
  said: string,
  pause: number | undefined,
  project: boolean,
): CallFailure {
  if (status >= 500 || status === 429)
    return {
      code: 'ARGOCD_UNAVAILABLE',
      status,
      said,
      fix: 'Argo CD has trouble; run again later',
      passing: true,
      pause,
    }
  switch (status) {
    case 401:
      return {
        code: 'ARGOCD_UNAUTHORIZED',
        status,
        said,
        fix: 'The token in ARGOCD_AUTH_TOKEN is wrong or has expired: make a new one with `argocd account generate-token` or for a role of the project',
      }
    case 403:
      return {
        code: 'ARGOCD_FORBIDDEN',
        status,
        said,
        fix: project
          ? 'Give the token `applications, get` for this application of this project'
          : 'Either there is no such application, or the token lacks `applications, get` for it: Argo CD gives the same answer for both',
      }
    case 404:
      return {
        code: 'ARGOCD_NOT_FOUND',
        status,
        said,
        fix: 'Either there is no such application yet, or it is in another project, or the token may not see it there: Argo CD gives the same answer for all. Check `argocd.application` and `argocd.project` in assay-deploy.yml',
      }
    default:
      return { code: 'ARGOCD_REJECTED', status, said, fix: 'Please report this line' }
  }
}

/** What a `fetch` that threw means. */
export function lostConnection(error: unknown, host: string): CallFailure {
  const failure = connectionFailure(error, host, '`argocd.server` in assay-deploy.yml')
  return { code: 'ARGOCD_UNREACHABLE', ...failure }
}
