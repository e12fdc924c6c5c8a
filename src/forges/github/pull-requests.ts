import type { Octokit } from '@octokit/rest'
import { STATUS_CONTEXT } from '../../core/promotion/status.ts'
import { badAnswer, inWords, isForgeError, withFix } from '../forge-error.ts'
import type {
  BranchPullRequests,
  ClosedPullRequest,
  MergeReply,
  PullRequest,
  PullRequestState,
  PullRequests,
} from '../pull-requests.ts'
import { parseRepository } from './forge.ts'
import { askGraphql, type Graphql } from './graphql.ts'
import { githubMergeRules } from './people/merge-rules.ts'

export interface GithubPullRequestsClient {
  rest: Pick<Octokit['rest'], 'issues' | 'pulls' | 'repos'>
  graphql: Graphql
}

/** Pull requests on GitHub. Listed by GraphQL: one call tells labels, reviews and checks too. */
export function githubPullRequests(
  { rest, graphql }: GithubPullRequestsClient,
  repository: string,
): PullRequests {
  const repo = parseRepository(repository)
  const at = (path: string) => `/repos/${repository}${path}`

  return {
    async ofBranch(branch, base) {
      const variables = { owner: repo.owner, name: repo.repo, branch, base }
      const answer = await askGraphql<ListAnswer>(graphql, LIST, variables)
      return pullsOf(answer.repository ?? {})
    },

    async create({ branch, base, title, body }) {
      try {
        const { data } = await advised(rest.pulls.create({ ...repo, head: branch, base, title, body }))
        return toState(data, `POST ${at('/pulls')}`)
      } catch (error) {
        if (isForgeError(error, 'FORGE_REJECTED') && /already exists/i.test(inWords(error))) return undefined
        throw error
      }
    },

    async update(number, { title, body }) {
      const { data } = await advised(rest.pulls.update({ ...repo, pull_number: number, title, body }))
      return toState(data, `PATCH ${at(`/pulls/${number}`)}`)
    },

    async addLabels(number, labels) {
      const asked = { ...repo, issue_number: number, labels: [...labels] }
      const { data } = await advised(rest.issues.addLabels(asked))
      if (!Array.isArray(data))
        throw badAnswer(`POST ${at(`/issues/${number}/labels`)}`, 'the answer is no list')
    },

    async requestReviewers(number, all) {
      const reviewers = all.filter(name => !name.includes('/'))
      const team_reviewers = all.filter(name => name.includes('/')).map(name => name.split('/')[1]!)
      const asked = { ...repo, pull_number: number, reviewers, team_reviewers }
      const { data } = await advised(rest.pulls.requestReviewers(asked))
      toState(data, `POST ${at(`/pulls/${number}/requested_reviewers`)}`)
    },

    async close(number) {
      const { data } = await advised(rest.pulls.update({ ...repo, pull_number: number, state: 'closed' }))
      toState(data, `PATCH ${at(`/pulls/${number}`)}`)
    },

    async merge(number, head, { method = 'merge' } = {}) {
      try {
        const parameters = { ...repo, pull_number: number, sha: head, merge_method: method }
        const { data } = await advised(rest.pulls.merge(parameters))
        if (data.merged === true) return { kind: 'merged', commit: data.sha }
        throw badAnswer(`PUT ${at(`/pulls/${number}/merge`)}`, 'the answer does not say that it merged')
      } catch (error) {
        return afterFailure(number, head, error)
      }
    },

    mergeRules: base => githubMergeRules({ rest, graphql }, repo, base),
  }

  /** A merge whose answer was lost has happened all the same, and GitHub refuses to repeat it. */
  async function afterFailure(number: number, head: string, error: unknown): Promise<MergeReply> {
    const { data } = await rest.pulls.get({ ...repo, pull_number: number })
    const at = toState(data, `GET /repos/${repository}/pulls/${number}`).head
    if (data.merged && at === head) return { kind: 'merged', commit: data.merge_commit_sha ?? undefined }
    if (!isForgeError(error, 'FORGE_REJECTED')) throw error
    return { kind: 'refused', reason: at === head ? inWords(error) : `its head is ${at} by now, not ${head}` }
  }
}

/** Lists of pull requests as the API tells them; `LIST_FIELDS` asks for their entries, `BRIEF_FIELDS` for what needs no list in a list. */
export interface List {
  nodes: (Node | null)[] | null
}

const BRIEF =
  'number url title body state headRefOid isCrossRepository createdAt mergedAt mergedBy { login } mergeCommit { oid }'

/**
 * Without labels, reviewers and checks. GitHub counts a point for each hundred lists that an answer may need, and those in a list
 * as often as it may have entries: fifty closed pull requests with them cost two points, without them a hundredth of one.
 */
export const BRIEF_FIELDS = `nodes { ${BRIEF} }`

