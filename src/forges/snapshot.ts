import { unlessUnreadable } from '../core/git/file-changes.ts'
import type { AskedBranch, DeployRepository, Question, SeenBranch, Snapshot } from './deploy-repository.ts'
import type { BranchPullRequests } from './pull-requests.ts'

/**
 * So many versions of a file are looked at: a soak or a rollback that reaches further back is none. A canary has 20 steps at most, each a
 * version.
 */
export const MOST_VERSIONS = 30

/** Answers the question, in one call where the forge can. */
export async function takeSnapshot<B extends AskedBranch>(
  repository: DeployRepository,
  question: Question<B>,
): Promise<Snapshot<B>> {
  if (repository.snapshot) return repository.snapshot(question)
  const { base, branches, commit, files, histories } = question
  const heads = await repository.readBranches([base, ...branches.map(({ name }) => name)])
  const texts = await repository.readFiles(commit, files)
  const versions = await repository.fileHistory(commit, histories, MOST_VERSIONS)
  const seen: (B & SeenBranch)[] = []
  for (const branch of branches) {
    const { name, file, withoutClosed } = branch
    const head = heads.get(name)
    const read = head && (await repository.readFiles(head.commit, [file]).catch(unlessUnreadable))
    const isAsked = head !== undefined || !withoutClosed
    const pulls = (isAsked && (await repository.pullRequests?.ofBranch(name, base))) || NONE
    seen.push({ ...branch, head, text: read?.get(file), pulls })
  }
  return { base: heads.get(base), branches: seen, files: texts, histories: versions }
}

// --- internal ---

const NONE: BranchPullRequests = { open: undefined, closed: [] }
