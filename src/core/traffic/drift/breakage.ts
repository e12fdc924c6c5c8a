import { binomialSf } from '../../statistics/distributions/distributions.ts'
import { wilson } from '../../statistics/intervals/proportions.ts'
import type { Feature } from '../profile/feature.ts'
import { total } from './shares.ts'

/**
 * What is broken rather than shifted: values that are missing, one bin that takes nearly all, categories that are all new. Each
 * shows in the share of one bin, and is believed when chance does not show it at any look of the days of the budget: one look a
 * minute, each bin, at the largest share that the profile leaves possible (Bonferroni; holds at any number of rows).
 */

/** The bins of a feature by what they are: the ordinary ones, then what is missing, then what is new. */
export interface Broken {
  bin: number
  what: 'missing' | 'new' | 'stuck'
  from: number
  to: number
}

/** A rate of missing values that is up by so much. */
export const MORE_MISSING = 0.1
/** Of a number what is new is no number: as good as missing. */
export const MORE_NEW: Readonly<Record<Feature['type'], number>> = { category: 0.5, number: MORE_MISSING }
/** A bin that most rows are in anyway can take nearly all by itself. */
export const USUALLY_MOST = 0.8
/** The other bins together have so little left of what they had. */
export const LEFT = 0.1

/** @param chance the chance of each bin at each look: the budget over looks and bins */
export function brokenBin(
  type: Feature['type'],
  profile: ArrayLike<number>,
  live: ArrayLike<number>,
  chance: number,
): Broken | undefined {
  const m = total(profile)
  const n = total(live)
  if (m === 0 || n === 0) return undefined
  const order = [
    live.length - 2,
    live.length - 1,
    ...Array.from({ length: live.length - 2 }, (_, bin) => bin),
  ]
  for (const bin of order) {
    const from = profile[bin]! / m
    const to = live[bin]! / n
    const what = whatOf(type, bin, live.length, from, to)
    if (what === undefined) continue
    const possible = wilson(profile[bin]!, m, POSSIBLE).high
    if (binomialSf(live[bin]! - 1, n, possible) <= chance) return { bin, what, from, to }
  }
  return undefined
}

/** How many looks there are in so many days: one a minute. */
export function looksIn(days: number): number {
  return days * 1440
}

// --- internal ---

const POSSIBLE = 0.997

function whatOf(
  type: Feature['type'],
  bin: number,
  bins: number,
  from: number,
  to: number,
): Broken['what'] | undefined {
  if (bin === bins - 2) return to - from >= MORE_MISSING ? 'missing' : undefined
  if (bin === bins - 1) return to - from >= MORE_NEW[type] ? 'new' : undefined
  return from <= USUALLY_MOST && 1 - to <= LEFT * (1 - from) ? 'stuck' : undefined
}
