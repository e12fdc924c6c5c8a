import { configFor, type DeployConfig, type DeployEnvironment } from '../../core/deploy-config.ts'
import { AssayError } from '../../core/errors.ts'
import {
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
export type PastFiles = Pick<DeployRepository, 'fileHistory'>

type Place = Pick<EnvironmentPlace, 'environment' | 'folder' | 'record' | 'manifests'>

/** A place with the release that its record says. */
export interface Recorded {
  place: Place
  release: ReleaseRecord
}

/**
 * How the manifests of places stand to their records, at a commit, in their order. Where one differs, one call more tells the
 * options of before, and who changed it; with many, one more for who changed the first of them.
 *
 * @param files texts at the commit by path
 */
export async function standingsAt(
  past: PastFiles,
  recorded: readonly Recorded[],
  { commit, files }: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<(Standing | undefined)[]> {
  const found = recorded.map(({ place, release }) =>
    deviationIn(place, release, place.environment, path => files.get(path)),
  )
  const strange = [...found.keys()].filter(at => !isNone(found[at]!) && hasManifests(recorded[at]!, files))
  if (strange.length === 0) return found.map(now => standingOf(now))
  const few = strange.length <= FEW ? manifestsIn(recorded, strange) : []
  const [configs = [], ...versions] = await past.fileHistory(commit, [DEPLOY_FILE, ...few], MOST)
  const known = new Map(few.map((path, at) => [path, versions[at]!]))
  const parsed = configs.flatMap(({ text }) => configIn(text))
  const then = new Map(strange.map(at => [at, deviationThen(recorded[at]!, parsed, files)] as const))
  const byHand = strange.filter(at => then.get(at) === undefined)
  if (few.length === 0) {
    const paths = manifestsIn(recorded, byHand.slice(0, MOST_PLACES))
    const more = paths.length === 0 ? [] : await past.fileHistory(commit, paths, MOST)
    for (const [at, path] of paths.entries()) known.set(path, more[at]!)
  }
  return found.map((now, at) => {
    const before = then.get(at)
    if (before) return standingOf(now, before)
    return then.has(at) ? handMade(recorded[at]!, now, known, files) : standingOf(now)
  })
}

/** The same of one place. */
export async function standingAt(
  past: PastFiles,
  place: Place,
  release: ReleaseRecord,
  at: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<Standing | undefined> {
  const [standing] = await standingsAt(past, [{ place, release }], at)
  return standing
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

// --- internal ---

/** So many versions of a manifest are looked through for who changed it, and when. */
const MOST = 5
/** Places that are told with who changed them: in a call together with the options of before, and at most. */
const FEW = 10
const MOST_PLACES = 40

function inFolder(
  { folder, manifests }: Place,
  textOf: (path: string) => string | undefined,
): ReadonlyMap<string, string> {
  const texts = manifests.map(path => [path.slice(folder.length + 1), textOf(path)] as const)
  return new Map(texts.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** What a target would change in the manifests of a place so that they say the release, by the options of an environment. */
function deviationIn(
  place: Place,
  release: ReleaseRecord,
  environment: DeployEnvironment,
  textOf: (path: string) => string | undefined,
): Deviation {
  const target = TARGETS[environment.target]!
  const texts = inFolder(place, textOf)
  return deviationOf(texts, place.folder, () =>
    target.wanted(texts, release, optionsFor(environment, release.model)),
  )
}

function isNone(found: Deviation): boolean {
  return 'changes' in found && found.changes.length === 0
}

/** Where there is no manifest, its past tells nothing more. */
function hasManifests({ place }: Recorded, files: ReadonlyMap<string, string | undefined>): boolean {
  return place.manifests.some(path => files.get(path) !== undefined)
}

function manifestsIn(recorded: readonly Recorded[], at: readonly number[]): string[] {
  return [...new Set(at.flatMap(one => recorded[one]!.place.manifests))]
}

function configIn(text: string | undefined): DeployConfig[] {
  if (text === undefined) return []
  try {
    return [parseDeploy(text)]
  } catch (error) {
    if (error instanceof AssayError) return []
    throw error
  }
}

/** By the options of a configuration of before, where the manifests say just what these write. */
function deviationThen(
  { place, release }: Recorded,
  configs: readonly DeployConfig[],
  files: ReadonlyMap<string, string | undefined>,
): Deviation | undefined {
  for (const config of configs) {
    const { environments } = configFor(config, release.model)
    const own = environments.find(({ name }) => name === place.environment.name)
    if (!own || !hasOthers(own, place.environment, release.model)) continue
    const found = deviationIn(place, release, own, path => files.get(path))
    if (isNone(found)) return found
  }
  return undefined
}

function hasOthers(a: DeployEnvironment, b: DeployEnvironment, model: string): boolean {
  const said = (one: DeployEnvironment) => JSON.stringify([one.target, optionsFor(one, model)])
  return said(a) !== said(b)
}

/** With what was changed, where a version of before took the release, and whose commit it was. */
function handMade(
  { place, release }: Recorded,
  now: Deviation,
  known: ReadonlyMap<string, readonly FileVersion[]>,
  files: ReadonlyMap<string, string | undefined>,
): Standing | undefined {
  const { environment } = place
  const isOther = (path: string, text: string | undefined) =>
    isStrange(place, release, environment, files, path, text)
  const path =
    'changes' in now
      ? now.changes[0]!.file
      : (place.manifests.find(one => isOther(one, files.get(one))) ?? place.manifests[0]!)
  const versions = known.get(path) ?? []
  const end = versions.findIndex(({ text }) => !isOther(path, text))
  const standing = standingOf(now, undefined, changedSince(path, files.get(path), versions[end]?.text))
  const found = versions[(end < 0 ? versions.length : end) - 1]
  if (standing?.kind !== 'by_hand' || !found) return standing
  const { commit, author, at } = found
  return { ...standing, by: { commit, at, ...(author !== undefined && { author }) } }
}

/** In a manifest that took the release before. */
function changedSince(path: string, now: string | undefined, before: string | undefined): KeyChange[] {
  if (now === undefined || before === undefined) return []
  try {
    return keyChanges(path, now, before)
  } catch (error) {
    if (error instanceof AssayError) return []
    throw error
  }
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
  const found = deviationIn(place, release, environment, one => (one === path ? text : files.get(one)))
  return 'reason' in found || found.changes.some(({ file }) => file === path)
}
