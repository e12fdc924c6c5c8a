import type { AlarmBudget } from '../../config/drift.ts'
import { importanceIn, type ModelProfile, trafficFeatures } from '../profile/profile.ts'
import { dealtBudget } from './budget.ts'
import { conceptOf } from './concept.ts'
import { featureDrifts } from './feature-drift.ts'
import { qualityOf } from './quality.ts'
import { total } from './shares.ts'
import { type DriftKind, type DriftState, type DriftVerdict, type FlowDrift, worstOf } from './verdict.ts'
import { importanceProblems, weighted } from './weights.ts'

/** Live traffic of one release over one window, in the bins of its profile. */
export interface WindowCounts {
  minutes: number
  since?: string
  until?: string
  /** By the name of the feature; what is not there was not counted. */
  features: ReadonlyMap<string, ArrayLike<number>>
  /** By the label of the truth: outcomes in each bin of the score. */
  labels?: ReadonlyMap<string, ArrayLike<number>>
  /** By the label of the truth: outcomes in each bin of the prediction. */
  predicted?: ReadonlyMap<string, ArrayLike<number>>
}

export interface Traffic {
  profile: ModelProfile
  release?: string
  environment?: string
  /** What is broken is looked for here, and in the window of shift: with few rows an hour tells nothing. */
  breakage?: WindowCounts
  shift: WindowCounts
  /** Where outcomes are counted over a time of their own. */
  concept?: WindowCounts
  budget: AlarmBudget
  /** By name; 0 is never judged. Absent: as the profile says, else all count alike. */
  importance?: ReadonlyMap<string, number>
  /** By name, where it is known: why a feature was not counted, and what to do about it. */
  absent?: ReadonlyMap<string, string>
  /** By name: why the counts of a feature may be less than what came. Only what is critical all the same is told of it. */
  doubtful?: ReadonlyMap<string, string>
  /** Where rows do not come as they should. */
  flow?: FlowDrift
  /** What is to be known of the windows. */
  notes?: readonly string[]
}

/** Holds live counts against the profile. The same counts give the same verdict. */
export function judgeTraffic(traffic: Traffic): DriftVerdict {
  const { profile, release, environment, shift, budget: asked } = traffic
  const budget = dealtBudget(asked)
  const all = trafficFeatures(profile)
  const importance = traffic.importance ?? importanceIn(profile)
  const known = weighted(all, importance)
  const features = featureDrifts(known, { ...traffic, budget })
  const outcomes = traffic.concept ?? shift
  const windows = (budget.days * 1440) / outcomes.minutes
  const concept = conceptOf(profile, outcomes.labels, windows, budget.concept)
  const quality = qualityOf(profile, outcomes)
  const judged: Judged[] = [
    ...features.filter(({ weight }) => weight > 0),
    // Nothing of the rows is looked at, which is no green.
    ...(features.every(({ weight }) => weight === 0)
      ? [{ state: 'unknown' as const, kind: 'shift' as const }]
      : []),
    ...(traffic.flow ? [{ state: traffic.flow.state, kind: 'breakage' as const }] : []),
    // Outcomes that are still too few say nothing about the rows.
    ...(concept && concept.state !== 'unknown' ? [{ state: concept.state, kind: 'concept' as const }] : []),
  ]
  const notes = [
    ...(traffic.notes ?? []),
    ...(importance ? importanceProblems(all, importance).map(what => `Of the importance: ${what}.`) : []),
  ]
  const state = worstOf(judged.map(one => one.state))
  const kind = kindOf(judged, state)
  return {
    model: profile.model,
    ...(release !== undefined && { release }),
    ...(environment !== undefined && { environment }),
    state,
    ...(kind && { kind }),
    ...(shift.since !== undefined && { since: shift.since }),
    ...(shift.until !== undefined && { until: shift.until }),
    rows: Math.max(0, ...features.map(({ rows }) => rows)),
    ...(traffic.breakage && isEmpty(traffic.breakage) && { isBreakageEmpty: true }),
    budget: asked,
    features,
    ...(concept && { concept }),
    ...(quality.length > 0 && { quality }),
    ...(traffic.flow && { flow: traffic.flow }),
    ...(notes.length > 0 && { notes }),
  }
}

// --- internal ---

interface Judged {
  state: DriftState
  kind: DriftKind
}

function isEmpty({ features }: WindowCounts): boolean {
  return [...features.values()].every(counts => total(counts) === 0)
}

/** What is broken comes first: nothing is to be trained on it, whatever else has shifted. */
function kindOf(judged: readonly Judged[], state: DriftState): DriftKind | undefined {
  if (state !== 'critical' && state !== 'warn') return undefined
  const there = new Set(judged.filter(one => one.state === state).map(({ kind }) => kind))
  return (['breakage', 'concept', 'shift'] as const).find(kind => there.has(kind))
}
