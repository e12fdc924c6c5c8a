import { createHash } from 'node:crypto'
import { type EntryKind, type FileChange, foldersAbove } from './file-changes.ts'

/**
 * Git's tree objects, by their entries: what a commit holds, known by one hash without a clone. For forges that list folders
 * and name no tree. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */

/** One line of a folder. `mode` as git writes it, with or without the zero in front. */
export interface TreeEntry {
  name: string
  mode: string
  id: string
}

/** Entries of folders by their path, `''` the root; absent where there is no such folder. */
export type Folders = ReadonlyMap<string, readonly TreeEntry[]>

/** The id of the tree with these entries, SHA-1 or SHA-256 as the entries' own are. */
export function treeId(entries: readonly TreeEntry[]): string {
  const format = formatOf(entries)
  const lines = [...entries].sort(byGitsOrder).map(({ name, mode, id }) => {
    const head = Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`)
    return Buffer.concat([head, Buffer.from(id, 'hex')])
  })
  return objectId('tree', Buffer.concat(lines), format)
}

/** The id of a file with this text. */
export function blobId(bytes: Uint8Array, format: 'sha1' | 'sha256' = 'sha1'): string {
  return objectId('blob', bytes, format)
}

/** The id of a commit, which is all that it says: the tree, its parents, who made it, the message. */
export function commitId(bytes: Uint8Array, format: 'sha1' | 'sha256'): string {
  return objectId('commit', bytes, format)
}

export function kindOf({ mode }: TreeEntry): EntryKind {
  return KINDS[mode.replace(/^0/, '')] ?? 'submodule'
}

/** What stands at paths and at the folders above them, as far as the folders are known. */
export function entriesIn(folders: Folders, paths: readonly string[]): Map<string, TreeEntry> {
  const found = new Map<string, TreeEntry>()
  for (const path of [...foldersAbove(paths), ...paths]) {
    const at = path.lastIndexOf('/')
    const entry = folders.get(path.slice(0, Math.max(0, at)))?.find(({ name }) => name === path.slice(at + 1))
    if (entry) found.set(path, entry)
  }
  return found
}

/**
 * The id of the root with the changes, and those of them that differ from what is there. Files keep whether they are
 * executable; folders that become empty are gone, as in git.
 *
 * @param folders the root and every folder above a changed path, as far as it is there
 */
export function changedTree(
  folders: Folders,
  changes: readonly FileChange[],
): { tree: string; changed: readonly FileChange[] } {
  const format = formatOf(folders.get('') ?? [])
  const entries = entriesIn(
    folders,
    changes.map(({ path }) => path),
  )
  const changed = changes.filter(({ path, content }) => {
    const id = content === undefined ? undefined : blobId(Buffer.from(content), format)
    return entries.get(path)?.id !== id
  })
  return { tree: build('', changed) ?? objectId('tree', Buffer.alloc(0), format), changed }

  function build(folder: string, within: readonly FileChange[]): string | undefined {
    const known = new Map((folders.get(folder) ?? []).map(entry => [entry.name, entry]))
    const prefix = folder === '' ? 0 : folder.length + 1
    for (const name of new Set(within.map(({ path }) => path.slice(prefix).split('/')[0]!))) {
      const path = `${folder === '' ? '' : `${folder}/`}${name}`
      const group = within.filter(change => change.path === path || change.path.startsWith(`${path}/`))
      const file = group.find(change => change.path === path)
      const id = file
        ? file.content === undefined
          ? undefined
          : blobId(Buffer.from(file.content), format)
        : build(path, group)
      const mode = file ? (known.get(name)?.mode ?? '100644') : '40000'
      if (id === undefined) known.delete(name)
      else known.set(name, { name, mode, id })
    }
    return known.size === 0 ? undefined : treeId([...known.values()])
  }
}

// --- internal ---

const KINDS: Record<string, EntryKind> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '40000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
}

function objectId(type: string, bytes: Uint8Array, format: 'sha1' | 'sha256'): string {
  return createHash(format).update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

function formatOf(entries: readonly TreeEntry[]): 'sha1' | 'sha256' {
  return entries[0]?.id.length === 64 ? 'sha256' : 'sha1'
}

/** By bytes, a folder as if its name ended with a slash. */
function byGitsOrder(a: TreeEntry, b: TreeEntry): number {
  const key = (entry: TreeEntry) => Buffer.from(kindOf(entry) === 'folder' ? `${entry.name}/` : entry.name)
  return Buffer.compare(key(a), key(b))
}
