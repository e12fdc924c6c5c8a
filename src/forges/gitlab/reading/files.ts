import type { AssayError } from '../../../core/errors/errors.ts'
import {
  checkPaths,
  foldersAbove,
  readableText,
  unlessUnreadable,
  unreadable,
} from '../../../core/git/file-changes.ts'
import { isCommitPath } from '../../../core/git/names.ts'
import { blobId, entriesIn, type Folders, kindOf, type TreeEntry, treeId } from '../../../core/git/tree.ts'
import { badAnswer, forgeError, isForgeError } from '../../forge-error.ts'
import { type Page, readAllPages } from '../../http/all-pages.ts'
import type { GitlabClient } from '../client.ts'
import { PAGE_SIZE, pageOf } from '../convert.ts'
import { formatOf, MOST_BLOBS, readBlobs } from './blobs.ts'
import type { GitlabByGit } from './by-git.ts'
import type { TreeItem } from './memory.ts'

/** Folders and texts of commits, which never change: what was read once is not asked for again. */
export interface GitlabFiles {
  /** The root and the folders above the paths, as far as they are there. */
  folders(commit: string, paths: readonly string[]): Promise<Folders>
  /** By path. @throws AssayError FILE_UNREADABLE for what is no file */
  texts(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>
  /** Reads along those of the files that can be read and are not known yet, many in a call. */
  warm(commit: string, paths: readonly string[]): Promise<void>
  /** Paths of all files below a folder, sorted. */
  list(commit: string, folder: string): Promise<string[]>
}

/**
 * GitLab's files API follows no link but shows its target as a text, and knows no folders; so the folders above a file are
 * listed first, one call for up to 100 entries of each. The cost depends on how deep a file lies, not on the repository.
 */
export function gitlabFiles(
  { api, memory, graphql }: Pick<GitlabClient, 'api' | 'memory' | 'graphql'>,
  project: string,
  byGit?: GitlabByGit,
): GitlabFiles {
  return { folders, texts, warm, list }

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

  async function warm(commit: string, paths: readonly string[]): Promise<void> {
    const own = [...new Set(paths)].filter(isCommitPath)
    const there = entriesIn(await folders(commit, own), own)
    const files = own.flatMap(path => {
      const entry = there.get(path)
      return entry && /^0?100/.test(entry.mode) ? [{ path, id: entry.id }] : []
    })
    for (let from = 0; from < files.length; from += MOST_BLOBS) {
      const some = files.slice(from, from + MOST_BLOBS)
      let asked: ReturnType<typeof readBlobs> | undefined
      const read = some.map(({ path, id }) =>
        memory.texts(textName(path, id), async () => {
          asked ??= readBlobs(graphql, project, commit, some)
          const text = (await asked).get(path)
          return text === undefined ? readBlob(commit, path, id) : checkedText(Buffer.from(text), path)
        }),
      )
      // What cannot be read is told where it is asked for.
      await Promise.all(read.map(one => one.catch(unlessUnreadable)))
    }
  }

  async function list(commit: string, folder: string): Promise<string[]> {
    const all = await memory.folders(`${project} all ${commit}:${folder}`, async () => {
      const items = await readTree(commit, folder, true)
      if (folder === '' && items) await keepFolders(commit, items)
      return items
    })
    const files = (all ?? []).filter(({ type }) => type === 'blob').map(({ path }) => path)
    return files.sort()
  }

  /** A list of all holds what each folder does: none of them is asked for after it, nor as long as it stays as it is. */
  async function keepFolders(commit: string, items: readonly TreeItem[]): Promise<void> {
    const within = Map.groupBy(items, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    await memory.folders(`${project} ${commit}:`, async () => within.get('') ?? [])
    for (const item of items) {
      const own = within.get(item.path) ?? []
      // Pages that somebody's push came between would not be of one commit.
      if (kindOf(item) === 'folder' && treeId(own) === item.id)
        await memory.folders(`${project} ${item.id}:${item.path}`, async () => own)
    }
  }

  /** @param tree where it is known: the same folder of another commit */
  function entries(commit: string, folder: string, tree = commit): Promise<TreeItem[] | undefined> {
    return memory.folders(`${project} ${tree}:${folder}`, () => readTree(commit, folder, false))
  }

  /** Undefined where there is no such folder. */
  async function readTree(commit: string, folder: string, recursive: boolean) {
    const call = `GET /projects/${encodeURIComponent(project)}/repository/tree`
    const options = { ref: commit, path: folder, recursive, perPage: PAGE_SIZE, showExpanded: true } as const
    const readPage = async (page: number): Promise<Page<TreeItem>> =>
      pageOf(await api.Repositories.allRepositoryTrees(project, { ...options, page } as object), call)
    try {
      const first = await readPage(1)
      const isWhole = recursive && folder === '' && first.next !== undefined
      const listed = isWhole ? await byGit?.tree(commit) : undefined
      if (listed) return listed
      return await readAllPages<TreeItem>(
        call,
        item => item.path,
        async page => (page === 1 ? first : readPage(page)),
      )
    } catch (error) {
      if (folder !== '' && isForgeError(error, 'FORGE_NOT_FOUND')) return undefined
      throw error
    }
  }

  function readText(commit: string, path: string, id: string): Promise<string> {
    return memory.texts(textName(path, id), () => readBlob(commit, path, id))
  }

  function textName(path: string, id: string): string {
    return `${project} ${id} ${path}`
  }

  async function readBlob(commit: string, path: string, id: string): Promise<string> {
    const { encoding, content, size } = await api.RepositoryFiles.show(project, path, commit)
    if (size > MOST_BYTES) throw tooLarge(path)
    const bytes =
      encoding === 'base64' && typeof content === 'string' ? Buffer.from(content, 'base64') : undefined
    if (bytes && blobId(bytes, formatOf(id)) === id) return readableText(bytes, path)
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

function tooLarge(path: string): AssayError {
  return unreadable(path, 'is larger than 1 MB')
}

function checkedText(bytes: Buffer, path: string): string {
  if (bytes.length > MOST_BYTES) throw tooLarge(path)
  return readableText(bytes, path)
}
