import { unseenIn } from '../../src/commands/bot/heal/sightings.ts'
import type { Key, RepositoryName } from '../../src/commands/bot/keys.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { Round } from './rounds.ts'

/** Names everything that there is to look at on forges that do not show many repositories at once, at the start and every hour. */
export function fullLook(
  repositories: (onFailure: (forge: ForgeName, error: unknown) => void) => Promise<RepositoryName[]>,
  add: (key: Key) => void,
  onFailure: (forge: ForgeName, error: unknown) => void,
): Round {
  return {
    name: 'all repositories',
    every: HOUR,
    async run() {
      for (const repository of await repositories(onFailure)) for (const key of unseenIn(repository)) add(key)
    },
  }
}

/** Names the repositories that alerts may come of: what became of a retraining, or of what Slack was to be told, no event may say. */
export function alertLook(repositories: readonly RepositoryName[], add: (key: Key) => void): Round {
  const known = new Map(repositories.map(one => [`${one.forge}:${one.name.toLowerCase()}`, one]))
  return {
    name: 'alerts',
    every: HOUR,
    async run() {
      for (const repository of known.values()) add({ kind: 'alerts', repository })
    },
  }
}

// --- internal ---

const HOUR = 3_600_000
