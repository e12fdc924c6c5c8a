import { checkPaths, foldersAbove, readableText, unreadable } from '../../../core/git/file-changes.ts'
import { isCommitPath } from '../../../core/git/names.ts'
import { blobId, entriesIn, type Folders, kindOf, type TreeEntry } from '../../../core/git/tree.ts'
import { badAnswer, forgeError, isForgeError } from '../../forge-error.ts'
import { readAllPages } from '../../http/all-pages.ts'
import type { GitlabClient } from '../client.ts'
import { PAGE_SIZE, pageOf } from '../convert.ts'
import type { TreeItem } from './memory.ts'

/** Folders and texts of commits, which never change: what was read once is not asked for again. */
export interface GitlabFiles {
  /** The root and the folders above the paths, as far as they are there. */
  folders(commit: string, paths: readonly string[]): Promise<Folders>
  /** By path. @throws AssayError FILE_UNREADABLE for what is no file */
  texts(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>
  /** Paths of all files below a folder, sorted. */
  list(commit: string, folder: string): Promise<string[]>
}

/**
 * GitLab's files API follows no link but shows its target as a text, and knows no folders; so the folders above a file are
 * listed first, one call for up to 100 entries of each. The cost depends on how deep a file lies, not on the repository.
 */
export function gitlabFiles(
  { api, memory }: Pick<GitlabClient, 'api' | 'memory'>,
  project: string,
): GitlabFiles {
  return { folders, texts, list }

  async function folders(commit: string, paths: readonly string[]): Promise<Folders> {
    const found = new Map<string, readonly TreeEntry[]>([['', (await entries(commit, '')) ?? []]])
    // The outer ones first: what is no folder there is not asked for.
    for (const folder of foldersAbove(paths)) {
      const entry = entriesIn(found, [folder]).get(folder)
      if (!entry || kindOf(entry) !== 'folder') continue
      const within = await entries(commit, folder, entry.id)
      if (within) found.set(folder, within)
    }
    return found
  }

  async function texts(
    commit: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, string | undefined>> {
    for (const path of paths)
      if (!isCommitPath(path)) throw unreadable(path, 'has a name that is no path inside the repository')
    const there = entriesIn(await folders(commit, paths), paths)
    const kinds = new Map([...there].map(([path, entry]) => [path, kindOf(entry)]))
    for (const path of paths) {
      const kind = kinds.get(path)
      if (kind && kind !== 'file' && kind !== 'executable') throw unreadable(path, `is a ${kind}`)
    }
    checkPaths(paths, kinds)
    const read = paths.map(async (path): Promise<[string, string | undefined]> => {
      const entry = there.get(path)
      return [path, entry && (await readText(commit, path, entry.id))]
    })
    return new Map(await Promise.all(read))
  }

  async function list(commit: string, folder: string): Promise<string[]> {
    const all = await memory.folders(`${project} all ${commit}:${folder}`, () =>
      readTree(commit, folder, true),
    )
    const files = (all ?? []).filter(({ type }) => type === 'blob').map(({ path }) => path)
    return files.sort()
  }

  /** @param tree where it is known: the same folder of another commit */
  function entries(commit: string, folder: string, tree = commit): Promise<TreeItem[] | undefined> {
    return memory.folders(`${project} ${tree}:${folder}`, () => readTree(commit, folder, false))
  }

  /** Undefined where there is no such folder. */
  async function readTree(commit: string, folder: string, recursive: boolean) {
    const call = `GET /projects/${encodeURIComponent(project)}/repository/tree`
    const options = { ref: commit, path: folder, recursive, perPage: PAGE_SIZE, showExpanded: true } as const
    try {
      return await readAllPages<TreeItem>(
        call,
        item => item.path,
        async page =>
          pageOf(await api.Repositories.allRepositoryTrees(project, { ...options, page } as object), call),
      )
    } catch (error) {
      if (folder !== '' && isForgeError(error, 'FORGE_NOT_FOUND')) return undefined
      throw error
    }
  }

  function readText(commit: string, path: string, id: string): Promise<string> {
    return memory.texts(`${project} ${id} ${path}`, () => readBlob(commit, path, id))
  }

  async function readBlob(commit: string, path: string, id: string): Promise<string> {
    const { encoding, content, size } = await api.RepositoryFiles.show(project, path, commit)
    if (size > MOST_BYTES) throw unreadable(path, 'is larger than 1 MB')
    const bytes =
      encoding === 'base64' && typeof content === 'string' ? Buffer.from(content, 'base64') : undefined
    if (bytes && blobId(bytes, id.length === 64 ? 'sha256' : 'sha1') === id) return readableText(bytes, path)
    const call = `GET /projects/${encodeURIComponent(project)}/repository/files/${encodeURIComponent(path)}`
    throw bytes
      ? forgeError({
          code: 'FORGE_BAD_ANSWER',
          call,
          said: 'this is not the file of that commit',
          fix: 'Run again',
        })
      : badAnswer(call, 'the answer is no file')
  }
}

// --- internal ---

const MOST_BYTES = 1024 * 1024
