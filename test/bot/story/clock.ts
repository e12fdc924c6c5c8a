import type { Clock } from '../../../bot/looks.ts'

/** A clock that a story moves: short pauses pass by themselves, long ones when it is told so. */
export interface StoryClock {
  /** What a bot is given; it may be one of several. */
  clock: Clock
  /** Short pauses that have not passed yet. */
  short(): number
  /** Everything that is due at a time is called once; what it sets for a time before that waits for the next call. */
  passTo(now: number): void
  /** It is that time, and nothing is called. */
  moveTo(now: number): void
  /** Nothing is called any more: whose clock it was is dead. */
  stop(): void
}

export function storyClock(start: number): StoryClock {
  let now = start
  let stopped = false
  const short = new Set<NodeJS.Timeout>()
  const long = new Set<{ at: number; call: () => void }>()
  return {
    clock: {
      now: () => now,
      after(milliseconds, call) {
        if (stopped) return () => {}
        if (milliseconds > SHORT_MS) {
          const timer = { at: now + milliseconds, call }
          long.add(timer)
          return () => void long.delete(timer)
        }
        const timer = setTimeout(
          () => {
            short.delete(timer)
            call()
          },
          milliseconds / (milliseconds > PAUSE_MS ? 20 : 100),
        )
        short.add(timer)
        return () => {
          clearTimeout(timer)
          short.delete(timer)
        }
      },
    },
    short: () => short.size,
    passTo(time) {
      now = Math.max(now, time)
      const due = [...long].filter(({ at }) => at <= now)
      for (const timer of due) {
        long.delete(timer)
        timer.call()
      }
    },
    moveTo(time) {
      now = Math.max(now, time)
    },
    stop() {
      stopped = true
      for (const timer of short) clearTimeout(timer)
      long.clear()
      short.clear()
    },
  }
}

// --- internal ---

/**
 * Milliseconds. Longer are the pauses after a second failure, the times that a round waits for, and the time after which somebody else's
 * turn is asked for again: it may be that of a dead bot, which ends by the clock alone.
 */
const SHORT_MS = 10_000

/** Milliseconds. What is longer and short waits for looks, which take as long as they take: it is not made so short that they cannot end. */
const PAUSE_MS = 5000
