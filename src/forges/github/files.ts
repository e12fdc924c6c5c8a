import type { Octokit } from '@octokit/rest'
import {
  checkPaths,
  type EntryKind,
  foldersAbove,
  readableText,
  unreadable,
} from '../../core/git/file-changes.ts'
import { forgeError } from '../forge-error.ts'
import { blobId, type Entry, isFile, kindOf } from './entries.ts'
import { blobsQuery, filesQuery } from './files-queries.ts'
import { askGraphql, type Graphql } from './graphql.ts'

/** Files of commits, which never change: what was read once is not asked for again. */
export interface GithubFiles {
  read(commit: string, paths: readonly string[]): Promise<TreePart>
  /** Takes what another call has read. */
  learn(
    commit: string,
    tree: string,
    entries: readonly (readonly [string, Entry | undefined])[],
  ): Promise<void>
  /** Takes the list of all that a commit holds: its files are then read by their ids, a hundred in a call. */
  learnList(commit: string, list: readonly Listed[]): void
  /** Whether the list of a commit was taken. */
  isListed(commit: string): boolean
  /** Ids of the files at these paths of a listed commit that nobody has read yet, each once. */
  unread(commit: string, paths: readonly string[]): string[]
  /** Takes a listed commit's tree and blobs that another call has read: what stands at their paths is then known. */
  learnBlobs(commit: string, tree: string, blobs: readonly (readonly [string, Entry['object']])[]): void
  /** Text of an entry of a tree. */
  textOf(path: string, entry: Entry): Promise<string>
}

/** A commit's tree, and what stands at the paths. */
export interface TreePart {
  tree: string
  kinds: ReadonlyMap<string, EntryKind>
  texts: ReadonlyMap<string, string>
}

export interface GithubFilesClient {
  rest: Pick<Octokit['rest'], 'git'>
  graphql: Graphql
}

/** An entry of the REST API's list of a tree; the mode is in octal. */
interface Listed {
  path: string
  mode: string
  sha: string
}

