import { isInstant } from '../text/instant-words.ts'

/**
 * When a commit says that it was made, in milliseconds: whoever makes it writes there what they like. What can be no instant is read as
 * the last one that can be written: a time to come, by which nothing has begun and nothing is over.
 */
export function commitTime(said: number): number {
  return isInstant(said) ? said : LAST
}

// --- internal ---

const LAST = Date.parse('9999-12-31T23:59:00Z')
