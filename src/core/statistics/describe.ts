/** Mean, spread and quantiles of plain numbers. Callers have checked that there are enough of them. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]!
  return sum / values.length
}

/** Σ(x − mean)² / (n − ddof). */
export function variance(values: ArrayLike<number>, ddof: 0 | 1 = 1, centre = mean(values)): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += (values[index]! - centre) ** 2
  return sum / (values.length - ddof)
}

/** Quantile of sorted values by linear interpolation between the neighbours (type 7 of R and numpy). */
export function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  const rank = share * (sorted.length - 1)
  const below = Math.floor(rank)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  const part = rank - below
  // numpy interpolates from the nearer end; doing the same keeps percentiles equal to the last bit.
  return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part
}

/** A sorted copy. */
export function sorted(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values)
  return isAscending(copy) ? copy : copy.sort()
}

/** The same value moved into [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/**
 * How many values of one weight these are worth: (Σw)² / Σw² (Kish, Survey Sampling, 1965), to a millionth, so that of weights that
 * are alike it is their number. 0 where all are.
 */
export function kish(weights: ArrayLike<number>): number {
  let sum = 0
  let squares = 0
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!
    squares += weights[i]! ** 2
  }
  return squares > 0 ? Math.round((sum ** 2 / squares) * 1e6) / 1e6 : 0
}

// --- internal ---

/** Of two zeros nobody knows here which comes first. */
function isAscending(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index++) {
    const [before, value] = [values[index - 1]!, values[index]!]
    if (!(before < value) && (before !== value || value === 0)) return false
  }
  return true
}
