import { isInstant, minuteWords } from '../../core/text/instant-words.ts'
import { count } from '../../core/text/numbers.ts'
import { truthLabels } from '../../core/traffic/profile/class-of.ts'
import type { Feature } from '../../core/traffic/profile/feature.ts'
import { type ModelProfile, PREDICTION, trafficFeatures } from '../../core/traffic/profile/profile.ts'
import { otherProfile } from '../../core/traffic/seen/collector-answer.ts'
import { type CounterSpan, type Totals, windowOf } from '../../core/traffic/seen/counter-totals.ts'
import type { LookSettings } from '../../core/traffic/seen/judge-seen.ts'
import { type Told, toldOfOne } from '../../core/traffic/seen/one-of.ts'
import type { Sample } from '../../core/traffic/seen/prometheus-answer.ts'
import {
  AT,
  type CountsOf,
  countsQuery,
  knownQuery,
  lastBeforeQuery,
  lastKnownQuery,
  totalsQuery,
} from '../../core/traffic/seen/prometheus-query.ts'
import type { Seen, SeenWindow } from '../../core/traffic/seen/seen.ts'

type Failed = { failed: string }
/** An instant query at a time in milliseconds. */
export type AskPrometheus = (query: string, at: number) => Promise<{ samples: Sample[] } | Failed>

/**
 * The live traffic of a release by Prometheus: one query, and two more for each time that the collector began anew within the longest
 * window, or where nothing was known when a window began.
 *
 * @param now milliseconds
 */
export async function seenInPrometheus(
  ask: AskPrometheus,
  of: CountsOf,
  profile: ModelProfile,
  minutes: LookSettings['minutes'],
  now: number,
): Promise<Seen | Failed> {
  const distinct = (...all: number[]) => [...new Set(all)]
  const query = countsQuery(of, {
    features: distinct(minutes.breakage, minutes.shift),
    events: distinct(minutes.breakage, minutes.shift, minutes.quiet, minutes.concept),
    labels: truthLabels(profile).length > 0 ? [minutes.concept] : [],
  })
  const told = await toldAt(ask, query, of, now)
  if ('failed' in told) return told
  const current = told.totals.get('now')
  if (told.scraped !== undefined && told.started === undefined)
    return {
      failed:
        'Prometheus does not say since when the collector counts: it has no `assay_collector_start_time_seconds` of the job and instance that the counts are of',
    }
  if (!current || current.features.size === 0 || told.scraped === undefined || told.started === undefined)
    return { failed: await whyNothing(ask, of, now) }
  const other = otherProfile(profile, told.profile)
  if (other !== undefined) return { failed: `Prometheus cannot tell: ${other}` }
  const outcomes = current.labels.size + current.predicted.size > 0 ? [minutes.concept] : []
  const windows = distinct(minutes.breakage, minutes.shift, minutes.quiet, ...outcomes)
  const longest = now - Math.max(...windows) * MINUTE_MS
  const lives = await livesSince(ask, of, told.started * 1000, longest)
  if ('failed' in lives) return lives
  const known = await knownWhereNot(ask, of, told, lives, windows, now)
  if ('failed' in known) return known

  const all = trafficFeatures(profile)
  const prediction = all.find(({ name }) => name === PREDICTION)
  const seenIn = (length: number, features: readonly Feature[]): SeenWindow => {
    const asked = now - length * MINUTE_MS
    const { start, since } = beginOf(told, lives, known, length, asked)
    const span: CounterSpan = {
      start,
      ended: lives
        .filter(life => life.ended !== undefined && life.ended > since)
        .flatMap(life => life.last ?? []),
      now: current,
    }
    return windowOf({ features, prediction }, span, { minutes: length, since, until: now })
  }
  const shift = seenIn(minutes.shift, all)
  return {
    ...(told.release !== undefined && { release: told.release }),
    ...(told.environment !== undefined && { environment: told.environment }),
    asOf: told.scraped * 1000,
    windows: {
      shift,
      breakage: seenIn(minutes.breakage, all),
      // Of these, events and outcomes are asked for, and no features.
      ...(outcomes.length > 0 && { concept: seenIn(minutes.concept, []) }),
      quiet: seenIn(minutes.quiet, []),
    },
    notes: notesOf(lives, shift.since!, now - minutes.shift * MINUTE_MS),
  }
}

// --- internal ---

const MINUTE_MS = 60_000
const MOST_LIVES = 20

