import { type Deviation, deviationOf } from '../../../core/promotion/plan/standing.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { TARGETS } from '../../../targets/index.ts'
import { overrideIn, patchedManifests } from './effect.ts'
import { patchedIn } from './patched.ts'
import type { SeenFiles, TextOf } from './seen-files.ts'
import { type EnvironmentPlace, optionsFor } from './state.ts'

export type ManifestPlace = Pick<
  EnvironmentPlace,
  'environment' | 'folder' | 'recordFile' | 'manifests' | 'kustomizations' | 'above'
>

/** Where the past of a deploy repository is read; only where manifests are not what they should be. */
export type PastFiles = Pick<DeployRepository, 'fileHistory'>

/** A place with the release that its record says. */
export interface Recorded {
  place: ManifestPlace
  release: ReleaseRecord
}

/**
 * What a target would change in the manifests of a place so that they say the release; and where they say it, what makes another
 * image of it, or puts another in its place.
 *
 * @param files manifests and the kustomizations over them
 * @param more texts of what kustomizations refer to
 */
export function deviationIn(
  place: ManifestPlace,
  release: ReleaseRecord,
  files: SeenFiles,
  more: TextOf = files.text,
): Deviation {
  const { environment, folder, manifests } = place
  const found = manifests.map(path => [path.slice(folder.length + 1), files.text(path)] as const)
  const texts = new Map(found.filter((entry): entry is [string, string] => entry[1] !== undefined))
  const target = TARGETS[environment.target]!
  const deviation = deviationOf(texts, folder, () =>
    target.wanted(texts, release, optionsFor(environment, release.model)),
  )
  if (!isNone(deviation)) return deviation
  const overridden = overrideIn({ place, to: release }, files)
  if (!overridden)
    return {
      changes: patchedManifests({ place, to: release }, files).flatMap(one => patchedIn(one, files, more)),
    }
  const { written, override } = overridden
  const { name, by, value } = written.image!
  const { file, line, entry, result } = override
  const change = {
    file,
    key: `images[${entry}]`,
    recorded: `${name}${by === 'tag' ? ':' : '@'}${value}`,
    there: result,
  }
  return { changes: [{ ...change, ...(line !== undefined && { line }) }] }
}

export function isNone(found: Deviation): boolean {
  return 'changes' in found && found.changes.length === 0
}
