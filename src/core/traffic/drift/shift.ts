import { chiSquareSf, chiSquareUpperQuantile } from '../../statistics/distributions/distributions.ts'
import { benjaminiHochberg } from '../../statistics/intervals/multiple-testing.ts'
import { homogeneity } from '../../statistics/traffic/homogeneity.ts'
import { expectedRises, levelOfRises, type MovingWindow } from '../../statistics/traffic/moving-window.ts'
import { stabilityIndex } from '../../statistics/traffic/population-stability.ts'
import { type RankSum, rankSum } from '../../statistics/traffic/rank-sum.ts'
import { total } from './shares.ts'

/**
 * Whether rows are drawn from other shares than the profile's, feature by feature. A feature is significant when chance alone
 * would show as much, in any feature and at any look, less often than the budget allows.
 */

/** What must be seen for "steady" to be said: the stability index that is called a major shift wherever it is used. */
export const MUST_SEE = 0.25

export interface Counted {
  live: ArrayLike<number>
  profile: ArrayLike<number>
  /** How many of the bins, from the first on, lie in an order; 0 of categories. */
  ordered: number
  /** Above 0, mean 1 over all. */
  weight: number
}

export interface Shift {
  rows: number
  profileRows: number
  /** Of chi-square, and of the sum of ranks where it is asked. */
  p: number
  rankP?: number
  psi: number
  /** The index that noise reaches no more often than the budget allows, at these numbers of rows. */
  cutOff: number
  /** Expected false alarms at this height within the days of the budget, over all features. */
  falseAlarms: number
  /** Live rows from which on it can be told; absent where it can, Infinity where the profile has too few. */
  needed?: number
}

/**
 * Each with its shift.
 *
 * @param windows lengths of the window in the days of the budget
 * @param budget expected false alarms in these days over all features
 */
export function withShifts<T extends Counted>(
  features: readonly T[],
  windows: number,
  budget: number,
): { one: T; shift: Shift }[] {
  const levels = new Map<string, Level>()
  const tested = features.map(one => {
    const window = windowOf(one, windows)
    const df = window.pooledDf || window.df
    const key = `${one.weight} ${df} ${window.moving}`
    const level = levels.get(key) ?? levelOf((budget * one.weight) / features.length, { ...window, df })
    levels.set(key, level)
    return { one, ...testedAt(one, window, level), weight: one.weight }
  })
  return benjaminiHochberg(tested).map(({ one, p: _, weight: __, chance, adjustedP, ...shift }) => ({
    one,
    shift: { ...shift, p: chance, falseAlarms: adjustedP },
  }))
}

// --- internal ---

interface Level {
  chiSquare: number
  tail: number
}

/** `df` is that of the stability index, whose bins are not taken together; `pooledDf` that of the test. */
interface Tested extends MovingWindow {
  pooledDf: number
  psi: number
  chiSquare: number
  chance: number
  rank: RankSum | undefined
  rows: number
  profileRows: number
}

function windowOf({ live, profile, ordered }: Counted, windows: number): Tested {
  const rows = total(live)
  const profileRows = total(profile)
  const { chiSquare, df: pooledDf, p: chance } = homogeneity(profile, live)
  const { psi, df } = rows > 0 && profileRows > 0 ? stabilityIndex(profile, live) : { psi: 0, df: 0 }
  const moving = profileRows / Math.max(1, rows + profileRows)
  const [there, here] = [profile, live].map(counts => Array.from(counts).slice(0, ordered))
  const rank = rankSum(there!, here!)
  return { chiSquare, chance, rank, df, pooledDf, psi, windows, moving, rows, profileRows }
}

function levelOf(rises: number, window: MovingWindow): Level {
  if (window.df === 0) return { chiSquare: 0, tail: 1 }
  const chiSquare = levelOfRises(rises, window)
  return { chiSquare, tail: chiSquareSf(chiSquare, window.df) }
}

function testedAt(
  { profile }: Counted,
  window: Tested,
  level: Level,
): Omit<Shift, 'falseAlarms'> & { chance: number } {
  const { rows, profileRows, chance, rank, df, pooledDf, psi } = window
  const never = Number.POSITIVE_INFINITY
  const about = { rows, profileRows, chance, psi, p: never, ...(rank && { rankP: rank.p }) }
  if (rows === 0 || profileRows === 0)
    return { ...about, cutOff: never, needed: profileRows === 0 ? never : 1 }
  // All in one bin on both sides is the same.
  if (df === 0) return { ...about, cutOff: 0 }
  const scaled = chiSquareUpperQuantile(level.tail, df)
  const cutOff = scaled * (1 / rows + 1 / profileRows)
  const enough = rowsNeeded(scaled, profileRows)
  // Nothing is told apart where one bin has nearly all; what must be seen would fill another one.
  if (pooledDf === 0) {
    const needed = Math.max(enough, rowsForTwoBins(profile))
    return { ...about, cutOff, ...(rows < needed && { needed }) }
  }
  return {
    ...about,
    cutOff,
    p: risesOf(window),
    ...(cutOff > MUST_SEE && { needed: enough }),
  }
}

/** Of whichever test is surer. Where two are asked, each has half of what chance may cause. */
function risesOf({ chiSquare, pooledDf, rank, ...window }: Tested): number {
  const rises = expectedRises(chiSquare, { ...window, df: pooledDf })
  return rank ? 2 * Math.min(rises, expectedRises(rank.chiSquare, { ...window, df: 1 })) : rises
}

/**
 * Live rows from which on what must be seen has five expected rows beside the largest bin, here and in the profile: what the test takes
 * for a bin of its own. Infinity where the profile has too few.
 */
function rowsForTwoBins(profile: ArrayLike<number>): number {
  const m = total(profile)
  const others = m - Math.max(...Array.from(profile))
  const share = mustSeeFrom((others + 0.5) / (m + 1))
  // n·(share·n + others) ≥ 5·(n + m)
  const b = others - LEAST_EXPECTED
  const few = (Math.sqrt(b * b + 4 * share * LEAST_EXPECTED * m) - b) / (2 * share)
  if (few <= m) return Math.ceil(few)
  // m·(share·n + others) ≥ 5·(n + m)
  const gain = share * m - LEAST_EXPECTED
  return gain > 0 ? Math.ceil(Math.max(m, (m * (LEAST_EXPECTED - others)) / gain)) : Number.POSITIVE_INFINITY
}

const LEAST_EXPECTED = 5

/** The larger share that has the stability index which must be seen against `from`, of two bins. */
function mustSeeFrom(from: number): number {
  let [low, high] = [from, 1]
  for (let step = 0; step < 50; step++) {
    const share = (low + high) / 2
    const psi = (share - from) * (Math.log(share / from) - Math.log((1 - share) / (1 - from)))
    if (psi < MUST_SEE) low = share
    else high = share
  }
  return high
}

/** From the cut-off `chiSquare`·(1/n + 1/m) = what must be seen. */
function rowsNeeded(chiSquare: number, profileRows: number): number {
  const left = MUST_SEE - chiSquare / profileRows
  return left > 0 ? Math.ceil(chiSquare / left) : Number.POSITIVE_INFINITY
}
