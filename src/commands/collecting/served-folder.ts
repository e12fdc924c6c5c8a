import { atWeight } from '../../core/promotion/canary/canary-plan.ts'
import { parseCanary, TRIED_FILES } from '../../core/release/canary-file.ts'
import { RECORD_FILE } from '../../core/release/record.ts'
import { VERSION_NAME } from '../../core/text/names.ts'
import { visible } from '../../core/text/visible-text.ts'
import type { ReleaseProfile } from '../../core/traffic/counts/traffic.ts'
import type { CanaryStep } from '../../core/traffic/exposures/step.ts'
import { stepOf } from '../../core/traffic/exposures/step-of.ts'
import {
  PACKED_PROFILE_FILE,
  PROFILE_FILE,
  RELEASE_NAME_FILE,
  RELEASED_PROFILE_FILE,
} from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import { readInside } from '../../services/files/files.ts'
import { findFiles } from '../../services/files/find-files.ts'
import { unpackGzip } from '../../services/files/unpack.ts'
import { keptFiles } from './kept-files.ts'
import { NAMING_FILES, releaseOf } from './release-beside.ts'
import { oneOfEach, type ServedSource } from './served.ts'

/**
 * The profiles in a folder, and the canaries. The release of a profile, and the champion of a canary, is that of the record beside it,
 * as an environment of a deploy repository has them, or stands in a file beside it, as in a ConfigMap; where there is neither, the
 * folder that it lies in is named for its release.
 *
 * @param warn of what cannot be read
 */
export function servedFolder(folder: string, warn: (text: string) => void): ServedSource {
  const releaseBeside = async (path: string, naming: string | undefined): Promise<string | undefined> => {
    const release = await releaseOf(path, naming, folder)
    if (VERSION_NAME.test(release)) return release
    warn(
      `${path} is of no release: a \`${RECORD_FILE}\` or \`${RELEASE_NAME_FILE}\` beside it names one, or the folder that it lies in`,
    )
    return undefined
  }
  const onProblem = (path: string, why: string) => warn(`${path} is not counted by: ${why}`)
  const profiles = keptFiles<ReleaseProfile>({
    names: [PROFILE_FILE, RELEASED_PROFILE_FILE, PACKED_PROFILE_FILE],
    onProblem,
    async read(path, naming) {
      const { bytes } = await readInside(folder, path, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
      const profile = parseProfile(path.endsWith('.gz') ? unpacked(bytes) : bytes, path)
      const release = await releaseBeside(path, naming)
      return release === undefined ? undefined : { model: profile.model, release, profile }
    },
  })
  const canaries = keptFiles<CanaryStep>({
    names: [...TRIED_FILES],
    onProblem,
    async read(path, naming) {
      const { bytes } = await readInside(folder, path, { maxBytes: MOST_CANARY_BYTES, input: 'canary' })
      const champion = await releaseBeside(path, naming)
      if (champion === undefined) return undefined
      const canary = parseCanary(Buffer.from(bytes).toString('utf8'), path, { version: champion })
      const { weight } = canary
      if (weight === undefined) {
        warn(
          `${path} is not counted by: its controller moves it, and only by the deploy repository (\`--deploy-repo\`) it is known where to`,
        )
        return undefined
      }
      return stepOf(champion, atWeight(canary, weight))
    },
  })
  return {
    async read() {
      const found = await findFiles(folder, name => WANTED.has(name), LIMITS)
      for (const { path, code } of found.unread)
        warn(`${visible(path)} cannot be read (${code}): what was read there before is counted by`)
      const steps = (await canaries.update(found)).map(({ path: _, ...step }) => step)
      return { profiles: distinct(await profiles.update(found)), canaries: oneOfEach(steps, warn) }
    },
  }
}

// --- internal ---

/** As a run leaves it, as a deploy repository has it, and as a ConfigMap has a large one; and what stands beside them. */
const WANTED = new Set([
  ...[PROFILE_FILE, RELEASED_PROFILE_FILE, PACKED_PROFILE_FILE],
  ...[...TRIED_FILES, ...NAMING_FILES],
])
const LIMITS = { depth: 8, most: 50_000 }
const MOST_CANARY_BYTES = 1024 * 1024

/** The same release in two places is counted once. */
function distinct(all: (ReleaseProfile & { path: string })[]): ReleaseProfile[] {
  const releases = new Map<string, ReleaseProfile>()
  for (const { path: _, ...one } of all) {
    const key = `${one.model} ${one.release}`
    if (!releases.has(key)) releases.set(key, one)
  }
  return [...releases.values()]
}

/** What cannot be unpacked, or becomes too much, is no profile, and is said to be none. */
function unpacked(bytes: Uint8Array): Uint8Array {
  return unpackGzip(bytes, MOST_PROFILE_BYTES) ?? new Uint8Array()
}
