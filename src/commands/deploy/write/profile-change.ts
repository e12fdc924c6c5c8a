import { createHash } from 'node:crypto'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { RELEASED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { ModelState, SeenPlace } from '../read/state.ts'

/** What decides about the profile that stands beside a record. */
export interface Carried {
  state: ModelState
  place: Pick<SeenPlace, 'folder'>
  from?: ReleaseRecord
  to: ReleaseRecord
  /** Its text, where this run has made the release. */
  profile?: string
}

/**
 * What becomes of the profile beside a record: it goes where its release goes. The text is that of the hash in the record, wherever
 * the repository has it: in another environment, on the branch of a promotion, or in the history of this one, for a rollback. One
 * that is found nowhere leaves no other in its place: live traffic would be held against what another release was accepted on.
 * Undefined where no release has one; the same before and after where nothing changes.
 */
export async function profileChange(
  repository: DeployRepository,
  { state, place, from, to, profile }: Carried,
  commit: string,
): Promise<FileDifference | undefined> {
  const hash = to.profile?.hash
  if (hash === undefined && from?.profile === undefined) return undefined
  const path = profileIn(place)
  const standing = await repository.readFiles(commit, state.places.map(profileIn))
  const before = standing.get(path)
  const known = [profile, ...standing.values()].find(text => isProfileOf(text, hash))
  const after = known ?? (await searched(repository, state, hash))
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

/** Path of the profile beside a record. */
export function profileIn({ folder }: Pick<SeenPlace, 'folder'>): string {
  return `${folder}/${RELEASED_PROFILE_FILE}`
}

/** Whether a text is the profile that a record names. */
export function isProfileOf(text: string | undefined, hash: string | undefined): boolean {
  return text !== undefined && hash !== undefined && createHash('sha256').update(text).digest('hex') === hash
}

// --- internal ---

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
    const path = profileIn(place)
    const text = (await repository.readFiles(commit, [path])).get(path)
    if (isProfileOf(text, hash)) return text
  }
  return undefined
}
