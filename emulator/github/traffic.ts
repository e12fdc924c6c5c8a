import { createHash } from 'node:crypto'
import { operationName } from '../github-graphql.ts'
import { json } from './answers.ts'
import { graphqlPoints } from './graphql-cost.ts'
import type { Call, Routes } from './world/call.ts'
import type { Answer, Caller, Sent } from './world/requests.ts'
import type { World } from './world/world.ts'

/** What is left of the hour; asking costs nothing. https://docs.github.com/en/rest/rate-limit/rate-limit */
export const TRAFFIC_ROUTES: Routes = {
  'GET /rate_limit': call => {
    const resources = Object.fromEntries(
      (['core', 'graphql'] as const).map(name => [name, restOf(call, name)]),
    )
    return json(200, { resources, rate: resources.core })
  },
}

/** Writes a request down, says in the answer what is left of its hour, and refuses it where nothing is. */
export function counted(world: World, sent: Sent, caller: Caller, given: Answer): Answer {
  const resource = sent.path === '/graphql' ? 'graphql' : 'core'
  const answer = conditional(sent, given)
  const isFree = answer.status === 304 || sent.path === '/rate_limit'
  const points = isFree ? 0 : resource === 'graphql' ? graphqlPoints(sent.body) : 1
  const installationId = caller.kind === 'installation' ? caller.token.installation.id : undefined
  const hour = hourOf(world, keyOf(sent, caller), resource)
  hour.used += points
  world.requests.push({
    at: Date.now(),
    method: sent.method,
    path: sent.target,
    ...(resource === 'graphql' && { operation: operationName(sent.body) }),
    writes: isWrite(sent),
    host: sent.host ?? '',
    as: caller.kind,
    ...(installationId !== undefined && { installationId }),
    status: answer.status,
    points,
    makesContent: isContent(sent) && answer.status < 300,
  })
  const headers = {
    'x-ratelimit-limit': String(world.hourly),
    'x-ratelimit-remaining': String(Math.max(0, world.hourly - hour.used)),
    'x-ratelimit-used': String(hour.used),
    'x-ratelimit-reset': String(hour.resetAt),
    'x-ratelimit-resource': resource,
  }
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

/** GitHub's refusal once an hour is used up, or too much is made in a minute; undefined before. */
export function exhausted(world: World, sent: Sent, caller: Caller): Answer | undefined {
  if (sent.path === '/rate_limit') return undefined
  if (isContent(sent) && caller.kind === 'installation' && Number.isFinite(world.contentsPerMinute)) {
    const { id } = caller.token.installation
    const made = world.requests.filter(
      one => one.at > Date.now() - 60_000 && one.makesContent && one.installationId === id,
    )
    if (made.length >= world.contentsPerMinute)
      return json(
        403,
        {
          message:
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        },
        { 'retry-after': '60' },
      )
  }
  const { used } = hourOf(world, keyOf(sent, caller), sent.path === '/graphql' ? 'graphql' : 'core')
  if (used < world.hourly) return undefined
  const who = caller.kind === 'installation' ? `installation ID ${caller.token.installation.id}` : 'user ID 1'
  return json(403, { message: `API rate limit exceeded for ${who}.` })
}

// --- internal ---

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
function isContent({ method, path }: Sent): boolean {
  return (
    ['POST', 'PATCH', 'PUT'].includes(method) &&
    /\/(comments|issues|pulls|reviews|check-runs|statuses)(\/|$)/.test(path)
  )
}

function isWrite({ method, path, body }: Sent): boolean {
  if (path === '/graphql') return /^\s*mutation\b/.test((body as { query?: string } | undefined)?.query ?? '')
  return method !== 'GET' && !path.endsWith('/access_tokens')
}

function keyOf({ token }: Sent, caller: Caller): string {
  return caller.kind === 'installation' ? `installation ${caller.token.installation.id}` : token
}

function hourOf(world: World, key: string, resource: string) {
  const now = Math.floor(Date.now() / 1000)
  const known = world.hours.get(`${key} ${resource}`)
  const hour = known && known.resetAt > now ? known : { used: 0, resetAt: now + 3600 }
  world.hours.set(`${key} ${resource}`, hour)
  return hour
}

function restOf({ world, sent, caller }: Call, resource: string) {
  const { used, resetAt: reset } = hourOf(world, keyOf(sent, caller), resource)
  return { limit: world.hourly, remaining: Math.max(0, world.hourly - used), reset, used, resource }
}

/** 304 for what the one who asks has already. */
function conditional(sent: Sent, given: Answer): Answer {
  if (sent.method !== 'GET' || given.status !== 200) return given
  const etag = `W/"${createHash('sha256').update(given.body).digest('hex')}"`
  const headers = { ...given.headers, etag }
  return sent.ifNoneMatch === etag ? { status: 304, headers, body: '' } : { ...given, headers }
}
