import type { Direction } from '../../inputs/evaluation.ts'
import { normalSf, tSf, twoSidedZ } from '../../statistics/distributions/distributions.ts'
import { Difference, Estimate } from '../../statistics/estimate.ts'
import { holm } from '../../statistics/intervals/multiple-testing.ts'
import type { Verdict } from '../result.ts'
import { orient } from './orient.ts'

/**
 * From an interval to a verdict: only here numbers become green. A rule puts a question to a number; a number
 * that the schema of the result would refuse (NaN, infinite, absent, of no known kind) is asked nothing and passes nothing.
 * A gate on the whole asks one question, a gate on slices one a slice.
 */

/** The smallest true change worth asking about, in the unit of the metric. */
export interface RelativeRule {
  kind: 'not_worse' | 'better'
  /** `not_worse`: how much worse is acceptable. `better`: by how much it must be better. Never negative. */
  by: number
}

/** A floor or a ceiling. */
export interface AbsoluteRule {
  at_least?: number
  at_most?: number
}

/** What a rule asks of a number, all turned so that more is better. */
export interface Question {
  value: number
  low: number
  high: number
  level: number
  /** Passes if and only if the whole interval lies above this limit, or on it where that is enough. */
  passes: Limit
  /** Fails if and only if, not passing, the whole interval lies below this limit, or on it where that is enough. */
  fails: Limit
  /** The p of the method itself for "the value is at the limit to fail by", where it gives one. */
  p?: number
}

interface Limit {
  at: number
  included: boolean
}

/**
 * Non-inferiority passes when the whole interval lies above −margin, superiority when it lies above `by`. Either
 * fails when the interval rules the claim out: wholly below 0 (significantly worse), or wholly below `by`. A number
 * that is exact is judged by itself, the limit included.
 */
export function askDifference(
  difference: Difference,
  direction: Direction,
  rule: RelativeRule,
): Question | undefined {
  const isKnown = direction === 'higher' || direction === 'lower'
  if (!isKnown || !Difference.safeParse(difference).success || !(rule.by >= 0)) return undefined
  const { level } = difference.interval
  const oriented = { ...orient(difference, direction), level }
  const isExact = difference.method === 'exact' && oriented.low === oriented.high
  const p = difference.p
  if (rule.kind === 'not_worse')
    return question({
      ...oriented,
      passes: { at: -rule.by, included: isExact },
      fails: { at: 0, included: false },
      p,
    })
  if (rule.kind !== 'better') return undefined
  return question({
    ...oriented,
    passes: { at: rule.by, included: false },
    fails: { at: rule.by, included: isExact },
    ...(rule.by === 0 && { p }),
  })
}

/** A floor or ceiling: the value's whole interval must be on its right side. A bare number is its own interval. */
export function askEstimate(estimate: Estimate, rule: AbsoluteRule): Question | undefined {
  const limit = rule.at_least ?? rule.at_most
  if (limit === undefined || !Estimate.safeParse(estimate).success) return undefined
  const sign = rule.at_least === undefined ? -1 : 1
  const { value, interval = { low: value, high: value, level: 1 } } = estimate
  const { low, high, level } = interval
  return question({
    value: sign * value,
    ...(sign === 1 ? { low, high } : { low: -high, high: -low }),
    level,
    passes: { at: sign * limit, included: true },
    fails: { at: sign * limit, included: false },
  })
}

/** The verdict on one question; none at all is "cannot tell". */
export function judge(asked: Question | undefined): Verdict {
  if (!asked) return 'inconclusive'
  const { low, passes } = asked
  if (low > passes.at || (passes.included && low === passes.at)) return 'pass'
  return isRuledOut(asked) ? 'fail' : 'inconclusive'
}

/**
 * The verdicts on many questions that fail together when any of them does: a fail stands only where its p does after
 * Holm's correction. One question alone has the verdict of `judge`, whatever it is.
 */
export function judgeTogether<T extends { question?: Question | undefined }>(
  asked: readonly T[],
  level: number,
): (T & { verdict: Verdict; adjustedP?: number })[] {
  const given = asked.flatMap(one => (one.question ? [{ one, p: pOf(one.question, level) }] : []))
  const adjusted = new Map(holm(given).map(({ one, adjustedP }) => [one, adjustedP]))
  return asked.map(one => {
    const verdict = judge(one.question)
    const adjustedP = adjusted.get(one)
    if (adjustedP === undefined) return { ...one, verdict }
    const stands = verdict !== 'fail' || adjustedP < 1 - level
    return { ...one, verdict: stands ? verdict : 'inconclusive', adjustedP }
  })
}

