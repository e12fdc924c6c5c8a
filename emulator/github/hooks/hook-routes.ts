import { json, refuse } from '../answers.ts'
import { asApp } from '../apps/apps.ts'
import type { Routes } from '../world/call.ts'
import type { Delivery } from '../world/deliveries.ts'
import { redeliver } from './deliveries.ts'

/** An App's webhook and what was sent to it. https://docs.github.com/en/rest/apps/webhooks */
export const HOOK_ROUTES: Routes = {
  'GET /app/hook/config': asApp((_, { hook }) =>
    json(200, { url: hook?.url ?? '', content_type: 'json', secret: '********', insecure_ssl: '0' }),
  ),
  'PATCH /app/hook/config': asApp(({ sent }, app) => {
    const { url = app.hook?.url ?? '', secret = app.hook?.secret ?? '' } = sent.body as Record<string, string>
    app.hook = { url, secret }
    return json(200, { url, content_type: 'json', secret: '********', insecure_ssl: '0' })
  }),
  'GET /app/hook/deliveries': asApp(({ world, query }, app) => {
    const own = world.deliveries.filter(one => one.app === app).sort((a, b) => b.id - a.id)
    const after = query.get('cursor')
    const size = Math.min(100, Number(query.get('per_page') ?? 30))
    const from = after === null ? 0 : own.findIndex(({ id }) => id < Number(after.slice(1)))
    const shown = from < 0 ? [] : own.slice(from, from + size)
    const last = shown.at(-1)
    const more = last !== undefined && own.at(-1) !== last
    const next = new URL(`${world.url}/app/hook/deliveries?per_page=${size}&cursor=v${last?.id}`)
    return json(200, shown.map(listed), more ? { link: `<${next}>; rel="next"` } : {})
  }),
  'GET /app/hook/deliveries/{id}': asApp(({ world, params }, app) => {
    const found = world.deliveries.find(one => one.app === app && one.id === Number(params.id))
    if (!found) return refuse(404, 'Not Found')
    const { request, response, payload } = found
    return json(200, { ...listed(found), url: app.hook?.url, request: { ...request, payload }, response })
  }),
  'POST /app/hook/deliveries/{id}/attempts': asApp(({ world, params }, app) => {
    const found = world.deliveries.find(one => one.app === app && one.id === Number(params.id))
    if (!found) return refuse(404, 'Not Found')
    redeliver(world, found)
    return json(202, {})
  }),
}

// --- internal ---

function listed(one: Delivery) {
  return {
    id: one.id,
    guid: one.guid,
    delivered_at: one.deliveredAt,
    redelivery: one.redelivery,
    duration: one.duration,
    status: one.status,
    status_code: one.statusCode,
    event: one.event,
    action: one.action,
    installation_id: one.installationId,
    repository_id: one.repositoryId,
    throttled_at: null,
  }
}
