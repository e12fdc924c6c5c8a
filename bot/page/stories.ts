import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { readStory } from '../../src/commands/bot/page/story.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import type { Story } from '../../src/core/page/story.ts'

/** Stories of models, each kept for some seconds: one person who looks again and again costs the forge no more. */
export function storiesOf(
  world: BotWorld,
  now: () => number,
): {
  /** @throws AssayError those of the forge */
  read(repository: RepositoryName, model: string): Promise<Story | undefined>
  /** Something happened there. */
  forget(repository: RepositoryName): void
} {
  const stories = new Map<string, { of: RepositoryName; reading: Promise<Story | undefined>; at: number }>()
  return {
    read(of, model) {
      const name = JSON.stringify([of, model])
      const known = stories.get(name)
      if (known && now() - known.at < KEPT_MS) return known.reading
      const reading = readStory(world, of, model)
      if (stories.size >= MOST) stories.clear()
      stories.set(name, { of, reading, at: now() })
      return reading
    },
    forget({ forge, name }) {
      for (const [key, { of }] of stories) if (of.forge === forge && of.name === name) stories.delete(key)
    },
  }
}

// --- internal ---

const KEPT_MS = 15_000
const MOST = 200
