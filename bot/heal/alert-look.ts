import type { Key, RepositoryName } from '../../src/commands/bot/keys.ts'
import type { Round } from './rounds.ts'

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
