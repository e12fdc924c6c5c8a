import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import type { BranchHead } from '../../core/git/commit-seal.ts'
import { readableText, unlessUnreadable, unreadable } from '../../core/git/file-changes.ts'
import { isCommitPath } from '../../core/git/names.ts'
import type { BatchObject } from './batch.ts'
import { gitClient } from './client.ts'
import { type TextVersion, versionsOf, withBytes, withTexts } from './objects.ts'

/** A clone of a deploy repository as it lies on this disk: read without a network, never written to. */
export interface DeployClone {
  /** Names of what is in a folder (`''`: the whole); none where there is no such folder. */
  names(folder: string): string[]
  /** Text of a file of the working tree; undefined where there is none. @throws AssayError FILE_UNREADABLE */
  text(path: string): string | undefined
  /** Versions of files, by path, by first parents, newest first, at most `most` of each; none where this is no git repository. */
  fileHistory(paths: readonly string[], most: number): Promise<Map<string, TextVersion[]>>
  /**
   * Branches that begin so: here, or as they were when last fetched.
   *
   * @param which `unmerged`: none that is in what is checked out, which has nothing to propose
   */
  branches(prefix: string, which: 'all' | 'unmerged'): Promise<Map<string, BranchHead>>
  /** Files of commits with their text; undefined where there is none or it cannot be read. */
  textsAt<T extends { commit: string; path: string }>(
    files: readonly T[],
  ): Promise<(T & { text: string | undefined })[]>
}

export function openDeployClone(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): DeployClone {
  const root = realpathSync.native(folder)
  const git = gitClient(root, { env, silenceMs: 60_000, settings: 'theirs' })
  const head = async () => (await git.maybe('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'))?.trim()
  return {
    names: below =>
      (below === '' ? readdirSync(root) : found(below, () => readdirSync(join(root, below)))) ?? [],
    text: path => found(path, () => readText(root, path)),

    async fileHistory(paths, most) {
      const commit = await head()
      if (commit === undefined) return new Map()
      return withTexts(git, await versionsOf(git, commit, paths, most), textIn)
    },

    async branches(prefix, which) {
      const patterns = ['refs/remotes/origin/', 'refs/heads/'].map(start => start + prefix)
      const listed =
        (await head()) && (await git.maybe('for-each-ref', ...FILTERS[which], ...REFS, ...patterns))
      const heads = [...(listed ?? '').matchAll(REF)].map(
        ([, name, commit, tree, parents, message]): [string, BranchHead] => [
          name!,
          { commit: commit!, tree: tree!, parents: parents!.split(' ').filter(Boolean), message: message! },
        ],
      )
      return new Map(heads)
    },

    async textsAt(files) {
      const named = files.map(file => ({ file, id: `${file.commit}:${checked(file.path)}` }))
      const read = await withBytes(git, named)
      return read.map(({ file, bytes }) => ({ ...file, text: textIn(bytes, file.path) }))
    },
  }
}

// --- internal ---

const MOST_BYTES = 1024 * 1024
const FILTERS = { all: [], unmerged: ['--no-merged=HEAD'] }
/** Sorted so that a branch as it was fetched comes after one that is only here, and counts. */
const REFS = [
  '--sort=refname',
  '--format=%(refname)%00%(objectname)%00%(tree)%00%(parent)%00%(contents)%00%00',
]
const REF =
  /refs\/(?:heads|remotes\/origin)\/([^\0\n]+)\0([0-9a-f]+)\0([0-9a-f]+)\0([0-9a-f ]*)\0([^\0]*)\0\0/g

function checked(path: string): string {
  if (isCommitPath(path)) return path
  throw unreadable(path, 'has a name that is no path inside the repository')
}

/** Thousands of files are read one after the other: each by way of promises would take ten times as long. */
function readText(root: string, path: string): string | undefined {
  const file = join(root, path)
  // Most of what is asked for is not there: a thrown error each would cost more than the looking.
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (!stats) return undefined
  if (realpathSync.native(file) !== file) throw unreadable(path, 'is a link, or behind one')
  if (!stats.isFile()) throw unreadable(path, 'is no regular file')
  if (stats.size > MOST_BYTES) throw unreadable(path, 'is larger than 1 MB')
  return readableText(readFileSync(file), path)
}

/** What was written by hand into an old commit is no version of ours. */
function textIn(bytes: BatchObject, path: string): string | undefined {
  if (typeof bytes === 'string') return undefined
  try {
    return readableText(bytes, path)
  } catch (error) {
    return unlessUnreadable(error)
  }
}

/** Undefined where there is nothing. */
function found<T>(path: string, read: () => T): T | undefined {
  checked(path)
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (isAssayError(error)) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw /^E[A-Z]+$/.test(code) ? unreadable(path, `cannot be read (${code})`) : error
  }
}
