import { ask } from './ask.ts'
import type { Answer, Sent, Upstream } from './github-gaps.ts'
import { answerGraphql, type GraphqlHost, type HostPull, type Rest } from './github-graphql.ts'

// What the emulator lacks for a deploy repository: GraphQL, and pull requests that follow their branch, exist once and are
// merged file by file.

/** The answer where the emulator alone would not do; undefined for all other requests. */
export async function answerDeploy(
  upstream: Upstream,
  sent: Sent,
  pass: (sent: Sent) => Promise<Answer>,
): Promise<Answer | undefined> {
  const place = /^\/repos\/([\w.-]+\/[\w.-]+)\/pulls(?:\/(\d+)(\/merge)?)?$/.exec(sent.path)
  const isGraphql = sent.path === '/graphql'
  if (!place && !isGraphql) return undefined
  const hostNamed = (name: string) => hostOf(upstream, name, sent)
  if (isGraphql) return json(200, await answerGraphql(hostNamed, sent.body))

  const repository = place![1]!
  const host = hostNamed(repository)
  const number = place![2]
  if (sent.method === 'PUT' && place![3]) return host.alone(() => merge(upstream, host, Number(number), sent))
  if (sent.method === 'POST' && !number) return host.alone(() => create(host, hostNamed, sent, pass))
  const given = await pass(sent)
  if (given.status >= 300) return given
  const data = JSON.parse(given.body) as HostPull | HostPull[]
  if (sent.method === 'PATCH' && !Array.isArray(data)) await keepHead(upstream, host, data)
  const live = Array.isArray(data)
    ? await Promise.all(data.map(pull => asItIs(upstream, host, pull)))
    : await asItIs(upstream, host, data)
  return { ...given, body: JSON.stringify(live) }
}

// --- internal ---

type Merges = Map<string, { commit?: string; at?: string; head: string }>
const objectsOf = new WeakMap<Upstream, Map<string, unknown>>()
const mergesOf = new WeakMap<Upstream, Merges>()
const queues = new WeakMap<Upstream, Promise<unknown>>()

