import type { AssayError } from '../../core/errors/errors.ts'
import { branchBlocked, branchesAbove, checkBranchNames } from '../../core/git/branches.ts'
import type { BranchHead } from '../../core/git/commit-seal.ts'
import type { MoveReply } from '../deploy-repository.ts'
import { badAnswer, isForgeError } from '../forge-error.ts'
import type { Entry } from './entries.ts'
import type { GithubFiles } from './files.ts'
import { ENTRY } from './files-queries.ts'
import { askGraphql, type Graphql } from './graphql.ts'

export interface GithubRefs {
  /** The last commits of branches, by name. */
  read(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>>
  readHead(
    branch: string,
    path: string,
    files: GithubFiles,
  ): Promise<{ head: BranchHead; text: string | undefined } | undefined>
  /**
   * Moves a branch from exactly this commit (undefined: from not being there) to another (undefined: away).
   * @param force whether the new commit need not descend from the old one
   */
  move(branch: string, from: string | undefined, to: string | undefined, force: boolean): Promise<MoveReply>
}

/**
 * Branches by the GraphQL API. Its `updateRefs` takes the commit that the branch must be at (`beforeOid`) and is atomic: the
 * only way on GitHub to replace a commit without a chance to lose somebody else's. REST's `force: true` asks for nothing, its
 * `force: false` cannot replace.
 */
export function githubRefs(graphql: Graphql, repo: { owner: string; repo: string }): GithubRefs {
  let repositoryId: string | undefined
  const names = { owner: repo.owner, name: repo.repo }
  return { read, readHead, move }

  async function readHead(branch: string, path: string, files: GithubFiles) {
    checkBranchNames([branch])
    const variables = { ...names, ref: `refs/heads/${branch}`, path }
    const answer = await askGraphql<HeadAnswer>(graphql, HEAD_QUERY, variables)
    if (!answer.repository?.id) throw badQuery('Head', 'no repository')
    repositoryId = answer.repository.id
    const { ref } = answer.repository
    const head = headOf(ref)
    if (!head) return undefined
    const entry = ref?.target?.file
    return { head, text: entry ? await files.textOf(path, entry) : undefined }
  }

  async function read(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>> {
    checkBranchNames(branches)
    const variables = Object.fromEntries(branches.map((branch, at) => [`r${at}`, `refs/heads/${branch}`]))
    const query = branchesQuery(branches.length)
    const { repository } = await askGraphql<BranchesAnswer>(graphql, query, { ...names, ...variables })
    if (!repository?.id) throw badQuery('Branches', 'no repository')
    repositoryId = repository.id
    return new Map(branches.map((name, at) => [name, headOf(repository[`r${at}`] as Ref | null | undefined)]))
  }

  async function move(
    branch: string,
    from: string | undefined,
    to: string | undefined,
    force: boolean,
  ): Promise<MoveReply> {
    checkBranchNames([branch])
    if (repositoryId === undefined) await read([])
    const update = {
      name: `refs/heads/${branch}`,
      beforeOid: from ?? NOTHING,
      afterOid: to ?? NOTHING,
      force,
    }
    const input = { repositoryId, refUpdates: [update] }
    try {
      const { updateRefs } = await askGraphql<MoveAnswer>(graphql, MOVE, { input })
      if (updateRefs === null || typeof updateRefs !== 'object')
        throw badQuery('Move', 'the branch was not moved')
      return { kind: 'done' }
    } catch (error) {
      if (isForgeError(error, 'FORGE_UNAUTHORIZED', 'FORGE_FORBIDDEN')) throw error
      // Refused, or done and the answer lost: the branch itself knows.
      const head = (await read([branch])).get(branch)
      if (head?.commit === to) return { kind: 'done' }
      if (head?.commit !== from) return { kind: 'moved', head: head?.commit }
      throw (from === undefined && (await blocked(branch))) || error
    }
  }

  /** Git cannot keep `a` and `a/b` at once. */
  async function blocked(branch: string): Promise<AssayError | undefined> {
    const above = branchesAbove(branch)
    const heads = await read(above)
    const prefix = { prefix: `refs/heads/${branch}/` }
    const { repository } = await askGraphql<BelowAnswer>(graphql, BELOW, { ...names, ...prefix })
    const below = repository?.refs?.nodes?.[0]
    const blocking =
      above.find(name => heads.get(name) !== undefined) ?? (below ? `${branch}/${below.name}` : undefined)
    return blocking === undefined ? undefined : branchBlocked(branch, blocking)
  }
}

/** A branch as the API tells it; `HEAD` asks for it. */
export interface Ref {
  target: {
    oid: string
    message?: string
    tree?: { oid: string }
    parents?: { nodes: { oid: string }[] }
  } | null
}

export const HEAD = `fragment Head on Ref {
  target { oid ... on Commit { message tree { oid } parents(first: 2) { nodes { oid } } } }
}`

export function headOf(ref: Ref | null | undefined): BranchHead | undefined {
  if (!ref) return undefined
  const { oid, message, tree, parents } = ref.target ?? {}
  if (oid && message !== undefined && tree && parents)
    return { commit: oid, tree: tree.oid, message, parents: parents.nodes.map(parent => parent.oid) }
  throw badQuery('Branches', 'a branch without a commit')
}

// --- internal ---

const NOTHING = '0'.repeat(40)

interface BranchesAnswer {
  repository: ({ id: string } & Record<string, unknown>) | null
}
interface MoveAnswer {
  updateRefs: object | null
}
interface BelowAnswer {
  repository: { refs: { nodes: ({ name: string } | null)[] | null } | null } | null
}

interface HeadAnswer {
  repository: { id: string; ref: (Ref & { target: { file?: Entry | null } | null }) | null } | null
}

const HEAD_QUERY = `query Head($owner: String!, $name: String!, $ref: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    id
    ref(qualifiedName: $ref) { ...Head target { ... on Commit { file(path: $path) { ...Entry } } } }
  }
}
${HEAD}
${ENTRY}`
const MOVE = 'mutation Move($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }'
const BELOW = `query Below($owner: String!, $name: String!, $prefix: String!) {
  repository(owner: $owner, name: $name) { refs(refPrefix: $prefix, first: 1) { nodes { name } } }
}`

function branchesQuery(count: number): string {
  const numbers = Array.from({ length: count }, (_, at) => at)
  const declared = numbers.map(at => `, $r${at}: String!`).join('')
  const refs = numbers.map(at => `r${at}: ref(qualifiedName: $r${at}) { ...Head }`).join('\n    ')
  return `query Branches($owner: String!, $name: String!${declared}) {
  repository(owner: $owner, name: $name) {
    id
    ${refs}
  }
}
${count === 0 ? '' : HEAD}`
}

function badQuery(name: string, said: string): AssayError {
  return badAnswer(`POST /graphql(${name})`, said)
}
