import { execFileSync, spawnSync } from 'node:child_process'
import { type FileContent, gitObjects, type TreeEntry } from './git-objects.ts'
import { gitEnvironment } from './git-repository.ts'

/** What GitLab asks of git, asked of a real bare repository. Times are the clock's, so that a repeated commit is another. */
export interface BareRepository {
  /** The commit of a branch, tag or id, or undefined. */
  resolve(ref: string): string | undefined
  branches(): { name: string; commit: string }[]
  commit(id: string): CommitInfo
  /** Entries below a folder; undefined where there is no such folder. */
  tree(commit: string, folder: string, recursive: boolean): TreeItem[] | undefined
  file(commit: string, path: string): { id: string; mode: string; bytes: Buffer } | undefined
  /** Commits that changed a path, newest first; by first parents alone, as `git log --first-parent`. */
  history(commit: string, path: string | undefined, firstParent?: boolean): string[]
  mergeBase(a: string, b: string): string | undefined
  /** A commit with the changes on a parent, or the first of all; no branch moves. `undefined` deletes. */
  write(parent: string | undefined, message: string, files: Map<string, FileContent | undefined>): string
  /** A merge commit, or undefined where there are conflicts. */
  merge(into: string, from: string, message: string): string | undefined
  /** Moves a branch as git does it: from exactly there or not at all. Says whether it did. */
  move(branch: string, from: string | undefined, to: string | undefined): boolean
  /** `git receive-pack` answers a push. */
  receivePack(request: Buffer): Buffer
  /** The same of `git upload-pack`, in version 2 of the protocol; without a request it says what it can. */
  uploadPack(request?: Buffer): Buffer
}

interface CommitInfo {
  id: string
  parents: string[]
  message: string
  at: string
  author: string
}
export interface TreeItem {
  id: string
  name: string
  type: string
  path: string
  mode: string
}

/** @param person who writes commits: name, address, and the time if it is not the clock's (`seconds +0100`) */
export function bareRepository(
  folder: string,
  person = { name: 'GitLab', email: 'gitlab@localhost', at: undefined as string | undefined },
  format: 'sha1' | 'sha256' = 'sha1',
): BareRepository {
  const objects = gitObjects(folder, format)
  const nothing = '0'.repeat(format === 'sha1' ? 40 : 64)
  const maybe = (...parameters: string[]) => {
    try {
      return run(folder, parameters).toString().trim()
    } catch {
      return undefined
    }
  }
  // What a commit holds never changes.
  const kept = new Map<string, unknown>()
  const keep = <T>(key: string, read: () => T): T => {
    if (!kept.has(key)) kept.set(key, read())
    return kept.get(key) as T
  }
  const parsed = (id: string) => keep(`commit ${id}`, () => parseCommit(id, objects.read(id)!.bytes))
  /** What is at a path of a commit: a file or a folder. */
  const entryAt = (id: string, path: string): TreeEntry | undefined =>
    keep(`entry ${id} ${path}`, () => {
      let found: TreeEntry | undefined = { mode: FOLDER, name: '', id: parsed(id).tree }
      for (const name of path.split('/').filter(Boolean))
        found =
          found?.mode === FOLDER ? objects.entries(found.id).find(entry => entry.name === name) : undefined
      return found
    })
  const items = (tree: string, below: string, recursive: boolean): TreeItem[] =>
    objects.entries(tree).flatMap(({ mode, name, id }) => {
      const path = below === '' ? name : `${below}/${name}`
      const item = { id, name, type: mode === FOLDER ? 'tree' : 'blob', path, mode }
      return recursive && mode === FOLDER ? [item, ...items(id, path, recursive)] : [item]
    })
  const commitTree = (tree: string, parents: string[], message: string) => {
    const who = `${person.name} <${person.email}> ${person.at ?? `${Math.floor(Date.now() / 1000)} +0000`}`
    const lines = [`tree ${tree}`, ...parents.map(parent => `parent ${parent}`)]
    const text = [...lines, `author ${who}`, `committer ${who}`, '', message].join('\n')
    return objects.write('commit', Buffer.from(text))
  }
  // As Gitaly sets them: https://gitlab.com/gitlab-org/gitaly/-/blob/master/internal/git/gitcmd/command_description.go
  const settings = ['uploadpack.allowFilter=true', 'uploadpack.allowAnySHA1InWant=true']
  const serve = (program: string, input: Buffer | undefined) => {
    const advertising = input === undefined ? ['--advertise-refs'] : []
    const options = settings.flatMap(one => ['-c', one])
    return spawnSync('git', [...options, program, '--stateless-rpc', ...advertising, folder], {
      env: {
        ...gitEnvironment(),
        GIT_DIR: folder,
        ...(program === 'upload-pack' && { GIT_PROTOCOL: 'version=2' }),
      },
      input,
      maxBuffer: 1 << 28,
    }).stdout
  }
  const bare: BareRepository = {
    resolve(ref) {
      if (ref.startsWith('refs/')) return objects.ref(ref)
      if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref)) return objects.branch(ref)
      return kept.has(`commit ${ref}`) || objects.read(ref)?.type === 'commit' ? ref : undefined
    },
    branches: () => [...objects.branches()].map(([name, commit]) => ({ name, commit })),
    commit: parsed,
    tree: (ref, below, recursive) =>
      keep(`tree ${ref} ${below} ${recursive}`, () => {
        const folder = entryAt(ref, below)
        return folder?.mode === FOLDER ? items(folder.id, below, recursive) : undefined
      }),
    file(ref, path) {
      const found = entryAt(ref, path)
      if (!found || found.mode === FOLDER) return undefined
      return { id: found.id, mode: found.mode, bytes: objects.read(found.id)!.bytes }
    },
    history: (ref, path, firstParent = false) =>
      keep(`history ${ref} ${path} ${firstParent}`, () => {
        const at = (id: string) => {
          const entry = entryAt(id, path ?? '')
          return entry && `${entry.mode} ${entry.id}`
        }
        return newestFirst(ref, parsed, (id, all) => {
          const parents = firstParent ? all.slice(0, 1) : all
          if (path === undefined) return { changed: true, follow: parents }
          // A side that the path was taken from as it is tells the whole history, as with git.
          const same = parents.find(parent => at(parent) === at(id))
          if (same !== undefined) return { changed: false, follow: [same] }
          return { changed: parents.length > 0 || at(id) !== undefined, follow: parents }
        })
      }),
    mergeBase: (a, b) => keep(`base ${a} ${b}`, () => maybe('merge-base', a, b)),
    write(parent, message, files) {
      const tree = objects.withFiles(parent && parsed(parent).tree, files)
      return commitTree(tree, parent === undefined ? [] : [parent], message)
    },
    merge(into, from, message) {
      const tree = maybe('merge-tree', '--write-tree', into, from)
      return tree === undefined ? undefined : commitTree(tree, [into, from], message)
    },
    move: (branch, from, to) =>
      maybe('update-ref', `refs/heads/${branch}`, to ?? nothing, from ?? nothing) !== undefined,
    receivePack: request => serve('receive-pack', request),
    uploadPack: request => serve('upload-pack', request),
  }
  return bare
}

