import type { NamedBy } from './token-use.ts'

/** Where a deploy repository is: behind the API of the forge, or at an address that only git knows. */
export type DeployAddress = (
  | {
      kind: 'forge'
      repository: string
      /** The token of the run comes first, where it has one that may write: what is written is in the run's own repository. */
      token?: 'run'
    }
  | { kind: 'git'; url: string }
) & {
  /** Who says so: decides about tokens. */
  namedBy: NamedBy
  /** The one variable whose token opens it; absent: what opens deploy repositories. */
  variable?: string
}

/**
 * `acme/deploy`, and addresses on the same server, are on the forge; all others are plain git.
 *
 * @param serverUrl the forge's web address, where there is one
 */
export function deployAddress(text: string, serverUrl: string | undefined, namedBy: NamedBy): DeployAddress {
  if (isOnForge(text)) return { kind: 'forge', repository: text, namedBy }
  const host = serverUrl !== undefined && URL.canParse(serverUrl) ? new URL(serverUrl).host : undefined
  const short = /^[\w.-]+@([\w.-]+):(?!\/)(.+)$/.exec(text)
  const url = short ? undefined : URL.canParse(text) ? new URL(text) : undefined
  const server = short
    ? { host: short[1]!, path: short[2]! }
    : url && /^(https?|ssh):$/.test(url.protocol)
      ? { host: url.protocol === 'ssh:' ? url.hostname : url.host, path: url.pathname }
      : undefined
  const repository = server?.path.replace(/^\/+|(\.git)?\/*$/g, '')
  if (server && server.host === host && repository && isRepositoryName(repository))
    return { kind: 'forge', repository, namedBy }
  return { kind: 'git', url: text, namedBy }
}

/** A text such as `acme/deploy`: a repository of the run's own forge. */
export function isOnForge(text: string): boolean {
  return !text.startsWith('.') && isRepositoryName(text)
}

// --- internal ---

/** It becomes a part of the API's addresses: no step upward in it. */
function isRepositoryName(text: string): boolean {
  const parts = text.split('/')
  return parts.length > 1 && parts.every(part => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part))
}
