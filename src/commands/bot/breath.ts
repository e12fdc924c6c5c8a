import { setImmediate as next } from 'node:timers/promises'

/** Lets others go first. What is worked out of a result of a megabyte takes tens of milliseconds a step, and hooks must be answered. */
export async function breath(): Promise<void> {
  await next()
}