function hostOf(upstream: Upstream, repository: string, { token, may }: Sent): GraphqlHost {
  const known = objectsOf.get(upstream) ?? new Map<string, unknown>()
  objectsOf.set(upstream, known)
  const rest: Rest = async (method, path, body) => {
    const key = `${repository}${path}`
    if (known.has(key)) return known.get(key)
    const given = await ask(`${upstream.target}/repos/${repository}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (given.status === 404) return undefined
    if (given.status >= 300) throw new Error(`${method} ${path}: ${given.status} ${given.body}`)
    const answer = given.status === 204 ? {} : JSON.parse(given.body)
    // What a hash names never changes.
    if (method === 'GET' && /^\/git\/(commits|trees|blobs)\/[0-9a-f]{40}/.test(path)) known.set(key, answer)
    return answer
  }
  const host: GraphqlHost = {
    rest,
    repository,
    may: (permission, level) => may?.(repository, permission, level) ?? 'yes',
    statuses: upstream.statuses,
    pulls: async branch => {
      const query = `head=${encodeURIComponent(branch)}&state=all&per_page=100`
      const listed: HostPull[] = (await rest('GET', `/pulls?${query}`)) ?? []
      return Promise.all(listed.map(pull => asItIs(upstream, host, pull)))
    },
    alone: work => {
      const done = (queues.get(upstream) ?? Promise.resolve()).then(work, work)
      queues.set(
        upstream,
        done.catch(() => undefined),
      )
      return done
    },
  }
  return host
}

function merges(upstream: Upstream): Merges {
  const known = mergesOf.get(upstream) ?? new Map()
  mergesOf.set(upstream, known)
  return known
}

/** A closed pull request goes on to show the head that it had. */
async function keepHead(upstream: Upstream, { rest, repository }: GraphqlHost, pull: HostPull) {
  const ref = await rest('GET', `/git/ref/heads/${pull.head.ref}`)
  const key = `${repository}#${pull.number}`
  if (pull.state === 'open') merges(upstream).delete(key)
  else if (ref && merges(upstream).get(key)?.commit === undefined)
    merges(upstream).set(key, { head: ref.object.sha })
}

/** An open pull request shows its branch, a closed one what it was. */
async function asItIs(upstream: Upstream, host: GraphqlHost, pull: HostPull): Promise<HostPull> {
  const { repository, rest } = host
  const merged = merges(upstream).get(`${repository}#${pull.number}`)
  if (merged) {
    const head = { ...pull.head, sha: merged.head }
    return {
      ...pull,
      head,
      merged: merged.commit !== undefined,
      merge_commit_sha: merged.commit,
      merged_at: merged.at,
    }
  }
  const from = pull.head.repo?.full_name
  if (pull.state !== 'open' || from === undefined) return pull
  const ref =
    from === repository
      ? await rest('GET', `/git/ref/heads/${pull.head.ref}`)
      : await upstream.world?.ask('GET', `/repos/${from}/git/ref/heads/${pull.head.ref}`)
  return ref ? { ...pull, head: { ...pull.head, sha: shaOf(ref) } } : pull
}

function shaOf(ref: unknown): string {
  return (ref as { object: { sha: string } }).object.sha
}

async function create(
  host: GraphqlHost,
  hostNamed: (repository: string) => GraphqlHost,
  sent: Sent,
  pass: (sent: Sent) => Promise<Answer>,
): Promise<Answer> {
  const { head, base } = sent.body as { head: string; base: string }
  const [owner, branch = head] = head.includes(':') ? head.split(':') : [undefined, head]
  const source = await ownedBy(host, hostNamed, owner)
  const [from, into] = await Promise.all([
    source?.rest('GET', `/git/ref/heads/${branch}`),
    host.rest('GET', `/git/ref/heads/${base}`),
  ])
  if (!from || !into) return invalid(`field ${from ? 'base' : 'head'} is invalid`)
  if (from.object.sha === into.object.sha) return invalid(`No commits between ${base} and ${head}`)
  const own = (await host.pulls(head)).filter(pull => pull.head.repo?.full_name === source?.repository)
  const open = own.some(pull => pull.state === 'open' && pull.base.ref === base)
  if (open) return invalid(`A pull request already exists for ${source?.repository.split('/')[0]}:${branch}.`)
  const given = await pass(sent)
  if (given.status >= 300) return given
  const pull = JSON.parse(given.body)
  return { ...given, body: JSON.stringify({ ...pull, head: { ...pull.head, sha: from.object.sha } }) }
}

/** The repository itself, or the fork that somebody has of it. */
async function ownedBy(
  host: GraphqlHost,
  hostNamed: (repository: string) => GraphqlHost,
  owner: string | undefined,
): Promise<GraphqlHost | undefined> {
  if (owner === undefined || owner === host.repository.split('/')[0]) return host
  const forks: { full_name: string; owner: { login: string } }[] = await host.rest('GET', '/forks')
  const fork = forks.find(one => one.owner.login === owner)
  return fork && hostNamed(fork.full_name)
}

async function merge(upstream: Upstream, host: GraphqlHost, number: number, sent: Sent): Promise<Answer> {
  const known = await host.rest('GET', `/pulls/${number}`)
  if (!known) return json(404, { message: 'Not Found' })
  const pull = await asItIs(upstream, host, known)
  if (pull.merged || pull.state !== 'open') return json(405, { message: 'Pull Request is not mergeable' })
  const { sha } = (sent.body ?? {}) as { sha?: string }
  if (sha !== undefined && sha !== pull.head.sha)
    return json(409, { message: 'Head branch was modified. Review and try the merge again.' })
  const own = host.statuses.filter(one => one.sha === pull.head.sha)
  const contexts = new Map(own.map(one => [one.context, one.state]))
  if ([...contexts.values()].includes('pending'))
    return json(405, { message: 'Required status check "ci" is expected.' })
  const { ways, deletesBranches, at = new Date().toISOString() } = mergeRules(upstream)
  const { merge_method: way = 'merge' } = (sent.body ?? {}) as { merge_method?: MergeWay }
  if (!ways.includes(way))
    return json(405, { message: `${WAY_WORDS[way]} are not allowed on this repository.` })
  const { rest } = host
  const base = (await rest('GET', `/git/ref/heads/${pull.base.ref}`)).object.sha as string
  const commit = await mergedAs(way, host, pull, base, at)
  await rest('PATCH', `/git/refs/heads/${pull.base.ref}`, { sha: commit })
  await rest('PATCH', `/pulls/${number}`, { state: 'closed' })
  merges(upstream).set(`${host.repository}#${number}`, { commit, at, head: pull.head.sha })
  if (deletesBranches) await rest('DELETE', `/git/refs/heads/${pull.head.ref}`)
  return json(200, { sha: commit, merged: true, message: 'Pull Request successfully merged' })
}

const OCTO = { name: 'octo', email: 'octo@example.com' }

type MergeWay = 'merge' | 'squash' | 'rebase'

const WAY_WORDS: Record<MergeWay, string> = {
  merge: 'Merge commits',
  squash: 'Squash merges',
  rebase: 'Rebase merges',
}

interface MergeRules {
  /** Ways to merge that the repository allows. */
  ways: MergeWay[]
  /** "Automatically delete head branches". */
  deletesBranches: boolean
  /** When they happen, where not now. */
  at?: string
}

const rulesOf = new WeakMap<Upstream, MergeRules>()

/** The settings of the repositories: GitHub's own until somebody changes them. */
export function mergeRules(upstream: Upstream): MergeRules {
  const rules = rulesOf.get(upstream) ?? { ways: ['merge', 'squash', 'rebase'], deletesBranches: false }
  rulesOf.set(upstream, rules)
  return rules
}

/** The commit that the base is at afterwards. */
async function mergedAs(
  way: MergeWay,
  host: GraphqlHost,
  pull: HostPull,
  base: string,
  date: string,
): Promise<string> {
  const { rest } = host
  const head = pull.head.sha
  const commit = async (message: string, tree: string, parents: string[]): Promise<string> =>
    (await rest('POST', '/git/commits', { message, tree, parents, author: { ...OCTO, date } })).sha
  const from = `${host.repository.split('/')[0]}/${pull.head.ref}`
  if (way === 'merge') {
    const message = `Merge pull request #${pull.number} from ${from}\n\n${pull.title}`
    return commit(message, await mergedTree(rest, base, head), [base, head])
  }
  if (way === 'squash')
    return commit(`${pull.title} (#${pull.number})`, await mergedTree(rest, base, head), [base])
  const own: string[] = []
  const common = await commonCommit(rest, base, head)
  for (let at = head; at !== common; at = (await rest('GET', `/git/commits/${at}`)).parents[0].sha)
    own.unshift(at)
  let onto = base
  for (const one of own) {
    const { message } = await rest('GET', `/git/commits/${one}`)
    onto = await commit(message, await mergedTree(rest, onto, one), [onto])
  }
  return onto
}

/** The base's files with what changed between the head and the commit that both have. */
async function mergedTree(rest: Rest, base: string, head: string): Promise<string> {
  const read = async (commit: string) => rest('GET', `/git/commits/${commit}`)
  const files = async (tree: string): Promise<Map<string, { mode: string; sha: string }>> => {
    const { tree: entries } = await rest('GET', `/git/trees/${tree}?recursive=1`)
    return new Map(
      entries
        .filter((entry: { type: string }) => entry.type !== 'tree')
        .map((entry: { path: string }) => [entry.path, entry]),
    )
  }
  const [onto, own] = await Promise.all([read(base), read(head)])
  const common = await read(await commonCommit(rest, base, head))
  const [before, after] = await Promise.all([files(common.tree.sha), files(own.tree.sha)])
  const changed = [...after]
    .filter(([path, { sha }]) => before.get(path)?.sha !== sha)
    .map(([path, { mode, sha }]) => ({ path, mode, type: 'blob', sha }))
  const gone = [...before.keys()]
    .filter(path => !after.has(path))
    .map(path => ({ path, mode: '100644', type: 'blob', sha: null }))
  const tree = [...changed, ...gone]
  return (await rest('POST', '/git/trees', { base_tree: onto.tree.sha, tree })).sha
}

/** The first commit that both histories are found to have, walked in turns: enough where branches are short. */
async function commonCommit(rest: Rest, base: string, head: string): Promise<string> {
  const sides = [
    { queue: [head], seen: new Set([head]) },
    { queue: [base], seen: new Set([base]) },
  ]
  for (let turn = 0; sides.some(({ queue }) => queue.length > 0); turn++) {
    const own = sides[turn % 2]!
    const other = sides[(turn + 1) % 2]!
    const at = own.queue.shift()
    if (at === undefined) continue
    if (other.seen.has(at)) return at
    const { parents } = await rest('GET', `/git/commits/${at}`)
    for (const { sha } of parents) {
      own.seen.add(sha)
      own.queue.push(sha)
    }
  }
  throw new Error(`${head} and ${base} have no commit in common`)
}

function invalid(message: string): Answer {
  return json(422, { message: 'Validation Failed', errors: [{ resource: 'PullRequest', message }] })
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
