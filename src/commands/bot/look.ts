import type { AssayError } from '../../core/errors/errors.ts'
import type { Key } from './keys.ts'
import type { BotWorld, Rights } from './world.ts'

/** `byPriority` has their order. */
export type Priority = 'reply' | 'verdict' | 'promotion' | 'rest'

/** A list for each priority, in the order in which they are served where a forge takes no more. */
export function byPriority<T>(): Record<Priority, T[]> {
  return { reply: [], verdict: [], promotion: [], rest: [] }
}

/** What became of a look. Everything that may pass by itself is thrown instead: such a look is made again. */
export interface LookResult {
  /** One sentence each, for the log: what was written. Empty where all was as it should be. */
  did: string[]
  /** Why it is empty, where whoever reads the log may have waited for something. */
  why?: string
  /** Nothing is done yet: whoever it is for is served after others, so it is made anew with this priority. */
  yields?: Priority
  /** Nothing is there that looks of this kind are for: the repository is no deploy repository. */
  absent?: true
  /** What a person has to put right; the look ended all the same. */
  problems?: AssayError[]
  /** What there is to look at without any event, and when, in milliseconds since the epoch: a soak ends. */
  again?: { key: Key; at: number }[]
}

/** One thing that the bot looks at. */
export interface Look<K extends Key> {
  priority: Priority
  rights: Rights
  /**
   * Reads the state of the key from the forge, plans, writes what is missing. A second look writes nothing. It is made with the
   * priority of its kind, or with the one that the look before yielded to.
   *
   * @throws AssayError for what may pass: it is looked at again
   */
  look(world: BotWorld, key: K, priority: Priority): Promise<LookResult>
}
