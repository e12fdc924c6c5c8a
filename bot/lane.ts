import { collide, type Key } from '../src/commands/bot/keys.ts'
import type { Priority } from '../src/commands/bot/look.ts'
import type { Cause } from './look-end.ts'

/** A key that is to be looked at. */
export interface Entry {
  key: Key
  name: string
  account: string
  priority: Priority
  state: 'waiting' | 'running' | 'paused'
  /** Of its next look. */
  cause: Cause
  /** Something came while it was looked at. */
  again: boolean
  failures: number
  ended?: number
  /** When a pause ends. */
  due?: number
  cancel?: () => void
}

/** What is to be looked at of one account. */
export interface Lane {
  running: Set<Entry>
  waiting: Record<Priority, Entry[]>
  closedUntil?: number
}

/**
 * Takes what is looked at next; undefined where nothing may be now. The last turn of an account is kept for people; who they are
 * is seen by looking, so they have some of the turns and not all.
 */
export function next(lane: Lane, most: number, now: number): Entry | undefined {
  const { waiting, running } = lane
  if (isClosed(lane, now) || running.size >= most) return undefined
  const inTheWay = (entry: Entry) => [...running].some(one => collide(one.key, entry.key))
  const { reply, ...others } = waiting
  const replies = [...running].filter(one => one.priority === 'reply').length
  const last = running.size === most - 1 ? [reply] : [reply, ...Object.values(others)]
  for (const list of replies >= Math.max(1, most - 2) ? [...Object.values(others), reply] : last) {
    const at = list.findIndex(entry => !inTheWay(entry))
    if (at >= 0) return list.splice(at, 1)[0]
  }
  return undefined
}

/** Whether the forge takes nothing of the account for now. */
export function isClosed({ closedUntil = 0 }: Lane, now: number): boolean {
  return closedUntil > now
}

/** Whether nothing of it waits or runs. */
export function isIdle({ running, waiting }: Lane): boolean {
  return running.size === 0 && Object.values(waiting).every(list => list.length === 0)
}
