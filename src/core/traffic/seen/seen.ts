/**
 * What a source tells of the live traffic of one release: a file of rows, a collector, Prometheus. Whichever it was, the same rows are
 * the same value here, and so the same verdict.
 */
export interface Seen {
  release?: string
  environment?: string
  /** When the source itself was last told, in milliseconds; absent of a file, which is of whenever it is. */
  asOf?: number
  windows: SeenWindows
  /** What is to be known of the windows: restarts, what is not kept for so long. */
  notes: readonly string[]
}

export interface SeenWindows {
  shift: SeenWindow
  breakage?: SeenWindow
  /** Where outcomes are counted over a time of their own. */
  concept?: SeenWindow
  /** So long that no row in it is news. */
  quiet?: SeenWindow
}

export interface SeenWindow {
  minutes: number
  /** Instants in milliseconds: from when on all is in it. */
  since?: number
  until?: number
  features: ReadonlyMap<string, SeenFeature>
  /** Where the source knows it: why a feature is not among them. */
  absent?: ReadonlyMap<string, string>
  /** Outcomes in each bin of the score, by label; NaN where the source has no such bin. */
  labels?: ReadonlyMap<string, ArrayLike<number>>
  /** Outcomes in each bin of the prediction, by label; NaN where the source has no such bin. */
  predicted?: ReadonlyMap<string, ArrayLike<number>>
  /** Events by what became of them. */
  events?: ReadonlyMap<string, number>
}

/** A feature as the source has it. What is missing of it is never 0. */
export interface SeenFeature {
  /** In the order of the profile's bins; undefined where the source has no such bin. */
  counts: readonly (number | undefined)[]
  /** Bins of it that the profile does not have. */
  strange?: readonly string[]
  /** Bins that were there at the end of the window, and not when it began: what came into them before is not known. */
  fresh?: readonly string[]
}
