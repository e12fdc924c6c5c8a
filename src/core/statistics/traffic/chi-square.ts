import { requireCounts, requireEqualLengths, requireFinite, requireSome } from '../checks.ts'
import { chiSquareSf } from '../distributions/distributions.ts'

export interface Independence {
  chiSquare: number
  df: number
  p: number
  /** The smallest expected count: below 5 the p is rough. */
  leastExpected: number
  /** The likelihood-ratio statistic and its p. */
  g: number
  gP: number
  /** Strength of the association, 0..1. */
  cramersV: number
}

/**
 * Pearson's chi-square test of independence of rows and columns (homogeneity, when each row is a sample), without
 * continuity correction. `table[row][column]` are counts; an empty row or column is a RangeError: drop it first.
 */
export function chiSquareIndependence(table: readonly (readonly number[])[]): Independence {
  const { expected, total } = expectedCounts(table)
  let chiSquare = 0
  let g = 0
  for (const [row, counts] of table.entries())
    for (const [column, count] of counts.entries()) {
      const mean = expected[row]![column]!
      chiSquare += (count - mean) ** 2 / mean
      if (count > 0) g += 2 * count * Math.log(count / mean)
    }
  const columns = table[0]!.length
  const df = (table.length - 1) * (columns - 1)
  return {
    chiSquare,
    df,
    p: df === 0 ? 1 : chiSquareSf(chiSquare, df),
    leastExpected: Math.min(...expected.flat()),
    g: Math.max(0, g),
    gP: df === 0 ? 1 : chiSquareSf(g, df),
    cramersV: df === 0 ? 0 : Math.sqrt(chiSquare / total / Math.min(table.length - 1, columns - 1)),
  }
}

/** Pearson's goodness of fit of counts to expected counts, both with the same total. */
export function chiSquareFit(
  observed: readonly number[],
  expected: readonly number[],
): { chiSquare: number; df: number; p: number } {
  requireEqualLengths(observed, expected, 'Observed and expected counts')
  requireSome(observed, 'Observed counts', 2)
  requireFinite(observed, 'Observed counts')
  requireFinite(expected, 'Expected counts')
  if (expected.some(count => count <= 0)) throw new RangeError('Every expected count must be above 0.')
  if (observed.some(count => count < 0)) throw new RangeError('No observed count can be below 0.')
  const sums = [observed, expected].map(counts => counts.reduce((sum, count) => sum + count, 0))
  if (Math.abs(sums[0]! - sums[1]!) > 1e-8 * sums[1]!)
    throw new RangeError(
      `Observed and expected counts must have the same total, but have ${sums[0]} and ${sums[1]}.`,
    )
  const chiSquare = observed.reduce(
    (sum, count, index) => sum + (count - expected[index]!) ** 2 / expected[index]!,
    0,
  )
  const df = observed.length - 1
  return { chiSquare, df, p: chiSquareSf(chiSquare, df) }
}

// --- internal ---

function expectedCounts(table: readonly (readonly number[])[]): { expected: number[][]; total: number } {
  requireSome(table, 'The table')
  requireSome(table[0]!, 'A row of the table')
  for (const row of table) {
    requireEqualLengths(row, table[0]!, 'The rows of the table')
    requireCounts(row, 'The table')
  }
  const rows = table.map(row => row.reduce((sum, count) => sum + count, 0))
  const columns = table[0]!.map((_, column) => table.reduce((sum, row) => sum + row[column]!, 0))
  if (rows.includes(0) || columns.includes(0))
    throw new RangeError('No row and no column of the table may be empty.')
  const total = rows.reduce((sum, count) => sum + count, 0)
  return { expected: rows.map(row => columns.map(column => (row * column) / total)), total }
}
