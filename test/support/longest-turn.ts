import { setImmediate as next } from 'node:timers/promises'

/**
 * The longest that work keeps the event loop of this thread from anything else, in milliseconds of its processor time: a busy
 * machine makes it no longer.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let done = false
  const working = work().finally(() => {
    done = true
  })
  let longest = 0
  for (let last = threadTime(); !done; ) {
    await next()
    const now = threadTime()
    longest = Math.max(longest, now - last)
    last = now
  }
  await working
  return longest
}

// --- internal ---

/** Node 22 has no clock of a thread. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1000
}
