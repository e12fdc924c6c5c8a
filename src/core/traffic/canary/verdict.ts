import type { CanaryGuardrail } from '../../deploy-config/guardrails.ts'
import type { MeshLabels, MeshName } from '../../deploy-config/mesh.ts'
import type { Verdict } from '../../verdict/result.ts'

/** What is said of a canary's step. The only thing about it that is shown, answered and taken into a plan. Spans are in seconds. */

/** By which a step is judged, frozen when the canary began. Spans and instants in milliseconds. */
export interface CanaryRules {
  /** `canaryKey` of the arms and the weight that there are now. */
  key: string
  /** Percent of the challenger. */
  weight: number
  unit: 'user' | 'request'
  /** Whether a user stays with one arm. */
  sticky: boolean
  conversion: { outcome: string; within: number; margin: number }
  horizon: number
  guardrails: readonly CanaryGuardrail[]
  /** Whose proxies count what of `guardrails` they can. */
  mesh?: MeshRules
  /** Of an experiment: which of the two converts better is asked, and not only whether the challenger is not worse. */
  twoSided?: true
}

export interface MeshRules {
  series: MeshName
  /** The labels of the series of an arm, with `{model}`, `{environment}` and `{version}` in the place of what it is the arm of. */
  arms: Record<'champion' | 'challenger', { version: string; labels: MeshLabels }>
  /** Milliseconds, of the guardrail `latency`. */
  slow?: number
}

export type CanaryMetric = 'conversion' | CanaryGuardrail

/** Units of one arm with an event, of so many. */
export interface Rate {
  events: number
  units: number
}

export interface SplitEvidence {
  /** Shares of the challenger; the interval holds the true one at every look, at 95 %. */
  declared: number
  seen: number
  low: number
  high: number
  units: number
  /** Against the declared share: from 1,000 on it is not that. */
  e: number
}

export interface HarmEvidence {
  metric: CanaryMetric
  challenger: Rate
  champion: Rate
  /** From `limit` on it is harm. */
  e: number
  limit: number
}

export interface ConversionEvidence {
  challenger: Rate
  champion: Rate
  /** Challenger less champion, with what holds at every look, at 95 %. */
  difference: number
  low: number
  high: number
  margin: number
  /** Whose conversion is higher, where that is shown. */
  better?: 'challenger' | 'champion'
}

/** Conversion of the units that were in a slice at their first contact. Nothing is decided by it. */
export interface SliceEvidence {
  name: string
  challenger: Rate
  champion: Rate
  /** With what holds at every look and of all slices together, at 95 %; absent: too few have converted. */
  change?: { difference: number; low: number; high: number }
}

/** Why a verdict is what it is: a row of `REASONS` each. */
export type CanaryReason =
  | { kind: 'none' }
  | { kind: 'unread'; why: string }
  | { kind: 'no_step'; why: string }
  | { kind: 'other_release'; asked: string; challenger: string }
  | { kind: 'other_weight'; asked: string; weight: number }
  | { kind: 'not_yet' }
  | { kind: 'halted'; lookedAt: number }
  | { kind: 'uncounted'; why: string }
  | { kind: 'unreadable'; what: string }
  | { kind: 'other_step'; key: string }
  | { kind: 'stale'; asOf: number }
  | { kind: 'ahead'; asOf: number }
  | { kind: 'settling'; since: number }
  | { kind: 'unit'; unit: 'user' | 'request' }
  | { kind: 'empty'; arms: 'both' | 'challenger' | 'champion' }
  | { kind: 'split'; split: SplitEvidence; counts?: 'mesh' }
  | { kind: 'met_both'; metBoth: number; units: number }
  | { kind: 'rerouted' }
  | { kind: 'rules_changed' }
  | { kind: 'harm'; harmed: readonly HarmEvidence[] }
  | { kind: 'worse'; conversion: ConversionEvidence }
  | { kind: 'not_live'; why: string }
  | { kind: 'before_live'; since: number; live: number }
  | { kind: 'live_unknown'; why: string; events: number }
  | { kind: 'full'; events: number }
  | { kind: 'unmeasured'; why: string }
  | { kind: 'immature'; within: number }
  | { kind: 'few'; least: number; arm: 'challenger' | 'champion'; events: number }
  | { kind: 'undecided'; conversion: ConversionEvidence; left: number }
  | { kind: 'not_worse'; conversion: ConversionEvidence }
  | { kind: 'no_winner'; conversion: ConversionEvidence }
  | { kind: 'challenger_better'; conversion: ConversionEvidence }
  | { kind: 'champion_better'; conversion: ConversionEvidence }

/** What the verdict is made of, as far as it can be known. */
export interface CanaryEvidence {
  since: number
  /** The step had begun before that: it is not all of the step that is known. */
  restarted: boolean
  split?: SplitEvidence
  /** The same of the requests that the mesh has counted. */
  meshSplit?: SplitEvidence
  harm: readonly HarmEvidence[]
  conversion?: ConversionEvidence
  metBoth: number
  unattributed: number
  /** Outcomes that have come, whether their units are mature or not. */
  outcomes?: number
  slices?: readonly SliceEvidence[]
}

/** The verdict that follows from each reason. */
export const VERDICT_BY_REASON: Readonly<Record<CanaryReason['kind'], Verdict>> = {
  none: 'inconclusive',
  unread: 'inconclusive',
  no_step: 'inconclusive',
  other_release: 'inconclusive',
  other_weight: 'inconclusive',
  not_yet: 'inconclusive',
  halted: 'inconclusive',
  uncounted: 'inconclusive',
  unreadable: 'inconclusive',
  other_step: 'inconclusive',
  stale: 'inconclusive',
  ahead: 'inconclusive',
  settling: 'inconclusive',
  unit: 'not_comparable',
  empty: 'inconclusive',
  split: 'not_comparable',
  met_both: 'not_comparable',
  rerouted: 'not_comparable',
  rules_changed: 'inconclusive',
  harm: 'fail',
  worse: 'fail',
  full: 'not_comparable',
  not_live: 'inconclusive',
  before_live: 'inconclusive',
  live_unknown: 'inconclusive',
  unmeasured: 'inconclusive',
  immature: 'inconclusive',
  few: 'inconclusive',
  undecided: 'inconclusive',
  not_worse: 'pass',
  no_winner: 'inconclusive',
  challenger_better: 'pass',
  champion_better: 'fail',
}

/** Who has won an experiment, by the reason of its verdict: of no other reason anybody has. */
export const WINNER_BY_REASON: { readonly [K in CanaryReason['kind']]?: Winner } = {
  challenger_better: 'challenger',
  champion_better: 'champion',
}
export type Winner = 'challenger' | 'champion'

export interface CanaryVerdict {
  verdict: Verdict
  reason: CanaryReason
  /** `canaryKey` of the step that it is about. */
  key: string
  /** What is known to have moved its share, each a sentence without its full stop. */
  causes?: readonly string[]
  /** What the counts were true at; absent where there are none. */
  asOf?: number
  /** How much longer until it passes, at the traffic that there is; absent where no time would do, and where it is not known. */
  needs?: number
  evidence?: CanaryEvidence
}
