import type { BareRepository } from './gitlab-git.ts'
import {
  type GitlabState,
  type MergeRequest,
  type Note,
  type Project,
  type Status,
  USERS,
} from './gitlab-state.ts'

// GitLab's JSON.

export const BASE = 'https://gitlab.example.com'
const NOW = '2026-03-01T12:00:00.000Z'

export function userJson(name: string) {
  const id = USERS.indexOf(name) + 1
  return {
    id,
    username: name,
    name,
    state: 'active',
    locked: false,
    avatar_url: null,
    web_url: `${BASE}/${name}`,
  }
}

export function commitJson(git: BareRepository, id: string, project: string) {
  const { parents, message, at, author } = git.commit(id)
  const who = { author_name: author, author_email: 'gitlab@localhost' }
  return {
    id,
    short_id: id.slice(0, 8),
    created_at: at,
    parent_ids: parents,
    title: message.split('\n')[0],
    message,
    ...who,
    authored_date: at,
    committer_name: 'GitLab',
    committer_email: 'gitlab@localhost',
    committed_date: at,
    trailers: {},
    web_url: `${BASE}/${project}/-/commit/${id}`,
  }
}

export function branchJson(git: BareRepository, name: string, commit: string, project: string) {
  const flags = { merged: false, protected: false, developers_can_push: false, developers_can_merge: false }
  const web_url = `${BASE}/${project}/-/tree/${name}`
  return {
    name,
    ...flags,
    can_push: true,
    default: name === 'main',
    web_url,
    commit: commitJson(git, commit, project),
  }
}

export function noteJson(
  { id, body, author, system, edited, at = NOW, internal = false }: Note,
  { id: noteable_id, iid }: MergeRequest,
) {
  return {
    id,
    type: null,
    body,
    author: userJson(author),
    created_at: at,
    updated_at: edited ?? at,
    system,
    noteable_id,
    noteable_type: 'MergeRequest',
    project_id: 1,
    noteable_iid: iid,
    resolvable: false,
    confidential: internal,
    internal,
    imported: false,
    imported_from: 'none',
    commands_changes: {},
  }
}

export function mergeRequestJson(git: BareRepository, project: Project, path: string, one: MergeRequest) {
  const isOwn = one.sourceProject === project.id
  const sha = (one.state === 'opened' && isOwn && git.resolve(one.source)) || one.sha
  const statuses = lastStatuses(project.statuses.filter(status => status.sha === sha))
  const pipeline = pipelineOf(statuses)
  return {
    id: one.id,
    iid: one.iid,
    project_id: project.id,
    title: one.title,
    description: one.description,
    state: one.state,
    created_at: NOW,
    updated_at: one.updatedAt ?? NOW,
    merged_at: one.mergedAt ?? null,
    target_branch: one.target,
    source_branch: one.source,
    author: userJson(one.author ?? 'project_1_bot'),
    assignees: [],
    assignee: null,
    reviewers: one.reviewers.map(userJson),
    source_project_id: one.sourceProject,
    target_project_id: project.id,
    labels: one.labels,
    draft: false,
    merge_when_pipeline_succeeds: one.auto,
    detailed_merge_status: 'mergeable',
    sha,
    merge_commit_sha: (!one.squash && one.mergeCommit) || null,
    squash_commit_sha: (one.squash && one.mergeCommit) || null,
    web_url: `${BASE}/${path}/-/merge_requests/${one.iid}`,
    head_pipeline: pipeline && { id: 1, sha, ref: one.source, status: pipeline },
  }
}

export function statusJson({ id, sha, name, state, description, url }: Status) {
  const times = { created_at: NOW, started_at: null, finished_at: null }
  const rest = { ref: null, allow_failure: false, coverage: null, author: userJson('project_1_bot') }
  return { id, sha, name, status: state, description, target_url: url, ...times, ...rest }
}

/** The newest status of each name. */
export function lastStatuses(statuses: readonly Status[]): Status[] {
  return [...new Map(statuses.map(status => [status.name, status])).values()]
}

export function pipelineOf(statuses: readonly Status[]): string | undefined {
  const states = statuses.map(({ state }) => state)
  if (states.length === 0) return undefined
  return ['failed', 'canceled', 'running', 'pending'].find(state => states.includes(state)) ?? 'success'
}

export function newProject(state: GitlabState): Project {
  const id = ++state.ids
  return { id, mergeRequests: [], statuses: [], deployments: [], environments: [], pipelines: [], issues: [] }
}
