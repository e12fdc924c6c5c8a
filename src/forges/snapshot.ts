import { unlessUnreadable } from '../core/git/file-changes.ts'
import type { DeployRepository, Question, SeenBranch, Snapshot } from './deploy-repository.ts'
import type { BranchPullRequests } from './pull-requests.ts'

/** So many versions of a file are looked at: a soak or a rollback that reaches further back is none. */
export const MOST_VERSIONS = 30

/** Answers the question, in one call where the forge can. */
export async function takeSnapshot(repository: DeployRepository, question: Question): Promise<Snapshot> {
  if (repository.snapshot) return repository.snapshot(question)
  const { base, branches, commit, files, histories } = question
  const [baseHead, ...heads] = await repository.readBranches([base, ...branches.map(({ name }) => name)])
  const texts = await repository.readFiles(commit, files)
  const versions = await repository.fileHistory(commit, histories, MOST_VERSIONS)
  const seen: SeenBranch[] = []
  for (const [at, { name, file }] of branches.entries()) {
    const head = heads[at]
    const [text] = head
      ? ((await repository.readFiles(head.commit, [file]).catch(unlessUnreadable)) ?? [])
      : []
    const pulls = (await repository.pullRequests?.ofBranch(name, base)) ?? NONE
    seen.push({ head, text, pulls })
  }
  return { base: baseHead, branches: seen, files: texts, histories: versions }
}

// --- internal ---

const NONE: BranchPullRequests = { open: undefined, closed: [] }
