import { createHmac, randomUUID } from 'node:crypto'
import { EVENT_PERMISSIONS } from '../apps/access.ts'
import { asGithubWrites } from '../wording.ts'
import { covers, type Installation } from '../world/apps.ts'
import type { Deliver, Delivery } from '../world/deliveries.ts'
import type { World } from '../world/world.ts'
import { completed } from './payloads.ts'

export const deliverPlainly: Deliver = async (_, send) => {
  await send()
  return undefined
}

/** Something that happened. */
export interface Happening {
  event: string
  repository?: { id: number; full_name: string }
  /** Of events about an installation itself. */
  installation?: Installation
  payload: Record<string, unknown>
}

/** Tells every App that may hear of it. Does not wait for the answers: `settled` does. */
export function tell(world: World, { event, repository, installation, payload }: Happening): void {
  const concerned = installation
    ? [installation]
    : world.installations.filter(one => repository !== undefined && hears(one, event, repository.full_name))
  const whole = JSON.parse(asGithubWrites(world, JSON.stringify(completed(world, payload))))
  for (const one of concerned)
    begin(world, {
      guid: randomUUID(),
      app: one.app,
      event,
      action: (payload.action as string | undefined) ?? null,
      installationId: one.id,
      repositoryId: repository?.id ?? null,
      repository: repository?.full_name ?? null,
      payload: installation ? whole : { ...whole, installation: { id: one.id, node_id: nodeId(one) } },
      redelivery: false,
    })
}

/** Sends what an earlier attempt sent, once more. */
export function redeliver(world: World, { guid, app, event, action, payload, ...rest }: Delivery): void {
  const { installationId, repositoryId, repository } = rest
  begin(world, {
    guid,
    app,
    event,
    action,
    installationId,
    repositoryId,
    repository,
    payload,
    redelivery: true,
  })
}

/** Resolves when no delivery is under way, and none was begun by what the receivers did. */
export async function settled(world: World): Promise<void> {
  while (world.pending.size > 0) await Promise.allSettled(world.pending)
}

// --- internal ---

/** GitHub gives a receiver ten seconds. */
const PATIENCE = 10_000
let lastId = 1000

type Begun = Omit<
  Delivery,
  'id' | 'deliveredAt' | 'duration' | 'statusCode' | 'status' | 'request' | 'response'
>

function hears(
  { app, permissions, suspendedAt, ...installation }: Installation,
  event: string,
  repository: string,
) {
  const needed = EVENT_PERMISSIONS[event]
  return (
    !suspendedAt &&
    app.hook !== undefined &&
    app.events.includes(event) &&
    covers({ app, permissions, ...installation }, repository) &&
    (needed?.some(name => name in permissions) ?? true)
  )
}

function begin(world: World, begun: Begun): void {
  if (!begun.app.hook) return
  const delivery: Delivery = {
    id: ++lastId,
    ...begun,
    deliveredAt: new Date(world.now()).toISOString(),
    duration: 0,
    statusCode: 0,
    status: 'failed to connect to host',
    request: { headers: {} },
    response: { headers: {}, payload: '' },
  }
  const done = world
    .deliver(delivery, () => post(delivery))
    .then(outcome => {
      if (outcome !== 'unlogged') world.deliveries.push(delivery)
    })
    .finally(() => world.pending.delete(done))
  world.pending.add(done)
}

async function post(delivery: Delivery): Promise<void> {
  const { app, event, guid, payload } = delivery
  const { url, secret } = app.hook!
  const body = JSON.stringify(payload)
  const headers = {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/0123456',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(app.id),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
  delivery.request = { headers }
  const began = Date.now()
  try {
    const signal = AbortSignal.timeout(PATIENCE)
    const response = await fetch(url, { method: 'POST', headers, body, signal })
    delivery.response = { headers: Object.fromEntries(response.headers), payload: await response.text() }
    delivery.statusCode = response.status
    delivery.status = response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`
  } catch (error) {
    delivery.statusCode = 0
    delivery.status = (error as Error).name === 'TimeoutError' ? 'timed out' : 'failed to connect to host'
  }
  delivery.duration = (Date.now() - began) / 1000
}

function nodeId({ id }: Installation): string {
  return Buffer.from(`04:Integration${id}`).toString('base64')
}
