import type { BranchHead } from '../core/commit-seal.ts'
import type { DeployRepository, FileVersion } from './deploy-repository.ts'
import type { BranchPullRequests } from './pull-requests.ts'

/** What one decision about a model needs to know of a deploy repository. */
export interface Question {
  /** The branch that promotions are for, and the commit of it that files and histories are read at. */
  base: string
  commit: string
  /** Branches of promotions, each with a file to read at its head. */
  branches: readonly { name: string; file: string }[]
  files: readonly string[]
  /** Files whose last versions are wanted. */
  histories: readonly string[]
}

export interface Sight {
  /** Where the base is by now: another commit than that of the question means that somebody was there meanwhile. */
  base: BranchHead | undefined
  branches: SeenBranch[]
  files: (string | undefined)[]
  histories: FileVersion[][]
}

export interface SeenBranch {
  head: BranchHead | undefined
  /** The file at the head. */
  text: string | undefined
  pulls: BranchPullRequests
}

/** So many versions of a file are looked at: a soak or a rollback that reaches further back is none. */
export const MOST_VERSIONS = 30

/** Answers the question, in one call where the forge can. */
export async function look(repository: DeployRepository, question: Question): Promise<Sight> {
  if (repository.look) return repository.look(question)
  const { base, branches, commit, files, histories } = question
  const [baseHead, ...heads] = await repository.readBranches([base, ...branches.map(({ name }) => name)])
  const texts = await repository.readFiles(commit, files)
  const versions = await repository.fileHistory(commit, histories, MOST_VERSIONS)
  const seen: SeenBranch[] = []
  for (const [at, { name, file }] of branches.entries()) {
    const head = heads[at]
    const [text] = head ? await repository.readFiles(head.commit, [file]) : []
    const pulls = (await repository.pullRequests?.ofBranch(name, base)) ?? NONE
    seen.push({ head, text, pulls })
  }
  return { base: baseHead, branches: seen, files: texts, histories: versions }
}

// --- internal ---

const NONE: BranchPullRequests = { open: undefined, closed: [] }
