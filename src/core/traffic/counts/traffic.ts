import type { CanaryCounts } from '../canary/counts.ts'
import type { ComesYet } from '../canary/taken-back.ts'
import { type BodyBudget, bodyBudget, type Unpack, unpackWithin } from '../events/body-budget.ts'
import { instantOf, readEvents, smallEvent } from '../events/envelope.ts'
import type { Envelope, Told, Turns } from '../events/event.ts'
import { isObject, own } from '../events/json-text.ts'
import { type Canaries, countCanaries } from '../exposures/canaries.ts'
import { slicesOf } from '../exposures/slices.ts'
import type { CanaryStep } from '../exposures/step.ts'
import { countTakenBack } from '../exposures/taken-back.ts'
import { answeredIn, contactIn } from '../exposures/told.ts'
import type { ModelProfile } from '../profile/profile.ts'
import { profileHash } from '../profile/profile-file.ts'
import { type ReceiptKeys, readReceipt } from '../receipts/receipt.ts'
import { metricsText } from './metrics-text.ts'
import type { LabelTimes } from './outcomes.ts'
import { type ReleaseCounter, releaseCounter } from './release-counter.ts'
import type { EventResult, OutcomeStray, StrayResult, Trust } from './results.ts'
import { straysOf } from './strays.ts'
import type { TrafficCounts } from './traffic-counts.ts'

/** All live traffic that one process counts. */
export interface Traffic {
  /**
   * The releases whose profiles there are now. One that is new begins with 0 in every bin; one that is gone is forgotten with its
   * counts; one that is known keeps the bins it began with.
   *
   * @returns those that are known and have another profile now
   */
  setProfiles(profiles: readonly ReleaseProfile[], now: number): ReleaseProfile[]
  /**
   * The steps of canaries that are in progress now. One that is new begins with 0 in every counter; of one that is over, what still
   * comes to its challenger is counted.
   */
  setCanaries(steps: readonly CanaryStep[], now: number): void
  /** `Canaries.live` */
  setLive: Canaries['live']
  /** Whether events of a model, or of one of its releases, would be counted. */
  knows(model: string, release?: string): boolean
  /**
   * Counts what is in a body: a small one of one plain event at once, any other turn by turn. Of that nothing is done but by who goes
   * through the turns.
   */
  take(body: Uint8Array, from: Sender, now: number): Turns | undefined
  /** Outcomes: labels with the receipt of their prediction, or with what the sender says of it. */
  takeOutcomes(body: Uint8Array, from: Sender, keys: ReceiptKeys, now: number): Turns
  /** An event whose body was not read. */
  lose(result: 'rejected' | 'dropped', from: Pick<Sender, 'model' | 'release' | 'trust'>, now: number): void
  /** Gives up what has waited for too long: to be called now and then. */
  tick(now: number): void
  metrics(): string
  /** Every release, or those of a model. `minutes` of at most a day. */
  counts(of: { model?: string; minutes: number }, now: number): TrafficCounts[]
  /** Every canary in progress, or that of a model. */
  canaries(of: { model?: string }, now: number): CanaryCounts[]
  /** What still came to a release that was taken back, by `since` of `TakenBack`. */
  comesYet(of: { model: string; release: string; since: number }, now: number): ComesYet
}

export interface ReleaseProfile {
  model: string
  release: string
  profile: ModelProfile
}

export interface Sender extends Envelope {
  trust: Trust
  unpack: Unpack
  /** Bytes that the body says it becomes: it may become no more. */
  weight: number
}

