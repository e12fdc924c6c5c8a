import { forgeError } from '../../forge-error.ts'
import type { GithubApp } from '../app.ts'

/** One attempt to tell an app of an event. */
export interface DeliveryAttempt {
  id: number
  /** The same for all attempts to deliver one event. */
  guid: string
  event: string
  /** Milliseconds since the epoch. */
  at: number
  /** The app said that it has it. */
  isTaken: boolean
  /** Not the first: somebody asked for it. */
  isRepeat: boolean
}

/**
 * The attempts since a time, newest first, and not more than some thousands. GitHub keeps them for three days.
 * https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
 *
 * @returns `isCut`: there are older ones that were not read
 * @throws AssayError those of the forge
 */
export function attemptsSince(
  app: GithubApp,
  since: number,
): Promise<{ attempts: DeliveryAttempt[]; isCut: boolean }> {
  return app.asApp(async (client, headers) => {
    const attempts: DeliveryAttempt[] = []
    const pages = client.paginate.iterator(client.rest.apps.listWebhookDeliveries, {
      per_page: 100,
      headers,
    })
    let read = 0
    for await (const { data } of pages) {
      const found = (data as unknown[]).map(toAttempt)
      attempts.push(...found.filter(({ at }) => at >= since))
      if (found.some(({ at }) => at < since)) return { attempts, isCut: false }
      if (++read === MOST_PAGES) return { attempts, isCut: true }
    }
    return { attempts, isCut: false }
  })
}

/** Has what an attempt was to tell told once more. @throws AssayError also where the forge has it no more */
export async function deliverAgain(app: GithubApp, id: number): Promise<void> {
  await app.asApp((client, headers) =>
    client.rest.apps.redeliverWebhookDelivery({ delivery_id: id, headers }),
  )
}

// --- internal ---

const MOST_PAGES = 30

function toAttempt(listed: unknown): DeliveryAttempt {
  const { id, guid, event, delivered_at, status_code, redelivery } = listed as Record<string, unknown>
  const at = Date.parse(String(delivered_at))
  if (!Number.isSafeInteger(id) || typeof guid !== 'string' || typeof event !== 'string' || Number.isNaN(at))
    throw forgeError({
      code: 'FORGE_BAD_ANSWER',
      call: 'GET /app/hook/deliveries',
      said: 'the answer is no list of deliveries',
      fix: 'Run again',
    })
  const status = Number(status_code)
  const isTaken = status >= 200 && status < 300
  return { id: id as number, guid, event, at, isTaken, isRepeat: redelivery === true }
}
