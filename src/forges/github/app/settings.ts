import type { GithubApp, Permissions } from '../app.ts'

/** What the owner of an app has set. */
export interface AppSettings {
  permissions: Permissions
  /** Names of the events that it hears of. */
  events: string[]
  /** Where they are delivered to; empty where nowhere. */
  hook: string
}

/** @throws AssayError those of the forge */
export async function appSettings(app: GithubApp): Promise<AppSettings> {
  return app.asApp(async ({ rest }, headers) => {
    const { data } = await rest.apps.getAuthenticated({ headers })
    const { data: hook } = await rest.apps.getWebhookConfigForApp({ headers })
    return {
      permissions: (data?.permissions ?? {}) as Permissions,
      events: data?.events ?? [],
      hook: hook.url ?? '',
    }
  })
}