/** @param of.seed drawn for each process */
export function countTraffic(of: {
  environment?: string
  startedAt: number
  seed: number
  labelTimes: LabelTimes
  /** Milliseconds until a new weight is that of the traffic, and units of one model that are known at once. */
  canary: { settle: number; most: number }
}): Traffic {
  const models = new Map<string, Map<string, ReleaseCounter>>()
  /** The model is named where there is one of this name: what a sender made up is no label. */
  const strays = straysOf<StrayResult>()
  const strayOutcomes = straysOf<OutcomeStray>()
  const canaries = countCanaries({
    ...of,
    ...of.canary,
    slicesOf: ({ model, champion, slices }) => slicesOf(slices, models.get(model)?.get(champion)?.profile),
  })
  const takenBack = countTakenBack(of.seed)
  const all = () => [...models.values()].flatMap(releases => [...releases.values()])

  const lose: Traffic['lose'] = (result, { model = '', release = '', trust }, now) => {
    const counter = models.get(model)?.get(release)
    if (counter) counter.lose(result satisfies EventResult, trust, now)
    else strays.add(result, models.has(model) ? model : '')
  }
  const takeOne = (event: Told, from: Sender, budget: BodyBudget, now: number): Turns | undefined => {
    if (event === 'unreadable' || event.model === undefined || event.release === undefined) {
      lose('rejected', from, now)
      return undefined
    }
    const canary = canaries.of(event.model)
    // Who sends to the address of a release is a server of it; who names it in the event may only have heard of it.
    const releases = models.get(event.model)
    const counter = releases?.get(event.release)
    takenBack.take(event, counter !== undefined, now)
    const slice = canary?.slices?.of(event, counter?.profile)
    canary?.contact({ ...contactIn(event, canary.step, from.release !== undefined), slice }, now)
    if (counter) return counter.take(event, from.trust, budget, now)
    if (releases) strays.add('no_profile', event.model)
    else strays.add('unknown_model')
    return undefined
  }
  function* takeAll(body: Uint8Array, from: Sender, now: number): Turns {
    const budget = bodyBudget(from.weight)
    const bytes = unpackWithin(body, from.unpack, budget, from.weight)
    yield
    if (!bytes) return lose('rejected', from, now)
    for (const event of readEvents(bytes, from, from.unpack, budget)) {
      const turns = event && takeOne(event, from, budget, now)
      if (turns) yield* turns
      yield
    }
  }
  const takeOutcome = (event: Told, keys: ReceiptKeys, now: number) => {
    if (event === 'unreadable' || event.model === undefined) return strayOutcomes.add('rejected')
    const { model } = event
    const [releases, canary] = [models.get(model), canaries.of(model)]
    if (!releases && !canary) return strayOutcomes.add('unknown_model')
    const data = isObject(event.data) ? event.data : {}
    const [text, happened] = [own(data, 'receipt'), own(data, 'at')]
    const at = happened === undefined ? undefined : instantOf(happened)
    if (Number.isNaN(at)) return strayOutcomes.add('rejected', model)
    const receipt = typeof text === 'string' ? readReceipt(text, model, keys) : undefined
    if (typeof text === 'string' && !receipt) return strayOutcomes.add('forged', model)
    canary?.outcome(answeredIn(event, receipt, canary.step, at), now)
    if (own(data, 'label') === undefined && own(data, 'outcome') !== undefined)
      return strayOutcomes.add('unlabelled', model)
    const counter = releases?.get(receipt?.release ?? event.release ?? '')
    return counter ? counter.outcomes.take(event, receipt, now) : strayOutcomes.add('no_profile', model)
  }
  return {
    setProfiles(profiles, now) {
      const named = new Set(profiles.map(({ model, release }) => `${model} ${release}`))
      for (const [model, releases] of models) {
        for (const release of releases.keys()) if (!named.has(`${model} ${release}`)) releases.delete(release)
        if (releases.size === 0) models.delete(model)
      }
      const others: ReleaseProfile[] = []
      for (const one of profiles) {
        const releases = models.get(one.model) ?? new Map<string, ReleaseCounter>()
        models.set(one.model, releases)
        const known = releases.get(one.release)
        if (!known)
          releases.set(one.release, releaseCounter({ ...of, ...one, startedAt: Math.max(of.startedAt, now) }))
        else if (known.profile !== one.profile && profileHash(known.profile) !== profileHash(one.profile))
          others.push(one)
      }
      return others
    },
    setCanaries(steps, now) {
      const over = canaries
        .all()
        .filter(({ step: { model, challenger } }) =>
          steps.every(one => one.model !== model || one.challenger !== challenger),
        )
      for (const { step } of over)
        takenBack.begin({ model: step.model, release: step.challenger, champion: step.champion }, now)
      canaries.set(steps, now)
    },
    setLive: canaries.live,
    knows: (model, release) =>
      release === undefined
        ? models.has(model) || canaries.of(model) !== undefined || takenBack.knows(model)
        : models.get(model)?.has(release) === true,
    take(body, from, now) {
      const counter = models.get(from.model ?? '')?.get(from.release ?? '')
      const event = smallEvent(body, from, counter?.flat)
      return event ? takeOne(event, from, bodyBudget(from.weight), now) : takeAll(body, from, now)
    },
    *takeOutcomes(body, from, keys, now) {
      const budget = bodyBudget(from.weight)
      const bytes = unpackWithin(body, from.unpack, budget, from.weight)
      yield
      if (!bytes) return strayOutcomes.add('rejected')
      for (const event of readEvents(bytes, from, from.unpack, budget)) {
        if (event) takeOutcome(event, keys, now)
        yield
      }
    },
    lose,
    tick(now) {
      for (const counter of all()) counter.tick(now)
      canaries.tick(now)
    },
    metrics: () => metricsText(all(), { ...of, strays, strayOutcomes, canaries: canaries.all() }),
    counts: ({ model, minutes }, now) =>
      all()
        .filter(counter => model === undefined || counter.model === model)
        .map(counter => counter.window(minutes, now)),
    canaries: ({ model }, now) =>
      canaries
        .all()
        .filter(({ step }) => model === undefined || step.model === model)
        .map(one => one.counts(now)),
    comesYet: takenBack.since,
  }
}
