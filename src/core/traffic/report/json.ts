import type { DriftVerdict, LiveBins } from '../drift/verdict.ts'
import { binWords } from '../drift/words.ts'
import { binNames, referenceCounts } from '../profile/bins.ts'

export interface BinRow {
  name: string
  /** As people know it: `30 to 41`. */
  words: string
  profile: number
  live: number
}

/** A verdict as `drift.json` and `/v1/drift` have it: an object for each bin. */
export function verdictData(verdict: DriftVerdict): object {
  return {
    ...verdict,
    features: verdict.features.map(feature => ({ ...feature, bins: binRows(feature.bins) })),
  }
}

export function binRows({ feature, live }: LiveBins): BinRow[] {
  const profile = referenceCounts(feature)
  return binNames(feature).map((name, bin) => ({
    name,
    words: binWords(feature, bin),
    profile: profile[bin]!,
    live: live?.[bin] ?? 0,
  }))
}
