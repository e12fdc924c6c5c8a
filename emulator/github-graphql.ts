import { execute } from 'graphql'
import { readQuery, schema } from './github-queries.ts'
import { failure, headOf, idOf, need, updateRefs } from './github-refs.ts'

/**
 * GitHub's GraphQL API over the REST API of the emulator: as much of it as we use, executed by graphql-js against GitHub's own
 * schema, so that a query which GitHub would not take fails here too.
 */

/** Undefined for a 404; throws for another failure. */
// biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
export type Rest = (method: string, path: string, body?: unknown) => Promise<any>

export interface GraphqlHost {
  rest: Rest
  repository: string
  /** What the one who asks may do there; `hidden`: not even see it. */
  may(permission: string, level: 'read' | 'write'): 'yes' | 'no' | 'hidden'
  /** The pull requests from a branch, as they are now. */
  pulls(branch: string): Promise<HostPull[]>
  /** One after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>
  readonly statuses: {
    sha: string
    state: string
    context: string
    description?: string
    created_at?: string
  }[]
}

export interface HostPull {
  number: number
  html_url: string
  title: string
  body: string | null
  state: string
  merged: boolean
  merged_at?: string | null
  merge_commit_sha?: string | null
  merged_by?: unknown
  head: { ref: string; sha: string; repo: { full_name: string } | null }
  base: { ref: string }
  requested_reviewers: { login: string }[]
  labels: { name: string }[]
}

/** What GitHub would answer, status 200 whatever happens. */
export async function answerGraphql(
  hostOf: (repository: string) => GraphqlHost,
  body: unknown,
): Promise<unknown> {
  const { query, variables } = body as { query: string; variables?: Record<string, unknown> }
  const { document, invalid } = readQuery(query)
  if (invalid.length > 0) return { errors: invalid.map(error => ({ message: error.message })) }
  const root = { repository: repositoryOf(hostOf), updateRefs: updateRefs(hostOf) }
  const { data, errors } = await execute({ schema, document, rootValue: root, variableValues: variables })
  if (!errors) return { data }
  const told = errors.map(({ message, path, extensions }) => ({ type: extensions.type, path, message }))
  return { data, errors: told }
}

/** What GitHub's schema has against a request. */
export function graphqlProblems(body: unknown): string[] {
  const { query } = (body ?? {}) as { query?: string }
  if (typeof query !== 'string') return ['no query']
  return readQuery(query).invalid.map(error => `${error.message}\n${query}`)
}

/** `Branches` of `query Branches(…`. */
export function operationName(body: unknown): string {
  return /^(?:query|mutation) (\w+)/.exec((body as { query?: string } | undefined)?.query ?? '')?.[1] ?? ''
}

// --- internal ---

const repositoryOf =
  (hostOf: (repository: string) => GraphqlHost) =>
  async ({ owner, name }: { owner: string; name: string }) => {
    const host = hostOf(`${owner}/${name}`)
    if (host.may('metadata', 'read') !== 'yes' || !(await host.rest('GET', '')))
      throw failure('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`)
    return {
      id: idOf(host),
      ref: async ({ qualifiedName }: { qualifiedName: string }) => {
        need(host, 'contents')
        const sha = await headOf(host, qualifiedName)
        return sha ? { name: qualifiedName, target: await commitOf(host, sha) } : null
      },
      refs: async ({ refPrefix, first }: { refPrefix: string; first: number }) => {
        need(host, 'contents')
        const found: { ref: string }[] = await host.rest(
          'GET',
          `/git/matching-refs/${refPrefix.slice('refs/'.length)}`,
        )
        return { nodes: found.slice(0, first).map(({ ref }) => ({ name: ref.slice(refPrefix.length) })) }
      },
      object: async ({ oid }: { oid: string }) => {
        need(host, 'contents')
        return (await commitOf(host, oid)) ?? (await blobAt(host, oid))
      },
      pullRequest: async ({ number }: { number: number }) => {
        need(host, 'pull_requests')
        const pull = await host.rest('GET', `/pulls/${number}`)
        return pull ? pullOf(host, pull, pull.merged ? 'MERGED' : pull.state.toUpperCase()) : null
      },
      pullRequests: pullRequestsOf(host),
    }
  }

async function commitOf(host: GraphqlHost, sha: string) {
  const commit = await host.rest('GET', `/git/commits/${sha}`)
  if (!commit) return null
  return {
    __typename: 'Commit',
    oid: commit.sha,
    message: commit.message,
    tree: { oid: commit.tree.sha },
    parents: ({ first }: { first: number }) => ({
      nodes: commit.parents
        .slice(0, first)
        .map(async (parent: { sha: string }) => (await commitOf(host, parent.sha)) ?? { oid: parent.sha }),
    }),
    status: statusOf(host, sha),
    author: { name: commit.author.name },
    committedDate: commit.committer.date,
    file: fileOf(host, commit.tree.sha),
    history: async ({ first, path }: { first: number; path: string }) => ({
      nodes: await historyOf(host, sha, path, first),
    }),
  }
}

/** Of several statuses of one context, the newest counts. */
function statusOf(host: GraphqlHost, commit: string) {
  const own = host.statuses.filter(({ sha }) => sha === commit)
  if (own.length === 0) return null
  return {
    state: 'PENDING',
    context: ({ name }: { name: string }) => {
      const status = own.findLast(({ context }) => context === name)
      if (!status) return null
      const { state, description, created_at: createdAt } = status
      return { state: state.toUpperCase(), description, createdAt: createdAt ?? new Date().toISOString() }
    },
  }
}

/** As git simplifies a history: where a merge left the path as one of its parents had it, only that side is followed. */
async function historyOf(host: GraphqlHost, sha: string, path: string, first: number): Promise<unknown[]> {
  const found: string[] = []
  const queue = [sha]
  const seen = new Set<string>()
  while (queue.length > 0 && found.length < first) {
    const at = queue.shift()!
    if (seen.has(at)) continue
    seen.add(at)
    const commit = await host.rest('GET', `/git/commits/${at}`)
    const own = await idAt(host, commit.tree.sha, path)
    const parents: string[] = commit.parents.map((parent: { sha: string }) => parent.sha)
    const theirs = await Promise.all(
      parents.map(async parent => {
        const { tree } = await host.rest('GET', `/git/commits/${parent}`)
        return idAt(host, tree.sha, path)
      }),
    )
    const same = parents.find((_, index) => theirs[index] === own)
    if (same !== undefined) queue.unshift(same)
    else {
      if (own !== undefined || parents.length > 0) found.push(at)
      queue.push(...parents)
    }
  }
  return Promise.all(found.map(one => commitOf(host, one)))
}

async function idAt(host: GraphqlHost, tree: string, path: string): Promise<string | undefined> {
  const listed = await host.rest('GET', `/git/trees/${tree}?recursive=1`)
  return listed.tree.find((one: { path: string }) => one.path === path)?.sha
}

const fileOf =
  (host: GraphqlHost, tree: string) =>
  async ({ path }: { path: string }) => {
    const listed = await host.rest('GET', `/git/trees/${tree}?recursive=1`)
    const entry = listed.tree.find((one: { path: string }) => one.path === path)
    if (!entry) return null
    const isBlob = entry.type === 'blob'
    return {
      mode: Number.parseInt(entry.mode, 8),
      oid: entry.sha,
      object: isBlob ? await blobOf(host, entry.sha) : { __typename: 'Tree', oid: entry.sha },
    }
  }

async function blobAt(host: GraphqlHost, sha: string) {
  return (await host.rest('GET', `/git/blobs/${sha}`)) ? blobOf(host, sha) : null
}

async function blobOf(host: GraphqlHost, sha: string) {
  const blob = await host.rest('GET', `/git/blobs/${sha}`)
  const bytes = Buffer.from(blob.content, 'base64')
  // As forges do that convert what they show: the byte order mark goes, broken bytes become question marks.
  return { __typename: 'Blob', oid: sha, byteSize: bytes.length, text: new TextDecoder().decode(bytes) }
}

const pullRequestsOf =
  (host: GraphqlHost) =>
  async (wanted: { headRefName: string; baseRefName: string; states: string | string[]; first: number }) => {
    need(host, 'pull_requests')
    const states = [wanted.states].flat()
    const pulls = (await host.pulls(wanted.headRefName))
      .map(pull => ({ pull, state: pull.merged ? 'MERGED' : pull.state.toUpperCase() }))
      .filter(({ pull }) => pull.base.ref === wanted.baseRefName)
      .filter(({ state }) => states.includes(state))
      .sort((a, b) => b.pull.number - a.pull.number)
    return { nodes: pulls.slice(0, wanted.first).map(({ pull, state }) => pullOf(host, pull, state)) }
  }

function pullOf(host: GraphqlHost, pull: HostPull, state: string) {
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
    mergedAt: pull.merged_at ?? null,
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
        (review: { id: number; user: { login: string } }) => ({
          author: { __typename: 'User', login: review.user.login },
          fullDatabaseId: String(review.id),
          // A review that was submitted cannot be edited here.
          lastEditedAt: null,
        }),
      ),
    }),
    commits: async () => ({
      // The emulator keeps commits of a fork in the fork alone.
      nodes: [{ commit: (await commitOf(host, pull.head.sha)) ?? { oid: pull.head.sha, status: null } }],
    }),
    statusCheckRollup: worst ? { state: worst.toUpperCase() } : null,
  }
}
