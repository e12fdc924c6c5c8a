import { keyName, type RepositoryName } from '../../src/commands/bot/keys.ts'
import { readOverview } from '../../src/commands/bot/page/overview.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { firstMissing, type Missing, type OrMissing } from '../../src/core/page/missing.ts'
import type { Cell, Overview, SeenOverview } from '../../src/core/page/overview.ts'
import { changedRows } from '../../src/core/page/rows.ts'
import type { Story } from '../../src/core/page/story.ts'
import { trafficAsOf } from '../../src/core/page/traffic.ts'
import type { CanaryWatching } from '../../src/core/traffic/watch/canary-watching.ts'
import type { LookEnd } from '../look-end.ts'
import type { Clock } from '../looks.ts'
import type { Person } from './people.ts'
import { type RightOf, rightsOfPeople } from './rights.ts'
import { storiesOf } from './stories.ts'
import { ANYTHING, type Watch, watchers } from './watchers.ts'

/** What a person sees. */
export interface Seen {
  overviews: SeenOverview[]
  missing: Missing | undefined
}

/** The state of the deploy repositories, read when somebody looks at the page. */
export interface Overviews {
  /** A look ended: what is known of its repository may be so no more. */
  looked(end: LookEnd): void
  /** @param since for somebody who has what was shown then, in milliseconds: not in the future */
  seenBy(person: Person, since?: number): Promise<Seen>
  /** Whether a row may look other than it did at a time. */
  changedSince(repository: string, row: string, since: number): boolean
  /** Tells whoever watches of each row that changes, as far as they may see it, until the function that is returned is called. */
  watch: Watch
  rightOf: RightOf
  /** Undefined where there is no such model that the person may see, as far as is known. @throws AssayError those of the forge */
  storyOf(person: Person, model: string, repository: string | undefined): Promise<OrMissing<Story>>
  /** Of a model that the person may see, as far as is known; undefined where nothing is tried. */
  canaryOf(person: Person, place: { model: string; environment: string }): Promise<OrMissing<CanaryWatching>>
}

/**
 * Which repositories there are, looks tell: that takes no call of its own. One is read when somebody who may read it asks, and
 * once for all who ask; then what was read is shown until a look has ended there, or for five minutes. A reading that fails or
 * takes long leaves what was there, with its time.
 */
