import type { AlarmBudget } from '../../config/drift.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { flowOf, type Requests, type Volume } from '../drift/flow.ts'
import { judgeTraffic } from '../drift/judge.ts'
import { total } from '../drift/shares.ts'
import type { DriftVerdict } from '../drift/verdict.ts'
import { binNames } from '../profile/bins.ts'
import { isCount } from '../profile/feature.ts'
import { type ModelProfile, trafficFeatures } from '../profile/profile.ts'
import type { Seen, SeenWindow } from './seen.ts'
import { withUnanswered } from './unanswered.ts'
import { type WholeCounts, wholeCounts } from './whole-counts.ts'

/** How a model is looked at. */
export interface LookSettings {
  /** Lengths of the windows; `quiet` is how long no row is no news. */
  minutes: { breakage: number; shift: number; concept: number; quiet: number }
  budget: AlarmBudget
  /** The least share of requests that is to be counted as rows; absent: how many come is not judged. */
  volume?: number
}

/** One look at a model, from whatever source. */
export interface Look {
  profile: ModelProfile
  /** What the source told, or in words why it told nothing. */
  seen: Seen | { failed: string }
  settings: Pick<LookSettings, 'budget'>
  importance?: ReadonlyMap<string, number>
  /** What the second source says of silence; absent: there is none. */
  requests?: Requests
  /** Where as many rows as requests are asked for, what it says of the window of breakage. */
  volume?: Volume
  /** Milliseconds. */
  now: number
}

/** Older counts say nothing of now: longer than any usual time between two scrapes. */
export const STALE_MS = 5 * 60_000

/** What is seen of a model, as a verdict: what is not known, or not of now, is never green. */
export function judgeSeen({
  profile,
  seen,
  settings,
  importance,
  requests,
  volume,
  now,
}: Look): DriftVerdict {
  if ('failed' in seen) return unseenVerdict(profile.model, seen.failed, settings.budget)
  const { release, environment, asOf, windows } = seen
  const place = {
    ...(release !== undefined && { release }),
    ...(environment !== undefined && { environment }),
  }
  if (asOf !== undefined && !(Math.abs(now - asOf) <= STALE_MS))
    return { ...unseenVerdict(profile.model, staleWords(asOf, now), settings.budget), ...place }
  const features = trafficFeatures(profile)
  const { shift, breakage } = withUnanswered(
    profile,
    wholeCounts(features, windows.shift),
    windows.breakage && wholeCounts(features, windows.breakage),
  )
  const { concept, quiet } = windows
  const outcomes = concept ?? windows.shift
  const labels = areWhole(outcomes.labels, profile.score?.means.length) ? outcomes.labels : undefined
  const answers = profile.prediction && binNames(profile.prediction).length
  const predicted = areWhole(outcomes.predicted, answers) ? outcomes.predicted : undefined
  const flow =
    quiet &&
    flowOf({
      quiet,
      breakage: windows.breakage,
      rows: breakage && rowsIn(breakage),
      ...(requests && { requests }),
      ...(volume && { volume }),
    })
  return judgeTraffic({
    profile,
    ...place,
    shift: { ...timesOf(windows.shift), features: shift.features },
    ...(breakage && { breakage: { ...timesOf(windows.breakage!), features: breakage.features } }),
    ...((labels || predicted) && {
      concept: {
        ...timesOf(outcomes),
        features: NONE,
        ...(labels && { labels }),
        ...(predicted && { predicted }),
      },
    }),
    budget: settings.budget,
    absent: shift.absent,
    doubtful: new Map([...(breakage ? [...breakage.absent, ...breakage.doubtful] : []), ...shift.doubtful]),
    ...(flow && { flow }),
    notes: [
      ...seen.notes,
      ...(labels || !outcomes.labels ? [] : [NOT_WHOLE]),
      ...(predicted || !outcomes.predicted ? [] : [NO_ACCURACY]),
    ],
    ...(importance && { importance }),
  })
}

/** Of a model of which nothing can be told. @param why in words that follow a colon */
export function unseenVerdict(model: string, why: string, budget: AlarmBudget): DriftVerdict {
  return { model, state: 'unknown', unseen: why, rows: 0, budget, features: [] }
}

/** Of one that is told of as what it is: nobody knows whether rows come. */
export function toldUnseen(verdict: DriftVerdict, reason: string): DriftVerdict {
  return { ...verdict, flow: { what: 'silence', state: 'unknown', reason } }
}

// --- internal ---

const NONE: ReadonlyMap<string, readonly number[]> = new Map()

/** Undefined where no feature is counted as a whole. */
function rowsIn({ features }: WholeCounts): number | undefined {
  return features.size === 0 ? undefined : Math.max(...[...features.values()].map(total))
}

function timesOf({ minutes, since, until }: SeenWindow): { minutes: number; since?: string; until?: string } {
  return {
    minutes,
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  }
}

/** Outcomes are judged as a whole or not at all, as features are. */
function areWhole(counts: SeenWindow['labels'], bins: number | undefined): boolean {
  return [...(counts?.values() ?? [])].every(
    counts => counts.length === bins && Array.from(counts).every(isCount),
  )
}

const NOT_WHOLE =
  'Outcomes are not judged: their counts are not in the bins that the profile has of the score.'

const NO_ACCURACY =
  'Accuracy is not told: outcomes are not counted in the classes that the profile has of the prediction.'

function staleWords(asOf: number, now: number): string {
  const at = minuteWords(asOf)
  return asOf > now
    ? `the counts are of ${at}, which is ahead of the clock here: one of the two clocks is wrong`
    : `the counts are of ${at} and none are newer: the collector is gone, or is not read any more`
}
