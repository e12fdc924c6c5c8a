import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { allEntries } from '../../../services/git/trees.ts'
import { type BareClone, openBareClone, queue } from '../../bare/clone.ts'
import type { AskedBranch, Question, Snapshot } from '../../deploy-repository.ts'
import type { TreeItem } from './memory.ts'

/**
 * Reads by git what the API tells piece by piece: one fetch brings all folders and histories. Each answers undefined where git
 * cannot be used here: there is none, or the token may not.
 */
export interface GitlabByGit {
  snapshots<B extends AskedBranch>(
    questions: readonly Question<B>[],
  ): Promise<(Snapshot<B> | AssayError)[] | undefined>
  /** Everything below the root of a commit. */
  tree(commit: string): Promise<TreeItem[] | undefined>
  close(): Promise<void>
}

export interface GitlabGitOptions {
  url: string
  user: string
  token: string
  env: Readonly<Record<string, string | undefined>>
}

export function gitlabByGit(options: GitlabGitOptions): GitlabByGit {
  const alone = queue()
  let clone: BareClone | undefined
  let isOfUse = true

  return {
    snapshots: questions => use(({ snapshots }) => snapshots(questions)),
    tree: commit =>
      use(async ({ git, server }) => {
        await server.fetchCommits([commit])
        return allEntries(git, commit)
      }),
    close: () => alone(drop),
  }

  function use<T>(work: (clone: BareClone) => Promise<T>): Promise<T | undefined> {
    return alone(async () => {
      if (!isOfUse) return undefined
      try {
        clone ??= await openBareClone(options)
        return await work(clone)
      } catch (error) {
        if (!isAssayError(error, 'GIT_FAILED', 'GIT_MISSING', 'GIT_REMOTE_INVALID') && !isOfFiles(error))
          throw error
        // The API tells all that too, and what is wrong where it does not.
        isOfUse = false
        await drop()
        return undefined
      }
    })
  }

  /** There is no folder that may be written to. */
  function isOfFiles(error: unknown): boolean {
    return error instanceof Error && 'syscall' in error && 'path' in error
  }

  async function drop(): Promise<void> {
    const own = clone
    clone = undefined
    await own?.close()
  }
}
