import { execute } from 'graphql'
import { blobAt, commitOf } from './github-commits.ts'
import type { GraphqlHost } from './github-graphql-host.ts'
import { rulesAtRef } from './github-merges.ts'
import { pullOf, pullRequestsOf } from './github-pulls.ts'
import { readQuery, schema } from './github-queries.ts'
import { failure, headOf, idOf, need, updateRefs } from './github-refs.ts'
import { refPath } from './ref-path.ts'

/**
 * GitHub's GraphQL API over the REST API of the emulator: as much of it as we use, executed by graphql-js against GitHub's own
 * schema, so that a query which GitHub would not take fails here too.
 */

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
        if (!sha) return null
        return { name: qualifiedName, target: await commitOf(host, sha), ...rulesAtRef(host.merging) }
      },
      defaultBranchRef: async () => {
        need(host, 'contents')
        const { default_branch: branch } = await host.rest('GET', '')
        const sha = await headOf(host, `refs/heads/${branch}`)
        return sha ? { name: branch, target: await commitOf(host, sha) } : null
      },
      refs: async ({
        refPrefix,
        first,
        after = '0',
        query = '',
      }: {
        refPrefix: string
        first: number
        after?: string
        query?: string
      }) => {
        need(host, 'contents')
        const found: { ref: string }[] = await host.rest(
          'GET',
          `/git/matching-refs/${refPath(refPrefix.slice('refs/'.length))}`,
        )
        const names = found.map(({ ref }) => ref.slice(refPrefix.length)).filter(name => name.includes(query))
        const end = Number(after) + first
        const nodes = names.slice(Number(after), end).map(name => ({ name }))
        return { nodes, pageInfo: { hasNextPage: names.length > end, endCursor: `${end}` } }
      },
      object: async ({ oid, expression }: { oid: string; expression?: string }) => {
        need(host, 'contents')
        if (expression !== undefined) return fileAtHead(host, expression)
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

/** `HEAD:path`. */
async function fileAtHead(host: GraphqlHost, expression: string) {
  const [, path] = /^HEAD:(.+)$/.exec(expression) ?? []
  if (path === undefined) throw new Error(`${expression} is not answered here`)
  const { default_branch: branch } = await host.rest('GET', '')
  const sha = await headOf(host, `refs/heads/${branch}`)
  if (!sha) return null
  const entry = await (await commitOf(host, sha))?.file({ path })
  return entry?.object ?? null
}
