import { isAssayError } from '../../../core/errors/errors.ts'
import type { Deployed, FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { DeployRepository, FileVersion } from '../../../forges/deploy-repository.ts'
import { withLive } from '../../../forges/live-of.ts'
import { MOST_VERSIONS } from '../../../forges/snapshot.ts'
import { readRecord } from '../read/facts.ts'
import type { EnvironmentPlace, ModelState } from '../read/state.ts'
import { changesOf } from './promotion.ts'

/** Merged promotions of the model in the environment, newest first, with what each changed. */
export async function historyOf(
  repository: DeployRepository,
  state: ModelState,
  place: EnvironmentPlace,
): Promise<Deployed[]> {
  const paths = [place.recordFile, ...place.manifests]
  const histories = await repository.fileHistory(state.head.commit, paths, MOST_VERSIONS)
  const versions = await withLive(repository, place, histories.get(place.recordFile) ?? [])
  const deployed: (Deployed & { changed: FileDifference[] })[] = []
  for (const version of versions) {
    const release = readRecord(version.text, place.recordFile, state.model)
    const made = changedBy(version, place, histories)
    const changed = isOwnChange(state, place, release, made) ? made : made.map(nobodysOwn(place))
    // What is no release is undone together with the release that took its place.
    if (!release) deployed.at(-1)?.changed.push(...changed)
    else
      deployed.push({
        release,
        commit: version.commit,
        at: version.at,
        // Nobody watches an environment without Argo CD: there a release counts as live once it is merged.
        healthy: place.environment.argocd ? version.live?.health === 'healthy' : true,
        changed,
      })
  }
  return deployed
}

// --- internal ---

/**
 * Whether a commit changed nothing in the manifests but what its release writes. Of files that are of other models or environments
 * too, only then its bytes are undone: else what one commit brought to others would go with it.
 */
function isOwnChange(
  state: ModelState,
  place: EnvironmentPlace,
  release: ReleaseRecord | undefined,
  changed: readonly FileDifference[],
): boolean {
  if (!place.isShared) return true
  if (!release) return false
  const before = new Map([...state.files, ...changed.map(one => [one.path, one.before] as const)])
  try {
    const written = new Map(changesOf({ place, to: release }, before).map(({ path, after }) => [path, after]))
    return changed.every(
      ({ path, after }) =>
        path === place.recordFile || (written.has(path) ? written.get(path) : before.get(path)) === after,
    )
  } catch (error) {
    if (isAssayError(error, 'TARGET_REFUSED', 'YAML_EDIT_REFUSED', 'YAML_UNREADABLE')) return false
    throw error
  }
}

/** A difference that fits nothing, so that the target writes the old release into the file. */
function nobodysOwn({ recordFile }: EnvironmentPlace): (change: FileDifference) => FileDifference {
  return change => (change.path === recordFile ? change : { path: change.path })
}

/** What the commit of a version of the record changed, in the manifests too. */
function changedBy(
  { commit }: FileVersion,
  { recordFile, manifests }: EnvironmentPlace,
  histories: ReadonlyMap<string, readonly FileVersion[]>,
): FileDifference[] {
  return [recordFile, ...manifests].flatMap(path => {
    const versions = histories.get(path) ?? []
    const found = versions.findIndex(version => version.commit === commit)
    // Beyond what was read nobody knows what it was: a difference that fits nothing leaves the file to the target.
    const isCut = path !== recordFile && versions.length === MOST_VERSIONS
    if (isCut && (found < 0 || found === MOST_VERSIONS - 1)) return [{ path }]
    return found < 0 ? [] : [differenceAt(path, versions, found)]
  })
}

function differenceAt(path: string, versions: readonly FileVersion[], index: number): FileDifference {
  const after = versions[index]?.text
  const before = versions[index + 1]?.text
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}
