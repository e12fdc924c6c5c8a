import { overWords } from '../text/instant-words.ts'

/**
 * Why something may be missing of what somebody may see: the forge did not tell; it is not asked, since what may be asked within an
 * hour is spent; or there is more than is shown.
 */
export type Missing = 'forge' | 'cut' | Spent

/** Undefined: there is no such thing that they may see. */
export type OrMissing<T> = T | Missing | undefined

export interface Spent {
  /** By whom: themselves, all who may read nothing, or all who look for the first time. */
  spent: keyof typeof SPENT
  /** When the next may be asked, in milliseconds since the epoch. */
  until: number
}

export function isMissing(one: object | Missing): one is Missing {
  return typeof one === 'string' || 'spent' in one
}

/** Of several the one that says when to come again, and of those the last. */
export function firstMissing(all: readonly Missing[]): Missing | undefined {
  const spent = all.filter(one => typeof one === 'object').sort((a, b) => b.until - a.until)
  return spent[0] ?? all.find(one => one === 'forge') ?? all[0]
}

/** What it means for the viewer, and what to do. Plain text. */
export function missingWords(missing: Missing): string {
  if (missing === 'forge')
    return 'The forge could not be asked what you may see: something may be missing. Load the page again.'
  if (missing === 'cut')
    return 'You may read more repositories than are shown here: those in which something went on last are.'
  const until = overWords(missing.until)
  return `${SPENT[missing.spent]}: until ${until} the forge is not asked what else you may see, and something may be missing. Load the page again then.`
}

/** So many seconds later it may be complete. */
export function againIn(missing: Missing, now: number): number {
  return typeof missing === 'object' ? Math.max(1, Math.ceil((missing.until - now) / 1000)) : 60
}

// --- internal ---

const SPENT = {
  own: 'Within the hour the forge was asked for you about as many repositories that you may not read as it is for one person',
  strangers: 'Within the hour the forge was asked as often as it is for people who may read nothing',
  newcomers: 'Within the hour as many people looked here for the first time as the forge is asked about',
}
