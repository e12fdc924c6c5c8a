import { type CanaryCause, type CanaryChange, twoChangesIn } from './causes.ts'

/**
 * What is known by whoever runs the challenger of whether it serves: since when, in milliseconds; or in words why it does not, or why
 * nobody knows.
 */
export type ChallengerLive = { since: number } | { not: string } | { unknown: string }

/** What is known of a step besides its counts. */
export interface StepSeen {
  /** Absent: nobody is asked. */
  live?: ChallengerLive
  causes?: readonly CanaryCause[]
}

/** The same with what the history of its files tells: see `twoChangesIn`. */
export function withChanges(
  { live, causes = [] }: StepSeen,
  changes: readonly CanaryChange[],
  shortest: number,
): StepSeen {
  return { ...(live && { live }), causes: [...causes, ...twoChangesIn(changes, shortest)] }
}

/**
 * From when on what is counted can be of the challenger at its share: since it is live, and since its route was put back last.
 * Undefined where neither is known.
 */
export function countedFrom({ live, causes = [] }: StepSeen): number | undefined {
  const times = [
    ...(live && 'since' in live ? [live.since] : []),
    ...causes.flatMap(one => (one.kind === 'put_back' ? [one.at] : [])),
  ]
  return times.length === 0 ? undefined : Math.max(...times)
}
