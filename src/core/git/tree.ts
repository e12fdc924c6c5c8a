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

export type ObjectFormat = 'sha1' | 'sha256'

/** An object without its header, and the id that it has. */
export interface GitObject {
  type: 'blob' | 'tree' | 'commit'
  id: string
  bytes: Uint8Array
}

/** The id of the tree with these entries, SHA-1 or SHA-256 as the entries' own are. */
export function treeId(entries: readonly TreeEntry[]): string {
  return treeOf(entries, formatOf(entries)).id
}

/** Entries of a tree, from its bytes. @throws RangeError where it is none */
export function entriesOf(bytes: Uint8Array, format: ObjectFormat): TreeEntry[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = format === 'sha1' ? 20 : 32
  const entries: TreeEntry[] = []
  for (let from = 0; from < all.length; ) {
    const [space, end] = [all.indexOf(32, from), all.indexOf(0, from)]
    if (space < 0 || end < space || end + length >= all.length) throw new RangeError('this is no tree')
    const mode = all.toString('latin1', from, space)
    const id = all.toString('hex', end + 1, end + 1 + length)
    entries.push({ mode, name: all.toString('utf8', space + 1, end), id })
    from = end + 1 + length
  }
  return entries
}

/** The id of a file with this text. */
export function blobId(bytes: Uint8Array, format: ObjectFormat = 'sha1'): string {
  return objectId('blob', bytes, format)
}

/** The id of a commit, which is all that it says: the tree, its parents, who made it, the message. */
export function commitId(bytes: Uint8Array, format: ObjectFormat): string {
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
 * The id of the root with the changes, those of them that differ from what is there, and what there has to be for it: files that are
 * written, and folders with them. Files keep whether they are
 * executable; folders that become empty are gone, as in git.
 *
 * @param folders the root and every folder above a changed path, as far as it is there
 * @throws RangeError where one that is there is missing: its other files would be gone
 */
export function changedTree(
  folders: Folders,
  changes: readonly FileChange[],
): { tree: string; changed: readonly FileChange[]; objects: GitObject[] } {
  const objects: GitObject[] = []
  const format = formatOf(folders.get('') ?? [])
  const entries = entriesIn(
    folders,
    changes.map(({ path }) => path),
  )
  const changed = changes.filter(({ path, content }) => {
    const id = content === undefined ? undefined : blobId(Buffer.from(content), format)
    return entries.get(path)?.id !== id
  })
  const tree = build('', changed) ?? keep(treeOf([], format))
  return { tree, changed, objects }

  function keep(object: GitObject): string {
    objects.push(object)
    return object.id
  }

  function build(folder: string, within: readonly FileChange[]): string | undefined {
    const known = new Map((folders.get(folder) ?? []).map(entry => [entry.name, entry]))
    const there = entries.get(folder)
    if (there && kindOf(there) === 'folder' && !folders.has(folder))
      throw new RangeError(`what stands in ${folder} is not given`)
    const prefix = folder === '' ? 0 : folder.length + 1
    for (const name of new Set(within.map(({ path }) => path.slice(prefix).split('/')[0]!))) {
      const path = `${folder === '' ? '' : `${folder}/`}${name}`
      const group = within.filter(change => change.path === path || change.path.startsWith(`${path}/`))
      const file = group.find(change => change.path === path)
      const id = file
        ? file.content === undefined
          ? undefined
          : keep(blobOf(Buffer.from(file.content), format))
        : build(path, group)
      const mode = file ? (known.get(name)?.mode ?? '100644') : '40000'
      if (id === undefined) known.delete(name)
      else known.set(name, { name, mode, id })
    }
    return known.size === 0 ? undefined : keep(treeOf([...known.values()], format))
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

function treeOf(entries: readonly TreeEntry[], format: ObjectFormat): GitObject {
  const keyed = entries.map(entry => ({ entry, key: orderOf(entry) }))
  const lines = keyed
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .flatMap(({ entry: { name, mode, id } }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
      Buffer.from(id, 'hex'),
    ])
  const bytes = Buffer.concat(lines)
  return { type: 'tree', id: objectId('tree', bytes, format), bytes }
}

function blobOf(bytes: Uint8Array, format: ObjectFormat): GitObject {
  return { type: 'blob', id: blobId(bytes, format), bytes }
}

function objectId(type: string, bytes: Uint8Array, format: ObjectFormat): string {
  return createHash(format).update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

function formatOf(entries: readonly TreeEntry[]): ObjectFormat {
  return entries[0]?.id.length === 64 ? 'sha256' : 'sha1'
}

/** By bytes, a folder as if its name ended with a slash. */
function orderOf(entry: TreeEntry): Buffer {
  return Buffer.from(kindOf(entry) === 'folder' ? `${entry.name}/` : entry.name)
}
