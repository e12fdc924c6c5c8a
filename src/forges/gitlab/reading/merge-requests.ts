import { unless } from '../../expected-failures.ts'
import { badAnswer } from '../../forge-error.ts'
import { PAGE_SIZE } from '../convert.ts'
import type { GitlabGraphql } from '../graphql.ts'
import { isOwn, type MergeRequest, MOST_CLOSED } from '../merge-request.ts'

/**
 * Merge requests from branches of a project into a base, by branch, the newest first: a hundred in a call, whatever the number of
 * branches. Of each branch as many as `BranchPullRequests` holds at least. Undefined where the token is refused: the REST API lists
 * those of one branch.
 * https://docs.gitlab.com/api/graphql/reference/#projectmergerequests. GitLab counts some 80 for it, of the 250 that a query may have:
 * each field once, and all of them twice for a page of a hundred (`Types::BaseField`, `Resolvers::BaseResolver`).
 */
export async function mergeRequestsFrom(
  graphql: GitlabGraphql,
  project: string,
  branches: readonly string[],
  base: string,
): Promise<ReadonlyMap<string, readonly ListedRequest[]> | undefined> {
  const found = new Map(branches.map((branch): [string, ListedRequest[]] => [branch, []]))
  if (branches.length === 0) return found
  let after: string | undefined
  do {
    const asked = graphql<Answer>(QUERY, { project, branches, base: [base], ...(after && { after }) })
    const answer = await unless(asked, 'FORGE_BAD_ANSWER', 'FORGE_UNAUTHORIZED', 'FORGE_FORBIDDEN')
    const page = answer?.project?.mergeRequests
    if (!page) return undefined
    for (const node of page.nodes ?? []) {
      const one = node && { branch: node.sourceBranch, request: ofNode(node) }
      if (one && isOwn(one.request)) found.get(one.branch)?.push(one.request)
    }
    if (!page.pageInfo.hasNextPage) return found
    const { endCursor } = page.pageInfo
    if (!endCursor || endCursor === after) throw badAnswer(CALL, 'a list that does not go on')
    after = endCursor
  } while ([...found.values()].some(({ length }) => length <= MOST_CLOSED))
  return found
}

export interface ListedRequest extends MergeRequest {
  /** The REST API alone tells the commit that it became. */
  isUntold: boolean
}

// --- internal ---

const CALL = 'POST /api/graphql'

interface Answer {
  project?: {
    mergeRequests?: {
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
      nodes: (Node | null)[] | null
    } | null
  } | null
}

interface Node {
  iid: string
  sourceBranch: string
  title: string
  description: string | null
  state: MergeRequest['state']
  diffHeadSha: string | null
  webUrl: string | null
  sourceProjectId: number | null
  targetProjectId: number
  createdAt: string
  mergedAt: string | null
  mergeUser: { username: string } | null
  mergeCommitSha: string | null
  squash: boolean
  labels: { nodes: ({ title: string } | null)[] | null } | null
  reviewers: { nodes: ({ username: string } | null)[] | null } | null
  headPipeline: { status: string } | null
}

/** As the REST API would tell it; what is missing there is missing here. */
function ofNode(node: Node): ListedRequest {
  return {
    iid: Number(node.iid),
    title: node.title,
    description: node.description,
    state: node.state,
    sha: node.diffHeadSha ?? '',
    web_url: node.webUrl ?? '',
    labels: (node.labels?.nodes ?? []).flatMap(label => label?.title ?? []),
    reviewers: (node.reviewers?.nodes ?? []).flatMap(one => one ?? []),
    source_project_id: node.sourceProjectId ?? 0,
    target_project_id: node.targetProjectId,
    created_at: node.createdAt,
    merged_at: node.mergedAt,
    merge_user: node.mergeUser,
    merge_commit_sha: node.mergeCommitSha,
    head_pipeline: node.headPipeline && { status: node.headPipeline.status.toLowerCase() },
    isUntold: node.state === 'merged' && node.mergeCommitSha === null && node.squash,
  }
}

const QUERY = `query MergeRequests($project: ID!, $branches: [String!], $base: [String!], $after: String) {
  project(fullPath: $project) {
    mergeRequests(sourceBranches: $branches, targetBranches: $base, sort: CREATED_DESC, first: ${PAGE_SIZE}, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        iid sourceBranch title description state diffHeadSha webUrl sourceProjectId targetProjectId
        createdAt mergedAt mergeUser { username } mergeCommitSha squash
        labels { nodes { title } } reviewers { nodes { username } } headPipeline { status }
      }
    }
  }
}`
