/** How a duration is written. */
export const DURATION = /^\d+(\.\d+)?(s|m|h)$/

/** `90s`, `45m`, `6h` → seconds: of a text that is known to be a duration. */
export function secondsOf(duration: string): number {
  const unit = duration.at(-1)
  return Number.parseFloat(duration) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1)
}

/** What keeps a text from being how long something may take, to follow it; undefined where it says that. */
export function whyNoWait(text: string): string | undefined {
  if (!DURATION.test(text)) return 'is no duration'
  const seconds = secondsOf(text)
  if (seconds === 0) return 'leaves no time at all'
  return seconds > LONGEST_HOURS * 3600
    ? `is longer than ${LONGEST_HOURS}h, the most that can be waited`
    : undefined
}

/** What is said of any such text. */
export const WAIT_FIX = 'a number and its unit: `90s`, `15m` or `1h`'

// --- internal ---

/** Twenty days. The timers of the system hold not quite 25, and end at once where they are given more. */
const LONGEST_HOURS = 480
