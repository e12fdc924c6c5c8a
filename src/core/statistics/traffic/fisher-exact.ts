import { requireCounts } from '../checks.ts'
import { logGamma } from '../distributions/distributions.ts'

/**
 * Fisher's exact test of a two by two table [[a, b], [c, d]], two-sided: all tables with the same margins that are
 * no likelier than this one. For samples too small for chi-square.
 */
export function fisherExact(table: readonly (readonly number[])[]): { p: number } {
  if (table.length !== 2 || table.some(row => row.length !== 2))
    throw new RangeError("Fisher's exact test is for two by two tables.")
  const [a, b, c, d] = table.flat() as [number, number, number, number]
  requireCounts([a, b, c, d], 'The table')
  const observed = logWeight(a, b, c, d)
  let likely = 0
  let unlikely = 0
  for (let shift = -Math.min(a, d); shift <= Math.min(b, c); shift++) {
    const difference = logWeight(a + shift, b - shift, c - shift, d + shift) - observed
    // Equal probabilities differ in the last digits.
    if (difference <= 1e-7) unlikely += Math.exp(difference)
    else likely += Math.exp(difference)
  }
  return { p: likely === 0 ? 1 : unlikely / (likely + unlikely) }
}

// --- internal ---

/** ln of the hypergeometric probability up to a constant of the margins. */
function logWeight(...cells: number[]): number {
  return -cells.reduce((sum, cell) => sum + logGamma(cell + 1), 0)
}
