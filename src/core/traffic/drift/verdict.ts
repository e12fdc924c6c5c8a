import type { Feature } from '../profile/feature.ts'

/** What is said of live traffic. The only thing about drift that is rendered, stored and posted. */

export const DRIFT_STATES = ['steady', 'warn', 'unknown', 'critical'] as const
export type DriftState = (typeof DRIFT_STATES)[number]
/** Breakage is never trained on. Of labels that come late, concept: the same score means another outcome than before. */
export type DriftKind = 'breakage' | 'shift' | 'concept'

/** What is wrong with a feature, in the bins where it shows most. */
export interface BinChange {
  bin: string
  /** Shares of the rows, then and now. */
  from: number
  to: number
}

/** Live rows in each bin of a feature. The rest is told by the feature: a watch keeps this of each of hundreds of models. */
export interface LiveBins {
  feature: Feature
  /** In the order of `binNames`; undefined where it was not counted. */
  live: ArrayLike<number> | undefined
}

/** The level of an alarm that goes on, though it would not begin: what it is about is near that. */
export type HeldLevel = 'warn' | 'critical'

export interface FeatureDrift {
  name: string
  state: DriftState
  kind: DriftKind
  /** Live rows and rows of the profile. */
  rows: number
  profileRows: number
  /** Of chi-square over all bins; of numbers also that of the sum of ranks, which sees all values move one way. */
  p: number
  rankP?: number
  /** Of the bins that hardly any row is in, each for itself, as far as they make the index large; absent where there are none. */
  rareP?: number
  psi: number
  /** The PSI that noise reaches no more often than the budget allows, at these numbers of rows; absent where nothing can be told. */
  cutOff?: number
  weight: number
  /**
   * How many times in the days of the budget chance alone would show as much in any feature (Benjamini–Hochberg; of a rare bin,
   * Bonferroni). Absent where it is not judged.
   */
  falseAlarms?: number
  holds: HeldLevel | false
  /** The greatest first. */
  changes: BinChange[]
  bins: LiveBins
  /** Of breakage and unknown: why. */
  reason?: string
}

export interface ConceptDrift {
  state: DriftState
  outcomes: number
  p: number
  falseAlarms?: number
  holds: HeldLevel | false
  /** How far the share of the label is from what the score meant, over the bins in use: weighted mean of absolute differences. */
  gap: number
  auc: { accepted: number; live: number } | undefined
  /** Outcomes in each bin of the score, and those of them that are positive: at acceptance and now; and the mean score then. */
  bins: { words: string; accepted: Outcomes; live: Outcomes; mean: number }[]
  reason?: string
}

export type QualityMetric = 'accuracy' | 'roc_auc' | 'brier' | 'log_loss' | 'calibration_error'

/** What live outcomes say of the model, beside the same of the accepted evaluation in the same bins. It decides nothing. */
export interface Quality {
  metric: QualityMetric
  /** Those it is worked out from. */
  outcomes: number
  live: number
  /** Absent where the profile does not know. */
  accepted?: number
}

export interface Outcomes {
  rows: number
  positive: number
}

export interface DriftVerdict {
  model: string
  release?: string
  environment?: string
  state: DriftState
  /** Of what is wrong; absent while nothing is. */
  kind?: DriftKind
  /** UTC instants of the window that is judged, where they are known. */
  since?: string
  until?: string
  rows: number
  /** Nothing was counted in the window of breakage, which says nothing then. */
  isBreakageEmpty?: true
  budget: { alarms: number; days: number }
  /** In the order of the profile. */
  features: FeatureDrift[]
  concept?: ConceptDrift
  /** Only what can be known; absent without outcomes. */
  quality?: Quality[]
  /** Where rows do not come as they should: it is breakage. */
  flow?: FlowDrift
  /** Why nothing is known of now: there are no features then, and neither ends an alarm. */
  unseen?: string
  /** What is to be known of the windows, a sentence each. */
  notes?: readonly string[]
}

/** No rows at all while requests go on, far fewer than requests, or too many events that could not be counted. */
export interface FlowDrift {
  what: 'silence' | 'uncounted' | 'volume'
  state: Extract<DriftState, 'critical' | 'unknown'>
  reason: string
}

/** The worst of them: what is critical is so whatever else is not known, and what is not known is never green. */
export function worstOf(states: readonly DriftState[]): DriftState {
  return ORDER.findLast(state => states.includes(state)) ?? 'unknown'
}

// --- internal ---

const ORDER = ['steady', 'warn', 'unknown', 'critical'] as const
