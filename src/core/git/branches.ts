import { AssayError } from '../errors/errors.ts'
import { isRefName } from './names.ts'

/** @throws AssayError BRANCH_NAME_INVALID with all that are no names */
export function checkBranchNames(branches: readonly string[]): void {
  const problems = branches
    .filter(name => !isRefName(name))
    .map(name => ({ what: `${JSON.stringify(name)} is no name of a branch`, fix: 'Name it otherwise' }))
  if (problems.length === 0) return
  throw new AssayError({ code: 'BRANCH_NAME_INVALID', title: 'A branch cannot have this name', problems })
}

/** `a` and `a/b` of `a/b/c`: git can keep none of these beside it. */
export function branchesAbove(branch: string): string[] {
  const parts = branch.split('/').slice(0, -1)
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

export function branchBlocked(branch: string, blocking: string): AssayError {
  const what = `git cannot keep ${branch} beside the branch ${blocking}`
  return new AssayError({
    code: 'BRANCH_BLOCKED',
    title: 'The branch cannot be created',
    problems: [{ what, fix: `Delete or rename ${blocking}` }],
  })
}
