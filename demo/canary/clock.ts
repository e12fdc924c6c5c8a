/**
 * A clock that runs faster than that of the machine, for all that looks, counts and waits: a minute between two looks is a second
 * here. Nothing of the product knows it; users, servers and the splitter are as fast as they are.
 */

/** Seconds of this clock in one of the machine. */
export const FASTER = 60

/** The variable that tells a program when the clock began, in milliseconds. */
export const CLOCK_BEGAN = 'DEMO_CLOCK_BEGAN'

/** From now on `Date` of this process is that of the clock. */
export function hastenDate(began: number): void {
  const { now: real } = Date
  const now = () => began + (real() - began) * FASTER
  globalThis.Date = new Proxy(Date, {
    construct: (target, given, made) =>
      Reflect.construct(target, given.length > 0 ? given : [now()], made === Date ? target : made),
    apply: target => new target(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  })
}
