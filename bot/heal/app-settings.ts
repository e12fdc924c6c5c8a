import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import type { AppSettings } from '../../src/forges/github/app/settings.ts'
import { appEvents, permissionRows } from '../setup/manifest.ts'

/** Something that only the owner of the App, or of what calls the bot, can put right. */
export interface WrongSetting {
  what: string
  fix: string
  /** Told those alone who may read it. Several of one group say the same. */
  repository?: RepositoryName
  /** Nobody can tell whether it is wrong. */
  isUnknown?: true
}

/** What the settings of the App keep from the bot: a hook, events, permissions without which a feature does nothing. */
export function wrongSettings({ hook, events, permissions }: AppSettings): WrongSetting[] {
  const unheard = appEvents().filter(event => !events.includes(event))
  const missing = permissionRows().flatMap(({ permission, features }) => {
    const needing = features.filter(
      ({ needed, level }) =>
        needed && permissions[permission] !== 'write' && permissions[permission] !== level,
    )
    if (needing.length === 0) return []
    const level = needing.some(one => one.level === 'write') ? 'write' : 'read'
    return {
      what: `the App has no permission ${permission}: ${level}`,
      fix: `grant it in its settings, or do without: ${needing.map(({ feature }) => feature.replaceAll('`', '')).join(', ')}`,
    }
  })
  return [
    ...(hook === ''
      ? [
          {
            what: 'the App has no webhook, so no event comes',
            fix: 'set its URL in the settings of the App; until then what happens is found minutes later',
          },
        ]
      : []),
    ...(unheard.length > 0
      ? [
          {
            what: `the App does not hear of ${unheard.join(', ')}`,
            fix: 'subscribe to them in its settings; until then what they tell of is found minutes later',
          },
        ]
      : []),
    ...missing,
  ]
}
