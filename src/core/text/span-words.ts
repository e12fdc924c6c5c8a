import { count } from './numbers.ts'

/** Minutes as people say them: `2 hours`, `1 day`, `90 minutes`, `45 seconds`. */
export function spanWords(minutes: number): string {
  if (!Number.isInteger(minutes)) return count(Math.round(minutes * 60), 'second')
  if (minutes % 1440 === 0) return count(minutes / 1440, 'day')
  return minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute')
}
