import { ask } from './ask.ts'
import type { Answer, Sent } from './github/world/requests.ts'
import type { Upstream } from './github/world/world.ts'
import { answerGraphql } from './github-graphql.ts'
import type { GraphqlHost, HostPull, MergeWay, Rest } from './github-graphql-host.ts'
import { mergedAs, mergeRules, refusedByRules } from './github-merges.ts'
import { refPath } from './ref-path.ts'

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

/** The head that a pull request had, whose branch is gone. */
export function keepHeadOf(upstream: Upstream, repository: string, number: number, head: string): void {
  merges(upstream).set(`${repository}#${number}`, { head })
}

// --- internal ---

const WAY_WORDS: Record<MergeWay, string> = {
  merge: 'Merge commits',
  squash: 'Squash merges',
  rebase: 'Rebase merges',
}

type Merges = Map<string, { commit?: string; at?: string; by?: unknown; head: string }>
const objectsOf = new WeakMap<Upstream, Map<string, unknown>>()
const mergesOf = new WeakMap<Upstream, Merges>()
const queues = new WeakMap<Upstream, Promise<unknown>>()

function hostOf(upstream: Upstream, repository: string, { token, carrier, may }: Sent): GraphqlHost {
  const known = objectsOf.get(upstream) ?? new Map<string, unknown>()
  objectsOf.set(upstream, known)
  const rest: Rest = async (method, path, body) => {
    const key = `${repository}${path}`
    if (known.has(key)) return known.get(key)
    const given = await ask(`${upstream.target}/repos/${repository}${path}`, {
      method,
      headers: {
        authorization: `token ${carrier ? await carrier() : token}`,
        'content-type': 'application/json',
      },
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
    get merging() {
      return mergeRules(upstream)
    },
    get statuses() {
      return upstream.statuses.filter(one => (one.repository ?? repository) === repository)
    },
    pulls: async branch => {
      const query = `${branch === undefined ? '' : `head=${encodeURIComponent(branch)}&`}state=all&per_page=100`
      const listed: HostPull[] = (await rest('GET', `/pulls?${query}`)) ?? []
      return Promise.all(listed.map(pull => asItIs(upstream, host, pull)))
    },
    runs: sha =>
      (upstream.world?.runs ?? [])
        .filter(one => one.repository === repository && one.headSha === sha)
        .toReversed(),
    checks: async sha => {
      const { check_runs: runs } = (await rest('GET', `/commits/${sha}/check-runs`)) ?? { check_runs: [] }
      return runs.map(({ id, completed_at, external_id: externalId }: CheckBehind) => {
        const { id: app = 0, at } = upstream.checkApps.get(id) ?? {}
        return { app, completedAt: completed_at && (at ?? completed_at), externalId }
      })
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
  const ref = await rest('GET', `/git/ref/heads/${refPath(pull.head.ref)}`)
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
      merge_commit_sha: merged.commit ?? null,
      merged_at: merged.at ?? null,
      merged_by: merged.by ?? null,
    }
  }
  const from = pull.head.repo?.full_name
  if (pull.state !== 'open' || from === undefined) return pull
  const ref =
    from === repository
      ? await rest('GET', `/git/ref/heads/${refPath(pull.head.ref)}`)
      : await upstream.world?.ask('GET', `/repos/${from}/git/ref/heads/${refPath(pull.head.ref)}`)
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
    source?.rest('GET', `/git/ref/heads/${refPath(branch)}`),
    host.rest('GET', `/git/ref/heads/${refPath(base)}`),
  ])
  if (!from || !into) return invalid(`field ${from ? 'base' : 'head'} is invalid`)
  const between =
    source === host && (await host.rest('GET', `/compare/${into.object.sha}...${from.object.sha}`))
  if (from.object.sha === into.object.sha || (between && between.ahead_by === 0))
    return invalid(`No commits between ${base} and ${head}`)
  const own = (await host.pulls(head)).filter(pull => pull.head.repo?.full_name === source?.repository)
  const open = own.some(pull => pull.state === 'open' && pull.base.ref === base)
  if (open) return invalid(`A pull request already exists for ${source?.repository.split('/')[0]}:${branch}.`)
  const given = await pass(sent)
  if (given.status >= 300) return given
  const pull = JSON.parse(given.body)
  return { ...given, body: JSON.stringify({ ...pull, head: { ...pull.head, sha: from.object.sha } }) }
}

/** Who merges; undefined for a token that the npm package knows nobody for. */
async function userBehind(upstream: Upstream, token: string): Promise<unknown> {
  const { login, app } = upstream.tokens[token] ?? {}
  const name = login ?? (app && `${app}[bot]`)
  if (name === undefined) return undefined
  const response = await fetch(`${upstream.target}/users/${encodeURIComponent(name)}`)
  return response.ok ? response.json() : undefined
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
  const refused = await refusedByRules(mergeRules(upstream), host, pull)
  if (refused !== undefined) return json(405, { message: refused })
  const { ways, deletesBranches, at = new Date().toISOString() } = mergeRules(upstream)
  const { merge_method: way = 'merge' } = (sent.body ?? {}) as { merge_method?: MergeWay }
  if (!ways.includes(way))
    return json(405, { message: `${WAY_WORDS[way]} are not allowed on this repository.` })
  const { rest } = host
  const base = (await rest('GET', `/git/ref/heads/${refPath(pull.base.ref)}`)).object.sha as string
  const commit = await mergedAs(way, host, pull, base, at)
  await rest('PATCH', `/git/refs/heads/${refPath(pull.base.ref)}`, { sha: commit })
  await rest('PATCH', `/pulls/${number}`, { state: 'closed' })
  const by = await userBehind(upstream, sent.token)
  merges(upstream).set(`${host.repository}#${number}`, { commit, at, by, head: pull.head.sha })
  if (deletesBranches) await rest('DELETE', `/git/refs/heads/${refPath(pull.head.ref)}`)
  return json(200, { sha: commit, merged: true, message: 'Pull Request successfully merged' })
}

interface CheckBehind {
  id: number
  completed_at: string | null
  external_id: string | null
}

function invalid(message: string): Answer {
  return json(422, { message: 'Validation Failed', errors: [{ resource: 'PullRequest', message }] })
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
