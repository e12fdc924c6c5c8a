import { requirePositive, requireShare } from '../checks.ts'
import { chiSquareSf } from '../distributions/distributions.ts'
import { logGamma } from '../distributions/gamma.ts'

/**
 * How often a chi-square statistic of a window that moves with time rises to a level while nothing changes, looked at as
 * often as one likes.
 */
export interface MovingWindow {
  df: number
  /** How many lengths of the window are looked through. */
  windows: number
  /** Which share of the variance is the live window's own, m/(n+m): the reference's part does not move. */
  moving: number
}

/**
 * Expected number of times it rises to `level`: P(χ² > level) that it is there from the start, and then clumps of looks
 * above it, each counted once (Aldous 1989, Probability Approximations via the Poisson Clumping Heuristic, D3: density at
 * the level × drift back from it). The counts of a moving window have the covariance 1 − |t|/W; nearby their statistic is a
 * squared Ornstein-Uhlenbeck process with the drift 2(level − df)/W. Falls with the level; below its highest place,
 * df + √(2·df), it stays what it is there, and says no more than "often".
 */
export function expectedRises(level: number, { df, windows, moving }: MovingWindow): number {
  requirePositive(df, 'The degrees of freedom')
  requirePositive(windows, 'The number of windows')
  requireShare(moving, 'The moving share')
  const from = Math.max(level, df + Math.sqrt(2 * df))
  return chiSquareSf(level, df) + 2 * windows * moving * (from - df) * density(from, df)
}

/** The level that is expected to be risen to `rises` times: the cut-off for a budget of false alarms. */
export function levelOfRises(rises: number, window: MovingWindow): number {
  requirePositive(rises, 'The expected rises')
  let low = 0
  let high = window.df + 1
  while (expectedRises(high, window) > rises) {
    low = high
    high *= 2
  }
  for (let step = 0; step < 60 && high - low > 1e-9 * high; step++) {
    const middle = (low + high) / 2
    if (expectedRises(middle, window) > rises) low = middle
    else high = middle
  }
  return high
}

// --- internal ---

/** Of the chi-square distribution. */
function density(x: number, df: number): number {
  const half = df / 2
  return Math.exp((half - 1) * Math.log(x / 2) - x / 2 - logGamma(half)) / 2
}
