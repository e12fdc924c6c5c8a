import { unless } from '../../expected-failures.ts'
import { badAnswer } from '../../forge-error.ts'
import type { MergeRules } from '../../pull-requests.ts'
import type { GitlabClient } from '../client.ts'

/**
 * What a branch asks for: the approval rules of the project that apply to it (a paid plan; elsewhere there are none), and who may merge
 * into it where it is protected. https://docs.gitlab.com/api/merge_request_approvals/, https://docs.gitlab.com/api/protected_branches/
 */
export async function gitlabMergeRules(
  { api }: Pick<GitlabClient, 'api'>,
  project: string,
  base: string,
): Promise<MergeRules> {
  const shown = (await api.Projects.show(project)) as unknown as Project
  const branch = await unless(api.ProtectedBranches.show(project, base), 'FORGE_NOT_FOUND')
  const rules = await unless(api.MergeRequestApprovals.allApprovalRules(project), 'FORGE_NOT_FOUND')
  if (rules !== undefined && !Array.isArray(rules))
    throw badAnswer(`GET /projects/${project}/approval_rules`, 'the answer is no list')
  const level = levelOf(shown)
  const isProtected = branch !== undefined
  const { merge_access_levels: levels = [], code_owner_approval_required: byOwners = false } = (branch ??
    {}) as Protected
  const mayMerge =
    !isProtected ||
    level === undefined ||
    levels.some(one => one.access_level > 0 && one.access_level <= level)
  const approvals = ((rules ?? []) as unknown as Rule[])
    .filter(rule => rule.approvals_required > 0 && appliesTo(rule, base, isProtected))
    .map(
      ({ name, approvals_required: count }) =>
        `${count === 1 ? '1 approval' : `${count} approvals`} (${name})`,
    )
  return {
    asks: [
      ...approvals,
      ...(byOwners ? ['an approval of a code owner'] : []),
      ...(mayMerge ? [] : ['a role that may merge into it']),
    ],
    checks: shown.only_allow_merge_if_pipeline_succeeds ? ['pipeline'] : [],
  }
}

// --- internal ---

interface Project {
  only_allow_merge_if_pipeline_succeeds?: boolean
  permissions?: {
    project_access?: { access_level: number } | null
    group_access?: { access_level: number } | null
  }
}
/** A level that names a user or a group has one too, which then says nothing: those are not known here. */
interface Protected {
  merge_access_levels?: { access_level: number }[]
  code_owner_approval_required?: boolean
}
interface Rule {
  name: string
  approvals_required: number
  applies_to_all_protected_branches?: boolean
  protected_branches?: { name: string }[]
}

/** Undefined where the project does not tell it. */
function levelOf({ permissions }: Project): number | undefined {
  const levels = [permissions?.project_access?.access_level, permissions?.group_access?.access_level]
  const known = levels.filter(level => level !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

/** A rule that names no branches is one for all. */
function appliesTo(rule: Rule, base: string, isProtected: boolean): boolean {
  if (rule.applies_to_all_protected_branches) return isProtected
  const named = rule.protected_branches ?? []
  return named.length === 0 || named.some(({ name }) => name === base)
}
