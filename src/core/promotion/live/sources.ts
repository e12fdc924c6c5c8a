import type { ArgoApplication, ArgoSource } from './application.ts'

/** Which sources of an application read the folder that a promotion changes. An application may have many. */

export interface Promoted {
  /** The commit of the deploy repository that has the release in it: the merge of the promotion. Whole id. */
  commit: string
  /** Address of the deploy repository; several where it is known by several. */
  repository: string | readonly string[]
  /** Folder of the manifests. */
  path?: string
}

/** Whether a revision of the deploy repository is the commit or comes after it; undefined where nobody can tell. */
export type Contains = (revision: string) => boolean | undefined

export interface DeploySource {
  /** Its index in `spec.sources`, and so in every list of revisions. */
  index: number
  source: ArgoSource
}

/** The sources out of the deploy repository: those that read the folder, or all where none is seen to (`readsFolder: false`). */
export function deploySources(
  application: ArgoApplication,
  { repository, path }: Promoted,
): { sources: DeploySource[]; readsFolder: boolean } {
  const all = sourcesOf(application)
  const wanted = new Set([repository].flat().map(repositoryKey))
  const ours = all
    .map((source, index) => ({ source, index }))
    .filter(({ source }) => wanted.has(repositoryKey(source.repoURL)))
  const folder = path === undefined ? undefined : cleanPath(path)
  const reading = ours.filter(({ source }) => folder === undefined || reads(source, folder, all))
  return reading.length > 0 ? { sources: reading, readsFolder: true } : { sources: ours, readsFolder: false }
}

export function sourcesOf({ spec }: ArgoApplication): ArgoSource[] {
  if (spec.sources && spec.sources.length > 0) return spec.sources
  return spec.source ? [spec.source] : []
}

/** Where revisions stand: of a comparison, a sync, an entry of the history. */
export interface Revisions {
  revision?: string
  revisions?: string[]
}

/** The revision of one source out of the two fields that hold them: `revisions` with many sources, `revision` with one. */
export function revisionAt(
  { spec }: Pick<ArgoApplication, 'spec'>,
  index: number,
  from: Revisions | undefined,
): string | undefined {
  const isMulti = (spec.sources?.length ?? 0) > 0
  return (isMulti ? from?.revisions?.[index] : from?.revision) || undefined
}

/** A whole commit id: what `main`, `HEAD`, a tag or an abbreviation are not. */
export function isCommitId(revision: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)
}

/**
 * What two addresses of one repository have in common: host and path, without scheme, user, `.git`, default port and case.
 * Argo CD compares in lower case too. The port of ssh says nothing about that of https, so it is left out.
 */
export function repositoryKey(url: string): string {
  const text = url.trim()
  const scp = /^(?:[\w.+-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(text)
  if (scp && !/^[a-z]:[\\/]/i.test(text)) return `${scp[1]!.toLowerCase()}/${cleanRepository(scp[2]!)}`
  if (!URL.canParse(text)) return `file/${cleanRepository(text)}`
  const { protocol, hostname, port, pathname } = new URL(text)
  if (protocol === 'file:') return `file/${cleanRepository(pathname)}`
  const host = port !== '' && protocol.startsWith('http') ? `${hostname}:${port}` : hostname
  return `${host.toLowerCase()}/${cleanRepository(pathname)}`
}

// --- internal ---

function cleanRepository(path: string): string {
  return path
    .toLowerCase()
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
}

function reads(source: ArgoSource, folder: string, all: readonly ArgoSource[]): boolean {
  if (source.path !== undefined && touch(cleanPath(source.path), folder)) return true
  const own = (source.helm?.valueFiles ?? []).filter(file => !file.startsWith('$'))
  // From the chart's folder, or from the root of the repository where it begins with `/`.
  const at = (file: string) => cleanPath(file.startsWith('/') ? file : `${source.path ?? ''}/${file}`)
  if (own.some(file => touch(at(file), folder))) return true
  // A source that only lends its files to the charts of others: `$values/apps/churn/values.yaml`.
  const prefix = `$${source.ref}/`
  return (
    source.ref !== undefined &&
    all
      .flatMap(other => other.helm?.valueFiles ?? [])
      .some(file => file.startsWith(prefix) && touch(cleanPath(file.slice(prefix.length)), folder))
  )
}

/** The same folder, or one inside the other. */
function touch(one: string, other: string): boolean {
  return (
    one === other || one === '' || other === '' || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
  )
}

function cleanPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
