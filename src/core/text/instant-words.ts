/** `2026-05-20 16:00 UTC`, rounded up to the minute: at that time it is over. The instant is in milliseconds. */
export function instantWords(instant: number): string {
  const minute = 60_000
  return `${new Date(Math.ceil(instant / minute) * minute).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `2026-05-20T16:00:00Z`: the same instant is written the same. In milliseconds. */
export function toSecond(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`
}

/** `2026-05-20`, the day in UTC. */
export function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}
