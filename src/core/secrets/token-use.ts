import { isClosedWay, isInward, spelledHost, webOrigin } from './web-address.ts'

/**
 * Whether a run may use a token for something that is named somewhere, and where that token may go. Decided here for all
 * forges, plain git, registries and Argo CD, before anybody looks at what kind of address it is.
 */

/**
 * Who named an address: the job itself (its command line, its inputs, its CI), `assay.yml` at the base of a pull request, of
 * the pull request itself (`candidate`) or of a commit that is in none (`file`), or a record in a deploy repository.
 */
export type NamedBy = 'job' | 'base' | 'candidate' | 'file' | 'record'

/** What the CI says about a run, as far as it decides about tokens. */
export interface TokenRun {
  name: string
  /** Also where the CI does not say that it is none. */
  fromFork?: boolean
  pullRequest?: number
  baseRef?: string
  baseSha?: string
  head?: string
  branch?: string
  defaultBranch?: string
  serverUrl?: string
  apiUrl?: string
}

/**
 * Why this run may use no token at all for what is named so; undefined where it may. A fork never; in a pull request never
 * what its own configuration names; on other commits their own configuration counts, and on a laptop the user's.
 */
export function whyNoToken(run: TokenRun, namedBy: NamedBy): string | undefined {
  if (run.fromFork) return FORK
  return OWN_WORD[namedBy](run) ? OWN : undefined
}

/**
 * Why a token may not go to a web address; undefined where it may. It goes to the server that the CI names as its own, and to
 * the hosts that the job names beside the token. An address in a repository's file must be plain https besides.
 *
 * @param beside hosts, with port where it is not the usual one, in a list; a scheme is `https://` unless it is written
 */
export function whyNotThere(
  run: TokenRun,
  address: { url: string; namedBy: NamedBy },
  beside: string | undefined,
): { what: string; fix: string } | undefined {
  const { url, namedBy } = address
  const origin = webOrigin(url)
  const host = spelledHost(url)
  if (origin === undefined || host === undefined)
    return { what: 'a token goes to a plain https address only', fix: PLAIN }
  const isOfCi = [run.serverUrl, run.apiUrl].some(own => own !== undefined && webOrigin(own) === origin)
  if (isOfCi) return undefined
  if (namedBy !== 'job' && (origin.startsWith('http:') || isInward(new URL(url).hostname)))
    return { what: `${host} is plain http or leads back to this machine or its network`, fix: PLAIN }
  if (namedHosts(beside).includes(origin)) return undefined
  return {
    what: `${host} is not the server that ${run.name === 'local' ? 'a CI' : run.name} names, and ASSAY_DEPLOY_HOST does not name it`,
    fix: `if the token is for ${host}, set ASSAY_DEPLOY_HOST=${host} beside it`,
  }
}

/**
 * Why the token for Argo CD may not go to the server that a deploy repository's file names; undefined where it may. It goes
 * only to a server that the job names beside the token, and by http only where the job itself writes so.
 *
 * @param beside servers in a list, as the value of ARGOCD_SERVER; a scheme is `https://` unless it is written
 * @param suffix of the variables of a token of one cluster: `_EU`
 */
export function whyNotToArgoCd(
  server: string,
  beside: string | undefined,
  suffix = '',
): { what: string; fix: string } | undefined {
  const origin = webOrigin(server)
  const host = spelledHost(server)
  if (origin === undefined || host === undefined)
    return {
      what: 'it is not written the one usual way, and others may read another host in it',
      fix: 'write it like https://argocd.example.com: lower case, no usual port, no user, no numbers in place of a name',
    }
  const named = namedHosts(beside)
  if (named.includes(origin)) return undefined
  const written = origin.startsWith('https:') ? host : origin
  return {
    what: `it is ${origin}, and ${inWords(`ARGOCD_SERVER${suffix} says`, 'the token', named, beside)}`,
    fix:
      named.length > 0
        ? `where the token is for ${written} too, set ARGOCD_SERVER${suffix}=${written} beside ARGOCD_AUTH_TOKEN${suffix}, else correct \`argocd.server\``
        : `if the token is for ${written}, set ARGOCD_SERVER${suffix}=${written} beside ARGOCD_AUTH_TOKEN${suffix}`,
  }
}

