import { setTimeout as sleep } from 'node:timers/promises'

/** Whether a promise is fulfilled within that time. A rejection is passed on; no timer is left behind. */
export async function settledWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController()
  try {
    return await Promise.race([
      promise.then(() => true),
      sleep(milliseconds, false, { signal: timer.signal }).catch(() => false),
    ])
  } finally {
    timer.abort()
  }
}
