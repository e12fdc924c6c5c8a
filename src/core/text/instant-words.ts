/** `2026-05-20 16:00 UTC`, rounded up to the minute: at that time it is over. The instant is in milliseconds. */
export function instantWords(instant: number): string {
  const minute = 60_000
  return `${new Date(Math.ceil(instant / minute) * minute).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
