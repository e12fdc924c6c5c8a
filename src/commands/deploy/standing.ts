import { configFor, type DeployEnvironment } from '../../core/deploy-config.ts'
import { AssayError } from '../../core/errors.ts'
import {
  type ChangedBy,
  type Deviation,
  deviationOf,
  type KeyChange,
  keyChanges,
  type Standing,
  standingOf,
} from '../../core/promotion/standing.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import type { DeployRepository, FileVersion } from '../../forges/deploy-repository.ts'
import { TARGETS } from '../../targets/index.ts'
import { DEPLOY_FILE } from './place.ts'
import { type EnvironmentPlace, optionsFor, parseDeploy } from './state.ts'

/** Where the past of a deploy repository is read; only where manifests are not what they should be. */
export type PastFiles = Pick<DeployRepository, 'readFiles' | 'fileHistory'>

type Place = Pick<EnvironmentPlace, 'environment' | 'folder' | 'record' | 'manifests'>

/**
 * How the manifests of a place stand to its record, at a commit. Two more calls where they differ: the configuration and the
 * manifests of the commit that wrote the record, and who changed them.
 *
 * @param files texts at the commit by path
 */
export async function standingAt(
  past: PastFiles,
  place: Place,
  release: ReleaseRecord,
  { commit, files }: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<Standing | undefined> {
  const there = inFolder(place, path => files.get(path))
  const now = deviation(place, release, place.environment, there)
  // Where there is no manifest, its past tells nothing more.
  if (there.size === 0 || ('changes' in now && now.changes.length === 0)) return standingOf(now)
  const [records = [], ...versions] = await past.fileHistory(commit, [place.record, ...place.manifests], MOST)
  const [written] = records
  if (!written) return standingOf(now)
  const before = await pastFiles(past, written.commit, place)
  const own = before && environmentIn(before, place, release.model)
  const wrote = own && hasOthers(own, place.environment, release.model) ? own : place.environment
  const then = wrote === place.environment ? undefined : deviation(place, release, wrote, there)
  const isLost = 'reason' in (then ?? now)
  const since = isLost && before ? changedSince(place, release, wrote, before, files) : []
  const standing = standingOf(now, then, since)
  if (standing?.kind !== 'by_hand') return standing
  const by = changedBy(place, standing.changes, versions, (text, path) =>
    isStrange(place, release, wrote, files, path, text),
  )
  return { ...standing, ...(by && { by }) }
}

/**
 * When the manifests of a place, which say what its record says, were last brought back to that after somebody had changed them,
 * in milliseconds; undefined: nobody had, since `from`. One call.
 */
export async function restoredAt(
  past: PastFiles,
  place: Place,
  release: ReleaseRecord,
  { commit, files, from }: { commit: string; files: ReadonlyMap<string, string | undefined>; from: number },
): Promise<number | undefined> {
  const histories = await past.fileHistory(commit, place.manifests, MOST)
  const times = place.manifests.flatMap((path, at) => {
    const versions = histories[at]!
    const strange = versions.findIndex(
      ({ text, at: made }) => made > from && isStrange(place, release, place.environment, files, path, text),
    )
    return strange > 0 ? [versions[strange - 1]!.at] : []
  })
  return times.length === 0 ? undefined : Math.max(...times)
}

/** What a target would change in files of a folder so that they say the release, by the options of an environment. */
export function deviation(
  { folder }: Pick<Place, 'folder'>,
  release: ReleaseRecord,
  environment: DeployEnvironment,
  files: ReadonlyMap<string, string>,
): Deviation {
  const target = TARGETS[environment.target]!
  return deviationOf(files, folder, () =>
    target.wanted(files, release, optionsFor(environment, release.model)),
  )
}

// --- internal ---

/** So many versions of a manifest are looked through for who changed it, and when. */
const MOST = 5

function inFolder(
  { folder, manifests }: Place,
  textOf: (path: string) => string | undefined,
): ReadonlyMap<string, string> {
  const texts = manifests.map(path => [path.slice(folder.length + 1), textOf(path)] as const)
  return new Map(texts.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** Configuration and manifests at a commit; undefined where they cannot be read. */
async function pastFiles(
  past: PastFiles,
  commit: string,
  { manifests }: Place,
): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  const paths = [DEPLOY_FILE, ...manifests]
  try {
    const texts = await past.readFiles(commit, paths)
    return new Map(paths.map((path, at) => [path, texts[at]]))
  } catch (error) {
    if (error instanceof AssayError && error.code.startsWith('FILE_')) return undefined
    throw error
  }
}

/** The environment as the configuration of then had it. */
function environmentIn(
  files: ReadonlyMap<string, string | undefined>,
  { environment }: Place,
  model: string,
): DeployEnvironment | undefined {
  const text = files.get(DEPLOY_FILE)
  if (text === undefined) return undefined
  try {
    const { environments } = configFor(parseDeploy(text), model)
    return environments.find(({ name }) => name === environment.name)
  } catch (error) {
    if (error instanceof AssayError) return undefined
    throw error
  }
}

function hasOthers(a: DeployEnvironment, b: DeployEnvironment, model: string): boolean {
  const said = (one: DeployEnvironment) => JSON.stringify([one.target, optionsFor(one, model)])
  return said(a) !== said(b)
}

/** Whether a version of one manifest says something else than the release. */
function isStrange(
  place: Place,
  release: ReleaseRecord,
  environment: DeployEnvironment,
  files: ReadonlyMap<string, string | undefined>,
  path: string,
  text: string | undefined,
): boolean {
  const texts = inFolder(place, one => (one === path ? text : files.get(one)))
  const found = deviation(place, release, environment, texts)
  return 'reason' in found || found.changes.some(({ file }) => file === path)
}

/** In manifests that took the release when its record was written. */
function changedSince(
  place: Place,
  release: ReleaseRecord,
  environment: DeployEnvironment,
  before: ReadonlyMap<string, string | undefined>,
  files: ReadonlyMap<string, string | undefined>,
): KeyChange[] {
  const old = deviation(
    place,
    release,
    environment,
    inFolder(place, path => before.get(path)),
  )
  if ('reason' in old || old.changes.length > 0) return []
  try {
    return place.manifests.flatMap(path => {
      const [then, now] = [before.get(path), files.get(path)]
      return then === undefined || now === undefined ? [] : keyChanges(path, now, then)
    })
  } catch (error) {
    if (error instanceof AssayError) return []
    throw error
  }
}

/** The commit from which on a manifest is not what the record says. */
function changedBy(
  { manifests }: Place,
  changes: readonly KeyChange[],
  versions: readonly FileVersion[][],
  isOther: (text: string | undefined, path: string) => boolean,
): ChangedBy | undefined {
  const at = manifests.indexOf(changes[0]!.file)
  const own = versions[at] ?? []
  const end = own.findIndex(({ text }) => !isOther(text, manifests[at]!))
  const found = own[(end < 0 ? own.length : end) - 1]
  if (!found) return undefined
  const { commit, author, at: made } = found
  return { commit, at: made, ...(author !== undefined && { author }) }
}
