import type { GraphqlHost } from './github-graphql-host.ts'
import { suitesOf } from './github-suites.ts'

/** A commit as GitHub's GraphQL shows it: tree, parents, status, files, history; null where there is none. */
export async function commitOf(host: GraphqlHost, sha: string) {
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
    checkSuites: suitesOf(host, sha),
    author: { name: commit.author.name },
    committedDate: commit.committer.date,
    file: fileOf(host, commit.tree.sha),
    history: async ({ first, path }: { first: number; path: string }) => ({
      nodes: await historyOf(host, sha, path, first),
    }),
  }
}

/** A blob by its id; null where there is none. */
export async function blobAt(host: GraphqlHost, sha: string) {
  return (await host.rest('GET', `/git/blobs/${sha}`)) ? blobOf(host, sha) : null
}

// --- internal ---

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

async function blobOf(host: GraphqlHost, sha: string) {
  const blob = await host.rest('GET', `/git/blobs/${sha}`)
  const bytes = Buffer.from(blob.content, 'base64')
  // As forges do that convert what they show: the byte order mark goes, broken bytes become question marks.
  return { __typename: 'Blob', oid: sha, byteSize: bytes.length, text: new TextDecoder().decode(bytes) }
}
