import type { Key } from '../src/commands/bot/keys.ts'
import type { LookResult } from '../src/commands/bot/look.ts'

/** Why a key is looked at: it was told of, nobody told and it was found by looking, or its time has come. */
export type Cause = 'event' | 'found' | 'time'

export type LookEnd = { key: Key; cause: Cause; ms: number } & (
  | { result: LookResult }
  /** `pause`: milliseconds until the next try, the `failures`th failure in a row. */
  | { error: unknown; failures: number; pause: number }
)

/** Whether something was written that no event told of. */
export function isFound(end: LookEnd): boolean {
  return end.cause === 'found' && 'result' in end && end.result.did.length > 0
}
