import type { BranchHead } from '../../core/git/commit-seal.ts'
import { commitTime } from '../../core/git/commit-time.ts'
import { readableText, unlessUnreadable, unreadable } from '../../core/git/file-changes.ts'
import type { BatchObject } from './batch.ts'
import type { GitClient } from './client.ts'
import { kindOfMode, type TreeEntry } from './trees.ts'

// Objects of a repository as they are read, never checked out. All ids and paths have passed their validators.

/** Each file with the bytes of its object (`id`, or `commit:path`), or why there are none. */
export async function withBytes<T extends { id: string }>(
  git: GitClient,
  files: readonly T[],
): Promise<(T & { bytes: BatchObject })[]> {
  const names = files.map(({ id }) => id)
  const objects = (await git.objects(names, MOST_BYTES)).values()
  return files.map(file => ({ ...file, bytes: objects.next().value ?? 'missing' }))
}

/** The texts of files that are here, by path. @throws AssayError FILE_UNREADABLE */
export async function blobTexts(
  git: GitClient,
  files: readonly { id: string; path: string }[],
): Promise<Map<string, string>> {
  const read = await withBytes(git, files)
  return new Map(read.map(({ path, bytes }) => [path, blobText(bytes, path)]))
}

/** Versions of files with their texts. */
export async function withTexts(
  git: GitClient,
  histories: ReadonlyMap<string, readonly TreeVersion[]>,
  textOf: (bytes: BatchObject, path: string) => string | undefined,
): Promise<Map<string, TextVersion[]>> {
  const files = [...histories].flatMap(([path, versions]) =>
    versions.flatMap(({ entry }) => (isFile(entry) ? [{ id: entry.id, path }] : [])),
  )
  const read = await withBytes(git, files)
  const texts = new Map(read.map(({ id, path, bytes }) => [`${id} ${path}`, textOf(bytes, path)]))
  return new Map(
    [...histories].map(([path, versions]) => [
      path,
      versions.map(({ entry, ...version }) => ({
        ...version,
        text: isFile(entry) ? texts.get(`${entry.id} ${path}`) : undefined,
      })),
    ]),
  )
}

/** Of a version that is past: undefined for what is no text. @throws AssayError FILE_UNREADABLE where it was not given */
export function pastText(bytes: BatchObject, path: string): string | undefined {
  if (bytes === 'missing') return blobText(bytes, path)
  try {
    return blobText(bytes, path)
  } catch (error) {
    return unlessUnreadable(error)
  }
}

export function isFile(entry: TreeEntry | undefined): entry is TreeEntry & { kind: 'file' | 'executable' } {
  return entry?.kind === 'file' || entry?.kind === 'executable'
}

/** @throws AssayError FILE_UNREADABLE */
export function blobText(bytes: BatchObject, path: string): string {
  if (bytes === 'too_large') throw unreadable(path, 'is larger than 1 MB')
  if (bytes === 'missing') throw unreadable(path, 'was not given by the server')
  return readableText(bytes, path)
}

interface Version {
  commit: string
  at: number
  author?: string
}

/** What stood at a path after a commit that changed it; no entry: it was removed. */
export interface TreeVersion extends Version {
  entry: TreeEntry | undefined
}

/** The same with its text; none: it was removed, or left what is no text. */
export interface TextVersion extends Version {
  text: string | undefined
}

/**
 * The versions of each path, by the first parents up to a commit, newest first, at most `most` of each. One call, whatever the
 * number of paths: more than a few are found in what every commit changed, as git takes long to look for many.
 *
 * @param paths `all`: of every file that was ever there
 */
export async function versionsOf(
  git: GitClient,
  commit: string,
  paths: readonly string[] | 'all',
  most: number,
): Promise<Map<string, TreeVersion[]>> {
  const isAll = paths === 'all'
  const found = new Map(isAll ? [] : paths.map((path): [string, TreeVersion[]] => [path, []]))
  if (paths.length === 0) return found
  const only = paths.length === 1 ? [`--max-count=${most}`] : []
  const below = isAll || paths.length > FEW_PATHS ? [] : paths
  const logged = await git.text('log', ...LOG, ...only, '--end-of-options', commit, '--', ...below)
  let [id, at, author] = ['', 0, '']
  for (const [, head, seconds, name, mode, blob, path] of logged.matchAll(LOGGED))
    if (head) [id, at, author] = [head, commitTime(seconds ? Number(seconds) * 1000 : Number.NaN), name!]
    else {
      if (isAll && !found.has(path!)) found.set(path!, [])
      const versions = found.get(path!)
      if (!versions || versions.length >= most) continue
      const entry = mode === ABSENT ? undefined : { kind: kindOfMode(mode!), id: blob! }
      versions.push({ commit: id, at, entry, ...(author !== '' && { author }) })
    }
  return found
}

/**
 * Reads commits, each once: they do not change. As their own texts name them: where the history was cut off, git itself would
 * say that they have no parents.
 */
export function headReader(git: GitClient): (commits: readonly string[]) => Promise<BranchHead[]> {
  const known = new Map<string, BranchHead>()
  return async commits => {
    const unknown = commits.filter(commit => !known.has(commit))
    for (const head of await headsAt(git, unknown)) known.set(head.commit, head)
    return commits.map(commit => known.get(commit)!)
  }
}

// --- internal ---

async function headsAt(git: GitClient, commits: readonly string[]): Promise<BranchHead[]> {
  const read = await withBytes(
    git,
    commits.map(id => ({ id })),
  )
  return read.map(({ id: commit, bytes }) => {
    if (typeof bytes === 'string') throw new RangeError(`the commit ${commit} is ${bytes.replace('_', ' ')}`)
    const text = new TextDecoder().decode(bytes)
    const end = text.indexOf('\n\n')
    const headers = text.slice(0, end)
    return {
      commit,
      tree: /^tree ([0-9a-f]+)$/m.exec(headers)?.[1] ?? '',
      parents: [...headers.matchAll(/^parent ([0-9a-f]+)$/gm)].map(match => match[1]!),
      message: text.slice(end + 2),
    }
  })
}

const ABSENT = '000000'
/** A commit, without seconds where its date is none, or a path that it changed. */
const LOGGED =
  /commit ([0-9a-f]+) (\d*) ([^\0\n]*)(?=[\0\n])|:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) \w\d*\0([^\0]+)\0/g
const LOG = [
  '--first-parent',
  '--diff-merges=first-parent',
  '--raw',
  '-z',
  '--no-abbrev',
  '--no-renames',
  '--root',
  '--no-show-signature',
  '--format=commit %H %ct %an',
]
/** So many are asked for by name. */
const FEW_PATHS = 8
const MOST_BYTES = 1024 * 1024
