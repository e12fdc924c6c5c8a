import { askedOf, plainAnswer, responseAnswers } from '../events/answers.ts'
import { type BodyBudget, spend } from '../events/body-budget.ts'
import type { Answers, NoValues, Rows, TrafficEvent, Turns } from '../events/event.ts'
import { isOfNow } from '../events/event-time.ts'
import { FlatEvents } from '../events/flat-events.ts'
import { pairs } from '../events/pairs.ts'
import { requestRows, tellsOfUnit } from '../events/rows.ts'
import { seenIds } from '../events/seen.ts'
import { binNames } from '../profile/bins.ts'
import { classByScore } from '../profile/class-of.ts'
import type { Feature } from '../profile/feature.ts'
import { type ModelProfile, trafficFeatures } from '../profile/profile.ts'
import { profileHash } from '../profile/profile-file.ts'
import {
  type BinnedAnswers,
  type BinnedRows,
  binnedAnswers,
  binnedRows,
  costOf,
  type Half,
  isTurn,
  plainBins,
} from './halves.ts'
import { LATENCY_BUCKETS, type Latencies, latenciesIn } from './latency.ts'
import { MINUTE_MS, minuteOf, minuteRing } from './minutes.ts'
import { type LabelTimes, type Outcomes, outcomesOf } from './outcomes.ts'
import { EVENT_RESULTS, type EventResult, TRUSTS, type Trust } from './results.ts'
import type { TrafficCounts } from './traffic-counts.ts'

/** Counts the live traffic of one release in the bins of its profile. Nothing of a row is kept but its bins. */
export interface ReleaseCounter {
  readonly model: string
  readonly release: string
  readonly profile: ModelProfile
  /** When counting of it began, in milliseconds: a release that was gone meanwhile begins anew. */
  readonly startedAt: number
  /** What is counted: features, score, prediction. The bins of each begin at `offsets` of the same index. */
  readonly features: readonly Feature[]
  readonly offsets: readonly number[]
  /** Reads those of its events that can be read into bins. */
  readonly flat: FlatEvents
  /** Counts a whole event at once, a half turn by turn. `budget`: what is left of that of its body. */
  take(event: TrafficEvent, trust: Trust, budget: BodyBudget, now: number): Turns | undefined
  /** An event of which nothing but its end is known. */
  lose(result: EventResult, trust: Trust, now: number): void
  /** Labels that came later. */
  readonly outcomes: Outcomes
  /** Since counting began, by a slot of `outcomes`. */
  outcomeTotal(slot: number): number
  /** Gives up what has waited for too long, and counts what is ripe. */
  tick(now: number): void
  /** Rows in a bin since counting began, by its place. */
  total(slot: number): number
  events(result: EventResult, trust: Trust): number
  readonly latencies: Latencies
  /** Since the minute `minutes` before the one that runs. */
  window(minutes: number, now: number): TrafficCounts
}

export interface CounterOf {
  model: string
  release: string
  environment?: string
  profile: ModelProfile
  /** When counting began, in milliseconds. */
  startedAt: number
  /** Drawn for each process. */
  seed: number
  labelTimes: LabelTimes
}

/** Minutes that are kept one by one: a day. */
export const KEPT_MINUTES = 24 * 60

