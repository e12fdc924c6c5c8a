import type { ReleaseRecord } from '../../release/record.ts'
import type { Result } from '../../verdict/result.ts'
import type { CanaryMove } from '../canary/canary-plan.ts'
import type { FileDifference } from '../places/rollback.ts'
import type { Landing } from '../plan/landing.ts'
import type { Standing } from '../plan/standing.ts'
import type { Waiting } from '../plan/waiting.ts'

/**
 * Everything that the text of a promotion says. It holds no clock and no health: what has not changed is written the same, and
 * a pull request whose text is the same is not touched.
 */
export interface PromotionText {
  kind: 'promotion' | 'rollback'
  environment: string
  /** What serves there now, by its record. */
  from?: ReleaseRecord
  /** How the manifests stand to that record. Absent: they say the same. */
  standing?: Standing
  to: ReleaseRecord
  /** The step of a canary that this is; `to` is the release that is tried. Absent: it gets all of the traffic at once. */
  canary?: CanaryMove
  /** Why conversion is shown of no slices, where the canary asks for some. */
  noSlices?: string
  /** Whether the record's verdict was made against `from`. */
  weighed: boolean
  /** The two weighed anew, where that was done. */
  result?: Result
  lands: Landing
  /** Manifests and record, before and after. */
  changes: readonly FileDifference[]
  /** The difference of what is rendered from them, where that was done. */
  rendered?: string
  /** What watches the release once it serves, in words, and what a person should know of that. */
  watching?: { file: string; parts: readonly string[]; series?: string; notes: readonly string[] }
  /** What serves in every environment, in the order of promotion. */
  environments: readonly { name: string; release?: ReleaseRecord }[]
  /** What web services must say before it is merged: name, host, path and value. */
  answers?: readonly { name: string; host: string; at: string; needed: string }[]
  /** Newer releases that may not enter yet. */
  waiting: readonly Waiting[]
  /** Why it was rolled back. */
  reason?: string
}
