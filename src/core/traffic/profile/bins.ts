import { canonicalLabel, numberFromText, textFromValue } from '../../inputs/predictions/cells/cell.ts'
import { edgesAtMost } from '../../statistics/traffic/population-stability.ts'
import type { Bins } from './feature.ts'

/**
 * The one vector of bins that a feature has wherever it is counted, stored, queried or weighed: its ordinary bins, then
 * `__missing__`, then `__new__`. Nothing else knows this order.
 */

const MISSING = '__missing__'
const NEW = '__new__'

/** Names of the bins in their order: numbers by index (`0` lies below the first edge), categories by their own names. */
export function binNames(feature: Bins): readonly string[] {
  if (feature.type === 'category') return [...feature.categories, MISSING, NEW]
  const { length } = feature.counts
  NUMBERED[length] ??= [...feature.counts.map((_, index) => String(index)), MISSING, NEW]
  return NUMBERED[length]
}

/** Where in that order rows without a value are. */
export function missingBin(feature: Bins): number {
  return feature.counts.length
}

/** Rows of the reference in each bin, in the order of `binNames`. Pooled rows are what a live `__new__` is held against. */
export function referenceCounts(feature: Bins): number[] {
  return [...feature.counts, feature.missing, feature.pooled ?? 0]
}

/**
 * The bin of a value as it comes, out of JSON, a tensor, CSV or Parquet. A value on an edge belongs above it. No value (null,
 * NaN, empty text) is missing; what the profile has no bin for is new: another category, text or infinity where numbers are.
 */
export function binOf(feature: Bins, value: unknown): number {
  const missing = missingBin(feature)
  if (feature.type === 'number') {
    const number = numberOf(value)
    if (number === undefined) return missing
    return Number.isFinite(number) ? edgesAtMost(feature.edges, number) : missing + 1
  }
  if (value === undefined || value === null) return missing
  if (typeof value === 'number' && Number.isNaN(value)) return missing
  const text = textFromValue(value)?.trim()
  if (text === '') return missing
  return (text === undefined ? undefined : categoryIn(feature, text)) ?? missing + 1
}

/** A value as a number. Undefined: there is none. NaN or infinite: there is something that is no finite number. */
export function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  const number = numberFromText(text)
  if (!Number.isNaN(number)) return number
  if (NO_NUMBER.has(text.toLowerCase())) return undefined
  return TRUTHS.get(canonicalLabel(text)) ?? number
}

// --- internal ---

type Categories = Extract<Bins, { type: 'category' }>

/** How programs write that there is no number where a column of text must hold one. Of categories, `NA` is a country. */
const NO_NUMBER = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '<na>'])

/** A file of text has `True` where Parquet and JSON have a value of its own, which is 1. */
const TRUTHS: ReadonlyMap<string, number> = new Map([
  ['1', 1],
  ['0', 0],
])

/** Found by the spelling first: a profile has its categories as `canonicalLabel` spells them. */
function categoryIn(feature: Categories, text: string): number | undefined {
  let indices = INDICES.get(feature)
  if (!indices) {
    indices = new Map(feature.categories.map((category, index) => [category, index]))
    INDICES.set(feature, indices)
  }
  return indices.get(text) ?? indices.get(canonicalLabel(text))
}

/** Those of numbers, by how many bins they have. */
const NUMBERED: (readonly string[])[] = []

/** Made once a feature: a collector asks for every value of every event. */
const INDICES = new WeakMap<Categories, Map<string, number>>()