export function releaseCounter(of: CounterOf): ReleaseCounter {
  const { model, release, environment, profile, startedAt, seed, labelTimes } = of
  const features = trafficFeatures(profile)
  const inputs = profile.features
  const names = inputs.map(({ name }) => name)
  const offsets: number[] = []
  let bins = 0
  for (const feature of features) {
    offsets.push(bins)
    bins += binNames(feature).length
  }
  const scoreAt = profile.score ? inputs.length : -1
  const predictionAt = profile.prediction ? features.length - 1 : -1
  const answered = {
    score: features[scoreAt],
    prediction: features[predictionAt],
    classOf: classByScore(profile),
  }
  const asked = askedOf(profile)
  const hash = profileHash(profile)
  const outcomeSlots = bins + EVENT_RESULTS.length * TRUSTS.length
  const outcomes = outcomesOf(profile, {
    seed,
    times: labelTimes,
    add: (slot, by, now) => ring.add(outcomeSlots + slot, by, minuteOf(now)),
  })
  const latencySlots = outcomeSlots + outcomes.size
  const ring = minuteRing(latencySlots + LATENCY_BUCKETS, KEPT_MINUTES + 1)
  const latencies = latenciesIn(ring, latencySlots)
  const seen = seenIds(SEEN, seed)
  const halves = pairs<{ half: Half; trust: Trust; at: number }>(PAIRS, ({ half, trust, at }) => {
    if (!('counted' in half)) lose('unpaired', trust, at)
  })
  const slotOf = (result: EventResult, trust: Trust) =>
    bins + TRUSTS.indexOf(trust) * EVENT_RESULTS.length + EVENT_RESULTS.indexOf(result)
  const lose = (result: EventResult, trust: Trust, now: number) =>
    ring.add(slotOf(result, trust), 1, minuteOf(now))
  const countAnswer = ({ score, prediction }: BinnedAnswers, row: number, minute: number) => {
    if (score) ring.add(offsets[scoreAt]! + score[row]!, 1, minute)
    if (prediction) ring.add(offsets[predictionAt]! + prediction[row]!, 1, minute)
  }
  function* count(rows: BinnedRows, answers: BinnedAnswers, trust: Trust, now: number): Turns {
    const minute = minuteOf(now)
    let place = 0
    for (let row = 0; row < rows.length; row++) {
      for (let feature = 0; feature < inputs.length; feature++)
        ring.add(offsets[feature]! + rows.bins[place++]!, 1, minute)
      countAnswer(answers, row, minute)
      if (isTurn(row)) yield
    }
    lose(rows.length > 0 ? 'counted' : 'empty', trust, now)
  }

  const whole = (event: TrafficEvent, trust: Trust, budget: BodyBudget, now: number) => {
    if (event.id !== undefined && seen.add(event.id, now)) return lose('duplicate', trust, now)
    latencies.take(event, now)
    const row = plainBins(event, inputs, names)
    if (row === 'rejected' && tellsOfUnit(event)) return lose('empty', trust, now)
    if (typeof row === 'string') return lose(row, trust, now)
    if (!spend(budget, 'cells', inputs.length)) return lose('rejected', trust, now)
    const minute = minuteOf(now)
    for (let feature = 0; feature < inputs.length; feature++)
      ring.add(offsets[feature]! + row[feature]!, 1, minute)
    countAnswer(binnedAnswers(plainAnswer(event.data), answered), 0, minute)
    lose('counted', trust, now)
  }

  function* halfOf(part: 'request' | 'response', data: unknown, budget: BodyBudget): Turns<Half | NoValues> {
    const read: Rows | Answers | NoValues =
      part === 'request' ? requestRows(data, names) : responseAnswers(data, asked)
    if (typeof read === 'string') return read
    // Rows may have few values and the profile many features: what could not wait is not made.
    if (!spend(budget, 'cells', read.length * inputs.length)) return 'rejected'
    yield
    return 'value' in read
      ? { part: 'request', rows: yield* binnedRows(read, inputs) }
      : { part: 'response', answers: binnedAnswers(read, answered) }
  }

  function* half(
    { id, data }: TrafficEvent,
    part: 'request' | 'response',
    trust: Trust,
    budget: BodyBudget,
    now: number,
  ): Turns {
    if (id === undefined) return lose('rejected', trust, now)
    if (halves.waiting(id)?.half.part === part) return lose('duplicate', trust, now)
    const read = yield* halfOf(part, data, budget)
    const other = halves.waiting(id)?.half
    if (!other && seen.has(id)) return lose('duplicate', trust, now)
    const mine: Half = typeof read === 'string' ? { part, counted: true } : read
    // Of two halves that cannot be read, the first is counted as what it is, and the event once.
    if (typeof read === 'string' && !(other && 'counted' in other)) lose(read, trust, now)
    const met = halves.meet(id, { half: mine, trust, at: now }, costOf(mine), now)
    if (!met) return
    seen.add(id, now)
    if ('counted' in met.half || 'counted' in mine) return
    const [request, response] = mine.part === 'request' ? [mine, met.half] : [met.half, mine]
    if (request.part !== 'request' || response.part !== 'response') return
    if (request.rows.length !== response.answers.length) return lose('mismatch', trust, now)
    yield* count(request.rows, response.answers, trust, now)
  }

  const byLabel = (sums: Float64Array, of: 'labelled' | 'predicted', bins: number) =>
    new Map(
      outcomes.labels.map((label, index) => {
        const from = outcomeSlots + outcomes.slots[of](index, 0)
        return [label, sums.slice(from, from + bins)]
      }),
    )

  return {
    model,
    release,
    profile,
    startedAt,
    features,
    offsets,
    flat: new FlatEvents(inputs),
    take(event, trust, budget, now) {
      if (!isOfNow(event, now)) lose('late', trust, now)
      else if (event.part === 'whole') whole(event, trust, budget, now)
      else return half(event, event.part, trust, budget, now)
      return undefined
    },
    lose,
    outcomes,
    outcomeTotal: slot => ring.total(outcomeSlots + slot),
    tick(now) {
      halves.expire(now)
      outcomes.tick(now)
    },
    total: ring.total,
    events: (result, trust) => ring.total(slotOf(result, trust)),
    latencies,
    window(minutes, now) {
      const first = minuteOf(now) - minutes
      const sums = ring.since(first)
      const sum = (result: EventResult, trust: Trust) => sums[slotOf(result, trust)]!
      return {
        model,
        release,
        ...(environment !== undefined && { environment }),
        profile: hash,
        since: instant(first * MINUTE_MS),
        until: instant(now),
        events: Object.fromEntries(
          EVENT_RESULTS.map(result => [result, sum(result, 'token') + sum(result, 'network')]),
        ) as Record<EventResult, number>,
        trustedByNetwork: sum('counted', 'network'),
        features: new Map(
          features.map(({ name }, index) => [name, sums.slice(offsets[index], offsets[index + 1] ?? bins)]),
        ),
        ...(outcomes.scoreBins > 0 && { labels: byLabel(sums, 'labelled', outcomes.scoreBins) }),
        ...(outcomes.predictions.length > 0 && {
          predicted: byLabel(sums, 'predicted', outcomes.predictions.length),
        }),
        latency: sums.slice(latencySlots, latencySlots + LATENCY_BUCKETS),
        restarted: startedAt > first * MINUTE_MS,
        began: instant(startedAt),
        asOf: instant(now),
      }
    },
  }
}

// --- internal ---

/** Who sends once more does so within minutes. */
const SEEN = { most: 65_536, age: 10 * MINUTE_MS }
/** A model answers within five minutes; bins of two bytes: 8 MB of one release wait at most. */
const PAIRS = { most: 20_000, cost: 4_000_000, age: 5 * MINUTE_MS }

const instant = (milliseconds: number) => new Date(milliseconds).toISOString()
