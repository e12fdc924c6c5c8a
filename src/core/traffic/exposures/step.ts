import type { CanaryGuardrail } from '../../deploy-config/guardrails.ts'

/** One step of a canary, as far as counting needs to know it. */
export interface CanaryStep {
  model: string
  /** `canaryKey` of it: counts begin anew where it changes. */
  key: string
  champion: string
  challenger: string
  /** What a unit is: whoever `unit` of an event names, or the event by its own id. */
  unit: 'user' | 'request'
  /** No step was before it. */
  isFirst: boolean
  /** The outcome that counts as a conversion, and for how many milliseconds after the first contact. */
  outcome: string
  within: number
  guardrails: readonly CanaryGuardrail[]
  /** An answer that took longer is slow, in milliseconds; absent: none is. */
  slow?: number
  /** The column of the profile whose values are shown apart. */
  slices?: string
}

/** What became of an event in the counts of a step. */
export const CONTACT_RESULTS = [
  /** Of a unit that is counted in an arm: its first contact, or a later one. */
  'counted',
  /** It happened before this step was counted, or while what it says was still settling. */
  'before',
  /** Its time is more than an hour ago, or more than five minutes ahead. */
  'late',
  /** It says no unit, or one of more than 256 characters. */
  'no_unit',
  /** Of a release in neither arm. */
  'other_release',
  /** Of a unit that there was no room for. */
  'full',
] as const
export type ContactResult = (typeof CONTACT_RESULTS)[number]

/** What became of an outcome there. */
export const ANSWER_RESULTS = [
  /** Kept until its unit is mature. */
  'counted',
  /** It says nothing that was not known. */
  'repeated',
  /** It came before the first contact of its unit. */
  'early',
  /** It came, or was told, longer after the first contact than it counts. */
  'late',
  /** Of a unit that met both arms. */
  'crossed',
  /** Its unit has met no arm, nor did it within five minutes. */
  'unexposed',
  'no_unit',
  'other_release',
] as const
export type AnswerResult = (typeof ANSWER_RESULTS)[number]

/** What an event tells of a unit. Times in milliseconds; without one it happens now. */
export interface Contact {
  release: string
  unit?: string
  time?: number
  isError?: boolean
  /** In which slice it is. */
  slice?: number | undefined
  latency?: number
  /** Its own server says so, and not somebody who read it off the answer: a route names a release also while the pods of the one before serve. */
  isOwn?: boolean
}

/** What an outcome tells. */
export interface Answered {
  /** Absent: nothing is said of it. */
  release?: string
  unit?: string
  /** When it happened. */
  time?: number
  /** It is the outcome that counts as a conversion, and did come true. */
  converts: boolean
}
