import {
  lastStatuses,
  mergeRequestJson,
  noteJson,
  pipelineOf,
  statusJson,
  userJson,
} from './gitlab-answers.ts'
import { requestPipelines } from './gitlab-ci.ts'
import type { Asked, Said } from './gitlab-double.ts'
import { paged } from './gitlab-paging.ts'
import { type MergeRequest, USERS } from './gitlab-state.ts'

/** Everything of a project that is no git: merge requests, notes, statuses, deployments; and users. */
export function projectRoutes(asked: Asked): Said | undefined {
  const { method, path, user, query } = asked
  // Administrators alone are told what they are. https://docs.gitlab.com/api/users/#retrieve-the-current-user
  const isAdmin = asked.state.administrators?.includes(user) && { is_admin: true }
  if (path === '/user') return ok({ ...userJson(user), bot: user.endsWith('_bot'), ...isAdmin })
  if (path === '/users') return ok(USERS.filter(name => name === query.get('username')).map(userJson))
  const [, account] = /^\/users\/(\d+)$/.exec(path) ?? []
  if (account) return userAt(Number(account))
  const [, member] = /^\/members\/all\/(\d+)$/.exec(path) ?? []
  if (member) return memberAt(asked.state, Number(member))
  const rules = method === 'GET' ? branchRules(asked) : undefined
  if (rules) return rules
  if (path === '' && method === 'GET') return ok(projectJson(asked.project, asked.projectPath))
  const [, iid, rest = ''] = /^\/merge_requests(?:\/(\d+)(\/.*)?)?$/.exec(path) ?? []
  if (path.startsWith('/merge_requests')) {
    if (iid === undefined) return method === 'GET' ? listMergeRequests(asked) : createMergeRequest(asked)
    const one = asked.project.mergeRequests.find(known => known.iid === Number(iid))
    return one ? mergeRequestRoutes(asked, one, rest) : missing('Not found')
  }
  const status = /^\/statuses\/([0-9a-f]+)$/.exec(path)
  if (status && method === 'POST') return setStatus(asked, status[1]!)
  const statuses = /^\/repository\/commits\/([0-9a-f]+)\/statuses$/.exec(path)
  if (statuses) {
    const known = asked.project.statuses.filter(
      ({ sha, name }) => sha === statuses[1] && (query.get('name') ?? name) === name,
    )
    return paged(lastStatuses(known).map(statusJson), query, asked.path)
  }
  const requests = /^\/repository\/commits\/([0-9a-f]{40})\/merge_requests$/.exec(path)
  if (requests) return requestsOfCommit(asked, requests[1]!)
  if (path.startsWith('/deployments')) return deployments(asked)
  if (path === '/environments' && method === 'POST') return createEnvironment(asked)
  return undefined
}

// --- internal ---

const ok = (body: unknown): Said => ({ status: 200, body })
const missing = (what: string): Said => ({ status: 404, body: { message: `404 ${what}` } })
const bad = (message: unknown): Said => ({ status: 400, body: { message } })

function shown({ git, project, projectPath }: Asked, one: MergeRequest) {
  return mergeRequestJson(git, project, projectPath, one)
}

/** https://docs.gitlab.com/api/projects/#get-a-single-project */
export function projectJson(
  { id, visibility = 'private', activeAt = '2026-03-01T12:00:00.000Z', asks }: Asked['project'],
  path: string,
) {
  return {
    ...{ id, path_with_namespace: path, default_branch: 'main', visibility, last_activity_at: activeAt },
    only_allow_merge_if_pipeline_succeeds: asks?.pipeline ?? false,
    permissions: { project_access: { access_level: 30 }, group_access: null },
  }
}

