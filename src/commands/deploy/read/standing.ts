import { isAssayError } from '../../../core/errors/errors.ts'
import {
  type Deviation,
  type KeyChange,
  keyChanges,
  type Standing,
  standingOf,
} from '../../../core/promotion/plan/standing.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { FileVersion } from '../../../forges/deploy-repository.ts'
import { DEPLOY_FILE } from './deploy-branch.ts'
import {
  changedRules,
  deviationIn,
  isNone,
  type ManifestPlace,
  type PastFiles,
  type Recorded,
} from './deviation.ts'
import { optionsBefore } from './options-before.ts'
import { seenFiles } from './seen-files.ts'
import { type Histories, triedIn } from './state.ts'

/**
 * How the manifests of places stand to their records, at a commit; those that say the same are left out. Where one differs, one
 * call more tells the options of before, and who changed it; with many, one more for who changed the first of them.
 *
 * @param files texts at the commit by path
 */
export async function standingsAt(
  past: PastFiles,
  recorded: readonly Recorded[],
  { commit, files: given }: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<ReadonlyMap<Recorded, Standing>> {
  const { files, deviations } = await deviationsAt(past, recorded, commit, given)
  const strange = deviations.filter(([, now]) => !isNone(now))
  const meant = deviations.flatMap(([one, now]) => (isNone(now) ? [one] : []))
  const ruled = await changedRules(past, meant, { commit, files })
  if (strange.length === 0) return ruled
  const few = strange.length <= FEW ? strangeFiles(strange) : []
  let known = await past.fileHistory(commit, [DEPLOY_FILE, ...few], MOST)
  const options = { commit, files, most: MOST }
  const asked = strange.map(([one]) => one)
  const then = await optionsBefore(past, asked, known.get(DEPLOY_FILE) ?? [], options)
  if (few.length === 0) {
    const byHand = strange.filter(([one]) => !then.has(one))
    const paths = strangeFiles(byHand.slice(0, MOST_PLACES))
    if (paths.length > 0) known = await past.fileHistory(commit, paths, MOST)
  }
  const standings = strange.map(([one, now]): [Recorded, Standing | undefined] => {
    const before = then.get(one)
    return [one, before ? standingOf(now, before) : handMade(one, now, known, files)]
  })
  const found = standings.filter((entry): entry is [Recorded, Standing] => entry[1] !== undefined)
  return new Map([...ruled, ...found])
}

/** The same of one place. */
export async function standingAt(
  past: PastFiles,
  place: ManifestPlace,
  release: ReleaseRecord,
  at: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<Standing | undefined> {
  const recorded = { place, release }
  return (await standingsAt(past, [recorded], at)).get(recorded)
}

/**
 * When the manifests of a place, which say what its record says, were last brought back to that after somebody had changed them,
 * in milliseconds; undefined: nobody had, since `from`. One call.
 */
export async function restoredAt(
  past: PastFiles,
  place: ManifestPlace,
  release: ReleaseRecord,
  { commit, files, from }: { commit: string; files: ReadonlyMap<string, string | undefined>; from: number },
): Promise<number | undefined> {
  const reading = [...place.kustomizations, ...place.above].filter(path => files.get(path) !== undefined)
  const paths = [...place.manifests, ...reading]
  const isTried =
    place.environment.canary !== undefined || triedIn(place, path => files.get(path)) !== undefined
  const asked = isTried ? [...paths, ...place.triedFiles] : paths
  const histories = await past.fileHistory(commit, asked, MOST)
  const times = paths.flatMap(path => {
    const versions = histories.get(path) ?? []
    const strange = versions.findIndex(
      version =>
        version.at > from &&
        isStrange(
          place,
          release,
          withTried(files, isTried ? place.triedFiles : [], histories, version),
          path,
          version.text,
        ),
    )
    return versions
      .slice(0, Math.max(0, strange))
      .slice(-1)
      .map(({ at }) => at)
  })
  return times.length === 0 ? undefined : Math.max(...times)
}

// --- internal ---

/** A place with what its manifests say otherwise. */
type Strange = [Recorded, Deviation]

/** So many versions of a manifest are looked through for who changed it, and when. */
const MOST = 5
/** Places that are told with who changed them: in a call together with the options of before, and at most. */
const FEW = 10
const MOST_PLACES = 40

/** So many files that kustomizations with patches refer to are read, in so many steps. */
const MOST_REFERRED = 200
const MOST_STEPS = 6

/**
 * What the manifests of places say otherwise, in the order of the places; with the texts of what the kustomizations refer to
 * where they have patches. One call a step, and none without; only places that asked for more are looked at again.
 */
async function deviationsAt(
  past: PastFiles,
  recorded: readonly Recorded[],
  commit: string,
  given: ReadonlyMap<string, string | undefined>,
): Promise<{ files: ReadonlyMap<string, string | undefined>; deviations: Strange[] }> {
  const files = new Map(given)
  const found = new Map<Recorded, Deviation>()
  let asking = recorded
  for (let step = 0; ; step++) {
    const open = new Set<string>()
    const again: Recorded[] = []
    const seen = seenFiles(path => files.get(path))
    for (const one of asking) {
      let isOpen = false
      const more = (path: string) => {
        if (!files.has(path)) {
          isOpen = true
          open.add(path)
        }
        return files.get(path)
      }
      found.set(one, deviationIn(one.place, one.release, seen, more))
      if (isOpen) again.push(one)
    }
    asking = again
    if (open.size === 0 || step === MOST_STEPS || files.size - given.size + open.size > MOST_REFERRED) break
    const paths = [...open]
    const read = await past.fileHistory(commit, paths, 1)
    for (const path of paths) files.set(path, read.get(path)?.[0]?.text)
  }
  return { files, deviations: recorded.map(one => [one, found.get(one)!]) }
}

/** Manifests of places with what is tried there, and what makes another image of theirs. */
function strangeFiles(strange: readonly Strange[]): string[] {
  const files = strange.flatMap(([{ place }, now]) => [
    ...place.manifests,
    ...place.triedFiles,
    ...('changes' in now ? now.changes.map(({ file }) => file) : []),
  ])
  return [...new Set(files)]
}

/**
 * With what was changed, where a version of before took the release, and whose commit it was: by what was tried then, since a step
 * changes what a manifest should say. Where the newest of a manifest fits that, it is what is tried that somebody has changed.
 */
function handMade(
  { place, release }: Recorded,
  now: Deviation,
  known: ReadonlyMap<string, readonly FileVersion[]>,
  files: ReadonlyMap<string, string | undefined>,
): Standing | undefined {
  const isOther = (path: string, text: string | undefined, then = files) =>
    isStrange(place, release, then, path, text)
  const path =
    'changes' in now
      ? now.changes[0]!.file
      : (place.manifests.find(one => isOther(one, files.get(one))) ?? place.manifests[0]!)
  const versions = known.get(path) ?? []
  const [tried] = place.triedFiles.flatMap(one => known.get(one)?.[0] ?? []).sort((a, b) => b.at - a.at)
  const end = versions.findIndex(
    version => !isOther(path, version.text, withTried(files, place.triedFiles, known, version)),
  )
  const standing = standingOf(now, undefined, changedSince(path, files.get(path), versions[end]?.text))
  const found = end === 0 ? tried : versions[(end < 0 ? versions.length : end) - 1]
  if (standing?.kind !== 'by_hand' || !found) return standing
  const { commit, author, at } = found
  return { ...standing, by: { commit, at, ...(author !== undefined && { author }) } }
}

/** Files with what was tried when a version of another was written: of the same commit, or the last before it. */
function withTried(
  files: ReadonlyMap<string, string | undefined>,
  triedFiles: readonly string[],
  histories: Histories,
  { commit, at }: FileVersion,
): ReadonlyMap<string, string | undefined> {
  const then = triedFiles.flatMap((path): [string, string | undefined][] => {
    const tried = histories.get(path) ?? []
    if (tried.length === 0) return []
    return [[path, (tried.find(one => one.commit === commit) ?? tried.find(one => one.at <= at))?.text]]
  })
  return new Map([...files, ...then])
}

/** In a manifest that took the release before. */
function changedSince(path: string, now: string | undefined, before: string | undefined): KeyChange[] {
  if (now === undefined || before === undefined) return []
  try {
    return keyChanges(path, now, before)
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE')) return []
    throw error
  }
}

/** Whether a version of one manifest says something else than the release. */
function isStrange(
  place: ManifestPlace,
  release: ReleaseRecord,
  files: ReadonlyMap<string, string | undefined>,
  path: string,
  text: string | undefined,
): boolean {
  const seen = seenFiles(one => (one === path ? text : files.get(one)))
  const found = deviationIn(place, release, seen)
  return 'reason' in found || found.changes.some(({ file }) => file === path)
}
