import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { Verdict } from '../../verdict/result.ts'
import { placeKey } from '../places/places.ts'
import type { CanaryInPlace, Hold, OpenPromotion, PromotionFacts, RejectedPromotion, Stay } from './facts.ts'
import type { Reason } from './reasons.ts'

/** The facts by environment and model, so that a thousand models are planned in a moment. */
export interface Known {
  /** Every model that anything is known of, by name. */
  models: string[]
  candidates(model: string): readonly ReleaseRecord[]
  stays(environment: string, model: string): readonly Stay[]
  /** The stay that has not ended. */
  serving(environment: string, model: string): Stay | undefined
  open(environment: string, model: string): OpenPromotion | undefined
  rejection(environment: string, model: string, release: ReleaseRecord): RejectedPromotion | undefined
  holds(environment: string, model: string): Reason[]
  canary(environment: string, model: string): CanaryInPlace | undefined
  verdict(
    environment: string,
    release: ReleaseRecord,
    champion: ReleaseRecord | undefined,
  ): Verdict | undefined
}

export function known(facts: PromotionFacts): Known {
  const candidates = groups(facts.candidates, release => release.model)
  const stays = groups(facts.stays, ({ environment, release }) => placeKey(environment, release.model))
  const open = groups(facts.open, ({ environment, model }) => placeKey(environment, model))
  const rejected = new Map(
    facts.rejected
      // Whoever would not have it taken back has said nothing against it.
      .filter(({ step }) => step !== 'back')
      .map(one => [`${placeKey(one.environment, one.model)} ${one.release}`, one]),
  )
  const holds = groups(facts.holds, ({ environment, model }) => placeKey(environment, model))
  const canaries = new Map((facts.canaries ?? []).map(one => [placeKey(one.environment, one.model), one]))
  const verdicts = new Map(
    (facts.verdicts ?? []).map(one => [`${one.environment} ${one.release} ${one.champion}`, one.verdict]),
  )
  const models = [
    ...facts.candidates.map(release => release.model),
    ...facts.stays.map(({ release }) => release.model),
    ...facts.open.map(({ model }) => model),
  ]
  return {
    models: [...new Set(models)].sort(),
    candidates: model => candidates.get(model) ?? [],
    stays: (environment, model) => stays.get(placeKey(environment, model)) ?? [],
    serving: (environment, model) =>
      stays.get(placeKey(environment, model))?.find(stay => stay.until === undefined),
    // Two can only be there for a moment, or by a person's hand: the first stays, so that every run takes the same.
    open: (environment, model) =>
      open.get(placeKey(environment, model))?.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0))[0],
    rejection: (environment, model, release) =>
      rejected.get(`${placeKey(environment, model)} ${releaseKey(release)}`),
    canary: (environment, model) => canaries.get(placeKey(environment, model)),
    holds: (environment, model) => (holds.get(placeKey(environment, model)) ?? []).map(holdReason),
    verdict: (environment, release, champion) =>
      champion && verdicts.get(`${environment} ${releaseKey(release)} ${releaseKey(champion)}`),
  }
}

export function holdReason({ rollback, reason, by, proposed }: Hold): Reason {
  return rollback
    ? { kind: 'rollback', reason, by }
    : { kind: 'held', reason, by, ...(proposed && { proposed }) }
}

// --- internal ---

function groups<T>(list: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const grouped = new Map<string, T[]>()
  for (const entry of list) {
    const key = keyOf(entry)
    const group = grouped.get(key)
    if (group) group.push(entry)
    else grouped.set(key, [entry])
  }
  return grouped
}