// --- internal ---

const FOLDER = '040000'

interface ParsedCommit extends CommitInfo {
  tree: string
  seconds: number
}

function parseCommit(id: string, bytes: Buffer): ParsedCommit {
  const [head = '', message = ''] = bytes.toString().split(/\n\n(.*)/s)
  const all = (key: string) =>
    [...head.matchAll(new RegExp(`^${key} (.*)$`, 'gm'))].map(([, value]) => value!)
  const [, seconds = '0', sign = '+', hours = '00', minutes = '00'] =
    / (\d+) ([+-])(\d\d)(\d\d)$/.exec(all('committer')[0]!) ?? []
  const offset = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes))
  const local = new Date((Number(seconds) + offset * 60) * 1000).toISOString().slice(0, 19)
  return {
    id,
    tree: all('tree')[0]!,
    parents: all('parent'),
    message,
    at: `${local}${sign}${hours}:${minutes}`,
    author: /^(.*) </.exec(all('author')[0]!)?.[1] ?? '',
    seconds: Number(seconds),
  }
}

/** Commits from one on, the newest of those that are known next, as `git log` has them. */
function newestFirst(
  start: string,
  commit: (id: string) => ParsedCommit,
  visit: (id: string, parents: string[]) => { changed: boolean; follow: string[] },
): string[] {
  const found: string[] = []
  const waiting = [start]
  const seen = new Set(waiting)
  while (waiting.length > 0) {
    const newest = Math.max(...waiting.map(id => commit(id).seconds))
    const [id] = waiting.splice(
      waiting.findIndex(one => commit(one).seconds === newest),
      1,
    )
    const { changed, follow } = visit(id!, commit(id!).parents)
    if (changed) found.push(id!)
    for (const parent of follow)
      if (!seen.has(parent)) {
        seen.add(parent)
        waiting.push(parent)
      }
  }
  return found
}

function run(folder: string, parameters: string[]): Buffer {
  const env = { ...gitEnvironment(), GIT_DIR: folder }
  return execFileSync('git', parameters, { cwd: folder, env, stdio: 'pipe', maxBuffer: 1 << 28 })
}
