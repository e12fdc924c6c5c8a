import type { Answer, Sent } from '../github-gaps.ts'
import type { Caller } from './callers.ts'
import type { World } from './world.ts'

/** A request as tests read it. */
export interface SeenRequest {
  method: string
  /** With the query. */
  path: string
  host: string
  /** How it was authorised. */
  as: Caller['kind']
  installationId?: number
  status: number
  /** What it takes of the hourly limit. */
  points: number
}

/** Writes a request down and says in the answer what is left of its hour. */
export function counted(world: World, sent: Sent, caller: Caller, given: Answer): Answer {
  const installationId = caller.kind === 'installation' ? caller.token.installation.id : undefined
  const resource = sent.path === '/graphql' ? 'graphql' : 'core'
  const points = given.status === 304 ? 0 : 1
  world.requests.push({
    method: sent.method,
    path: sent.target,
    host: sent.host ?? '',
    as: caller.kind,
    ...(installationId !== undefined && { installationId }),
    status: given.status,
    points,
  })
  const key = `${installationId ?? sent.token} ${resource}`
  const now = Math.floor(Date.now() / 1000)
  const known = world.hours.get(key)
  const hour = known && known.resetAt > now ? known : { used: 0, resetAt: now + 3600 }
  hour.used += points
  world.hours.set(key, hour)
  const headers = {
    'x-ratelimit-limit': String(world.hourly),
    'x-ratelimit-remaining': String(Math.max(0, world.hourly - hour.used)),
    'x-ratelimit-used': String(hour.used),
    'x-ratelimit-reset': String(hour.resetAt),
    'x-ratelimit-resource': resource,
  }
  return { ...given, headers: { ...given.headers, ...headers } }
}
