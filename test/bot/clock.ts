import type { Clock } from '../../bot/looks.ts'

/** A clock that a test moves by hand. */
export function handClock(): Clock & { pass(milliseconds: number): Promise<void>; pauses: number[] } {
  let now = Date.parse('2026-06-01T12:00:00Z')
  const timers = new Set<{ at: number; call: () => void }>()
  const pauses: number[] = []
  return {
    now: () => now,
    after(milliseconds, call) {
      pauses.push(milliseconds)
      const timer = { at: now + milliseconds, call }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async pass(milliseconds) {
      const end = now + milliseconds
      for (;;) {
        await settled()
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        now = next.at
        next.call()
      }
      now = end
      await settled()
    },
    pauses,
  }
}

/** Lets all go on that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