/** https://docs.gitlab.com/api/protected_branches/, https://docs.gitlab.com/api/merge_request_approvals/ */
function branchRules({ path, project: { asks } }: Asked): Said | undefined {
  const [, branch] = /^\/protected_branches\/(.+)$/.exec(path) ?? []
  if (branch !== undefined) {
    if (!asks) return missing('Not found')
    const level = asks.role ?? 30
    const merging = [{ id: 1, access_level: level, access_level_description: 'Developers' }]
    const name = decodeURIComponent(branch)
    return ok({
      id: 1,
      name,
      merge_access_levels: merging,
      code_owner_approval_required: asks.owners ?? false,
    })
  }
  if (path !== '/approval_rules') return undefined
  if (asks?.approvals === undefined) return missing('Not found')
  const rule = {
    id: 1,
    rule_type: 'regular',
    applies_to_all_protected_branches: true,
    protected_branches: [],
  }
  return ok([{ ...rule, name: 'Risk', approvals_required: asks.approvals }])
}

/** https://docs.gitlab.com/api/users/#retrieve-a-user */
function userAt(id: number): Said {
  const name = USERS[id - 1]
  return name === undefined
    ? missing('User Not Found')
    : ok({ ...userJson(name), bot: name.endsWith('_bot') })
}

/** https://docs.gitlab.com/api/project_members/ */
function memberAt({ levels }: Asked['state'], id: number): Said {
  const name = USERS[id - 1] ?? ''
  const level = levels[name]
  if (level === undefined) return missing('Not found')
  const times = { created_at: '2026-01-01T00:00:00.000Z', expires_at: null }
  return ok({ ...userJson(name), access_level: level, ...times, membership_state: 'active' })
}

function listMergeRequests(asked: Asked): Said {
  const { query, project } = asked
  const wanted = (name: string, value: string) => [null, 'all', value].includes(query.get(name))
  const found = project.mergeRequests.filter(
    one =>
      wanted('source_branch', one.source) &&
      wanted('target_branch', one.target) &&
      wanted('state', one.state) &&
      changedSince(one, query),
  )
  return paged(
    found.toReversed().map(one => shown(asked, one)),
    query,
    asked.path,
  )
}

/** What has not said when it changed did so long ago. */
export function changedSince(
  { updatedAt = '2026-03-01T12:00:00.000Z' }: MergeRequest,
  query: URLSearchParams,
): boolean {
  const since = query.get('updated_after')
  return since === null || Date.parse(updatedAt) >= Date.parse(since)
}

/** Those whose last commit or merge it is; GitLab knows the commits between as well. */
function requestsOfCommit(asked: Asked, sha: string): Said {
  const { git, project, query, path } = asked
  if (!git.resolve(sha)) return missing('Commit Not Found')
  const found = project.mergeRequests.map(one => shown(asked, one))
  return paged(
    found.filter(one => one.sha === sha || one.merge_commit_sha === sha),
    query,
    path,
  )
}

function createMergeRequest(asked: Asked): Said {
  const { body, git, project, state } = asked
  const { source_branch: source, target_branch: target } = body
  const sha = git.resolve(source)
  if (!sha || !git.resolve(target)) return bad(['Source branch does not exist'])
  const open = project.mergeRequests.find(
    one => one.state === 'opened' && one.source === source && one.target === target,
  )
  if (open)
    return {
      status: 409,
      body: { message: [`Another open merge request already exists for this source branch: !${open.iid}`] },
    }
  const id = ++state.ids
  const one: MergeRequest = {
    id,
    iid: project.mergeRequests.length + 1,
    title: body.title,
    description: '',
    state: 'opened',
    source,
    target,
    sourceProject: project.id,
    sha,
    labels: [],
    reviewers: [],
    auto: false,
    author: asked.user,
    notes: [],
  }
  project.mergeRequests.push(one)
  one.description = withoutActions(asked, one, body.description ?? '')
  return { status: 201, body: shown(asked, one) }
}

function mergeRequestRoutes(asked: Asked, one: MergeRequest, rest: string): Said | undefined {
  if (rest === '' && asked.method === 'GET') return ok(shown(asked, one))
  if (rest === '') return updateMergeRequest(asked, one)
  if (rest === '/merge') return merge(asked, one)
  if (rest === '/pipelines') return requestPipelines(asked, one, shown(asked, one).sha)
  if (rest === '/notes' || rest.startsWith('/notes/')) return notes(asked, one, rest)
  return undefined
}

