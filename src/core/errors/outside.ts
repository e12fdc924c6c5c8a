import type { AssayError } from './errors.ts'
import { reasonOf, waitingHelps } from './refusals.ts'

/**
 * What the errors of what Assay talks to mean for whoever decides what comes next. One table: a code that begins as one of these
 * and has no row fails a test.
 */

interface Row {
  of: 'forge' | 'argocd' | 'jenkins'
  /** Without anybody's doing it may be gone in a moment. A known reason of the server says it better. */
  passes: boolean
  /** Whatever is asked next by the same account fails alike. */
  endsAll?: true
}

const OUTSIDE: Record<string, Row> = {
  FORGE_UNREACHABLE: { of: 'forge', passes: true, endsAll: true },
  FORGE_TIMEOUT: { of: 'forge', passes: true, endsAll: true },
  FORGE_UNAVAILABLE: { of: 'forge', passes: true, endsAll: true },
  FORGE_RATE_LIMITED: { of: 'forge', passes: true, endsAll: true },
  FORGE_BAD_ANSWER: { of: 'forge', passes: true },
  FORGE_UNAUTHORIZED: { of: 'forge', passes: false, endsAll: true },
  FORGE_FORBIDDEN: { of: 'forge', passes: false },
  FORGE_NOT_FOUND: { of: 'forge', passes: false },
  FORGE_REJECTED: { of: 'forge', passes: false },
  FORGE_MOVED: { of: 'forge', passes: false },
  FORGE_REPOSITORY_INVALID: { of: 'forge', passes: false },
  FORGE_URL_INVALID: { of: 'forge', passes: false },
  GIT_FAILED: { of: 'forge', passes: true },
  GIT_MISSING: { of: 'forge', passes: false },
  GIT_NOT_TRUSTED: { of: 'forge', passes: false },
  GIT_COMMIT_NOT_FOUND: { of: 'forge', passes: false },
  GIT_PATH_INVALID: { of: 'forge', passes: false },
  GIT_REF_INVALID: { of: 'forge', passes: false },
  GIT_REMOTE_INVALID: { of: 'forge', passes: false },
  BRANCH_MOVES: { of: 'forge', passes: true },
  BRANCH_NOT_AHEAD: { of: 'forge', passes: true },
  BRANCH_BLOCKED: { of: 'forge', passes: false },
  BRANCH_NAME_INVALID: { of: 'forge', passes: false },
  BRANCH_NOT_FOUND: { of: 'forge', passes: false },
  // The forge says that there is one and does not list it yet.
  PULL_REQUEST_NOT_FOUND: { of: 'forge', passes: true },
  ARGOCD_UNREACHABLE: { of: 'argocd', passes: true },
  ARGOCD_TIMEOUT: { of: 'argocd', passes: true },
  ARGOCD_UNAVAILABLE: { of: 'argocd', passes: true },
  ARGOCD_BAD_ANSWER: { of: 'argocd', passes: false },
  ARGOCD_UNAUTHORIZED: { of: 'argocd', passes: false },
  ARGOCD_FORBIDDEN: { of: 'argocd', passes: false },
  ARGOCD_NOT_FOUND: { of: 'argocd', passes: false },
  ARGOCD_REJECTED: { of: 'argocd', passes: false },
  ARGOCD_NAME_INVALID: { of: 'argocd', passes: false },
  ARGOCD_NO_TOKEN: { of: 'argocd', passes: false },
  ARGOCD_URL_INVALID: { of: 'argocd', passes: false },
  JENKINS_UNAVAILABLE: { of: 'jenkins', passes: true },
  JENKINS_REFUSED: { of: 'jenkins', passes: false },
}

/** Whether the same may succeed in a moment without anybody's doing. What somebody has to put right does not pass. */
export function isPassing(error: AssayError): boolean {
  const reason = reasonOf(error)
  return reason === undefined ? rowOf(error)?.passes === true : waitingHelps(reason)
}

/** Whether it is of what Assay talks to and not of what it reads there: no change of a file, so no event, tells of its end. */
export function isOutside(error: AssayError): boolean {
  return rowOf(error) !== undefined
}

/** Whether it is of the forge or of git: what is done in the same repository next meets it too. */
export function isOfForge(error: AssayError): boolean {
  return rowOf(error)?.of === 'forge'
}

/** Whether asking for the next model is asking in vain. */
export function isHopeless(error: AssayError): boolean {
  return rowOf(error)?.endsAll === true
}

// --- internal ---

function rowOf({ code }: AssayError): Row | undefined {
  return Object.hasOwn(OUTSIDE, code) ? OUTSIDE[code] : undefined
}
