import { commitOf } from './github-commits.ts'
import type { GraphqlHost, HostPull } from './github-graphql-host.ts'
import { need } from './github-refs.ts'
import { authorOf, changedAt, commentsOf, suitesOf } from './github-suites.ts'

/** The pull requests of a branch as GitHub's GraphQL lists them, newest first. */
export const pullRequestsOf =
  (host: GraphqlHost) =>
  async (wanted: {
    headRefName?: string
    baseRefName?: string
    states?: string | string[]
    first: number
    orderBy?: { field: string }
  }) => {
    need(host, 'pull_requests')
    const states = [wanted.states ?? ['OPEN', 'CLOSED', 'MERGED']].flat()
    const pulls = (await host.pulls(wanted.headRefName))
      .map(pull => ({ pull, state: pull.merged ? 'MERGED' : pull.state.toUpperCase() }))
      .filter(({ pull }) => wanted.baseRefName === undefined || pull.base.ref === wanted.baseRefName)
      .filter(({ state }) => states.includes(state))
      .sort((a, b) => b.pull.number - a.pull.number)
    if (wanted.orderBy?.field === 'UPDATED_AT') {
      const changed = new Map(
        await Promise.all(pulls.map(async ({ pull }) => [pull, await changedAt(host, pull)] as const)),
      )
      pulls.sort((a, b) => (changed.get(a.pull)! < changed.get(b.pull)! ? 1 : -1))
    }
    return { nodes: pulls.slice(0, wanted.first).map(({ pull, state }) => pullOf(host, pull, state)) }
  }

/** A pull request as it shows one. */
export function pullOf(host: GraphqlHost, pull: HostPull, state: string) {
  const newest = new Map(
    host.statuses.filter(({ sha }) => sha === pull.head.sha).map(status => [status.context, status.state]),
  )
  const statuses = [...newest.values()]
  const worst = ['error', 'failure', 'pending', 'success'].find(one => statuses.includes(one))
  return {
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    body: pull.body ?? '',
    state,
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    headRefName: pull.head.ref,
    updatedAt: () => changedAt(host, pull),
    comments: commentsOf(host, pull.number),
    createdAt: pull.created_at,
    mergedAt: pull.merged_at ?? null,
    mergedBy: mergerOf(pull),
    mergeCommit: pull.merged && pull.merge_commit_sha ? { oid: pull.merge_commit_sha } : null,
    isCrossRepository: pull.head.repo?.full_name !== host.repository,
    labels: async () => ({ nodes: await host.rest('GET', `/issues/${pull.number}/labels`) }),
    reviewRequests: {
      nodes: pull.requested_reviewers.map(({ login }) => ({
        requestedReviewer: { __typename: 'User', login },
      })),
    },
    latestReviews: async () => ({
      nodes: (await host.rest('GET', `/pulls/${pull.number}/reviews`)).map(
        (review: { user: { login: string } }) => ({
          author: { __typename: 'User', login: review.user.login },
        }),
      ),
    }),
    reviews: async () => ({
      nodes: (await host.rest('GET', `/pulls/${pull.number}/reviews`)).map(
        (review: { id: number; body?: string; submitted_at?: string; user: { login: string } }) => ({
          author: authorOf(review.user),
          body: review.body ?? '',
          submittedAt: review.submitted_at ?? null,
          fullDatabaseId: String(review.id),
          // A review that was submitted cannot be edited here.
          lastEditedAt: null,
        }),
      ),
    }),
    commits: async () => ({
      // The emulator keeps commits of a fork in the fork alone.
      nodes: [{ commit: (await commitOf(host, pull.head.sha)) ?? ofFork(host, pull.head.sha) }],
    }),
    statusCheckRollup: worst ? { state: worst.toUpperCase() } : null,
  }
}

// --- internal ---

function ofFork(host: GraphqlHost, oid: string) {
  return { oid, status: null, checkSuites: suitesOf(host, oid) }
}

/** An app by its name alone, as GitHub shows it there. */
function mergerOf({ merged_by: by }: HostPull) {
  const login = (by as { login?: string } | null | undefined)?.login
  return login === undefined ? null : { __typename: 'User', login: login.replace(/\[bot\]$/, '') }
}
