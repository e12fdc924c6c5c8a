import type { AssayError } from '../../core/errors/errors.ts'
import { branchBlocked, branchesAbove, checkBranchNames } from '../../core/git/branches.ts'
import type { BranchHead } from '../../core/git/commit-seal.ts'
import { treeId } from '../../core/git/tree.ts'
import { OWN_PREFIX } from '../../core/promotion/places/places.ts'
import type { BranchMove, MoveReply } from '../deploy-repository.ts'
import { unless } from '../expected-failures.ts'
import { badAnswer, forgeError, isForgeError, withFix } from '../forge-error.ts'
import type { GitlabClient } from './client.ts'
import { PAGE_SIZE, pageOf } from './convert.ts'
import type { GitlabFiles } from './reading/files.ts'
import type { KnownCommit } from './reading/memory.ts'

export interface GitlabRefs {
  /** The last commits of branches, by name. */
  read(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>>
  /** Names of branches that begin so, sorted. */
  list(prefix: string): Promise<string[]>
  /** The commit of a branch; undefined where it is not there. */
  head(branch: string): Promise<string | undefined>
  /** Moves a branch from exactly this commit (undefined: from not being there), and with it what else is named, or nothing. */
  move(update: BranchMove, also?: BranchMove): Promise<MoveReply>
}

/**
 * Branches by the REST API, moved by git's own protocol. The API alone has no compare-and-set: `force` of its commits writes
 * over whatever is there by then, its deletion asks for nothing, and nothing else moves a branch. A push names the commit that
 * the branch must be at.
 */
export function gitlabRefs(
  { api, push, listRefs, memory }: Pick<GitlabClient, 'api' | 'push' | 'listRefs' | 'memory'>,
  project: string,
  files: GitlabFiles,
): GitlabRefs {
  return { read, list, head, move }

  async function list(prefix: string): Promise<string[]> {
    checkBranchNames([`${prefix}x`])
    const call = `GET ${at('/repository/branches')}`
    const names: string[] = []
    for (let page: number | undefined = 1; page !== undefined; ) {
      const options = { search: `^${prefix}`, perPage: PAGE_SIZE, page, showExpanded: true }
      const found: ReturnType<typeof pageOf<{ name: string }>> = pageOf(
        await api.Branches.all(project, options as object),
        call,
      )
      names.push(...found.items.map(({ name }) => name).filter(name => name.startsWith(prefix)))
      page = found.next
    }
    return names.sort()
  }

  /** At one moment as far as GitLab gives it: all are asked for at once. What is built on them is held by the moves. */
  async function read(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>> {
    checkBranchNames(branches)
    const own = branches.filter(name => name.startsWith(OWN_PREFIX))
    // A token that reads the API alone is refused by git.
    const refs =
      own.length < MOST_ALONE
        ? undefined
        : await unless(
            listRefs(project, `refs/heads/${OWN_PREFIX}`),
            'FORGE_UNAUTHORIZED',
            'FORGE_FORBIDDEN',
            'FORGE_NOT_FOUND',
          )
    if (!refs)
      return new Map(await Promise.all(branches.map(async name => [name, await readHead(name)] as const)))
    const heads = await read(branches.filter(name => !name.startsWith(OWN_PREFIX)))
    const found = own.map(async name => {
      const commit = refs.get(`refs/heads/${name}`)
      return [name, commit === undefined ? undefined : await headAt(await commitOf(commit))] as const
    })
    return new Map([...heads, ...(await Promise.all(found))])
  }

  function commitOf(commit: string): Promise<KnownCommit> {
    return memory.commits(`${project} ${commit}`, async () => {
      const call = `GET ${at(`/repository/commits/${commit}`)}`
      return commitIn((await api.Commits.show(project, commit)) as unknown as Partial<KnownCommit>, call)
    })
  }

  async function head(branch: string): Promise<string | undefined> {
    return (await show(branch))?.id
  }

  async function readHead(branch: string): Promise<BranchHead | undefined> {
    const commit = await show(branch)
    return commit && headAt(commit)
  }

  async function headAt({ id, parent_ids: parents, message }: KnownCommit): Promise<BranchHead> {
    // GitLab names no trees: the id is worked out from the entries, which are its whole content.
    const root = (await files.folders(id, [])).get('') ?? []
    return { commit: id, tree: treeId(root), parents, message }
  }

  async function show(branch: string): Promise<KnownCommit | undefined> {
    const answer = await unless(api.Branches.show(project, branch), 'FORGE_NOT_FOUND')
    const call = `GET ${at(`/repository/branches/${encodeURIComponent(branch)}`)}`
    return answer && commitIn(answer.commit as unknown as Partial<KnownCommit>, call)
  }

  async function move(update: BranchMove, also?: BranchMove): Promise<MoveReply> {
    const { branch, from, to } = update
    checkBranchNames([branch])
    const failure = await pushed(also ? [update, also] : [update])
    if (!failure) return { kind: 'done' }
    // Refused, or done and the answer lost: the branch itself knows.
    const now = await head(branch)
    if (now === to) return { kind: 'done' }
    if (now !== from) return { kind: 'moved', head: now }
    // What goes along may have been moved by another run; the branch itself need not wait for it.
    if (also) return move(update)
    throw (from === undefined && (await blocked(branch))) || failure
  }

  async function pushed(updates: readonly BranchMove[]): Promise<AssayError | undefined> {
    const call = `POST /${project}.git/git-receive-pack`
    try {
      const said = await push(
        project,
        updates.map(({ branch, from, to }) => ({ ref: `refs/heads/${branch}`, from, to })),
      )
      return said === undefined
        ? undefined
        : forgeError({ code: 'FORGE_REJECTED', call, said, fix: PUSH_ADVICE })
    } catch (error) {
      if (isForgeError(error, 'FORGE_UNAUTHORIZED', 'FORGE_FORBIDDEN', 'FORGE_NOT_FOUND'))
        throw withFix(error, PUSH_ADVICE)
      return error as AssayError
    }
  }

  /** Git cannot keep `a` and `a/b` at once. */
  async function blocked(branch: string): Promise<AssayError | undefined> {
    const above = branchesAbove(branch)
    const commits = new Map(await Promise.all(above.map(async name => [name, await head(name)] as const)))
    const listed = await api.Branches.all(project, { search: `^${branch}/`, perPage: 1, page: 1 })
    const below = listed.find(({ name }) => name.startsWith(`${branch}/`))
    const blocking = above.find(name => commits.get(name) !== undefined) ?? below?.name
    return blocking === undefined ? undefined : branchBlocked(branch, blocking)
  }

  function at(path: string): string {
    return `/projects/${encodeURIComponent(project)}${path}`
  }
}

// --- internal ---

/** So many of our own branches are asked for one by one, and more in one list. */
const MOST_ALONE = 2

function commitIn(answer: Partial<KnownCommit> | undefined, call: string): KnownCommit {
  const { id, message, parent_ids } = answer ?? {}
  if (id && typeof message === 'string' && Array.isArray(parent_ids)) return { id, message, parent_ids }
  throw badAnswer(call, 'a branch without a commit')
}

const PUSH_ADVICE =
  'Give the token the scope `api` and the role Developer in the deploy repository (Maintainer for protected branches), and leave Git over HTTP(S) enabled: branches are moved by it'
