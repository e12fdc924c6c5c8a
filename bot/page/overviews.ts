import { keyName, type RepositoryName } from '../../src/commands/bot/keys.ts'
import { readOverview, rightToSee, type SeeRight } from '../../src/commands/bot/page/overview.ts'
import { readStory } from '../../src/commands/bot/page/story.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import { type AssayError, isAssayError } from '../../src/core/errors/errors.ts'
import type { Overview, SeenOverview } from '../../src/core/page/overview.ts'
import type { Story } from '../../src/core/page/story.ts'
import type { LookEnd } from '../look-end.ts'
import type { Clock } from '../looks.ts'
import type { Person } from './people.ts'

/** What a person sees. */
export interface Seen {
  overviews: SeenOverview[]
  /** The forge could not be asked about everything: something may be missing. */
  incomplete: boolean
}

/** The state of the deploy repositories, read when somebody looks at the page. */
export interface Overviews {
  /** A look ended: what is known of its repository may be so no more. */
  looked(end: LookEnd): void
  seenBy(person: Person): Promise<Seen>
  /** Undefined where there is no such model that the person may see. @throws AssayError those of the forge */
  storyOf(person: Person, model: string, repository: string | undefined): Promise<Story | undefined>
}

/**
 * Which repositories there are, looks tell: that takes no call of its own. One is read when somebody who may read it asks, and
 * once for all who ask; then what was read is shown until a look has ended there, or for five minutes. A reading that fails or
 * takes long leaves what was there, with its time.
 */
export function startOverviews(world: BotWorld, clock: Clock): Overviews {
  const entries = new Map<string, Entry>()
  const stories = new Map<string, { reading: Promise<Story | undefined>; at: number }>()
  const rights = new Map<string, { right: SeeRight; at: number }>()

  async function rightOf(repository: RepositoryName, { login, id }: Person) {
    const name = JSON.stringify([repository.name, login, id])
    const known = rights.get(name)
    if (known && clock.now() - known.at < RIGHT_MS) return known.right
    const right = await rightToSee(world, repository, { login, ...(id !== undefined && { id }) })
    if (rights.size >= MOST_RIGHTS) rights.clear()
    if (right !== 'unknown') rights.set(name, { right, at: clock.now() })
    return right
  }

  function read(entry: Entry): Promise<void> {
    entry.reading ??= (async () => {
      entry.startedAt = clock.now()
      entry.moved = false
      try {
        entry.overview = await readOverview(world, entry.repository)
        entry.failed = undefined
      } catch (error) {
        if (!isAssayError(error)) throw error
        entry.failed = failureWords(error)
      } finally {
        entry.reading = undefined
      }
    })()
    return entry.reading
  }

  async function fresh(entry: Entry): Promise<void> {
    const age = clock.now() - (entry.startedAt ?? -Infinity)
    const keep = entry.failed === undefined ? FRESH_MS : RETRY_MS
    if (age < SOONEST_MS || (age < keep && !entry.moved)) return entry.overview ? undefined : entry.reading
    const patience = new Promise<void>(resolve =>
      clock.after(entry.overview ? SHOW_OLD_MS : GIVE_UP_MS, resolve),
    )
    await Promise.race([read(entry), patience])
  }

  async function seen(entry: Entry, person: Person): Promise<SeenOverview | 'unknown' | undefined> {
    let right: SeeRight
    try {
      right = await rightOf(entry.repository, person)
    } catch (error) {
      if (!isAssayError(error)) throw error
      return error.code.startsWith('FORGE_') ? 'unknown' : undefined
    }
    if (right === 'none') return undefined
    if (right === 'unknown') return 'unknown'
    await fresh(entry)
    const { repository, overview, reading } = entry
    const failed = entry.failed ?? (reading && !overview ? 'it is being read' : undefined)
    // By now it is no deploy repository.
    if (!overview && failed === undefined) return undefined
    return {
      repository: repository.name,
      mayWrite: right === 'write',
      ...(overview && { overview }),
      ...(failed !== undefined && { failed }),
    }
  }

  function ownOf({ forge }: Person): Entry[] {
    return [...entries.values()].filter(({ repository }) => repository.forge === forge)
  }

  function story(repository: RepositoryName, model: string): Promise<Story | undefined> {
    const name = JSON.stringify([repository, model])
    const known = stories.get(name)
    if (known && clock.now() - known.at < STORY_MS) return known.reading
    const reading = readStory(world, repository, model)
    if (stories.size >= MOST_STORIES) stories.clear()
    stories.set(name, { reading, at: clock.now() })
    return reading
  }

  return {
    looked({ key, ...end }) {
      if (key.kind !== 'promotion') return
      const name = keyName({ kind: 'promotion', deploy: key.deploy })
      if ('result' in end && end.result.absent) entries.delete(name)
      else {
        const entry = entries.get(name)
        if (entry) entry.moved = true
        else entries.set(name, { repository: key.deploy, moved: true })
      }
    },
    async storyOf(person, model, repository) {
      const named = ownOf(person).filter(
        one => repository === undefined || one.repository.name === repository,
      )
      for (const entry of named) {
        const found = await seen(entry, person)
        if (typeof found !== 'object' || !found.overview?.cells.some(cell => cell.model === model)) continue
        return story(entry.repository, model)
      }
      return undefined
    },
    async seenBy(person) {
      const found = await Promise.all(ownOf(person).map(entry => seen(entry, person)))
      const overviews = found.filter(one => one !== undefined && one !== 'unknown')
      return {
        overviews: overviews.sort((a, b) => (a.repository < b.repository ? -1 : 1)),
        incomplete: found.includes('unknown'),
      }
    },
  }
}

// --- internal ---

/** Milliseconds. So long the forge's word on a right is taken. */
const RIGHT_MS = 60_000
const MOST_RIGHTS = 10_000
/** So long what was read of a model is shown. */
const STORY_MS = 15_000
const MOST_STORIES = 200
/** So long what was read is shown without reading it again, where no look has ended there. */
const FRESH_MS = 300_000
const RETRY_MS = 30_000
/** Not more often than that, whatever ends. */
const SOONEST_MS = 2_000
/** So long a person waits where there is something older to show, and where there is nothing. */
const SHOW_OLD_MS = 3_000
const GIVE_UP_MS = 20_000

interface Entry {
  repository: RepositoryName
  overview?: Overview | undefined
  failed?: string | undefined
  /** When the last reading began. */
  startedAt?: number
  reading?: Promise<void> | undefined
  /** A look has ended since then. */
  moved: boolean
}

function failureWords({ message, problems }: AssayError): string {
  return problems[0]?.what ?? message
}
