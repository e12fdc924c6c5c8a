import { execFileSync, spawnSync } from 'node:child_process'
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
  /** Commits that changed a path, newest first. */
  history(commit: string, path: string | undefined): string[]
  mergeBase(a: string, b: string): string | undefined
  /** A commit with the changes on a parent; no branch moves. `undefined` deletes. */
  write(
    parent: string,
    message: string,
    files: Map<string, { mode: string; bytes: Buffer } | undefined>,
  ): string
  /** A merge commit, or undefined where there are conflicts. */
  merge(into: string, from: string, message: string): string | undefined
  /** Moves a branch as git does it: from exactly there or not at all. Says whether it did. */
  move(branch: string, from: string | undefined, to: string | undefined): boolean
  /** `git receive-pack` answers a push. */
  receivePack(request: Buffer): Buffer
}

interface CommitInfo {
  id: string
  parents: string[]
  message: string
  at: string
}
export interface TreeItem {
  id: string
  name: string
  type: string
  path: string
  mode: string
}

export function bareRepository(folder: string): BareRepository {
  const git = (parameters: string[], input?: Buffer | string) => run(folder, parameters, input)
  const text = (...parameters: string[]) => git(parameters).toString().trim()
  const maybe = (...parameters: string[]) => {
    try {
      return text(...parameters)
    } catch {
      return undefined
    }
  }
  // What a commit holds never changes, and a process costs more than all of it.
  const kept = new Map<string, unknown>()
  const keep = <T>(key: string, read: () => T): T => {
    if (!kept.has(key)) kept.set(key, read())
    return kept.get(key) as T
  }
  return {
    resolve(ref) {
      if (!/^[0-9a-f]{40}$/.test(ref))
        return maybe('rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${ref}^{commit}`)
      if (!kept.has(ref) && maybe('cat-file', '-e', `${ref}^{commit}`) === undefined) return undefined
      return keep(ref, () => ref)
    },
    branches: () =>
      text('for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads')
        .split('\n')
        .filter(Boolean)
        .map(line => ({ commit: line.slice(0, 40), name: line.slice(41) })),
    commit: id =>
      keep(`commit ${id}`, () => {
        const shown = git(['show', '-s', '--format=%P%x00%cI%x00%B', id]).toString()
        const [parents = '', at = '', message = ''] = shown.split('\0')
        return { id, parents: parents.split(' ').filter(Boolean), at, message: message.replace(/\n$/, '') }
      }),
    tree: (ref, below, recursive) =>
      keep(`tree ${ref} ${below} ${recursive}`, () => {
        const options = recursive ? ['-r', '-t'] : []
        const listed = (() => {
          try {
            return git(['ls-tree', '-z', ...options, `${ref}:${below}`]).toString()
          } catch {
            return undefined
          }
        })()
        return listed
          ?.split('\0')
          .filter(Boolean)
          .map(line => {
            const [, mode, type, id, path] = /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line)!
            const full = below === '' ? path! : `${below}/${path}`
            return { id: id!, name: full.split('/').at(-1)!, type: type!, path: full, mode: mode! }
          })
      }),
    file: (ref, path) =>
      keep(`file ${ref} ${path}`, () => {
        const line = maybe('ls-tree', '-z', '--full-tree', ref, '--', path)
        const [, mode, type, id] = /^(\d+) (\w+) (\w+)\t/.exec(line ?? '') ?? []
        return type === 'blob' ? { id: id!, mode: mode!, bytes: git(['cat-file', 'blob', id!]) } : undefined
      }),
    history: (ref, path) =>
      keep(`history ${ref} ${path}`, () =>
        text('log', '--format=%H', ref, ...(path === undefined ? [] : ['--', path]))
          .split('\n')
          .filter(Boolean),
      ),
    mergeBase: (a, b) => maybe('merge-base', a, b),
    write(parent, message, files) {
      const lines = [...files].map(([path, file]) => {
        if (!file) return `0 ${'0'.repeat(40)}\t${path}\0`
        const id = git(['hash-object', '-w', '--no-filters', '--stdin'], file.bytes).toString().trim()
        return `${file.mode} ${id}\t${path}\0`
      })
      text('read-tree', parent)
      git(['update-index', '-z', '--index-info'], lines.join(''))
      const tree = text('write-tree')
      return git(['commit-tree', '-p', parent, '-F', '-', tree], message).toString().trim()
    },
    merge(into, from, message) {
      const tree = maybe('merge-tree', '--write-tree', into, from)
      if (tree === undefined) return undefined
      return git(['commit-tree', '-p', into, '-p', from, '-F', '-', tree], message).toString().trim()
    },
    move: (branch, from, to) =>
      maybe('update-ref', `refs/heads/${branch}`, to ?? NOTHING, from ?? NOTHING) !== undefined,
    receivePack: request =>
      spawnSync('git', ['receive-pack', '--stateless-rpc', folder], {
        env: environment(folder),
        input: request,
      }).stdout,
  }
}

// --- internal ---

const NOTHING = '0'.repeat(40)

function run(folder: string, parameters: string[], input?: Buffer | string): Buffer {
  const options = { cwd: folder, env: environment(folder), input, stdio: 'pipe', maxBuffer: 1 << 28 } as const
  return execFileSync('git', parameters, options)
}

function environment(folder: string): Record<string, string> {
  const who = { NAME: 'GitLab', EMAIL: 'gitlab@localhost' }
  const identity = Object.entries(who).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ])
  return { ...gitEnvironment(), GIT_DIR: folder, ...(Object.fromEntries(identity) as Record<string, string>) }
}
