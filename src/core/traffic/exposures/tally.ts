import { CANARY_GUARDRAILS, type CanaryGuardrail } from '../../deploy-config/guardrails.ts'
import type { Arm } from '../canary/counts.ts'
import { ANSWER_RESULTS, type AnswerResult, CONTACT_RESULTS, type ContactResult } from './step.ts'

export const ARMS = ['champion', 'challenger'] as const
export type ArmName = (typeof ARMS)[number]

/** What is counted of a step. Each number only rises, so that Prometheus can read it. */
export interface Tally {
  arms: Record<ArmName, ArmTally>
  contacts: Record<ContactResult, number>
  outcomes: Record<AnswerResult, number>
  metBoth: number
  /** Of each slice. */
  slices: Record<ArmName, { matured: number; converted: number }>[]
  /** Counted contacts with the challenger that another than its own server told of. */
  echoed: number
}

export interface ArmTally extends Omit<Arm, 'harmed'> {
  harmed: Record<CanaryGuardrail, number>
  /** Of these, the units that met the other arm later. */
  harmedCrossed: Record<CanaryGuardrail, number>
}

export function emptyTally(slices: number): Tally {
  return {
    arms: { champion: emptyArm(), challenger: emptyArm() },
    contacts: zeros(CONTACT_RESULTS),
    outcomes: zeros(ANSWER_RESULTS),
    metBoth: 0,
    slices: Array.from({ length: slices }, () => ({
      champion: { matured: 0, converted: 0 },
      challenger: { matured: 0, converted: 0 },
    })),
    echoed: 0,
  }
}

/** Units of the arm alone. */
export function armOf(
  { harmed, harmedCrossed, ...counts }: ArmTally,
  guardrails: readonly CanaryGuardrail[],
): Arm {
  return { ...counts, harmed: new Map(guardrails.map(one => [one, harmed[one] - harmedCrossed[one]])) }
}

// --- internal ---

function emptyArm(): ArmTally {
  return {
    exposures: 0,
    crossed: 0,
    matured: 0,
    converted: 0,
    harmed: zeros(CANARY_GUARDRAILS),
    harmedCrossed: zeros(CANARY_GUARDRAILS),
  }
}

function zeros<K extends string>(of: readonly K[]): Record<K, number> {
  return Object.fromEntries(of.map(one => [one, 0])) as Record<K, number>
}
