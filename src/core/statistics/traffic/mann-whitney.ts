import { requireFinite, requireSome } from '../checks.ts'
import { sorted, sortedQuantile } from '../describe.ts'
import { normalSf } from '../distributions/distributions.ts'
import { sortOrder } from '../sort-order.ts'

export interface MannWhitney {
  /** Pairs in which the first sample's value is larger; ties count half. */
  u: number
  /** Two-sided: exact for small samples without ties, else the normal approximation with continuity correction. */
  p: number
  exact: boolean
  /** Absent with ties or with too many pairs to count. */
  exactP?: number
  /** Normal approximation, corrected for ties and continuity. */
  asymptoticP: number
  uncorrectedP: number
  /** u as a share of all pairs: the chance that a value of the first sample is the larger one. */
  probability: number
  /** 2·probability − 1. */
  rankBiserial: number
}

/** Mann–Whitney U test of "neither sample tends to be larger". */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitney {
  requireSamples(first, second)
  const n = first.length
  const m = second.length
  const { u, tieTerm } = rankSum(first, second)
  const exactP = tieTerm === 0 && n * m <= EXACT_UP_TO ? exactTail(Math.max(u, n * m - u), n, m) : undefined
  const exact = exactP !== undefined && Math.min(n, m) <= 8
  const asymptoticP = normalTail(u, n, m, tieTerm, 0.5)
  return {
    u,
    p: exact ? exactP : asymptoticP,
    exact,
    exactP,
    asymptoticP,
    uncorrectedP: normalTail(u, n, m, tieTerm, 0),
    probability: u / (n * m),
    rankBiserial: (2 * u) / (n * m) - 1,
  }
}

/** Hodges & Lehmann's shift: the median of all differences first − second. Needs memory for n·m numbers. */
export function hodgesLehmann(first: ArrayLike<number>, second: ArrayLike<number>): number {
  requireSamples(first, second)
  const differences = new Float64Array(first.length * second.length)
  for (let i = 0; i < first.length; i++)
    for (let j = 0; j < second.length; j++) differences[i * second.length + j] = first[i]! - second[j]!
  return sortedQuantile(sorted(differences), 0.5)
}

// --- internal ---

/** Pairs up to which the exact distribution is counted. */
const EXACT_UP_TO = 2500

function requireSamples(first: ArrayLike<number>, second: ArrayLike<number>): void {
  requireSome(first, 'The first sample')
  requireSome(second, 'The second sample')
  requireFinite(first, 'The first sample')
  requireFinite(second, 'The second sample')
}

/** U of the first sample by midranks, and Σ(t³ − t) over groups of tied values. */
function rankSum(first: ArrayLike<number>, second: ArrayLike<number>): { u: number; tieTerm: number } {
  const values = Float64Array.from([...Array.from(first), ...Array.from(second)])
  const order = sortOrder(values)
  let ranks = 0
  let tieTerm = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    let ofFirst = 0
    for (; end < order.length && values[order[end]!] === values[order[start]!]; end++)
      if (order[end]! < first.length) ofFirst++
    ranks += (ofFirst * (start + end + 1)) / 2
    tieTerm += (end - start) ** 3 - (end - start)
    start = end
  }
  return { u: ranks - (first.length * (first.length + 1)) / 2, tieTerm }
}

function normalTail(u: number, n: number, m: number, tieTerm: number, continuity: number): number {
  const total = n + m
  const se = Math.sqrt(((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1))))
  if (!(se > 0)) return 1
  const away = Math.max(u, n * m - u) - (n * m) / 2 - continuity
  return Math.min(1, 2 * normalSf(away / se))
}

/** 2·P(U ≥ u) by Mann & Whitney's recursion on the last value in order, in probabilities so that nothing overflows. */
function exactTail(u: number, n: number, m: number): number {
  // rows[j]: the distribution of U for i values of the first and j of the second sample.
  let rows: Float64Array[] = Array.from({ length: m + 1 }, () => Float64Array.of(1))
  for (let i = 1; i <= n; i++) {
    const next = [Float64Array.of(1)]
    for (let j = 1; j <= m; j++) {
      const distribution = new Float64Array(i * j + 1)
      const withFirst = rows[j]!
      const withSecond = next[j - 1]!
      for (let k = 0; k < withFirst.length; k++) distribution[k + j]! += (withFirst[k]! * i) / (i + j)
      for (let k = 0; k < withSecond.length; k++) distribution[k]! += (withSecond[k]! * j) / (i + j)
      next.push(distribution)
    }
    rows = next
  }
  const tail = rows[m]!.subarray(u).reduce((sum, value) => sum + value, 0)
  return Math.min(1, 2 * tail)
}