export function startOverviews(world: BotWorld, clock: Clock, onFault: (error: unknown) => void): Overviews {
  const entries = new Map<string, Entry>()
  const stories = storiesOf(world, clock.now)
  const rightOf = rightsOfPeople(world)
  const watching = watchers(rightOf, onFault)

  function read(entry: Entry): Promise<void> {
    entry.reading ??= (async () => {
      const { overview: before, failed: failedBefore } = entry
      entry.startedAt = clock.now()
      entry.moved = false
      try {
        entry.overview = await readOverview(world, entry.repository)
        entry.failed = undefined
      } catch (error) {
        if (!isAssayError(error)) throw error
        entry.failed = error.problems[0]?.what ?? error.message
      } finally {
        entry.reading = undefined
        entry.took = clock.now() - entry.startedAt
      }
      const rows = before || entry.overview ? changedRows(before, entry.overview) : []
      for (const row of rows) entry.changes.set(row, clock.now())
      if (before) watching.tell(entry.repository, rows)
      else entry.firstAt = clock.now()
      if (!before || entry.failed !== failedBefore) watching.tell(entry.repository, ANYTHING)
      if (entry.moved) follow(entry)
    })()
    return entry.reading
  }

  /** Reads what somebody watches, as soon as it may be read again. */
  function follow(entry: Entry): void {
    entry.due?.()
    entry.due = clock.after(Math.max(0, soonest(entry) - clock.now()), async () => {
      try {
        if (await watching.has(entry.repository)) await read(entry)
      } catch (error) {
        onFault(error)
      }
    })
  }

  async function fresh(entry: Entry): Promise<void> {
    const age = clock.now() - (entry.startedAt ?? -Infinity)
    const keep = entry.failed === undefined ? FRESH_MS : RETRY_MS
    if (clock.now() < soonest(entry) || (age < keep && !entry.moved))
      return entry.overview ? undefined : entry.reading
    const patience = new Promise<void>(resolve =>
      clock.after(entry.overview ? SHOW_OLD_MS : GIVE_UP_MS, resolve),
    )
    await Promise.race([read(entry), patience])
  }

  /** Undefined: none. */
  async function rightTo(
    { repository }: Entry,
    person: Person,
    asOf: 'now' | 'earlier',
  ): Promise<'read' | 'write' | Missing | undefined> {
    try {
      const right = await rightOf(repository, person, asOf)
      if (right === 'unknown') return 'forge'
      return right === 'none' ? undefined : right
    } catch (error) {
      if (!isAssayError(error)) throw error
      return error.code.startsWith('FORGE_') ? 'forge' : undefined
    }
  }

  async function seen(
    entry: Entry,
    person: Person,
    since?: number,
  ): Promise<SeenOverview | Missing | undefined> {
    const hasAll = () => since !== undefined && lastChange(entry) < since
    const rightNow = () => rightTo(entry, person, hasAll() ? 'earlier' : 'now')
    const before = await rightNow()
    if (before !== 'read' && before !== 'write') return before
    await fresh(entry)
    // What was found to have changed meanwhile they have not.
    const right = await rightNow()
    if (right !== 'read' && right !== 'write') return right
    const { repository, overview, reading } = entry
    const failed = entry.failed ?? (reading && !overview ? 'it is being read' : undefined)
    // By now it is no deploy repository.
    if (!overview && failed === undefined) return undefined
    return {
      repository: repository.name,
      mayWrite: right === 'write',
      ...(overview && { overview: trafficAsOf(overview, clock.now()) }),
      ...(failed !== undefined && { failed }),
    }
  }

  function ownOf({ forge }: Person): Entry[] {
    return [...entries.values()].filter(({ repository }) => repository.forge === forge)
  }

  /** The repositories in which somebody sees such a cell. */
  async function* seenIn(person: Person, is: (cell: Cell) => boolean): AsyncGenerator<RepositoryName> {
    for (const entry of ownOf(person)) {
      const found = await seen(entry, person)
      if (isSeen(found) && found.overview?.cells.some(is)) yield entry.repository
    }
  }

  async function seenBy(person: Person, since?: number): Promise<Seen> {
    const found = await Promise.all(ownOf(person).map(entry => seen(entry, person, since)))
    return {
      overviews: found.filter(isSeen).sort((a, b) => (a.repository < b.repository ? -1 : 1)),
      missing: firstMissing(found.flatMap(one => (one === undefined || isSeen(one) ? [] : one))),
    }
  }

  return {
    looked({ key, ...end }) {
      if (key.kind !== 'promotion') return
      const name = keyName({ kind: 'promotion', deploy: key.deploy })
      const entry: Entry = entries.get(name) ?? { repository: key.deploy, moved: true, changes: new Map() }
      if ('result' in end && end.result.absent) {
        if (entries.delete(name)) watching.tell(key.deploy, ANYTHING)
        return
      }
      entries.set(name, entry)
      entry.moved = true
      stories.forget(key.deploy)
      if (!entry.reading) follow(entry)
    },
    async watch(person) {
      const missing: Missing[] = []
      // One is enough.
      for (const entry of ownOf(person)) {
        const right = await rightTo(entry, person, 'earlier')
        if (right === 'read' || right === 'write') return watching.watch(person) ?? 'many'
        if (right !== undefined) missing.push(right)
      }
      return firstMissing(missing) ?? 'nothing'
    },
    rightOf,
    changedSince(repository, row, since) {
      const own = [...entries.values()].filter(entry => entry.repository.name === repository)
      return own.some(entry => !(entry.firstAt! < since) || (entry.changes.get(row) ?? 0) >= since)
    },
    async storyOf(person, model, repository) {
      for await (const of of seenIn(person, cell => cell.model === model))
        if (repository === undefined || of.name === repository) return stories.read(of, model)
      // Of all, whichever is named: that there is one of a name nobody learns from why it is not shown.
      return (await seenBy(person)).missing
    },
    async canaryOf(person, { model, environment }) {
      const isIts = (cell: Cell) => cell.model === model && cell.environment === environment
      for await (const of of seenIn(person, isIts)) {
        const canary = await world.traffic?.shown(of, { model, environment })
        if (canary) return canary
      }
      return (await seenBy(person)).missing
    },
    seenBy,
  }
}

// --- internal ---

/** Milliseconds. So long what was read is shown without reading it again, where no look has ended there. */
const FRESH_MS = 300_000
const RETRY_MS = 30_000
/** Not more often than that, whatever ends, and not for more than half of the time. */
const SOONEST_MS = 1_000
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
  /** Milliseconds that the last reading took. */
  took?: number
  /** When it was read first, and when each row was found to have changed since. */
  firstAt?: number
  changes: Map<string, number>
  /** Takes back the reading that is to come. */
  due?: (() => void) | undefined
}

function soonest({ startedAt = -Infinity, took = 0 }: Entry): number {
  return startedAt + Math.max(SOONEST_MS, 2 * took)
}

function lastChange({ firstAt = Infinity, changes }: Entry): number {
  return Math.max(firstAt, ...changes.values())
}

function isSeen(one: SeenOverview | Missing | undefined): one is SeenOverview {
  return typeof one === 'object' && 'repository' in one
}
