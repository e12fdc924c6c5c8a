import type { Answer, Sent } from '../github-gaps.ts'
import { ACTION_ROUTES } from './action-routes.ts'
import { APP_ROUTES } from './apps.ts'
import type { Sender } from './branches.ts'
import type { Caller } from './callers.ts'
import { HOOK_ROUTES } from './hook-routes.ts'
import { ISSUE_ROUTES } from './issues.ts'
import { MANIFEST_ROUTES } from './manifests.ts'
import { OAUTH_ROUTES } from './oauth.ts'
import { PEOPLE_ROUTES } from './people.ts'
import { PULL_ROUTES } from './pull-routes.ts'
import { REACTION_ROUTES } from './reactions.ts'
import { SEARCH_ROUTES } from './search.ts'
import { STATUS_ROUTES } from './statuses.ts'
import { byExactness, patternOf } from './templates.ts'
import { TRAFFIC_ROUTES } from './traffic.ts'
import { USER_ROUTES } from './user-routes.ts'
import type { World } from './world.ts'

/** A request that is answered here and not behind. */
export interface Call {
  world: World
  sent: Sent
  caller: Caller
  params: Record<string, string>
  query: URLSearchParams
  /** As whom it is done. */
  sender(): Promise<Sender>
}

export type Routes = Record<string, (call: Call) => Answer | Promise<Answer>>

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
