import type { TrafficEvent } from '../events/event.ts'
import { AHEAD_MS } from '../events/event-time.ts'
import { isObject, own } from '../events/json-text.ts'
import { seenIds } from '../events/seen.ts'
import { binNames, binOf } from '../profile/bins.ts'
import { classByScore, labelBins, truthLabels } from '../profile/class-of.ts'
import type { Feature } from '../profile/feature.ts'
import type { ModelProfile } from '../profile/profile.ts'
import type { Receipt } from '../receipts/receipt.ts'
import { maturing } from './maturing.ts'
import { OUTCOME_RESULTS, type OutcomeResult, PROOFS, type Proof } from './results.ts'

/** When an outcome counts, in milliseconds after its prediction: not before `delay`, and not after `window`. */
export interface LabelTimes {
  delay: number
  window: number
}

/** Outcomes of one release: labels by the bin of the score, where it has one, and by what was predicted. */
export interface Outcomes {
  /** Slots that it needs, from 0 on. */
  readonly size: number
  readonly labels: readonly string[]
  readonly scoreBins: number
  readonly predictions: readonly string[]
  take(event: TrafficEvent, receipt: Receipt | undefined, now: number): void
  tick(now: number): void
  slots: {
    result(result: OutcomeResult, proof: Proof): number
    labelled(label: number, scoreBin: number): number
    predicted(label: number, prediction: number): number
  }
}

/** @param add adds to a slot: the counts themselves are kept by the ring of the release */
export function outcomesOf(
  { score, prediction }: Pick<ModelProfile, 'score' | 'prediction'>,
  { seed, times, add }: { seed: number; times: LabelTimes; add(slot: number, by: number, now: number): void },
): Outcomes {
  const labels = truthLabels({ score, prediction })
  const scoreBins = score?.means.length ?? 0
  const predictions = prediction && labels.length > 0 ? binNames(prediction) : []
  const asBins = labelBins(labels)
  const classOf = classByScore({ score })
  const scoreFeature: Feature | undefined = score && {
    name: 'score',
    type: 'number',
    edges: score.edges,
    counts: score.means.map(() => 0),
    missing: 0,
  }
  const results = OUTCOME_RESULTS.length * PROOFS.length
  const slots: Outcomes['slots'] = {
    result: (result, proof) =>
      PROOFS.indexOf(proof) * OUTCOME_RESULTS.length + OUTCOME_RESULTS.indexOf(result),
    labelled: (label, bin) => results + label * scoreBins + bin,
    predicted: (label, bin) => results + labels.length * scoreBins + label * predictions.length + bin,
  }
  const seen = seenIds({ most: MOST_KNOWN, age: times.window }, seed)
  let clock = 0
  const waiting = maturing((slot, count) => add(slot, count, clock))
  const lose = (result: OutcomeResult, proof: Proof, now: number) => add(slots.result(result, proof), 1, now)

  return {
    size: results + labels.length * (scoreBins + predictions.length),
    labels,
    scoreBins,
    predictions,
    slots,
    take(event, receipt, now) {
      const proof: Proof = receipt ? 'receipt' : 'echo'
      const data = isObject(event.data) ? event.data : {}
      const time = receipt ? receipt.time : event.time
      const label = binOf(asBins, own(data, 'label'))
      const [scored, predicted] = [own(data, 'score'), own(data, 'prediction')]
      const bin = receipt ? receipt.scoreBin : scoreFeature && binOf(scoreFeature, scored)
      if (receipt?.id === '') return lose('no_id', proof, now)
      if (label >= labels.length) return lose('unknown_label', proof, now)
      const said = receipt ? receipt.prediction : (predicted ?? classOf?.(scored))
      if (score ? bin === undefined || bin >= scoreBins : said === undefined)
        return lose('mismatch', proof, now)
      if (time !== undefined && !(time >= now - times.window && time <= now + AHEAD_MS))
        return lose('late', proof, now)
      const id = receipt ? receipt.mac : event.id
      if (id !== undefined && seen.add(id, now)) return lose('duplicate', proof, now)
      const found = score && bin !== undefined ? [slots.labelled(label, bin)] : []
      if (prediction && said !== undefined) found.push(slots.predicted(label, binOf(prediction, said)))
      const ripe = time === undefined || times.delay === 0 ? now : time + times.delay
      lose(ripe > now ? 'immature' : 'counted', proof, now)
      for (const slot of found)
        if (ripe > now) waiting.add(slot, ripe)
        else add(slot, 1, now)
    },
    tick(now) {
      clock = now
      waiting.tick(now)
    },
  }
}

// --- internal ---

/** Outcomes that are known for certain: 16 MB of one release at most. */
const MOST_KNOWN = 500_000
