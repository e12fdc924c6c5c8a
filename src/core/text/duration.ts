/** How a duration is written. */
export const DURATION = /^\d+(\.\d+)?(s|m|h)$/

/** `90s`, `45m`, `6h` → seconds: of a text that is known to be a duration. */
export function secondsOf(duration: string): number {
  const unit = duration.at(-1)
  return Number.parseFloat(duration) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1)
}

/** The same of any text; undefined where it is no duration, or more seconds than a number holds. */
export function parseDuration(text: string): number | undefined {
  const seconds = DURATION.test(text) ? secondsOf(text) : Number.NaN
  return Number.isFinite(seconds) ? seconds : undefined
}
