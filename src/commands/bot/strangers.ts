import { isRoomForStranger } from '../../core/chatops/limits.ts'
import type { Commenter } from '../../core/chatops/rights.ts'
import { accountOf, type CommentKey, keyName } from './keys.ts'

/** What is remembered of people who may write nowhere, so that many comments of theirs cost few calls. */
export interface Strangers {
  /** Whether the author was found to be one, in the repository of the comment, a short while ago. */
  knows(key: CommentKey, author: Pick<Commenter, 'id'>): boolean
  found(key: CommentKey, author: Pick<Commenter, 'id'>): void
  /** Whether there is an answer left for the comment in its account, by when it was written. */
  hasRoom(key: CommentKey, created: number): boolean
  /** Takes that answer: once for a comment, however often it is looked at. */
  take(key: CommentKey, created: number): void
}

/** In memory, and not for ever: a process that begins anew counts anew. */
export function strangersOf(now: () => number): Strangers {
  const known = new Map<string, number>()
  const accounts = new Map<string, Map<string, number>>()
  const taken = (key: CommentKey) => accounts.get(accountOf(key)) ?? new Map<string, number>()
  return {
    knows: (key, author) => now() - (known.get(nameOf(key, author)) ?? Number.NEGATIVE_INFINITY) < KNOWN_MS,
    found: (key, author) => remember(known, nameOf(key, author), now()),
    hasRoom(key, created) {
      const answered = taken(key)
      return answered.has(keyName(key)) || isRoomForStranger([...answered.values()], created)
    },
    take(key, created) {
      const answered = taken(key)
      accounts.set(accountOf(key), answered)
      remember(answered, keyName(key), created)
    },
  }
}

// --- internal ---

/** One who is let in meanwhile is served after others for that long, and counted as what they are. */
const KNOWN_MS = 5 * 60_000
/** Comments and people; those that were entered first are forgotten. */
const MOST = 1000

function nameOf({ repository }: CommentKey, { id }: Pick<Commenter, 'id'>): string {
  return `${repository.forge}:${repository.name.toLowerCase()} ${id}`
}

function remember(entries: Map<string, number>, name: string, at: number): void {
  entries.delete(name)
  entries.set(name, at)
  if (entries.size > MOST) entries.delete(entries.keys().next().value!)
}
