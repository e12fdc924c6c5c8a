import type { AlarmBudget } from '../../config/drift.ts'

/**
 * How the alarms that chance may cause are dealt out. The promise is for what people get; the expected number is kept well below
 * it, so that an unlucky year keeps it too: with a mean of 7.3 a year, more than 14 come in one year of a hundred.
 */

const ROOM = 0.6
/** Shift is where chance is: what is broken shows so plainly that a tenth is plenty. */
const SHARES = { shift: 0.8, breakage: 0.1, concept: 0.1 }
/** What holds an alarm is likelier than what begins one: else it would end and begin again with every few rows. */
const HOLDING_P = 0.001

export interface DealtBudget {
  days: number
  /** Expected alarms within these days, at most. */
  shift: number
  breakage: number
  concept: number
}

export function dealtBudget({ alarms, days }: AlarmBudget): DealtBudget {
  const all = alarms * ROOM
  return {
    days,
    shift: all * SHARES.shift,
    breakage: all * SHARES.breakage,
    concept: all * SHARES.concept,
  }
}

/** Whether what chance shows with this probability still holds an alarm. */
export function isHeld(p: number): boolean {
  return p <= HOLDING_P
}