export const LIST_FIELDS = `nodes {
        ${BRIEF}
        labels(first: 50) { nodes { name } }
        reviewRequests(first: 50) {
          nodes { requestedReviewer { ... on User { login } ... on Team { combinedSlug } } }
        }
        latestReviews(first: 50) { nodes { author { login } } }
        statusCheckRollup { state }
        commits(last: 1) { nodes { commit { status { context(name: "${STATUS_CONTEXT}") { state description } } } } }
      }`

/** @throws AssayError where an answer is no list: nothing is taken for absent that may be there */
export function pullsOf({ open, closed }: { open?: List; closed?: List }): BranchPullRequests {
  const own = (list: List | undefined) => {
    if (Array.isArray(list?.nodes)) return list.nodes.filter(isOwn)
    throw badAnswer('POST /graphql(PullRequests)', 'the answer is no list')
  }
  const [first] = own(open)
  return { open: first && toPullRequest(first), closed: own(closed).map(toClosed) }
}

// --- internal ---

const ADVICE =
  'Give the token `pull-requests: write` (and `contents: write` to merge) for the deploy repository: that of a GitHub App, for pull requests made with the workflow’s own token start no checks'

const LIST = `query PullRequests($owner: String!, $name: String!, $branch: String!, $base: String!) {
  repository(owner: $owner, name: $name) {
    open: pullRequests(headRefName: $branch, baseRefName: $base, states: OPEN, first: 20) {
      ${LIST_FIELDS}
    }
    closed: pullRequests(
      headRefName: $branch, baseRefName: $base, states: [CLOSED, MERGED], first: 50
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      ${BRIEF_FIELDS}
    }
  }
}`

interface ListAnswer {
  repository: { open: List; closed: List } | null
}
interface Node {
  number: number
  url: string
  title: string
  body: string
  state: 'OPEN' | 'CLOSED' | 'MERGED'
  headRefOid: string
  isCrossRepository: boolean
  createdAt: string
  mergedAt: string | null
  mergedBy?: { login: string } | null
  mergeCommit: { oid: string } | null
  labels?: { nodes: ({ name: string } | null)[] | null } | null
  reviewRequests?: { nodes: ({ requestedReviewer: Reviewer | null } | null)[] | null } | null
  latestReviews?: { nodes: ({ author: { login: string } | null } | null)[] | null } | null
  statusCheckRollup?: { state: string } | null
  commits?: { nodes: ({ commit: { status: { context: OwnStatus | null } | null } } | null)[] | null } | null
}
type OwnStatus = { state: string; description: string | null }
type Reviewer = { login?: string; combinedSlug?: string }

/** Anybody may name a branch of a fork like ours. */
function isOwn(node: Node | null): node is Node {
  return node !== null && !node.isCrossRepository
}

function toPullRequest(node: Node): PullRequest {
  const reviewers = [
    ...present(node.reviewRequests?.nodes).map(
      ({ requestedReviewer: who }) => who?.login ?? who?.combinedSlug,
    ),
    ...present(node.latestReviews?.nodes).map(({ author }) => author?.login),
  ]
  return {
    ...toClosed(node),
    labels: present(node.labels?.nodes).map(label => label.name),
    reviewers: reviewers.filter(name => name !== undefined),
    checks: checksOf(node.statusCheckRollup?.state),
    status: ownStatus(node.commits?.nodes?.[0]?.commit.status?.context),
  }
}

function toClosed(node: Node): ClosedPullRequest {
  return {
    number: node.number,
    url: node.url,
    title: node.title,
    body: node.body,
    head: node.headRefOid,
    state: ({ OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const)[node.state],
    ...(node.createdAt && { openedAt: Date.parse(node.createdAt) }),
    ...(node.mergedAt && { mergedAt: Date.parse(node.mergedAt) }),
    ...(node.mergedBy && { mergedBy: node.mergedBy.login }),
    ...(node.mergeCommit && { mergeCommit: node.mergeCommit.oid }),
  }
}

function ownStatus(status: OwnStatus | null | undefined): PullRequest['status'] {
  return status ? { state: status.state.toLowerCase(), description: status.description ?? '' } : 'none'
}

/** What is not known to be success is none. https://docs.github.com/en/graphql/reference/enums#statusstate */
function checksOf(state: string | undefined): PullRequest['checks'] {
  if (state === undefined) return 'none'
  if (state === 'SUCCESS') return 'success'
  return state === 'PENDING' || state === 'EXPECTED' ? 'pending' : 'failure'
}

function present<T>(nodes: (T | null)[] | null | undefined): T[] {
  return (nodes ?? []).filter(node => node !== null)
}

function toState(answer: unknown, call: string): PullRequestState {
  const pull = answer as { number?: number; html_url?: string; head?: { sha?: string } } | undefined
  if (Number.isSafeInteger(pull?.number) && pull?.html_url && pull.head?.sha)
    return { number: pull.number!, url: pull.html_url, head: pull.head.sha }
  throw badAnswer(call, 'the answer is no pull request')
}

async function advised<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw isForgeError(error, 'FORGE_FORBIDDEN') ? withFix(error, ADVICE) : error
  }
}
