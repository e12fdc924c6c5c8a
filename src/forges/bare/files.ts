import { checkPaths, type EntryKind, unreadable } from '../../core/git/file-changes.ts'
import { isCommitPath } from '../../core/git/names.ts'
import { isFile } from '../../services/git/objects.ts'
import type { TreeEntry } from '../../services/git/trees.ts'

/** A file with the id of its object. */
export interface FileAt {
  id: string
  path: string
}

/**
 * Those of the paths that stand in a commit.
 *
 * @param entries what stands at the paths and above them
 * @throws AssayError FILE_UNREADABLE, FILE_CHANGE_REFUSED for what is no file or lies behind what is no folder
 */
export function filesAt(entries: ReadonlyMap<string, TreeEntry>, paths: readonly string[]): FileAt[] {
  const files = paths.flatMap(path => {
    const entry = entries.get(path)
    if (entry && !isFile(entry)) throw unreadable(path, `is a ${entry.kind}`)
    return entry ? [{ id: entry.id, path }] : []
  })
  checkPaths(paths, kindsOf(entries))
  return files
}

export function kindsOf(entries: ReadonlyMap<string, TreeEntry>): Map<string, EntryKind> {
  return new Map([...entries].map(([path, { kind }]): [string, EntryKind] => [path, kind]))
}

/** @throws AssayError FILE_UNREADABLE */
export function checkedPath(path: string): string {
  if (isCommitPath(path)) return path
  throw unreadable(path, 'has a name that is no path inside the repository')
}
