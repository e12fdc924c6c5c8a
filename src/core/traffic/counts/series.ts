import { count, formatCount } from '../../text/numbers.ts'
import { binNames } from '../profile/bins.ts'
import { truthLabels } from '../profile/class-of.ts'
import { type ModelProfile, trafficFeatures } from '../profile/profile.ts'
import { LATENCY_BUCKETS } from './latency.ts'
import { EVENT_RESULTS, OUTCOME_RESULTS, PROOFS, TRUSTS } from './results.ts'

/** What Prometheus keeps of one release, and how that comes about. */
export interface Series {
  total: number
  /** `14 features with 168 bins: 168 × 2 + 70 of outcomes + 32 of events + 23 of latency = 461 series`. */
  words: string
}

/**
 * A series for each bin of live traffic and of the profile, for each outcome in them, for what became of events, and what rules
 * record.
 *
 * @param recorded series that rules record of each bin and of each feature
 */
export function seriesOf(profile: ModelProfile, recorded = { bin: 0, feature: 0 }): Series {
  const features = trafficFeatures(profile)
  const bins = features.reduce((sum, feature) => sum + binNames(feature).length, 0)
  const ofBin = COUNTED + recorded.bin
  const outcomes = outcomeSeries(profile)
  const total = bins * ofBin + features.length * recorded.feature + outcomes + OF_EVENTS + OF_LATENCY
  const parts = [
    `${formatCount(bins)} × ${ofBin}`,
    ...(recorded.feature > 0 ? [`${formatCount(features.length)} × ${recorded.feature}`] : []),
    ...(outcomes > 0 ? [`${formatCount(outcomes)} of outcomes`] : []),
    `${OF_EVENTS} of events`,
    `${OF_LATENCY} of latency`,
  ]
  const sum = `${parts.join(' + ')} = ${formatCount(total)} series`
  return { total, words: `${count(features.length, 'feature')} with ${count(bins, 'bin')}: ${sum}` }
}

// --- internal ---

/** Live rows and rows of the profile. */
const COUNTED = 2
/** What became of events and of outcomes, since when they are counted, and in whose bins. */
const OF_EVENTS = EVENT_RESULTS.length * TRUSTS.length + OUTCOME_RESULTS.length * PROOFS.length + 2

/** Its buckets, how many answers, and how long all of them took. */
const OF_LATENCY = LATENCY_BUCKETS + 2

/** Each label in each bin of the score and of the prediction. */
function outcomeSeries(profile: ModelProfile): number {
  const predictions = profile.prediction ? binNames(profile.prediction).length : 0
  return truthLabels(profile).length * ((profile.score?.means.length ?? 0) + predictions)
}
