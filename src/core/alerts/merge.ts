import type { Alarm } from '../traffic/drift/alarms.ts'
import type { ToldAlert } from './alert.ts'
import { isSameNoted, NOTED, type Noted, withAlarms, withTold } from './noted.ts'

/** What a look at live traffic has to say in an issue that others write too. */
export interface OwnNotes {
  told: readonly ToldAlert[]
  alarms: readonly Alarm[]
  /** What was done about what `before` says, and told of it. */
  followed?: Partial<Pick<Noted, (typeof FOLLOWED)[number]>>
}

/**
 * What stands in the issue now, with one's own alerts and alarms, and nothing of others' taken back. Of what was done, what somebody
 * else has written since `before` stays; and words about other alerts than those that fire now are nobody's. Twice is as once.
 *
 * @param there what stands in the issue now; undefined where nothing can be read there: then it goes on from `before`
 * @param before what was acted on
 * @returns undefined where nothing ever fired
 */
export function mergedNoted(
  there: Noted | undefined,
  before: Noted | undefined,
  { told, alarms, followed = {} }: OwnNotes,
): Noted | undefined {
  const known = there ?? before
  const now = withTold(known, told)
  if (!now) return undefined
  const merged = withAlarms(now, alarms)
  const isMine = (key: (typeof FOLLOWED)[number]) =>
    key in followed &&
    normal(known, key) === normal(before, key) &&
    (key !== 'words' || isSameFiring(merged, before))
  const mine = FOLLOWED.filter(isMine).map(key => [key, followed[key]])
  return { ...merged, ...Object.fromEntries(mine) }
}

/** Whether the same fires by both: what was done about one is done about the other. */
export function isSameFiring(a: Noted | undefined, b: Noted | undefined): boolean {
  const firing = (one: Noted | undefined) => one && { alerts: one.alerts, over: one.over, words: '' }
  return isSameNoted(firing(a), firing(b))
}

// --- internal ---

const FOLLOWED = ['words', 'retraining', 'slack'] as const

function normal(noted: Noted | undefined, key: (typeof FOLLOWED)[number]): string {
  const value = noted?.[key]
  return value === undefined ? '' : JSON.stringify(NOTED.shape[key].parse(value))
}
