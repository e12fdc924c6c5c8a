import { gzipSync } from 'node:zlib'
import { shownName } from '../../core/traffic/profile/chosen-columns.ts'
import { MOST_PLAIN_BYTES, type ModelProfile } from '../../core/traffic/profile/profile.ts'
import { renderProfile } from '../../core/traffic/profile/profile-file.ts'

/** A ConfigMap has a mebibyte, and so has all that a cluster keeps of it twice. */
const MOST_CARRIED = 128 * 1024

/** Why a profile is too large to go with a release, and which feature makes it so; undefined where it is not. */
export function whyTooLarge(profile: ModelProfile): string | undefined {
  const text = renderProfile(profile)
  const bytes = Buffer.byteLength(text)
  const carried = bytes <= MOST_PLAIN_BYTES ? bytes : gzipSync(text).toString('base64').length
  if (carried <= MOST_CARRIED) return undefined
  const size = (feature: object) => JSON.stringify(feature).length
  const largest = profile.features.reduce((most, one) => (size(one) > size(most) ? one : most))
  const how = largest.type === 'number' ? 'fewer `bins`' : 'fewer `categories`'
  return `the profile is too large to go with a release, ${kilobytes(carried)} packed of at most ${kilobytes(MOST_CARRIED)}: give ${shownName(largest.name)}, its largest feature, ${how}`
}

// --- internal ---

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} kB`
}