/** One process that counted, the one that counts now first. */
interface Life {
  began: number
  /** Absent: it counts still. */
  ended?: number
  /** What it had counted at its end. */
  last?: Totals
}

async function toldAt(ask: AskPrometheus, query: string, of: CountsOf, at: number): Promise<Told | Failed> {
  const answer = await ask(query, at)
  const told = 'failed' in answer ? answer : toldOfOne(answer.samples, of)
  return 'failed' in told ? { failed: `Prometheus cannot tell: ${told.failed}` } : told
}

async function livesSince(
  ask: AskPrometheus,
  of: CountsOf,
  began: number,
  since: number,
): Promise<Life[] | Failed> {
  const lives: Life[] = [{ began }]
  for (let life = lives[0]!; life.began > since; life = lives.at(-1)!) {
    if (lives.length > MOST_LIVES)
      return {
        failed: `the collector began anew more than ${MOST_LIVES} times since ${minuteWords(since)}: it does not stay up`,
      }
    const seconds = Math.ceil((life.began - since) / 1000)
    const before = await toldAt(ask, lastBeforeQuery(of, seconds), of, life.began)
    if ('failed' in before) return before
    const last = before.totals.get('now')
    // Nothing counted before it, as far as Prometheus knows.
    if (!last || before.started === undefined || before.started * 1000 >= life.began) break
    lives.push({ began: before.started * 1000, ended: life.began, last })
  }
  return lives
}

/** For windows that began when nothing was known, though somebody counted: what was known first in them. */
async function knownWhereNot(
  ask: AskPrometheus,
  of: CountsOf,
  { totals }: Told,
  lives: readonly Life[],
  windows: readonly number[],
  now: number,
): Promise<Map<number, { at: number; totals: Totals }> | Failed> {
  const known = new Map<number, { at: number; totals: Totals }>()
  const unknown = windows.filter(
    length => !totals.has(String(length)) && lives.at(-1)!.began <= now - length * MINUTE_MS,
  )
  if (unknown.length === 0) return known
  const answer = await ask(knownQuery(of, unknown), now)
  if ('failed' in answer) return { failed: `Prometheus cannot tell: ${answer.failed}` }
  for (const length of unknown) {
    const first = answer.samples.find(({ labels }) => labels[AT] === String(length))
    const at = Math.ceil((first?.value ?? now / 1000) * 1000)
    if (!isInstant(at))
      return { failed: 'Prometheus cannot tell: it does not say since when there are counts' }
    const told = await toldAt(ask, totalsQuery(of), of, at)
    if ('failed' in told) return told
    const then = told.totals.get('now')
    if (then) known.set(length, { at, totals: then })
  }
  return known
}

function beginOf(
  { totals }: Told,
  lives: readonly Life[],
  known: ReadonlyMap<number, { at: number; totals: Totals }>,
  length: number,
  asked: number,
): { start: Totals | undefined; since: number } {
  const start = totals.get(String(length))
  const first = known.get(length)
  if (start) return { start, since: asked }
  if (first) return { start: first.totals, since: first.at }
  return { start: undefined, since: Math.max(asked, lives.at(-1)!.began) }
}

function notesOf(lives: readonly Life[], since: number, asked: number): string[] {
  const anew = lives.slice(0, -1).filter(({ began }) => began > asked)
  const last = anew[0]
  return [
    ...(last
      ? [
          `The collector began anew ${count(anew.length, 'time')} in the window, last at ${minuteWords(last.began)}: what came while it was gone was not counted.`,
        ]
      : []),
    ...(since - asked > MINUTE_MS
      ? [`Counts are known from ${minuteWords(since)} on; the window would begin at ${minuteWords(asked)}.`]
      : []),
  ]
}

async function whyNothing(ask: AskPrometheus, of: CountsOf, now: number): Promise<string> {
  const whose = `${of.model}${of.release === undefined ? '' : ` ${of.release}`}${of.environment === undefined ? '' : ` in ${of.environment}`}`
  const answer = await ask(lastKnownQuery(of, 1440), now)
  const last = 'samples' in answer ? answer.samples[0]?.value : undefined
  if (last !== undefined && last > 0 && isInstant(last * 1000))
    return `Prometheus has no counts of ${whose} since ${minuteWords(last * 1000)}: the collector is gone, or is not read any more`
  return `Prometheus has no counts of ${whose}: does a collector count it, with \`--environment\` if it is of one, and does Prometheus read that?`
}
