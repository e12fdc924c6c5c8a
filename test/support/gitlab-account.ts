import { mergeRequestJson } from './gitlab-answers.ts'
import type { Asked, Said } from './gitlab-double.ts'
import { paged } from './gitlab-paging.ts'
import { changedSince, projectJson } from './gitlab-routes.ts'
import type { Hook } from './gitlab-state.ts'

/** What an account sees of many projects at once, and what calls servers of others. */
export function accountRoutes(asked: Asked): Said | undefined {
  const { method, path, query, projectPath, state } = asked
  if (method !== 'GET') return undefined
  if (path === '/projects') return paged(knownProjects(asked), query, path)
  const [, encoded = '', of] = /^\/groups\/([^/]+)\/(merge_requests|hooks)$/.exec(path) ?? []
  const group = decodeURIComponent(encoded)
  if (of === 'merge_requests') return requestsOf(asked, group)
  if (of === 'hooks') return hooksOf(asked, group, state.groupHooks[group])
  if (path === '/hooks') return hooksOf(asked, projectPath, asked.project.hooks)
  return undefined
}

// --- internal ---

/** The account whose projects are asked for. */
const BOT = 'project_1_bot'

/** Those that were asked for before: the double makes a project where it is named. */
function knownProjects({ state, query }: Asked) {
  const since = query.get('last_activity_after')
  if (Number(query.get('min_access_level') ?? 0) > state.levels[BOT]!) return []
  return Object.entries(state.projects)
    .filter(([path]) => path !== 'none')
    .map(([path, project]) => projectJson(project, path))
    .filter(one => since === null || Date.parse(one.last_activity_at) >= Date.parse(since))
}

/** https://docs.gitlab.com/api/merge_requests/#list-group-merge-requests */
function requestsOf({ state, query, path, gitOf }: Asked, group: string): Said {
  const inside = Object.entries(state.projects).filter(([name]) => name.startsWith(`${group}/`))
  if (inside.length === 0) return { status: 404, body: { message: '404 Group Not Found' } }
  const found = inside.flatMap(([name, project]) =>
    project.mergeRequests
      .filter(one => changedSince(one, query))
      .map(one => mergeRequestJson(gitOf(name), project, name, one)),
  )
  found.sort((a, b) => Date.parse(a.updated_at) - Date.parse(b.updated_at))
  return paged(query.get('sort') === 'asc' ? found : found.toReversed(), query, path)
}

/** https://docs.gitlab.com/api/project_webhooks/, and /group_webhooks: Maintainer and Owner. */
function hooksOf({ state, query, path }: Asked, of: string, hooks: readonly Hook[] = []): Said {
  if (state.hidesHooks.includes(of)) return { status: 403, body: { message: '403 Forbidden' } }
  const shown = hooks.map(({ url, events, status = 'executable', until = null }, at) => ({
    id: at + 1,
    url,
    ...Object.fromEntries(EVENTS.map(event => [event, events.includes(event)])),
    alert_status: status,
    disabled_until: until,
  }))
  return paged(shown, query, path)
}

const EVENTS = ['push_events', 'note_events', 'merge_requests_events', 'pipeline_events', 'issues_events']
