import type { CanaryAtWeight } from '../../release/canary-file.ts'
import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { trafficOf } from '../canary/how-long.ts'
import { OLDEST_COUNTS } from '../canary/judge.ts'
import { rulesOf } from '../canary/rules.ts'
import type { Slow, SlowUnknown } from '../canary/slow.ts'
import {
  type CanaryReason,
  type CanaryRules,
  type CanaryVerdict,
  VERDICT_BY_REASON,
} from '../canary/verdict.ts'
import { reasonWords } from '../canary/words.ts'
import { type CanaryCourse, courseAfter } from './canary-course.ts'

/** What is known of a canary in progress that is looked at all the time. */
export interface CanaryWatching {
  model: string
  environment: string
  /** Or in words why there is none: what is tried is not known, or its controller is at none. */
  step: CanaryStep | NoStep
  /** Absent before the first look. */
  course?: CanaryCourse
}

/** Why nothing can be judged: what is tried is not known or, with `no_step`, its share is not. */
export interface NoStep {
  failed: string
  kind?: 'no_step'
}

export interface CanaryStep {
  champion: ReleaseRecord
  file: CanaryAtWeight
  rules: CanaryRules
}

/** What is known of a place where a canary that begins would take from the champion which answers are slow. */
export interface SlowWatching {
  /** Version of the champion. */
  release: string
  /** Absent before the first look. */
  looked?: { slow: Slow | SlowUnknown; at: number }
}

/** What is said of a place at an instant; there may be no step that it is about. */
export type CanarySaid = Omit<CanaryVerdict, 'key'> & { key?: string }

/** What is to be looked at from now on. What is known of the same step stays. */
export function canaryToWatch(
  place: { model: string; environment: string },
  { champion, file }: { champion: ReleaseRecord | undefined; file: CanaryAtWeight | NoStep },
  before: CanaryWatching | undefined,
): CanaryWatching {
  const { model, environment } = place
  const of = { model, environment }
  if ('failed' in file) return { ...of, step: file }
  if (!champion) return { ...of, step: { failed: NO_CHAMPION } }
  const step = { champion, file, rules: rulesOf(champion.version, file) }
  const isSame = before && !('failed' in before.step) && identity(before.step) === identity(step)
  return { ...of, step, ...(isSame && before.course && { course: before.course }) }
}

/** After a look, and what changed by it in words that a log has; undefined: nothing that anybody waits for. */
export function canaryAfter(
  before: CanaryWatching & { step: CanaryStep },
  verdict: CanaryVerdict,
  now: number,
): { watching: CanaryWatching; change?: string } {
  const { model, environment, step, course } = before
  const watching = { ...before, course: courseAfter(course, verdict, now) }
  const was = course?.verdict
  if (was?.verdict === verdict.verdict && was.reason.kind === verdict.reason.kind) return { watching }
  const { challenger, weight } = step.file
  const change = `${model} in ${environment}: ${challenger.version} at ${weight} %: ${verdict.verdict}: ${reasonWords(verdict)}`
  return { watching, change }
}

/** As it is now: a verdict that nobody has made anew for three looks, or on counts that are older, is none of now. */
export function canaryNow({ step, course }: CanaryWatching, now: number): CanarySaid {
  if ('failed' in step) return said({ kind: step.kind ?? 'unread', why: step.failed })
  const { key } = step.rules
  if (!course) return { ...said({ kind: 'not_yet' }), key }
  const { lookedAt, verdict } = course
  if (now - lookedAt > OLDEST_COUNTS) return { ...said({ kind: 'halted', lookedAt }), key }
  const { asOf } = verdict
  return asOf === undefined || now - asOf <= OLDEST_COUNTS
    ? verdict
    : { ...said({ kind: 'stale', asOf }), key, asOf }
}

/** Until when that is what can be said of now, if nobody looks again, in milliseconds; undefined where it says nothing of now. */
export function goodUntil(watching: CanaryWatching, now: number): number | undefined {
  const { evidence, asOf } = canaryNow(watching, now)
  if (!evidence || asOf === undefined || !watching.course) return undefined
  return Math.min(watching.course.lookedAt, asOf) + OLDEST_COUNTS
}

/**
 * What is to be said to whoever asks about a place.
 *
 * @param watched undefined: nothing is tried there
 * @param asked.release version or key of the release that is asked for: of another than the challenger nothing is told
 * @param asked.weight percent that it is asked for: whoever has just moved it must not take the verdict on the weight before
 */
export function canarySaid(
  watched: CanaryWatching | undefined,
  asked: { release?: string | undefined; weight?: string | undefined },
  now: number,
): CanarySaid {
  if (!watched) return said({ kind: 'none' })
  const { step } = watched
  const other =
    'failed' in step ? undefined : (ofAnother(step, asked.release) ?? atAnother(step, asked.weight))
  return other ?? canaryNow(watched, now)
}

/**
 * What `GET /v1/canary` answers of a place, whatever its state: `verdict` is at the top for the web provider of Argo Rollouts, which
 * takes any status but 2xx for a fault of the analysis.
 */
export function canaryAnswer(
  { model, environment }: { model: string; environment: string },
  watched: CanaryWatching | undefined,
  verdict: CanarySaid,
): object {
  const step = watched && !('failed' in watched.step) ? watched.step : undefined
  const { reason, needs, asOf, key, evidence } = verdict
  const { course } = watched ?? {}
  const traffic = trafficOf(verdict)
  const instant = (at: number) => new Date(at).toISOString()
  return {
    verdict: verdict.verdict,
    reason: reasonWords(verdict),
    kind: reason.kind,
    model,
    environment,
    ...(step && armsOf(step)),
    ...(key !== undefined && { key }),
    ...(asOf !== undefined && { asOf: instant(asOf) }),
    ...(course && { lookedAt: instant(course.lookedAt) }),
    ...(needs !== undefined && { needs }),
    ...(traffic && { traffic }),
    ...(evidence && { evidence }),
  }
}

/** What that answers beside it, where no canary is in progress: which answers one that begins would call slow. */
export function slowSaid({ release, looked }: SlowWatching, now: number): object {
  if (!looked) return { unknown: 'assay watch has not looked at its answers yet' }
  const { slow, at } = looked
  if (now - at > OLDEST_COUNTS)
    return { unknown: `assay watch looked at its answers last at ${minuteWords(at)}` }
  return 'unknown' in slow ? slow : { ...slow, release }
}

// --- internal ---

const NO_CHAMPION = 'the record of the release beside it cannot be read'

function said(reason: CanaryReason): CanarySaid {
  return { verdict: VERDICT_BY_REASON[reason.kind], reason }
}

function identity({ rules, file }: CanaryStep): string {
  return `${rules.key} ${releaseKey(file.challenger)}`
}

function ofAnother({ file, rules }: CanaryStep, asked: string | undefined): CanarySaid | undefined {
  const { challenger } = file
  if (asked === undefined || asked === challenger.version || asked === releaseKey(challenger))
    return undefined
  return { ...said({ kind: 'other_release', asked, challenger: challenger.version }), key: rules.key }
}

function atAnother({ file, rules }: CanaryStep, asked: string | undefined): CanarySaid | undefined {
  if (asked === undefined || asked === String(file.weight)) return undefined
  return { ...said({ kind: 'other_weight', asked, weight: file.weight }), key: rules.key }
}

function armsOf({ champion, file }: CanaryStep): object {
  const { challenger, weight, unit } = file
  return {
    champion: champion.version,
    challenger: challenger.version,
    release: releaseKey(challenger),
    weight,
    unit,
  }
}
