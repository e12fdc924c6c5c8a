import { GraphQLError } from 'graphql'
import type { GraphqlHost } from './github-graphql-host.ts'
import { refPath } from './ref-path.ts'

/** Moves one ref, where it still is what the caller saw. */
export const updateRefs =
  (hostOf: (repository: string) => GraphqlHost) =>
  ({ input }: { input: { repositoryId: string; refUpdates: RefUpdate[] } }) => {
    const host = hostOf(Buffer.from(input.repositoryId.slice(2), 'base64url').toString())
    return host.alone(async () => {
      if (host.may('metadata', 'read') !== 'yes' || !(await host.rest('GET', '')))
        throw failure('NOT_FOUND', 'Could not resolve to a node')
      need(host, 'contents', 'write')
      const [update] = input.refUpdates
      if (!update || input.refUpdates.length !== 1) throw new Error('one update at a time is enough here')
      await moveRef(host, update)
      return { clientMutationId: null }
    })
  }

/** Refuses as GitHub does what the token's permissions lack. */
export function need({ may }: GraphqlHost, permission: string, level: 'read' | 'write' = 'read'): void {
  if (may(permission, level) !== 'yes') throw failure('FORBIDDEN', 'Resource not accessible by integration')
}

/** Where a ref is; undefined where it is not. */
export async function headOf(host: GraphqlHost, ref: string): Promise<string | undefined> {
  return (await host.rest('GET', `/git/ref/${refPath(ref.slice('refs/'.length))}`))?.object.sha
}

/** The node id of a repository. */
export function idOf({ repository }: GraphqlHost): string {
  return `R_${Buffer.from(repository).toString('base64url')}`
}

/** What GitHub says in an answer with status 200. */
export function failure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } })
}

// --- internal ---

const NOTHING = '0'.repeat(40)

interface RefUpdate {
  name: string
  beforeOid?: string
  afterOid: string
  force?: boolean
}

async function moveRef({ rest, ...host }: GraphqlHost, { name, beforeOid, afterOid, force }: RefUpdate) {
  const head = (await headOf({ rest, ...host }, name)) ?? NOTHING
  const short = name.slice('refs/'.length)
  if (beforeOid !== undefined && beforeOid !== head)
    throw failure('STALE_DATA', `Expected ${name} to point to ${beforeOid} but it points to ${head}`)
  if (head === NOTHING) {
    const parts = short.split('/')
    const above = parts.slice(2).map((_, at) => parts.slice(0, at + 2).join('/'))
    for (const other of above)
      if (await headOf({ rest, ...host }, `refs/${other}`)) throw failure('UNPROCESSABLE', 'Could not update')
    const below = await rest('GET', `/git/matching-refs/${refPath(short)}/`)
    if (below.length > 0) throw failure('UNPROCESSABLE', 'Could not update')
  }
  try {
    if (afterOid === NOTHING) await rest('DELETE', `/git/refs/${refPath(short)}`)
    else if (head === NOTHING) await rest('POST', '/git/refs', { ref: name, sha: afterOid })
    else await rest('PATCH', `/git/refs/${refPath(short)}`, { sha: afterOid, force: force ?? false })
  } catch (error) {
    const message = String(error)
    throw failure(message.includes(' 403 ') ? 'FORBIDDEN' : 'UNPROCESSABLE', message)
  }
}
