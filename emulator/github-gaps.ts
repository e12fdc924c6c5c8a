import { ask } from './ask.ts'
import type { CommitStatus } from './github/world/repositories.ts'
import type { Answer, Sent } from './github/world/requests.ts'
import type { Upstream } from './github/world/world.ts'
import { answerDeployments } from './github-deployments.ts'
import { answerDeploy } from './github-deploys.ts'
import { mergeRules, RULESET } from './github-merges.ts'

/** The emulator's answer, with what it lacks added: token permissions, apps, statuses, the size limit. */
export async function forwardPlainly(state: Upstream, sent: Sent): Promise<Answer> {
  const { app, appId, readOnly, noChecks } = state.tokens[sent.token] ?? {}
  const isWrite = sent.method !== 'GET' && !/^\s*query /.test((sent.body as { query?: string })?.query ?? '')
  const isCheck = /\/check-runs(\/\d+)?$/.test(sent.path)
  if (app && sent.path === '/user') return refuse(403, NOT_ACCESSIBLE)
  if (isWrite && readOnly) return refuse(403, NOT_ACCESSIBLE)
  if (isWrite && isCheck && noChecks) return refuse(403, NOT_ACCESSIBLE)
  if (isWrite && isCheck && !app) return refuse(403, 'You must authenticate via a GitHub App.')
  if (isWrite && String((sent.body as { body?: string } | undefined)?.body ?? '').length > 65_536)
    return refuse(422, 'Validation Failed: body is too long (maximum is 65536 characters)')
  const status = /^\/repos\/([^/]+\/[^/]+)\/statuses\/(\w+)$/.exec(sent.path)
  if (status && sent.method === 'POST')
    return storeStatus(state, status[1]!, status[2]!, sent.body as Omit<CommitStatus, 'sha'>)
  const deployed = answerDeployments(state.deployments, sent)
  if (deployed) return deployed
  const ofCommit = /^(\/repos\/[^/]+\/[^/]+)\/commits\/([0-9a-f]{40})\/pulls$/.exec(sent.path)
  if (ofCommit) return pullsOfCommit(state, sent, ofCommit[1]!, ofCommit[2]!)
  if (/^\/repos\/[^/]+\/[^/]+\/rulesets\/\d+$/.test(sent.path)) return rulesetAt(state, sent)
  const answered = await answerDeploy(state, sent, request => pass(state, request))
  if (answered) return answered
  const given = await pass(state, sent)
  if (!isCheck || given.status >= 300) return given
  const body = withApps(state, given.body, isWrite && app ? { id: appId, slug: app } : undefined)
  return pageOfChecks({ ...given, body }, sent.target)
}

// --- internal ---

/** The emulator's own answer. */
async function pass(state: Upstream, sent: Sent): Promise<Answer> {
  const { status, headers, body } = await ask(state.target + sent.target, {
    method: sent.method,
    headers: { authorization: `token ${sent.token}`, 'content-type': 'application/json' },
    body: sent.text,
  })
  const kept = ['content-type', 'link', 'x-ratelimit-remaining', 'x-ratelimit-reset'].flatMap(name => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  return { status, headers: Object.fromEntries(kept), body }
}

/** The pull requests whose head or merge a commit is; GitHub knows the commits between as well. */
async function pullsOfCommit(state: Upstream, sent: Sent, repository: string, sha: string): Promise<Answer> {
  const ask = (path: string, query = '') =>
    forwardPlainly(state, { ...sent, path, target: path + query, text: '' })
  if ((await ask(`${repository}/git/commits/${sha}`)).status !== 200)
    return refuse(422, `No commit found for SHA: ${sha}`)
  const listed = await ask(`${repository}/pulls`, '?state=all&per_page=100')
  const pulls = JSON.parse(listed.body) as { head: { sha: string }; merge_commit_sha: string | null }[]
  const found = pulls.filter(pull => pull.head.sha === sha || pull.merge_commit_sha === sha)
  return { ...listed, body: JSON.stringify(found) }
}

/** https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset */
function rulesetAt(state: Upstream, { path }: Sent): Answer {
  const { asked } = mergeRules(state)
  const id = Number(path.split('/').at(-1))
  if (asked?.by !== 'ruleset' || id !== RULESET) return refuse(404, 'Not Found')
  const body = {
    ...{
      id,
      name: 'main',
      target: 'branch',
      source_type: 'Repository',
      source: path.split('/').slice(2, 4).join('/'),
    },
    ...{ enforcement: 'active', current_user_can_bypass: asked.bypassed ? 'always' : 'never', rules: [] },
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

const NOT_ACCESSIBLE = 'Resource not accessible by integration'

/** Checks with the App that made each: the npm package forgets it. */
function withApps(
  { checkApps, world }: Upstream,
  text: string,
  made?: { id: number | undefined; slug: string },
): string {
  const data = JSON.parse(text) as { id?: number; check_runs?: { id: number }[] }
  if (made && data.id !== undefined)
    checkApps.set(data.id, { id: made.id ?? 15368, slug: made.slug, at: timeOf(world?.now()) })
  const shown = (check: { id?: number; status?: string }) => {
    const { at, ...app } = checkApps.get(check.id!) ?? {}
    return { ...check, app: at ? app : null, ...(at && check.status === 'completed' && { completed_at: at }) }
  }
  return JSON.stringify(data.check_runs ? { ...data, check_runs: data.check_runs.map(shown) } : shown(data))
}

/** The page that was asked for: the npm package answers with all there are. */
function pageOfChecks(all: Answer, target: string): Answer {
  const asked = new URL(target, 'http://page')
  const [most, page] = ['per_page', 'page'].map(name => Number(asked.searchParams.get(name) ?? 1)) as [
    number,
    number,
  ]
  const data = JSON.parse(all.body) as { check_runs?: unknown[] }
  if (!data.check_runs || !asked.searchParams.has('per_page')) return all
  const shown = data.check_runs.slice((page - 1) * most, page * most)
  asked.searchParams.set('page', String(page + 1))
  const isLast = page * most >= data.check_runs.length
  return {
    ...all,
    headers: { ...all.headers, ...(!isLast && { link: `<${asked.href}>; rel="next"` }) },
    body: JSON.stringify({ ...data, check_runs: shown }),
  }
}

function timeOf(now = Date.now()): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`
}

function storeStatus(
  state: Upstream,
  repository: string,
  sha: string,
  status: Omit<CommitStatus, 'sha'>,
): Answer {
  const created_at = new Date().toISOString()
  state.statuses.push({ sha, ...status, created_at, repository })
  const body = JSON.stringify({ id: state.statuses.length, created_at, ...status })
  return { status: 201, headers: { 'content-type': 'application/json' }, body }
}

function refuse(status: number, message: string): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) }
}