/** Reads texts, kinds and the folders above in one call for up to 40 paths, whatever the size of the repository. */
export function githubFiles(
  { rest, graphql }: GithubFilesClient,
  repo: { owner: string; repo: string },
): GithubFiles {
  const known = new Map<string, Known>()
  /** By id: a blob is the same in every commit. */
  const blobs = new Map<string, Entry['object']>()

  return {
    async read(commit, paths) {
      const seen = knownOf(commit)
      const wanted = [...foldersAbove(paths), ...paths]
      if (
        seen.list &&
        (wanted.length > MOST_PATHS || (seen.tree !== '' && unreadIn(seen, wanted).length === 0))
      )
        await readListed(wanted, seen, seen.list)
      const missing = wanted.filter(path => !seen.asked.has(path))
      for (let from = 0; from < missing.length || seen.tree === ''; from += MOST_PATHS) {
        const batch = missing.slice(from, from + MOST_PATHS)
        await ask(commit, batch, seen)
      }
      return seen
    },
    async learn(commit, tree, entries) {
      const seen = knownOf(commit)
      for (const [path, entry] of entries) {
        if (entry) await take(path, entry, seen)
        seen.asked.add(path)
      }
      seen.tree = tree
    },
    learnList(commit, list) {
      knownOf(commit).list = new Map(
        list.map(({ path, mode, sha }) => [path, { mode: Number.parseInt(mode, 8), oid: sha, object: null }]),
      )
    },
    isListed: commit => knownOf(commit).list !== undefined,
    unread: (commit, paths) => [...new Set(unreadIn(knownOf(commit), paths))],
    learnBlobs(commit, tree, given) {
      knownOf(commit).tree = tree
      for (const [id, blob] of given) blobs.set(id, blob)
    },
    textOf,
  }

  /** Ids of listed files whose blobs are not known. */
  function unreadIn({ list, asked }: Known, paths: readonly string[]): string[] {
    return paths.flatMap(path => {
      const entry = asked.has(path) ? undefined : list?.get(path)
      return entry && isFile(entry) && !blobs.has(entry.oid) ? [entry.oid] : []
    })
  }

  /** A commit's tree is asked for with its last path. */
  async function readListed(
    wanted: readonly string[],
    seen: Known,
    list: ReadonlyMap<string, Entry>,
  ): Promise<void> {
    const files: [string, Entry][] = []
    for (const path of wanted.slice(0, seen.tree === '' ? -1 : undefined)) {
      if (seen.asked.has(path)) continue
      const entry = list.get(path)
      const blob = entry && blobs.get(entry.oid)
      if (entry && isFile(entry) && blob === undefined) {
        files.push([path, entry])
        continue
      }
      if (entry && isFile(entry)) await take(path, { ...entry, object: blob ?? null }, seen)
      else if (entry) seen.kinds.set(path, kindOf(entry))
      seen.asked.add(path)
    }
    const batches: [string, Entry][][] = []
    for (let from = 0; from < files.length; from += MOST_BLOBS)
      batches.push(files.slice(from, from + MOST_BLOBS))
    for (let from = 0; from < batches.length; from += AT_ONCE)
      await Promise.all(batches.slice(from, from + AT_ONCE).map(batch => askBlobs(batch, seen)))
  }

  async function askBlobs(batch: [string, Entry][], seen: Known): Promise<void> {
    const ids = Object.fromEntries(batch.map(([, { oid }], at) => [`b${at}`, oid]))
    const parameters = { owner: repo.owner, name: repo.repo, ...ids }
    const { repository } = await askGraphql<BlobsAnswer>(graphql, blobsQuery(batch.length), parameters)
    for (const [at, [path, entry]] of batch.entries()) {
      await take(path, { ...entry, object: repository?.[`b${at}`] ?? null }, seen)
      seen.asked.add(path)
    }
  }

  function knownOf(commit: string): Known {
    const seen = known.get(commit) ?? { tree: '', kinds: new Map(), texts: new Map(), asked: new Set() }
    known.set(commit, seen)
    return seen
  }

  async function ask(commit: string, paths: string[], seen: Known): Promise<void> {
    const variables = Object.fromEntries(paths.map((path, at) => [`p${at}`, path]))
    const query = filesQuery(paths.length)
    const parameters = { owner: repo.owner, name: repo.repo, commit, ...variables }
    const { repository } = await askGraphql<FilesAnswer>(graphql, query, parameters)
    const found = repository?.object
    const tree = found?.tree?.oid
    if (!tree)
      throw forgeError({
        code: 'FORGE_NOT_FOUND',
        call: 'POST /graphql(Files)',
        said: `there is no commit ${commit}`,
        fix: 'Run again',
      })
    for (const [at, path] of paths.entries()) {
      const entry = found[`p${at}`] as Entry | null | undefined
      if (entry) await take(path, entry, seen)
      seen.asked.add(path)
    }
    seen.tree = tree
  }

  async function take(path: string, entry: Entry, seen: Known): Promise<void> {
    seen.kinds.set(path, kindOf(entry))
    if (isFile(entry)) seen.texts.set(path, await textOf(path, entry))
  }

  async function textOf(path: string, entry: Entry): Promise<string> {
    if (!isFile(entry)) throw unreadable(path, `is a ${kindOf(entry)}`)
    const text = entry.object?.text
    // The API converts texts; what it gave is the file only if it has the file's hash.
    if (typeof text === 'string' && blobId(text) === entry.oid) return readableText(Buffer.from(text), path)
    return readBlob(path, entry)
  }

  async function readBlob(path: string, { oid, object }: Entry): Promise<string> {
    if ((object?.byteSize ?? 0) > MOST_BYTES) throw unreadable(path, 'is larger than 1 MB')
    const { data } = await rest.git.getBlob({ ...repo, file_sha: oid })
    return readableText(Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8'), path)
  }
}

/** The texts of files, by path. @throws AssayError FILE_UNREADABLE for what is no file */
export function textsOf(
  { kinds, texts }: TreePart,
  paths: readonly string[],
): Map<string, string | undefined> {
  for (const path of paths) {
    const kind = kinds.get(path)
    if (kind && kind !== 'file' && kind !== 'executable') throw unreadable(path, `is a ${kind}`)
  }
  checkPaths(paths, kinds)
  return new Map(paths.map(path => [path, texts.get(path)]))
}

// --- internal ---

type Known = {
  tree: string
  kinds: Map<string, EntryKind>
  texts: Map<string, string>
  asked: Set<string>
  list?: ReadonlyMap<string, Entry>
}

interface BlobsAnswer {
  repository: Record<string, Entry['object']> | null
}

interface FilesAnswer {
  repository: { object: ({ tree?: { oid: string } } & Record<string, unknown>) | null } | null
}

const MOST_PATHS = 40
const MOST_BLOBS = 100
/** Calls at a time: more are taken for an attack. */
const AT_ONCE = 4
const MOST_BYTES = 1024 * 1024