function updateMergeRequest(asked: Asked, one: MergeRequest): Said {
  const { body } = asked
  const { sha } = shown(asked, one)
  if (body.title !== undefined) one.title = body.title
  if (body.description !== undefined) one.description = withoutActions(asked, one, body.description)
  if (body.add_labels) one.labels = [...new Set([...one.labels, ...body.add_labels])]
  // On the Free tier a merge request has one reviewer; here it has as many as are asked for.
  if (body.reviewer_ids) one.reviewers = body.reviewer_ids.map((id: number) => USERS[id - 1]).filter(Boolean)
  if (body.state_event === 'close') Object.assign(one, { state: 'closed', sha })
  if (body.state_event === 'reopen') one.state = 'opened'
  return ok(shown(asked, one))
}

/** As in a project whose pipelines must succeed. */
function merge(asked: Asked, one: MergeRequest): Said {
  const { body, git, project } = asked
  const { sha } = shown(asked, one)
  if (one.state !== 'opened') return { status: 405, body: { message: '405 Method Not Allowed' } }
  if (body?.sha !== undefined && body.sha !== sha)
    return { status: 409, body: { message: 'SHA does not match HEAD of source branch' } }
  const pipeline = pipelineOf(lastStatuses(project.statuses.filter(status => status.sha === sha)))
  if (pipeline !== undefined && pipeline !== 'success') {
    if (!body?.auto_merge || !['running', 'pending'].includes(pipeline))
      return { status: 405, body: { message: '405 Method Not Allowed' } }
    one.auto = true
    return ok(shown(asked, one))
  }
  const base = git.resolve(one.target)!
  const merged = git.merge(base, sha, `Merge branch '${one.source}' into '${one.target}'`)
  if (!merged || !git.move(one.target, base, merged))
    return { status: 422, body: { message: 'Branch cannot be merged' } }
  Object.assign(one, { state: 'merged', sha, mergeCommit: merged, mergedAt: '2026-03-01T12:00:00.000Z' })
  return ok(shown(asked, one))
}

/** https://docs.gitlab.com/api/emoji_reactions/: a second one of a name is not found. */
function awarded(note: MergeRequest['notes'][number], name: string): Said {
  note.awards ??= []
  if (note.awards.includes(name)) return missing('Award Emoji Name has already been taken Not Found')
  note.awards.push(name)
  return {
    status: 201,
    body: { id: note.awards.length, name, awardable_id: note.id, awardable_type: 'Note' },
  }
}

function notes(asked: Asked, one: MergeRequest, rest: string): Said | undefined {
  const { method, body, state, user, query } = asked
  if (rest === '/notes' && method === 'GET') {
    const wanted = one.notes.filter(note => query.get('activity_filter') !== 'only_comments' || !note.system)
    const sorted = query.get('sort') === 'asc' ? wanted : wanted.toReversed()
    return paged(
      sorted.map(note => noteJson(note, one)),
      query,
      asked.path,
    )
  }
  if (rest === '/notes') {
    if (body.body.length > 1_000_000) return bad({ note: ['is too long (maximum is 1000000 characters)'] })
    const text = withoutActions(asked, one, body.body)
    if (text.trim() === '') return { status: 202, body: { commands_changes: {}, summary: [] } }
    const note = { id: ++state.ids, body: text, author: user, system: false }
    one.notes.push(note)
    return { status: 201, body: noteJson(note, one) }
  }
  const [, id, award] = /^\/notes\/(\d+)(\/award_emoji)?$/.exec(rest) ?? []
  const note = one.notes.find(known => known.id === Number(id))
  if (!note) return missing('Note Not Found')
  if (award) return awarded(note, query.get('name') ?? body?.name)
  if (method === 'GET') return ok(noteJson(note, one))
  if (note.author !== user && user !== 'maintainer')
    return { status: 403, body: { message: '403 Forbidden' } }
  if (method === 'DELETE') {
    one.notes.splice(one.notes.indexOf(note), 1)
    return { status: 204 }
  }
  note.body = withoutActions(asked, one, body.body)
  return ok(noteJson(note, one))
}

