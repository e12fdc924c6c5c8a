import {
  accountOf,
  type Key,
  keyName,
  type RepositoryName,
  repositoryOf,
  widerOf,
} from '../src/commands/bot/keys.ts'
import { byPriority, type LookResult, type Priority } from '../src/commands/bot/look.ts'
import { LOOKS } from '../src/commands/bot/looks/look-table.ts'
import { limitedUntil } from '../src/forges/forge-error.ts'
import { type Entry, isClosed, isIdle, type Lane, next } from './lane.ts'
import type { Cause, LookEnd } from './look-end.ts'

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls once after the time; the function that is returned takes it back. */
  after(milliseconds: number, call: () => void): () => void
}

/** The set of keys that are to be looked at, and who looks. */
export interface Looks {
  /** Something may be to be seen. A key that is waiting already waits once; one that is being looked at is looked at again. */
  add(key: Key, cause?: Cause): void
  /** Begins no further look; resolves once none runs. */
  drain(): Promise<void>
  counts(): LookCounts
  /** How each key stands, and where it is. */
  queue(): { repository: RepositoryName; state: keyof LookCounts }[]
}

export interface LookCounts {
  waiting: number
  running: number
  /** Failed, or with something to do at a later time. */
  paused: number
}

export interface LooksOptions {
  look(key: Key, priority: Priority): Promise<LookResult>
  clock: Clock
  onEnd(end: LookEnd): void
  /** Looks at once: of all, and of one account, so that one whose forge hangs keeps no other waiting. */
  most?: { all: number; account: number }
}

/** Milliseconds before each next try; after the last, always that. */
export const PAUSES_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000]

/**
 * Looks at keys, a few at once. Memory grows with keys and not with events; nothing is lost but by the end of the process, and a
 * look that fails is made again.
 */
export function startLooks({ look, clock, onEnd, most = MOST }: LooksOptions): Looks {
  const entries = new Map<string, Entry>()
  const lanes = new Map<string, Lane>()
  let running = 0
  let stopped: (() => void) | undefined

  /** What brought the key brings more of its kind in the same moment: people alone are not kept waiting for that. */
  function settle(entry: Entry): void {
    entry.state = 'waiting'
    const moment = entry.priority === 'reply' ? 0 : SETTLE_MS
    // Somebody may have put right what it failed of; but a flood of events is no reason to ask a forge without end.
    const pause = Math.max(moment, (entry.ended ?? 0) + SHORTEST_PAUSE - clock.now())
    if (pause > 0) entry.cancel = clock.after(pause, () => queue(entry))
    else queue(entry)
  }

  function queue(entry: Entry): void {
    entry.state = 'waiting'
    const lane = lanes.get(entry.account) ?? { running: new Set(), waiting: byPriority<Entry>() }
    lanes.set(entry.account, lane)
    lane.waiting[entry.priority].push(entry)
    begin()
  }

  function pause(entry: Entry, milliseconds: number): void {
    Object.assign(entry, { state: 'paused', due: clock.now() + milliseconds })
    entry.cancel = clock.after(Math.min(milliseconds, LONGEST_TIMER), () => queue(entry))
  }

  function later(key: Key, at: number): void {
    const entry = entries.get(keyName(key))
    if (entry && (entry.state !== 'paused' || entry.due! <= at)) return
    entry?.cancel?.()
    const due = entry ?? enter(key, 'time')
    if (at <= clock.now()) queue(due)
    else pause(due, at - clock.now())
  }

  function enter(key: Key, cause: Cause): Entry {
    const name = keyName(key)
    const entry: Entry = {
      key,
      name,
      account: accountOf(key),
      priority: LOOKS[key.kind].priority,
      cause,
      state: 'waiting',
      again: false,
      failures: 0,
    }
    entries.set(name, entry)
    return entry
  }

  /** The accounts take turns. */
  function begin(): void {
    for (let found = true; found && !stopped && running < most.all; ) {
      found = false
      for (const [account, lane] of [...lanes]) {
        if (isIdle(lane) && !isClosed(lane, clock.now())) lanes.delete(account)
        const entry = running < most.all ? next(lane, most.account, clock.now()) : undefined
        if (!entry) continue
        found = true
        lanes.delete(account)
        lanes.set(account, lane)
        void run(entry, lane)
      }
    }
  }

  /** The forge takes no more of this account for a while: to ask all the same would make that longer. */
  function close(lane: Lane, until: number): void {
    lane.closedUntil = Math.max(until, lane.closedUntil ?? 0)
    clock.after(Math.min(until - clock.now(), LONGEST_TIMER), begin)
  }

  async function run(entry: Entry, lane: Lane): Promise<void> {
    const { cause } = entry
    Object.assign(entry, { state: 'running', again: false })
    running++
    lane.running.add(entry)
    const started = clock.now()
    const end = await endOf(() => look(entry.key, entry.priority))
    running--
    lane.running.delete(entry)
    const ms = clock.now() - started
    entry.ended = clock.now()
    if ('error' in end) {
      entry.failures++
      const until = limitedUntil(end.error) ?? 0
      if (until > entry.ended) close(lane, until)
      // What came meanwhile may be what puts it right.
      const { again } = entry
      const usual = again ? SHORTEST_PAUSE : PAUSES_MS[Math.min(entry.failures, PAUSES_MS.length) - 1]!
      const milliseconds = Math.max(usual, until - entry.ended)
      onEnd({ key: entry.key, cause, ms, error: end.error, failures: entry.failures, pause: milliseconds })
      if (again) settle(entry)
      else pause(entry, milliseconds)
    } else if (end.yields) {
      entry.priority = end.yields
      queue(entry)
    } else {
      entry.failures = 0
      onEnd({ key: entry.key, cause, ms, result: end })
      if (entry.again) settle(entry)
      else entries.delete(entry.name)
      for (const { key, at } of end.again ?? []) later(key, at)
    }
    if (isIdle(lane) && !isClosed(lane, clock.now())) lanes.delete(entry.account)
    if (stopped && running === 0) stopped()
    begin()
  }

  return {
    add(key, cause = 'event') {
      const wider = widerOf(key)
      const above = wider && entries.get(keyName(wider))
      if (above?.state === 'waiting') return told(above, cause)
      const entry = entries.get(keyName(key))
      if (!entry) return settle(enter(key, cause))
      if (entry.state === 'running' && !entry.again) entry.cause = cause
      else told(entry, cause)
      if (entry.state === 'running') entry.again = true
      else if (entry.state === 'paused') {
        entry.cancel?.()
        settle(entry)
      }
    },
    drain() {
      return new Promise(resolve => {
        stopped = resolve
        for (const { cancel } of entries.values()) cancel?.()
        if (running === 0) resolve()
      })
    },
    counts() {
      const counts = { waiting: 0, running: 0, paused: 0 }
      for (const { state } of entries.values()) counts[state]++
      return counts
    },
    queue: () => [...entries.values()].map(({ key, state }) => ({ repository: repositoryOf(key), state })),
  }
}

// --- internal ---

const MOST = { all: 64, account: 5 }
const SHORTEST_PAUSE = 1000
const SETTLE_MS = 1000
/** Timers of the engine end at 24 days; looking once more is harmless. */
const LONGEST_TIMER = 86_400_000

/** What an event tells of was not found by looking. */
function told(entry: Entry, cause: Cause): void {
  if (cause === 'event' || entry.cause === 'time') entry.cause = cause
}

async function endOf(look: () => Promise<LookResult>): Promise<LookResult | { error: unknown }> {
  try {
    return await look()
  } catch (error) {
    return { error }
  }
}