/**
 * Why ASSAY_REGISTRY_PASSWORD may not go to the registry that an image names; undefined where it may. It goes only to a
 * registry that the job names beside it.
 *
 * @param host as in the image's name, `registry.example:5000`; of Docker Hub `docker.io`
 * @param beside registries in a list, as the value of ASSAY_REGISTRY_HOST
 */
export function whyNotToRegistry(
  host: string,
  beside: string | undefined,
): { what: string; fix: string } | undefined {
  const named = namedHosts(beside).map(hostOf)
  const origin = webOrigin(`https://${host}`)
  if (origin !== undefined && named.includes(hostOf(origin))) return undefined
  return {
    what: `ASSAY_REGISTRY_PASSWORD is not sent there: ${inWords('ASSAY_REGISTRY_HOST says', 'it', named, beside)}`,
    fix: `if the password is for ${host}${named.length > 0 ? ' too' : ''}, set ASSAY_REGISTRY_HOST=${host} beside it`,
  }
}

/**
 * Why the token for Jenkins may not go to the address beside it; undefined where it may: over https, or by http inside a cluster or
 * on this machine.
 */
export function whyNotToJenkins(url: string): { what: string; fix: string } | undefined {
  const fix = 'write it like https://ci.example.com, with the path that Jenkins has there'
  const at = URL.canParse(url) ? new URL(url) : undefined
  if (!at || !/^https?:$/.test(at.protocol) || at.username || at.password || at.search || at.hash)
    return { what: 'ASSAY_JENKINS_URL is no web address without credentials and parameters', fix }
  if (isClosedWay(at)) return undefined
  return { what: 'ASSAY_JENKINS_URL is plain http, and the token would travel in the open', fix }
}

/** Whether git shows a key of this machine to whoever is at an address: one that a run without tokens must not open. */
export function showsKey(address: string): boolean {
  return /^ssh:|^(?!\w+:\/\/)[^/@:]+@[^/:]+:/i.test(address)
}

/** The servers that a variable lists, with a comma or a blank between, as origins; a scheme is `https://` unless it is written. */
export function namedHosts(list: string | undefined): string[] {
  return (list ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .flatMap(text => webOrigin(text.includes('://') ? text : `https://${text}`) ?? [])
}

// --- internal ---

const FORK =
  'this run is for a fork, or its CI does not say that it is for none, and the code of a fork must not have it'
const OWN =
  'a pull request that is judged by its own configuration does not say where a token goes: that counts once it is merged'
const PLAIN = 'write it like https://git.example.com/team/deploy.git'

/** By whom an address was named → whether that is the pull request's own word in this run. */
const OWN_WORD: Record<NamedBy, (run: TokenRun) => boolean> = {
  job: () => false,
  base: () => false,
  record: () => false,
  file: isForChange,
  candidate: run => isForChange(run) || (run.name !== 'local' && !isOnDefaultBranch(run)),
}

function isForChange({ pullRequest, baseRef, baseSha, head, defaultBranch }: TokenRun): boolean {
  const isOfOther = head !== undefined && head.slice(head.indexOf(':') + 1) !== defaultBranch
  return [pullRequest, baseRef, baseSha].some(fact => fact !== undefined) || isOfOther
}

function isOnDefaultBranch({ branch, defaultBranch }: TokenRun): boolean {
  return branch !== undefined && branch === defaultBranch
}

/** What a variable (`HOST says`) that stands beside a token says about where it may go. */
function inWords(says: string, token: string, named: string[], beside: string | undefined): string {
  if (named.length > 0) return `${says} that ${token} is for ${named.join(', ')}`
  const why = beside?.trim() ? 'names no server' : 'is not set'
  return `${says.replace(' ', ', which ')} where ${token} may go, ${why}`
}

function hostOf(origin: string): string {
  return new URL(origin).host
}
