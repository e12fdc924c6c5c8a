import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BranchHead } from '../core/commit-seal.ts'
import {
  type EntryKind,
  type FileChange,
  foldersAbove,
  readableText,
  unreadable,
} from '../core/file-changes.ts'
import type { GitClient } from './git-client.ts'

// Objects of a bare repository: read, made, never checked out. All ids and paths have passed their validators.

export interface TreeEntry {
  kind: EntryKind
  id: string
}

/** What stands at paths and at the folders above them. */
export async function entriesAt(
  git: GitClient,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, TreeEntry>> {
  const all = [...new Set([...foldersAbove(paths), ...paths])]
  const entries = new Map<string, TreeEntry>()
  for (let from = 0; from < all.length; from += MOST_ARGUMENTS) {
    const batch = all.slice(from, from + MOST_ARGUMENTS)
    const listed = await git.text('ls-tree', '-z', '--full-tree', commit, '--', ...batch)
    for (const [, mode, id, path] of listed.matchAll(/(\d{6}) \w+ ([0-9a-f]+)\t([^\0]+)\0/g))
      entries.set(path!, { kind: KINDS[mode!] ?? 'submodule', id: id! })
  }
  return entries
}

/** The text of a file that is here. */
export async function blobText(git: GitClient, { id }: TreeEntry, path: string): Promise<string> {
  const bytes = await git.blob(id)
  if (bytes.length > MOST_BYTES) throw unreadable(path, 'is larger than 1 MB')
  return readableText(bytes, path)
}

/** What stood at a path after each commit of the first parents that changed it, newest first; no entry: it was removed. */
export async function versionsOf(
  git: GitClient,
  commit: string,
  path: string,
  most: number,
): Promise<{ commit: string; at: number; entry: TreeEntry | undefined }[]> {
  const logged = await git.text(
    'log',
    '--first-parent',
    '--diff-merges=first-parent',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--root',
    `--max-count=${most}`,
    '--format=commit %H %ct',
    commit,
    '--',
    path,
  )
  return [...logged.matchAll(VERSION)].map(([, id, seconds, mode, blob]) => ({
    commit: id!,
    at: Number(seconds) * 1000,
    entry: mode === ABSENT ? undefined : { kind: KINDS[mode!] ?? 'submodule', id: blob! },
  }))
}

/** A commit as its own text names it: where the history was cut off, git itself would say that it has no parents. */
export async function headAt(git: GitClient, commit: string): Promise<BranchHead> {
  const text = await git.text('cat-file', 'commit', commit)
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end)
  return {
    commit,
    tree: /^tree ([0-9a-f]+)$/m.exec(headers)?.[1] ?? '',
    parents: [...headers.matchAll(/^parent ([0-9a-f]+)$/gm)].map(match => match[1]!),
    message: text.slice(end + 2),
  }
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
const VERSION = /^commit ([0-9a-f]+) (\d+)\n\n:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) /gm
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
