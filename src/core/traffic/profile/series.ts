import { count, formatCount } from '../../text/numbers.ts'
import { binNames } from './bins.ts'
import { type ModelProfile, trafficFeatures } from './profile.ts'

/** What Prometheus keeps of one release, and how that comes about. */
export interface Series {
  total: number
  /** `14 features with 168 bins: 168 × 2 = 336 series`. */
  words: string
}

/**
 * A series for each bin of live traffic and of the profile, and what rules record.
 *
 * @param recorded series that rules record of each bin and of each feature
 */
export function seriesOf(profile: ModelProfile, recorded = { bin: 0, feature: 0 }): Series {
  const features = trafficFeatures(profile)
  const bins = features.reduce((sum, feature) => sum + binNames(feature).length, 0)
  const ofBin = COUNTED + recorded.bin
  const total = bins * ofBin + features.length * recorded.feature
  const ofFeatures = recorded.feature > 0 ? ` + ${formatCount(features.length)} × ${recorded.feature}` : ''
  const sum = `${formatCount(bins)} × ${ofBin}${ofFeatures} = ${formatCount(total)} series`
  return { total, words: `${count(features.length, 'feature')} with ${count(bins, 'bin')}: ${sum}` }
}

// --- internal ---

/** Live rows and rows of the profile. */
const COUNTED = 2
