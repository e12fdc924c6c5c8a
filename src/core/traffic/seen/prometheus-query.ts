import { environmentMatchers, labelled, quoted, union } from './promql.ts'

/**
 * What Prometheus is asked: counters as they are now and as they were when each window began, in one instant query. Their differences
 * are whole numbers, where `increase` makes fractions of them and reads every sample of a day.
 */

/** Whose counts. Without a release or an environment: of whichever there is. */
export interface CountsOf {
  model: string
  release?: string
  environment?: string
}

/** The time a vector is of: now, or so many minutes ago. */
export type At = 'now' | number

/** The label that says which time a value is of. */
export const AT = 'at'
/** What stands there where a value is of the process that counts, not of its counts. */
export const SCRAPED = 'scraped'
export const STARTED = 'started'
/** And where it is 1, and a label says whose bins are counted in. */
export const PROFILED = 'profiled'

/**
 * @param minutes windows: where features are counted, where events, where outcomes
 */
export function countsQuery(
  of: CountsOf,
  minutes: { features: readonly number[]; events: readonly number[]; labels: readonly number[] },
): string {
  return union([
    sums('assay_feature_total', of, FEATURE_LABELS, ['now', ...minutes.features], valueAt),
    sums('assay_events_total', of, EVENT_LABELS, ['now', ...minutes.events], valueAt),
    sums('assay_labelled_total', of, OUTCOME_LABELS, ['now', ...minutes.labels], valueAt),
    sums('assay_predicted_total', of, PREDICTED_LABELS, ['now', ...minutes.labels], valueAt),
    `max by (${[AT, ...WHOSE, 'profile'].join(', ')}) (${marked(valueAt('assay_profile_info', of, 'now'), PROFILED)})`,
    marked(`max(timestamp(${series('assay_events_total', of)}))`, SCRAPED),
    marked(`max(${started(of)})`, STARTED),
  ])
}

/** All counters as they are at the time that is asked about: for where a window begins later than it should. */
export function totalsQuery(of: CountsOf): string {
  return union(COUNTERS.map(([name, labels]) => sums(name, of, labels, ['now'], valueAt)))
}

/**
 * The last that the process had counted which counted before the time that is asked about, and when that one had begun: of several that
 * there were, the latest. A range reaches over the gap that a restart leaves.
 *
 * @param seconds how far it may lie back
 */
export function lastBeforeQuery(of: CountsOf, seconds: number): string {
  const last = (selector: string) => `last_over_time(${selector}[${seconds}s])`
  const begun = sinceWhen(
    last(series(RELEASE_START, of)),
    last(START),
    last(series('assay_events_total', of)),
  )
  const ofLatest = (name: string) =>
    `(${last(series(name, of))} and on (job, instance) topk by (environment) (1, ${begun}))`
  return union([
    ...COUNTERS.map(([name, labels]) => sums(name, of, labels, ['now'], () => ofLatest(name))),
    marked(`max(${begun})`, STARTED),
  ])
}

/** When something was known for the first time within each of some windows, in seconds: to a minute, and closer in short ones. */
export function knownQuery(of: CountsOf, minutes: readonly number[]): string {
  const times = `max(timestamp(${series('assay_events_total', of)}))`
  return union(minutes.map(one => marked(`min_over_time(${times}[${one}m:${stepOf(one)}s])`, String(one))))
}

/** The last time at which something was known, within so many minutes. */
export function lastKnownQuery(of: CountsOf, minutes: number): string {
  return `max_over_time(max(timestamp(${series('assay_events_total', of)}))[${minutes}m:1m])`
}

// --- internal ---

/** Seconds between two looks: some hundred of them over a window, and none closer than a usual scrape. */
function stepOf(minutes: number): number {
  return Math.min(60, Math.max(5, Math.round(minutes / 2)))
}

const START = 'assay_collector_start_time_seconds'
const RELEASE_START = 'assay_release_start_time_seconds'
/** Of whose counts they are: where no release is named, there may be several. */
const WHOSE = ['release', 'environment']
const FEATURE_LABELS = [...WHOSE, 'feature', 'bin']
/** Of events: what vouches for them. */
const TRUST = 'trust'
const EVENT_LABELS = [...WHOSE, 'result']
const OUTCOME_LABELS = [...WHOSE, 'score_bin', 'label']
const PREDICTED_LABELS = [...WHOSE, 'prediction', 'label']
const COUNTERS: readonly [name: string, labels: readonly string[]][] = [
  ['assay_feature_total', FEATURE_LABELS],
  ['assay_events_total', EVENT_LABELS],
  ['assay_labelled_total', OUTCOME_LABELS],
  ['assay_predicted_total', PREDICTED_LABELS],
]

function started(of: CountsOf, then = ''): string {
  const [release, events] = [RELEASE_START, 'assay_events_total'].map(name => `${series(name, of)}${then}`)
  return sinceWhen(release!, `${START}${then}`, events!)
}

/** A release says since when it is counted; where it does not, the process does, which is that of the counts by where it was read. */
function sinceWhen(release: string, process: string, events: string): string {
  return `(${release} or on (job, instance) (${process} and on (job, instance) ${events}))`
}

/** One process has each series once: where several servers have read it, or it twice, it is one all the same. */
function sums(
  name: string,
  of: CountsOf,
  labels: readonly string[],
  times: readonly At[],
  vector: (name: string, of: CountsOf, at: At) => string,
): string {
  const all = times.map(at => marked(vector(name, of, at), String(at)))
  const once = `max by (${[AT, ...labels, TRUST].join(', ')}) (${union(all)})`
  return `sum by (${[AT, ...labels].join(', ')}) (${once})`
}

/** Of the process that counted then. One that has just gone may still be there beside it: of the two, the younger. */
function valueAt(name: string, of: CountsOf, at: At): string {
  const then = at === 'now' ? '' : ` offset ${at}m`
  return `(${series(name, of)}${then} and on (job, instance) topk by (environment) (1, ${started(of, then)}))`
}

function marked(vector: string, at: string): string {
  return labelled(vector, AT, at)
}

/** What it counts of a model and of no release, events that are strays, says nothing of one. */
function series(name: string, { model, release, environment }: CountsOf): string {
  const matchers = [
    `model=${quoted(model)}`,
    release === undefined ? 'release!=""' : `release=${quoted(release)}`,
    ...environmentMatchers(environment),
  ]
  return `${name}{${matchers.join(',')}}`
}
