import type { Octokit } from '@octokit/rest'
import { badAnswer } from '../../forge-error.ts'
import type { MergeRules } from '../../pull-requests.ts'
import { askGraphql, type Graphql } from '../graphql.ts'

export interface MergeRulesClient {
  rest: Pick<Octokit['rest'], 'repos'>
  graphql: Graphql
}

/**
 * What the protection of a branch and its rulesets ask for. Both are told to whoever may read: protection as it is enforced on the
 * viewer (`refUpdateRule`), rulesets for all, and so each that asks for somebody is asked whether this account may bypass it.
 */
export async function githubMergeRules(
  { rest, graphql }: MergeRulesClient,
  { owner, repo }: { owner: string; repo: string },
  base: string,
): Promise<MergeRules> {
  const variables = { owner, name: repo, ref: `refs/heads/${base}` }
  const { repository } = await askGraphql<Answer>(graphql, QUERY, variables)
  const ref = repository?.ref
  if (!ref || !Array.isArray(ref.rules?.nodes))
    throw badAnswer('POST /graphql(MergeRules)', `no rules of ${base}`)
  const rules = ref.rules.nodes.filter(one => one !== null)
  const bypassed = new Map<number, boolean>()
  const asks = new Set(ref.refUpdateRule ? asksOfProtection(ref.refUpdateRule) : [])
  const checks = new Set((ref.refUpdateRule?.requiredStatusCheckContexts ?? []).filter(one => one !== null))
  for (const rule of rules) {
    const own = asksOf(rule)
    const names = (rule.parameters?.requiredStatusChecks ?? []).map(({ context }) => context)
    if ((own.length === 0 && names.length === 0) || (await maybePassed(rule))) continue
    for (const one of own) asks.add(one)
    for (const one of names) checks.add(one)
  }
  return { asks: [...asks], checks: [...checks] }

  async function maybePassed({ repositoryRuleset }: Rule): Promise<boolean> {
    const id = repositoryRuleset?.databaseId
    if (typeof id !== 'number') return false
    const known = bypassed.get(id)
    if (known !== undefined) return known
    // One of an organisation is asked for by the repository as well.
    const { data } = await rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id, includes_parents: true })
    const may = MAY_BYPASS.includes(data.current_user_can_bypass ?? '')
    bypassed.set(id, may)
    return may
  }
}

// --- internal ---

const QUERY = `query MergeRules($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      refUpdateRule {
        requiredApprovingReviewCount requiresCodeOwnerReviews requiredStatusCheckContexts viewerCanPush
      }
      rules(first: 100) {
        nodes {
          type
          parameters {
            ... on PullRequestParameters {
              requiredApprovingReviewCount requireCodeOwnerReview requireLastPushApproval
            }
            ... on RequiredStatusChecksParameters { requiredStatusChecks { context } }
          }
          repositoryRuleset { databaseId }
        }
      }
    }
  }
}`

/** https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset */
const MAY_BYPASS: string[] = ['always', 'exempt', 'pull_requests_only']

interface Answer {
  repository: {
    ref: { refUpdateRule: Protection | null; rules: { nodes: (Rule | null)[] } | null } | null
  } | null
}
interface Protection {
  requiredApprovingReviewCount: number | null
  requiresCodeOwnerReviews: boolean
  requiredStatusCheckContexts: (string | null)[] | null
  viewerCanPush: boolean
}
interface Rule {
  type: string
  parameters: {
    requiredApprovingReviewCount?: number
    requireCodeOwnerReview?: boolean
    requireLastPushApproval?: boolean
    requiredStatusChecks?: { context: string }[]
  } | null
  repositoryRuleset: { databaseId: number | null } | null
}

function asksOfProtection(protection: Protection): string[] {
  const { requiredApprovingReviewCount: reviews, requiresCodeOwnerReviews, viewerCanPush } = protection
  return [
    ...reviewsOf(reviews ?? 0),
    ...(requiresCodeOwnerReviews ? [CODE_OWNER] : []),
    ...(viewerCanPush ? [] : ['the right to push to it']),
  ]
}

function asksOf({ type, parameters }: Rule): string[] {
  const {
    requiredApprovingReviewCount = 0,
    requireCodeOwnerReview,
    requireLastPushApproval,
  } = parameters ?? {}
  switch (type) {
    case 'PULL_REQUEST':
      return [
        ...reviewsOf(Math.max(requiredApprovingReviewCount, requireLastPushApproval ? 1 : 0)),
        ...(requireCodeOwnerReview ? [CODE_OWNER] : []),
      ]
    case 'MERGE_QUEUE':
      return ['its merge queue']
    case 'UPDATE':
    case 'LOCK_BRANCH':
      return ['the right to push to it']
    default:
      return []
  }
}

const CODE_OWNER = 'an approving review of a code owner'

function reviewsOf(count: number): string[] {
  if (count === 0) return []
  return [count === 1 ? '1 approving review' : `${count} approving reviews`]
}
