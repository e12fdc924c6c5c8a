import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BranchHead } from '../../core/git/commit-seal.ts'
import {
  type EntryKind,
  type FileChange,
  foldersAbove,
  readableText,
  unlessUnreadable,
  unreadable,
} from '../../core/git/file-changes.ts'
import type { GitClient } from './client.ts'

// Objects of a bare repository: read, made, never checked out. All ids and paths have passed their validators.

export interface TreeEntry {
  kind: EntryKind
  id: string
}

/** What stands at paths and at the folders above them. Many are found in a list of the whole commit: one call for all. */
export async function entriesAt(
  git: GitClient,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, TreeEntry>> {
  const wanted = new Set([...foldersAbove(paths), ...paths])
  const listed =
    wanted.size > MOST_ARGUMENTS
      ? await git.text('ls-tree', '-r', '-t', '-z', '--full-tree', commit)
      : await git.text('ls-tree', '-z', '--full-tree', commit, '--', ...wanted)
  const entries = new Map<string, TreeEntry>()
  for (const [, mode, id, path] of listed.matchAll(/(\d{6}) \w+ ([0-9a-f]+)\t([^\0]+)\0/g))
    if (wanted.has(path!)) entries.set(path!, { kind: KINDS[mode!] ?? 'submodule', id: id! })
  return entries
}

/** The texts of files that are here, in order. @throws AssayError FILE_UNREADABLE */
export async function blobTexts(
  git: GitClient,
  files: readonly { id: string; path: string }[],
): Promise<string[]> {
  const objects = await git.objects(
    files.map(({ id }) => id),
    MOST_BYTES,
  )
  return objects.map((bytes, at) => textOf(bytes, files[at]!.path))
}

/** The same of versions that are past: undefined for one that is no text. */
export async function pastTexts(
  git: GitClient,
  files: readonly { id: string; path: string }[],
): Promise<(string | undefined)[]> {
  const objects = await git.objects(
    files.map(({ id }) => id),
    MOST_BYTES,
  )
  return objects.map((bytes, at) => {
    const { path } = files[at]!
    if (bytes === 'missing') return textOf(bytes, path)
    try {
      return textOf(bytes, path)
    } catch (error) {
      return unlessUnreadable(error)
    }
  })
}

function textOf(bytes: Uint8Array | 'too_large' | 'missing', path: string): string {
  if (bytes === 'too_large') throw unreadable(path, 'is larger than 1 MB')
  if (bytes === 'missing') throw unreadable(path, 'was not given by the server')
  return readableText(bytes, path)
}

/** What stood at a path after a commit that changed it; no entry: it was removed. */
export interface TreeVersion {
  commit: string
  at: number
  author?: string
  entry: TreeEntry | undefined
}

/**
 * The versions of each path, by the first parents up to a commit, newest first, at most `most` of each. One call, whatever the
 * number of paths: more than a few are found in what every commit changed, as git takes long to look for many.
 */
export async function versionsOf(
  git: GitClient,
  commit: string,
  paths: readonly string[],
  most: number,
): Promise<Map<string, TreeVersion[]>> {
  const found = new Map(paths.map((path): [string, TreeVersion[]] => [path, []]))
  if (paths.length === 0) return found
  const only = paths.length === 1 ? [`--max-count=${most}`] : []
  const below = paths.length > FEW_PATHS ? [] : paths
  const logged = await git.text('log', ...LOG, ...only, '--end-of-options', commit, '--', ...below)
  let [id, at, author] = ['', 0, '']
  for (const [, head, seconds, name, mode, blob, path] of logged.matchAll(LOGGED))
    if (head) [id, at, author] = [head, Number(seconds) * 1000, name!]
    else {
      const versions = found.get(path!)
      if (!versions || versions.length >= most) continue
      const entry = mode === ABSENT ? undefined : { kind: KINDS[mode!] ?? 'submodule', id: blob! }
      versions.push({ commit: id, at, entry, ...(author !== '' && { author }) })
    }
  return found
}

/** Commits as their own texts name them: where the history was cut off, git itself would say that they have no parents. */
export async function headsAt(git: GitClient, commits: readonly string[]): Promise<BranchHead[]> {
  const objects = await git.objects(commits, MOST_BYTES)
  return objects.map((bytes, at) => {
    const commit = commits[at]!
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

export async function headAt(git: GitClient, commit: string): Promise<BranchHead> {
  const [head] = await headsAt(git, [commit])
  return head!
}

/** The tree of a commit with the changes, made in the index: nothing is read but trees. */
export async function writeTree(
  git: GitClient,
  folder: string,
  parent: string,
  changes: readonly FileChange[],
  entries: ReadonlyMap<string, TreeEntry>,
): Promise<string> {
  await git.text('read-tree', parent)
  const written = changes.filter(change => change.content !== undefined)
  const ids = await writeBlobs(
    git,
    folder,
    written.map(change => change.content!),
  )
  const added = written.flatMap(({ path }, at) => {
    const mode = entries.get(path)?.kind === 'executable' ? '100755' : '100644'
    return ['--add', '--cacheinfo', `${mode},${ids[at]},${path}`]
  })
  const gone = changes.filter(change => change.content === undefined).map(change => change.path)
  if (added.length > 0) await git.text('update-index', ...added)
  if (gone.length > 0) {
    // git asks for a work tree to take a file out of the index, and does not look at it.
    const empty = join(folder, 'empty')
    await mkdir(empty, { recursive: true })
    await git.text(`--work-tree=${empty}`, 'update-index', '--force-remove', '--', ...gone)
  }
  return (await git.text('write-tree', '--missing-ok')).trim()
}

export async function writeCommit(
  git: GitClient,
  folder: string,
  { tree, parent, message }: { tree: string; parent: string; message: string },
): Promise<string> {
  return inFiles(folder, [message], async ([file]) =>
    (await git.text('commit-tree', '-p', parent, '-F', file!, tree)).trim(),
  )
}

// --- internal ---

const ABSENT = '000000'
/** A commit, or a path that it changed. */
const LOGGED =
  /commit ([0-9a-f]+) (\d+) ([^\0\n]*)(?=[\0\n])|:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) \w\d*\0([^\0]+)\0/g
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
const MOST_ARGUMENTS = 200
const MOST_BYTES = 1024 * 1024
const KINDS: Record<string, EntryKind> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '040000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
}

async function writeBlobs(git: GitClient, folder: string, texts: string[]): Promise<string[]> {
  if (texts.length === 0) return []
  return inFiles(folder, texts, async files =>
    (await git.text('hash-object', '-w', '--no-filters', '--', ...files)).trim().split('\n'),
  )
}

/** Texts in files of a fresh folder: the client has no way to write to git's input. */
async function inFiles<T>(folder: string, texts: string[], use: (files: string[]) => Promise<T>): Promise<T> {
  const own = await mkdtemp(join(folder, 'texts-'))
  try {
    const files = texts.map((_, at) => join(own, String(at)))
    for (const [at, text] of texts.entries()) await writeFile(files[at]!, text)
    return await use(files)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}
