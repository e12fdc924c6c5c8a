import { type CanaryGuardrail, type CountedBy, GUARDRAILS } from '../../deploy-config/guardrails.ts'
import type { Rate } from './verdict.ts'

/**
 * Units of one arm since the step began, in whole numbers. A unit counts once, however often it came; one that met both arms is in the
 * `exposures` and in the `crossed` of each, and so in `exposures - crossed` of none.
 */
export interface Arm {
  /** Units that met this arm. */
  exposures: number
  /** Of these, the ones that met the other arm as well. */
  crossed: number
  /** Units whose first contact is longer ago than `within`, and which had met no other arm until then. */
  matured: number
  /** Of the matured, those whose outcome came within `within` of their first contact, and not before it. */
  converted: number
  /**
   * Units that met the event of a guardrail, of `triedBy` of the arm. Exactly the guardrails of the canary are there that are counted
   * by events. A unit that met both arms is in none of `errors` and `latency`.
   */
  harmed: ReadonlyMap<CanaryGuardrail, number>
}

/** What a mesh has counted of an arm since the step is counted, in whole requests; each guardrail has a number of its own that it is of. */
export type MeshArm = { requests: number } & Partial<Record<CountedBy<'mesh'>, Rate>>

export type MeshCounts = Record<'champion' | 'challenger', MeshArm>

/** All that is known of a canary's step, from whatever source. */
export interface CanaryCounts {
  model: string
  environment?: string
  /** `canaryKey` of the step that these are of. */
  key: string
  /** Milliseconds: from when on all is in the counts. */
  since: number
  /** Milliseconds: when this was true. */
  asOf: number
  /** The step had begun already when counting began: units from before count as if they were new, in both arms alike. */
  restarted: boolean
  arms: { champion: Arm; challenger: Arm }
  /** Or why it is not known; absent where no mesh is to be asked. */
  mesh?: MeshCounts | CountsProblem
  /** Units that met both. */
  metBoth: number
  /**
   * Events that say no unit, come too late, or are of a release that is in neither arm. Shown alone: one caller without a unit may send
   * any number of them, so they are in no proportion to units. Where they hide units of one arm, the split tells.
   */
  unattributed: number
  /** Events of units that there was no room for: above 0, the arms are not all that came. */
  full: number
  /**
   * Events of the challenger that another than its own server told of, such as whoever read its name off an answer: above 0, its
   * units may have met what its pods served before.
   */
  echoed: number
  /** Outcomes that are kept for units that are not mature yet, or were; absent where the source does not tell. */
  outcomes?: number
  /** Matured and converted units of each slice, by the slice of their first contact; absent where none are counted. */
  slices?: readonly {
    name: string
    arms: Record<'champion' | 'challenger', Pick<Arm, 'matured' | 'converted'>>
  }[]
}

/** Why there are no counts, in words that follow a colon. */
export interface CountsProblem {
  failed: string
}

/** As `GET /v1/canary-counts` answers: the same names, maps as objects. */
export function canaryData({ arms: { champion, challenger }, ...counts }: CanaryCounts): object {
  const armData = ({ harmed, ...arm }: Arm) => ({ ...arm, harmed: Object.fromEntries(harmed) })
  return { ...counts, arms: { champion: armData(champion), challenger: armData(challenger) } }
}

/** Units that tell of one arm alone. */
export function unitsOf({ exposures, crossed }: Arm): number {
  return exposures - crossed
}

/** What is known of the mesh, of both arms. */
export function meshOf({ mesh }: CanaryCounts): MeshCounts | undefined {
  return mesh && 'champion' in mesh ? mesh : undefined
}

/** How many units could have met the event of a guardrail: that no outcome came is known of the matured alone. */
export function triedBy(arm: Arm, guardrail: CanaryGuardrail): number {
  return GUARDRAILS[guardrail].of === 'matured' ? arm.matured : unitsOf(arm)
}