/** lib/gitlab/quick_actions/extractor.rb, without its care for code. Quick actions are carried out with the rights of whoever wrote the text, and their lines are gone from it. */
function withoutActions({ state }: Asked, one: MergeRequest, text: string): string {
  const kept = text.split('\n').filter(line => {
    const [, action] = /^\/(merge|close|approve|label|assign|draft|ready|title)\b/.exec(line) ?? []
    if (action === undefined) return true
    state.executed.push(action)
    if (action === 'close') one.state = 'closed'
    return false
  })
  return kept.join('\n')
}

const MOVES: Record<string, string[]> = {
  pending: ['created'],
  running: ['created', 'pending'],
  success: ['created', 'pending', 'running'],
  failed: ['created', 'pending', 'running'],
  canceled: ['created', 'pending', 'running'],
  skipped: ['created', 'pending'],
}

/** app/services/ci/create_commit_status_service.rb: a finished status is followed by a new one, another one moves on. */
function setStatus({ body, project, state, git }: Asked, sha: string): Said {
  if (!git.resolve(sha)) return missing('Commit Not Found')
  // What no branch holds and no pipeline is of is shown nowhere without a ref.
  const isHeld =
    project.pipelines.some(one => one.sha === sha) ||
    git.branches().some(({ commit }) => git.history(commit, undefined).includes(sha))
  if (body.ref === undefined && !isHeld) return missing('References for commit Not Found')
  const name = body.name ?? body.context ?? 'default'
  const known = project.statuses.findLast(status => status.sha === sha && status.name === name)
  const current = known && ['pending', 'running'].includes(known.state) ? known : undefined
  if (!MOVES[body.state]!.includes(current?.state ?? 'created'))
    return bad(`Cannot transition status via :enqueue from :${current?.state}`)
  if ((body.description ?? '').length > 255)
    return bad({ description: ['is too long (maximum is 255 characters)'] })
  const changed = { state: body.state, description: body.description ?? null, url: body.target_url ?? null }
  const status = current ?? { id: ++state.ids, sha, name, ...changed }
  Object.assign(status, changed)
  if (!current) project.statuses.push(status)
  return { status: 201, body: statusJson(status) }
}

function deployments(asked: Asked): Said | undefined {
  const { method, path, project, query, body, state, git } = asked
  const json = (one: (typeof project.deployments)[number]) => ({
    ...one,
    iid: one.id,
    created_at: '2026-03-01T12:00:00.000Z',
    updated_at: '2026-03-01T12:00:00.000Z',
    user: userJson('project_1_bot'),
    environment: { id: 1, name: one.environment, slug: one.environment, external_url: null },
    deployable: null,
  })
  const id = Number(/^\/deployments\/(\d+)$/.exec(path)?.[1] ?? 0)
  if (method === 'GET') {
    const found = project.deployments.filter(one =>
      [null, one.environment].includes(query.get('environment')),
    )
    const sorted = query.get('sort') === 'desc' ? found.toReversed() : found
    return paged(sorted.map(json), query, path)
  }
  if (method === 'PUT') {
    const one = project.deployments.find(known => known.id === id)
    if (!one) return missing('Not found')
    // app/models/deployment.rb: it runs once, and ends as often as one likes.
    if (one.status === body.status || body.status === 'running')
      return bad({ status: [`Cannot transition status via :${body.status}`] })
    one.status = body.status
    return ok(json(one))
  }
  if (!git.resolve(body.sha)) return bad({ sha: ['The commit does not exist'] })
  if (!project.environments.includes(body.environment)) project.environments.push(body.environment)
  const { environment, sha, ref, status } = body
  const one = { id: ++state.ids, environment, sha, ref, status }
  project.deployments.push(one)
  return { status: 201, body: json(one) }
}

function createEnvironment({ project, body }: Asked): Said {
  if (project.environments.includes(body.name)) return bad({ name: ['has already been taken'] })
  project.environments.push(body.name)
  return {
    status: 201,
    body: {
      id: project.environments.length,
      name: body.name,
      slug: body.name,
      external_url: body.external_url ?? null,
    },
  }
}
