import type { RepositoryName } from '../../src/commands/bot/keys.ts'

/** When a repository was last told of. */
export interface LastEvent {
  repository: RepositoryName
  /** In milliseconds since the epoch. */
  at: number
}

/** The last event of each repository: who looks sees that of what they may read, and not that something happened elsewhere. */
export function lastEvents(now: () => number): {
  came(repository: RepositoryName): void
  /** Newest first. */
  last(): LastEvent[]
} {
  const known = new Map<string, LastEvent>()
  return {
    came(repository) {
      const name = `${repository.forge}:${repository.name.toLowerCase()}`
      known.delete(name)
      known.set(name, { repository, at: now() })
      if (known.size > MOST) known.delete(known.keys().next().value!)
    },
    last: () => [...known.values()].toReversed(),
  }
}

// --- internal ---

const MOST = 1000
