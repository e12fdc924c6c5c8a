import type { GraphqlHost } from './github-graphql-host.ts'
import { need } from './github-refs.ts'

/** The check suites of a commit: one for each run of a workflow, and one for each App that made checks. */
export const suitesOf =
  (host: GraphqlHost, sha: string) =>
  async ({ first, filterBy }: { first: number; filterBy?: { appId?: number } }) => {
    need(host, 'checks')
    const checks = await host.checks(sha)
    const wanted = filterBy?.appId
    const apps = [...new Set(checks.map(({ app }) => app))]
      .filter(app => wanted === undefined || app === wanted)
      .map(app => {
        const own = checks.filter(one => one.app === app)
        const ended = own.flatMap(({ completedAt }) => completedAt ?? [])
        return {
          status: 'COMPLETED',
          updatedAt: ended.sort().at(-1) ?? new Date(0).toISOString(),
          workflowRun: null,
          checkRuns: ({ last }: { last: number }) => ({ nodes: own.slice(-last) }),
        }
      })
    const runs = host.runs(sha).map(({ id, event, status, updatedAt }) => ({
      status: status.toUpperCase(),
      updatedAt,
      checkRuns: { nodes: [] },
      workflowRun: () => {
        need(host, 'actions')
        return { event, resourcePath: `/${host.repository}/actions/runs/${id}` }
      },
    }))
    return { nodes: [...(wanted === undefined ? runs : []), ...apps].slice(0, first) }
  }

/** What was written below a pull request, oldest first. */
export const commentsOf =
  (host: GraphqlHost, number: number) =>
  async ({ last }: { last: number }) => {
    const all: Written[] = await host.rest('GET', `/issues/${number}/comments?per_page=100`)
    return {
      nodes: all.slice(-last).map(({ id, body, created_at, user }) => ({
        fullDatabaseId: String(id),
        body,
        createdAt: created_at,
        author: authorOf(user),
      })),
    }
  }

/** Bots are called in GraphQL without what REST puts behind their names. */
export function authorOf({ login }: { login: string }) {
  return login.endsWith('[bot]')
    ? { __typename: 'Bot', login: login.slice(0, -'[bot]'.length) }
    : { __typename: 'User', login }
}

/** When something was last written in a pull request: behind, comments change nothing. */
export async function changedAt(
  host: GraphqlHost,
  { number, updated_at: updated }: { number: number; updated_at: string },
): Promise<string> {
  const comments: Written[] = await host.rest('GET', `/issues/${number}/comments?per_page=100`)
  const reviews: { submitted_at?: string }[] = await host.rest('GET', `/pulls/${number}/reviews`)
  const times = [
    updated,
    ...comments.map(one => one.created_at),
    ...reviews.flatMap(one => one.submitted_at ?? []),
  ]
  return times
    .map(time => new Date(time).toISOString())
    .sort()
    .at(-1)!
}

// --- internal ---

interface Written {
  id: number
  body: string
  created_at: string
  user: { login: string }
}
