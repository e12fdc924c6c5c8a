import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { CanaryReason, CanaryVerdict } from '../../traffic/canary/verdict.ts'
import { reasonWords } from '../../traffic/canary/words.ts'
import type { CanaryFact, CanaryUnknown } from './canary-plan.ts'

/** A verdict on live traffic as the plan takes it: one that says of the traffic that it is not known decides nothing. */
export function factOf(
  { verdict, reason, needs, key, asOf }: CanaryVerdict,
  challenger: ReleaseRecord,
): CanaryFact | CanaryUnknown {
  const words = reasonWords({ reason, ...(needs !== undefined && { needs }) })
  if (asOf === undefined || NOT_KNOWN.includes(reason.kind)) return { unknown: words }
  return { verdict, reason: words, release: releaseKey(challenger), key, asOf }
}

// --- internal ---

const NOT_KNOWN: readonly CanaryReason['kind'][] = ['uncounted', 'unreadable', 'other_step', 'stale', 'ahead']
