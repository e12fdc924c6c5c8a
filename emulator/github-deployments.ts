import type { Deployment } from './github/world/repositories.ts'
import type { Answer } from './github/world/requests.ts'

/** The answer to a request about deployments; undefined for all others. */
export function answerDeployments(
  deployments: Deployment[],
  { method, path, target, body }: { method: string; path: string; target: string; body: unknown },
): Answer | undefined {
  const place = /^\/repos\/([^/]+\/[^/]+)\/deployments(?:\/(\d+)(\/statuses)?)?$/.exec(path)
  if (!place) return undefined
  const [, repository = '', id, statuses] = place
  const created_at = new Date().toISOString()
  const own = deployments.filter(one => one.repository === repository)
  const query = new URL(target, 'http://emulator').searchParams
  const sent = body as Record<string, string>
  if (id === undefined && method === 'GET') {
    const wanted = (name: 'sha' | 'environment' | 'task', value: string) =>
      [null, value].includes(query.get(name))
    const found = own.filter(
      one => wanted('sha', one.sha) && wanted('environment', one.environment) && wanted('task', one.task),
    )
    return json(200, found.toReversed())
  }
  if (id === undefined) {
    const { ref: sha = '', environment = 'production', task = 'deploy' } = sent
    const one = {
      id: (deployments.at(-1)?.id ?? 0) + 1,
      repository,
      sha,
      environment,
      task,
      created_at,
      statuses: [],
    }
    deployments.push(one)
    return json(201, one)
  }
  const one = own.find(known => known.id === Number(id))
  if (one && !statuses && method === 'DELETE') return remove(deployments, one)
  if (!one || !statuses) return json(404, { message: 'Not Found' })
  if (method === 'GET') return json(200, one.statuses.toReversed())
  const { state = '', description = '', log_url = '' } = sent
  const status = { id: one.statuses.length + 1, state, description, log_url, created_at }
  one.statuses.push(status)
  return json(201, status)
}

function remove(deployments: Deployment[], one: Deployment): Answer {
  const newest = one.statuses.at(-1)?.state
  if (newest === 'success' && deployments.length > 1)
    return json(422, { message: 'We cannot delete an active deployment unless it is the only deployment.' })
  deployments.splice(deployments.indexOf(one), 1)
  return { status: 204, headers: {}, body: '' }
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
