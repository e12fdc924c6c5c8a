import { dirname } from 'node:path/posix'
import { type EntryKind, foldersAbove } from '../../core/git/file-changes.ts'
import { entriesOf, type Folders } from '../../core/git/tree.ts'
import type { GitClient } from './client.ts'

// What stands in a commit. All ids and paths have passed their validators.

export interface TreeEntry {
  kind: EntryKind
  id: string
}

/** Everything below the root of a commit. */
export async function allEntries(
  git: GitClient,
  commit: string,
): Promise<{ mode: string; type: string; id: string; path: string; name: string }[]> {
  const listed = await git.text('ls-tree', '-r', '-t', '-z', '--full-tree', commit)
  return [...listed.matchAll(/(\d{6}) (\w+) ([0-9a-f]+)\t([^\0]+)\0/g)].map(
    ([, mode = '', type = '', id = '', path = '']) => ({
      ...{ mode, type, id, path },
      name: path.slice(path.lastIndexOf('/') + 1),
    }),
  )
}

/** The root and folders of a commit with all that stands in them, by path. @param entries the folders, and what else there is */
export async function foldersIn(
  git: GitClient,
  root: string,
  entries: ReadonlyMap<string, TreeEntry>,
): Promise<Folders> {
  const folders = [...entries].flatMap(([path, { kind, id }]) => (kind === 'folder' ? [{ path, id }] : []))
  const all = [{ path: '', id: root }, ...folders]
  const objects = (
    await git.objects(
      all.map(({ id }) => id),
      MOST_TREE,
    )
  ).values()
  return new Map(
    all.map(({ path, id }) => {
      const bytes = objects.next().value ?? 'missing'
      if (typeof bytes === 'string') throw new RangeError(`the tree ${id} is ${bytes.replace('_', ' ')}`)
      return [path, entriesOf(bytes, id.length === 64 ? 'sha256' : 'sha1')]
    }),
  )
}

/** What stands at paths and at the folders above them. Many are found in a list of the whole commit: one call for all. */
export async function entriesAt(
  git: GitClient,
  commit: string,
  paths: readonly string[],
): Promise<Map<string, TreeEntry>> {
  const above = foldersAbove(paths)
  const wanted = new Set([...above, ...paths])
  const entries = new Map<string, TreeEntry>()
  if (wanted.size === 0) return entries
  if (wanted.size > MOST_ARGUMENTS) {
    read(await git.text('ls-tree', '-r', '-t', '-z', '--full-tree', commit))
    return entries
  }
  // A folder that is named itself would be listed with all that is in it, however much that is.
  const leaves = [...wanted].filter(path => !above.includes(path))
  read(await git.text('ls-tree', '-t', '-z', '--full-tree', commit, '--', ...leaves))
  // What is in the way of a path: a link or a file, which git does not show as long as it is asked for what is behind it.
  const unseen = above.filter(path => !entries.has(path) && isSeen(dirname(path)))
  if (unseen.length > 0) read(await git.text('ls-tree', '-z', '--full-tree', commit, '--', ...unseen))
  return entries

  function isSeen(folder: string): boolean {
    return folder === '.' || entries.get(folder)?.kind === 'folder'
  }

  function read(listed: string): void {
    for (const [, mode, id, path] of listed.matchAll(/(\d{6}) \w+ ([0-9a-f]+)\t([^\0]+)\0/g))
      if (wanted.has(path!)) entries.set(path!, { kind: kindOfMode(mode!), id: id! })
  }
}

export function kindOfMode(mode: string): EntryKind {
  return KINDS[mode] ?? 'submodule'
}

// --- internal ---

const MOST_ARGUMENTS = 200
/** A folder of a million files. */
const MOST_TREE = 64 * 1024 * 1024
const KINDS: Record<string, EntryKind> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '040000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
}
