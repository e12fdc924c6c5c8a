import { createHash } from 'node:crypto'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { CanaryFile } from '../../../core/release/canary-file.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { whyNoSlices } from '../../../core/traffic/exposures/slices.ts'
import { RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import { parseProfile } from '../../../core/traffic/profile/profile-file.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { type EnvironmentPlace, type ModelState, type SeenPlace, triedIn } from '../read/state.ts'

/** What decides about the profiles that stand beside a record. */
export interface Carried {
  state: ModelState
  place: Pick<EnvironmentPlace, 'records' | 'triedFiles'>
  from?: ReleaseRecord
  to: ReleaseRecord
  /** The release that is tried beside it. */
  tried?: ReleaseRecord
  /** Text of the profile of a release that this run has made. */
  profile?: string
}

/**
 * What becomes of the profiles beside a record: one goes where its release goes. The text is that of the hash in the record, wherever
 * the repository has it: in another environment, on the branch of a promotion, or in the history of this one, for a rollback. One
 * that is found nowhere leaves no other in its place: live traffic would be held against what another release was accepted on.
 * That of a release that is tried waits beside the canary: nothing else may have it once it serves alone. Absent where there is none
 * before and after; the same before and after where nothing changes.
 */
export async function profileChanges(
  repository: DeployRepository,
  { state, place, from, to, tried, profile }: Carried,
  commit: string,
): Promise<{ serving?: FileDifference; tried?: FileDifference }> {
  const isNone = [from, to, tried].every(release => release?.profile === undefined)
  if (isNone && !triedIn(place, path => state.files.get(path))) return {}
  const standing = await repository.readFiles(commit, state.places.flatMap(profilesIn))
  const change = async (path: string, release: ReleaseRecord | undefined) => {
    const hash = release?.profile?.hash
    const before = standing.get(path)
    const known = [profile, ...standing.values()].find(text => isProfileOf(text, hash))
    const after = known ?? (await searched(repository, state, hash))
    return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
  }
  const [serving, waiting] = profilesIn(place)
  const second = await change(waiting, tried)
  return {
    ...((to.profile || from?.profile) && { serving: await change(serving, to) }),
    ...(('before' in second || 'after' in second) && { tried: second }),
  }
}

/** Why a canary shows none of the slices that it asks for; undefined: it shows them, or asks for none. */
export function noSlices({ slices }: CanaryFile, profile: FileDifference | undefined): string | undefined {
  if (slices === undefined) return undefined
  if (profile?.after === undefined) return 'what serves has no profile'
  try {
    return whyNoSlices(slices, parseProfile(Buffer.from(profile.after, 'utf8'), profile.path))
  } catch (error) {
    if (!isAssayError(error)) throw error
    return `the profile of what serves cannot be read: ${error.problems[0]?.what ?? error.message}`
  }
}

/** Path of the profile beside a record. */
export function profileIn({ records }: Pick<SeenPlace, 'records'>): string {
  return `${records}/${RELEASED_PROFILE_FILE}`
}

/** Whether a text is the profile that a record names. */
export function isProfileOf(text: string | undefined, hash: string | undefined): boolean {
  return text !== undefined && hash !== undefined && createHash('sha256').update(text).digest('hex') === hash
}

// --- internal ---

/** The paths of the profile of what serves, and of what is tried beside it. */
function profilesIn(place: Pick<SeenPlace, 'records'>): [serving: string, tried: string] {
  return [profileIn(place), `${place.records}/${TRIED_PROFILE_FILE}`]
}

/** On the branches of promotions, then where the record of the release once stood. */
async function searched(
  repository: DeployRepository,
  { places }: ModelState,
  hash: string | undefined,
): Promise<string | undefined> {
  if (hash === undefined) return undefined
  const branches = places.flatMap(place =>
    place.promotion.head ? [[place, place.promotion.head.commit] as const] : [],
  )
  const past = places.flatMap(place =>
    place.history.filter(({ text }) => text?.includes(hash)).map(({ commit }) => [place, commit] as const),
  )
  for (const [place, commit] of [...branches, ...past]) {
    const texts = await repository.readFiles(commit, profilesIn(place))
    const found = [...texts.values()].find(text => isProfileOf(text, hash))
    if (found !== undefined) return found
  }
  return undefined
}
