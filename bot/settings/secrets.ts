import { halfSecrets } from './halves.ts'
import { pageSecrets } from './page.ts'
import type { Settings } from './settings.ts'
import { slackSecrets } from './slack.ts'

/** Everything in the settings that nobody may see. */
export function secretsOf(settings: Settings): string[] {
  const { page, alerts, slack, watch } = settings
  return [
    ...halfSecrets(settings),
    ...(alerts ?? []).map(({ token }) => token),
    ...(slack ? slackSecrets(slack) : []),
    ...(page ? pageSecrets(page) : []),
    ...(watch?.token === undefined ? [] : [watch.token]),
  ]
}
