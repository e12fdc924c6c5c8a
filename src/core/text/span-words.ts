import { count } from './numbers.ts'

/** Minutes as people say them: `2 hours`, `1 day`, `90 minutes`. */
export function spanWords(minutes: number): string {
  if (minutes % 1440 === 0) return count(minutes / 1440, 'day')
  return minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute')
}
