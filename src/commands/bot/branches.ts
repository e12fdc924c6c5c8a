import type { RepositoryName } from './keys.ts'

/** Branches on which environments stand, as the looks of one process have seen it: what is pushed there is a reason to look. */
export interface SeenBranches {
  add(repository: RepositoryName, branch: string): void
  has(repository: RepositoryName, branch: string): boolean
}

/** None is seen yet. */
export function seenBranches(): SeenBranches {
  const seen = new Set<string>()
  return {
    add: (repository, branch) => void seen.add(nameOf(repository, branch)),
    has: (repository, branch) => seen.has(nameOf(repository, branch)),
  }
}

// --- internal ---

/** Names of repositories are the same however they are written. */
function nameOf({ forge, name }: RepositoryName, branch: string): string {
  return JSON.stringify([forge, name.toLowerCase(), branch])
}
