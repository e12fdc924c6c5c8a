import { count, formatCount } from '../../text/numbers.ts'
import { binNames } from './bins.ts'
import { type ModelProfile, trafficFeatures } from './profile.ts'

/** What Prometheus keeps of one release: a series for each bin of live traffic and of its profile, and what rules record of each. */
export interface SeriesOf {
  features: number
  bins: number
  series: number
}

/** @param recorded series that rules record of each bin and of each feature */
export function seriesOf(
  profile: ModelProfile,
  recorded: { bin: number; feature: number } = { bin: 0, feature: 0 },
): SeriesOf {
  const all = trafficFeatures(profile)
  const bins = all.reduce((sum, feature) => sum + binNames(feature).length, 0)
  return {
    features: all.length,
    bins,
    series: bins * (2 + recorded.bin) + all.length * recorded.feature,
  }
}

/** `14 features with 168 bins, of live traffic and of the profile: 336 series`. */
export function seriesWords({ features, bins, series }: SeriesOf): string {
  return `${count(features, 'feature')} with ${count(bins, 'bin')}: ${formatCount(series)} series`
}
