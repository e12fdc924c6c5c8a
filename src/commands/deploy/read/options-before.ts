import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { Deviation } from '../../../core/promotion/plan/standing.ts'
import type { FileVersion } from '../../../forges/deploy-repository.ts'
import { DEPLOY_FILE } from './deploy-branch.ts'
import { deviationIn, isNone, type ManifestPlace, type PastFiles, type Recorded } from './deviation.ts'
import { seenFiles } from './seen-files.ts'
import { parseDeploy, placesOf } from './state.ts'
import { writesFor } from './written.ts'

/**
 * Of places whose manifests differ from what the options of today write: those whose manifests say just what options of before
 * write. Versions of the configuration are looked through from the newest.
 *
 * @param versions the newest of them; more are asked for where these do not tell
 * @param files texts at the commit by path
 */
export async function optionsBefore(
  past: PastFiles,
  recorded: readonly Recorded[],
  versions: readonly FileVersion[],
  at: { commit: string; files: ReadonlyMap<string, string | undefined>; most: number },
): Promise<Map<Recorded, Deviation>> {
  const found = await matched(past, recorded, versions, at)
  if (found.size === recorded.length || versions.length < at.most) return found
  const all = (await past.fileHistory(at.commit, [DEPLOY_FILE], MOST_CONFIGS)).get(DEPLOY_FILE) ?? []
  const open = recorded.filter(one => !found.has(one))
  return new Map([...found, ...(await matched(past, open, all.slice(versions.length), at))])
}

// --- internal ---

/** The configuration of a large repository changes with every model. */
const MOST_CONFIGS = 50
/** Manifests that the options of before named and those of today do not. */
const MOST_OTHERS = 40

async function matched(
  past: PastFiles,
  recorded: readonly Recorded[],
  versions: readonly FileVersion[],
  { commit, files }: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<Map<Recorded, Deviation>> {
  const configs = versions.flatMap(({ text }) => configIn(text))
  const before = recorded.map(one => ({ one, places: placesBefore(one, configs) }))
  const paths = before.flatMap(({ places }) => places.flatMap(({ manifests }) => manifests))
  const others = [...new Set(paths)].filter(path => !files.has(path)).slice(0, MOST_OTHERS)
  const more = others.length === 0 ? undefined : await past.fileHistory(commit, others, 1)
  const seen = seenFiles(path => files.get(path) ?? more?.get(path)?.[0]?.text)
  const found = new Map<Recorded, Deviation>()
  for (const { one, places } of before) {
    const none = places.map(place => deviationIn(place, one.release, seen)).find(isNone)
    if (none) found.set(one, none)
  }
  return found
}

/** The same environment of a model, in the same folder, by other options; each once. */
function placesBefore({ place, release }: Recorded, configs: readonly DeployConfig[]): ManifestPlace[] {
  const said = ({ environment }: ManifestPlace) => JSON.stringify(writesFor(environment, release.model))
  const found = new Map<string, ManifestPlace>()
  for (const config of configs) {
    const own = placesOf(config, release.model).find(
      ({ environment }) => environment.name === place.environment.name,
    )
    if (own && own.recordFile === place.recordFile && !found.has(said(own))) found.set(said(own), own)
  }
  found.delete(said(place))
  return [...found.values()]
}

function configIn(text: string | undefined): DeployConfig[] {
  if (text === undefined) return []
  try {
    return [parseDeploy(text)]
  } catch (error) {
    if (isAssayError(error, 'CONFIG_INVALID')) return []
    throw error
  }
}
