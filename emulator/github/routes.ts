import { ACTION_ROUTES } from './actions/action-routes.ts'
import { APP_ROUTES } from './apps/apps.ts'
import { MANIFEST_ROUTES } from './apps/manifests.ts'
import { OAUTH_ROUTES } from './apps/oauth.ts'
import { USER_ROUTES } from './apps/user-routes.ts'
import { HOOK_ROUTES } from './hooks/hook-routes.ts'
import { PEOPLE_ROUTES } from './people.ts'
import { ISSUE_ROUTES } from './pulls/issues.ts'
import { PULL_ROUTES } from './pulls/pull-routes.ts'
import { REACTION_ROUTES } from './pulls/reactions.ts'
import { SEARCH_ROUTES } from './pulls/search.ts'
import { STATUS_ROUTES } from './pulls/statuses.ts'
import { byExactness, patternOf } from './pulls/templates.ts'
import { TRAFFIC_ROUTES } from './traffic.ts'
import type { Call, Routes } from './world/call.ts'
import type { Answer } from './world/requests.ts'

/** What is answered here; all else goes on to the npm package. */
export async function answerHere(call: Omit<Call, 'params' | 'query'>): Promise<Answer | undefined> {
  const { world, sent } = call
  for (const { method, pattern, route } of rows()) {
    const params = method === sent.method ? pattern.exec(sent.path) : null
    if (!params) continue
    const { searchParams: query } = new URL(sent.target, world.url)
    return route({ ...call, query, params: { ...params.groups } })
  }
  return undefined
}

// --- internal ---

let known: { method: string; pattern: RegExp; route: Routes[string] }[] | undefined

function rows() {
  known ??= Object.entries({
    ...ACTION_ROUTES,
    ...APP_ROUTES,
    ...HOOK_ROUTES,
    ...ISSUE_ROUTES,
    ...MANIFEST_ROUTES,
    ...OAUTH_ROUTES,
    ...PEOPLE_ROUTES,
    ...PULL_ROUTES,
    ...REACTION_ROUTES,
    ...SEARCH_ROUTES,
    ...STATUS_ROUTES,
    ...USER_ROUTES,
    ...TRAFFIC_ROUTES,
  })
    .sort(([a], [b]) => byExactness(a, b))
    .map(([name, route]) => {
      const [method = '', template = ''] = name.split(' ')
      return { method, pattern: patternOf(template), route }
    })
  return known
}
