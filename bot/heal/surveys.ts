import {
  allIn,
  LATELY_MS,
  SIGNS,
  type Sighting,
  sightingsIn,
  unseenIn,
} from '../../src/commands/bot/heal/sightings.ts'
import { type Key, keyName, type RepositoryName, widerOf } from '../../src/commands/bot/keys.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { Survey, SurveyQuestion } from '../../src/forges/survey.ts'

/** How a forge shows many repositories at once. */
export interface Surveyor {
  forge: ForgeName
  /**
   * All repositories that the bot serves there; `spared`: accounts whose calls are kept for people and events.
   *
   * @param isFull also which repositories there are is asked anew
   */
  survey(question: SurveyQuestion, isFull: boolean): Promise<Survey & { spared: number }>
}

export interface SurveyRound {
  /** Named to be looked at. */
  found: number
  /** Seen, and left to the next round. */
  left: number
  unseen: number
  spared: number
  /** Repositories that have more branches of retrainings than are read. */
  cut: number
}

export interface SurveyOptions {
  /** Milliseconds since the epoch. */
  now: () => number
  add(key: Key): void
  /** Whether a look at it began after a time and ended well. */
  lookedSince(key: Key, time: number): boolean
}

export interface Surveys {
  /** @throws AssayError those of the forge */
  round(): Promise<SurveyRound>
}

/**
 * Looks at all repositories of a forge, some dozens in a call, and names what is new about them. Once an hour, and first, it also
 * names what is looked at whatever was seen. What it has seen ends with the process.
 */
export function surveysOf({ forge, survey }: Surveyor, { now, add, lookedSince }: SurveyOptions): Surveys {
  const known = new Map<string, string>()
  /** When something was last written in each repository, by the forge's clock, which need not be ours. */
  const newest = new Map<string, number>()
  let lastFull: number | undefined

  function remember({ subject, state }: Sighting): void {
    known.delete(subject)
    known.set(subject, state)
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!)
  }

  /** A look sees it, or has seen it: that of an event, or the full one. */
  function isCovered({ key, since }: Sighting, full: ReadonlyMap<string, Key>): boolean {
    const wider = widerOf(key)
    if (full.has(keyName(key)) || (wider && full.has(keyName(wider)))) return true
    // What these say by now is seen; when a pull request changed is told in whole seconds, and it may have changed twice in one.
    return key.kind !== 'promotion' && key.kind !== 'head' && lookedSince(key, since)
  }

  return {
    async round() {
      const began = now()
      const isFull = lastFull === undefined || began - lastFull >= HOUR
      const { repositories, unseen, spared } = await survey(
        {
          ...SIGNS,
          writtenSince: name => (newest.get(name) ?? began - LATELY_MS) - OVERLAP_MS,
          endedSince: began - LATELY_MS,
        },
        isFull,
      )
      const named = (name: string): RepositoryName => ({ forge, name })
      const full = new Map<string, Key>()
      if (isFull) {
        const keys = [
          ...repositories.flatMap(seen => allIn(named(seen.name), seen, began)),
          ...unseen.flatMap(name => unseenIn(named(name))),
        ]
        for (const key of keys) full.set(keyName(key), key)
      }
      const all = repositories.flatMap(seen => sightingsIn(named(seen.name), seen))
      for (const key of full.values()) add(key)
      const fresh = all.filter(sighting => {
        const isNew = known.get(sighting.subject) !== sighting.state
        if (!isNew || !isCovered(sighting, full)) return isNew
        remember(sighting)
        return false
      })
      const [awaited, others] = turnsOf(fresh)
      const taken = [
        ...awaited.slice(0, MOST_A_ROUND - Math.min(MOST_OF_OTHERS, others.length)),
        ...others.slice(0, Math.max(MOST_OF_OTHERS, MOST_A_ROUND - awaited.length)),
      ]
      for (const { key, sightings } of taken) {
        for (const sighting of sightings) remember(sighting)
        add(key)
      }
      const left = awaited.length + others.length - taken.length
      // What was left is to be seen in the next round too.
      if (awaited.every(turn => taken.includes(turn)))
        for (const { name, pulls } of repositories) {
          const changes = pulls.map(({ changedAt }) => Math.min(changedAt, began))
          newest.set(name, Math.max(began - LATELY_MS, newest.get(name) ?? 0, ...changes))
        }
      if (isFull) lastFull = began
      const cut = repositories.filter(({ isCut }) => isCut).length
      return { found: taken.length, left, unseen: unseen.length, spared, cut }
    },
  }
}

// --- internal ---

const HOUR = 3_600_000
/** What is written while the survey is made is seen by the next one. */
const OVERLAP_MS = 120_000
const MOST_KNOWN = 50_000
const MOST_A_ROUND = 100
/** Of these for what nobody waits for, where there is any. */
const MOST_OF_OTHERS = 10

/** One look, and what it is for. */
interface Turn {
  key: Key
  sightings: Sighting[]
}

/**
 * What somebody may wait for, longest first, and then the others: several of these in one repository, as retrainings of which most are
 * over, are looked at together.
 */
function turnsOf(fresh: readonly Sighting[]): [awaited: Turn[], others: Turn[]] {
  const isAwaited = ({ since }: Sighting) => since !== Infinity
  const awaited = fresh.filter(isAwaited).sort((a, b) => a.since - b.since)
  const others = Map.groupBy(
    fresh.filter(one => !isAwaited(one)),
    ({ key }) => keyName(widerOf(key) ?? key),
  )
  return [
    awaited.map(one => ({ key: one.key, sightings: [one] })),
    [...others.values()].map(sightings => {
      const [{ key }] = sightings as [Sighting]
      return { key: sightings.length > 1 ? (widerOf(key) ?? key) : key, sightings }
    }),
  ]
}
