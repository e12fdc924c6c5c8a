import { count, formatCount } from '../../text/numbers.ts'

/** From how many milliseconds on an answer is slow: frozen when a canary begins, where its rules do not say it. */
export interface Slow {
  /** 99 of 100 answers of the champion took no longer: a bound of the buckets that they are counted in. */
  ms: number
  /** How many it rests on. */
  answers: number
}

/** Why nobody can tell, in words that follow a colon. */
export interface SlowUnknown {
  unknown: string
}

/** Over how many minutes the champion's answers are looked at. */
export const SLOW_MINUTES = 24 * 60

/** The smallest bound that 99 of 100 answers do not exceed. @param upTo the answers up to each bound, in any order; the last bound is infinite */
export function slowOf(upTo: readonly (readonly [bound: number, answers: number])[]): Slow | SlowUnknown {
  const buckets = [...upTo].sort(([a], [b]) => a - b)
  const wrong = buckets.find(
    ([bound, answers]) => Number.isNaN(bound) || !(answers >= 0 && answers < Infinity),
  )
  if (wrong) return { unknown: `${wrong[1]} is no number of answers` }
  const all = buckets.at(-1)
  if (!all || all[0] !== Number.POSITIVE_INFINITY)
    return { unknown: 'nothing says how long its answers take' }
  const answers = Math.floor(all[1])
  if (answers === 0) return { unknown: 'no answer of a day says how long it took' }
  if (answers < LEAST_ANSWERS)
    return {
      unknown: `${count(answers, 'answer')} of a day ${answers === 1 ? 'says' : 'say'} how long it took, and ${formatCount(LEAST_ANSWERS)} are needed`,
    }
  const found = buckets.find(([, upToIt]) => upToIt >= QUANTILE * all[1])!
  return Number.isFinite(found[0])
    ? { ms: found[0], answers }
    : { unknown: `more than one in a hundred takes longer than ${buckets.at(-2)?.[0] ?? 0} ms` }
}

// --- internal ---

const QUANTILE = 0.99
/** Of fewer, the slowest hundredth is a handful. */
const LEAST_ANSWERS = 1000
