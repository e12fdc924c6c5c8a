import { halfSecrets } from './halves.ts'
import type { Settings } from './settings.ts'

/** Everything in the settings that nobody may see. */
export function secretsOf(settings: Settings): string[] {
  const { page, alerts } = settings
  return [
    ...halfSecrets(settings),
    ...(alerts ?? []).map(({ token }) => token),
    ...(page ? [page.signIn === 'proxy' ? page.secret : page.clientSecret] : []),
  ]
}