/**
 * Which of many questions, each put to a few rows only, are certain to fail: not merely ruled out, but by an interval that lies
 * wholly on the wrong side of the limit to pass by. Corrected by Holm among themselves, with a fifth of the error that the others
 * have, so that however many they are they add little to it. `rows`: how many each question is put to.
 */
export function certainOfFew<T extends { question?: Question | undefined }>(
  asked: readonly T[],
  { level, rows }: { level: number; rows: (one: T) => number },
): Map<T, { adjustedP: number }> {
  const given = asked.flatMap(one => (one.question ? [{ one, p: pBeyond(one.question, rows(one)) }] : []))
  const certain = holm(given).filter(({ adjustedP }) => adjustedP < (1 - level) * SHARE_OF_FEW)
  return new Map(certain.map(({ one, adjustedP }) => [one, { adjustedP }]))
}

/** `judge` of a difference. */
export function judgeDifference(difference: Difference, direction: Direction, rule: RelativeRule): Verdict {
  return judge(askDifference(difference, direction, rule))
}

/** `judge` of a value. */
export function judgeEstimate(estimate: Estimate, rule: AbsoluteRule): Verdict {
  return judge(askEstimate(estimate, rule))
}

/** Whether a difference is shown at its level, and which way. */
export function judgementOf(
  difference: Difference | undefined,
  direction: Direction | undefined,
): 'better' | 'worse' | 'no_difference_shown' | 'not_judged' {
  const asked = difference && direction && askDifference(difference, direction, { kind: 'better', by: 0 })
  if (!asked) return 'not_judged'
  if (asked.low > 0) return 'better'
  return asked.high < 0 ? 'worse' : 'no_difference_shown'
}

/** The verdict of many gates: a fail outweighs all, then what could not be compared, then what could not be told. */
export function worstOf(verdicts: Verdict[]): Verdict {
  for (const verdict of ['fail', 'not_comparable'] as const) if (verdicts.includes(verdict)) return verdict
  return verdicts.length > 0 && verdicts.every(verdict => verdict === 'pass') ? 'pass' : 'inconclusive'
}

// --- internal ---

/** Of the error that all slices may have, the part of those with few rows. */
const SHARE_OF_FEW = 0.2

/**
 * The two-sided p for "the value is at the limit to pass by" where the whole interval lies below that, else 1. By the standard errors
 * that the interval puts between the two, with the tail of few rows; never less than the method's own p, which is of a limit nearer by.
 */
function pBeyond({ value, high, level, passes, p = 0 }: Question, rows: number): number {
  if (high >= passes.at) return 1
  const half = Math.max(0, high - value)
  return Math.min(1, Math.max(p, 2 * tSf((twoSidedZ(level) * (passes.at - value)) / half, rows - 1)))
}

/** Nothing is asked about a limit that is no number or an interval that is none. */
function question(asked: Question): Question | undefined {
  const isSound =
    asked.low <= asked.high && Number.isFinite(asked.passes.at) && Number.isFinite(asked.fails.at)
  return isSound ? asked : undefined
}

function isRuledOut({ high, fails }: Question): boolean {
  return high < fails.at || (fails.included && high === fails.at)
}

/**
 * The p that a question fails by: two-sided for "the value is at the limit to fail by" where it lies below that, by the method
 * itself, else by how many standard errors the interval puts between the two; 1 where it does not. A p and an interval of one
 * method may disagree by a hair; the interval decides, as it does for a question alone, so the p is brought to its side.
 */
function pOf(asked: Question, level: number): number {
  const { value, high, level: own, fails, p } = asked
  const alpha = 1 - level
  const half = Math.max(0, high - value)
  const given = value >= fails.at ? 1 : (p ?? 2 * normalSf((twoSidedZ(own) * (fails.at - value)) / half))
  return isRuledOut(asked) ? Math.min(given, alpha * (1 - 1e-9)) : Math.min(1, Math.max(given, alpha))
}
