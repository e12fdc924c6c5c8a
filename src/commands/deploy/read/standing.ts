import { AssayError } from '../../../core/errors/errors.ts'
import {
  type Deviation,
  type KeyChange,
  keyChanges,
  type Standing,
  standingOf,
} from '../../../core/promotion/plan/standing.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { FileVersion } from '../../../forges/deploy-repository.ts'
import { deviationIn, isNone, type ManifestPlace, type PastFiles, type Recorded } from './deviation.ts'
import { optionsBefore } from './options-before.ts'
import { DEPLOY_FILE } from './place.ts'

/**
 * How the manifests of places stand to their records, at a commit, in their order. Where one differs, one call more tells the
 * options of before, and who changed it; with many, one more for who changed the first of them.
 *
 * @param files texts at the commit by path
 */
export async function standingsAt(
  past: PastFiles,
  recorded: readonly Recorded[],
  { commit, files: given }: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<(Standing | undefined)[]> {
  const files = await withReferred(past, recorded, commit, given)
  const found = recorded.map(({ place, release }) => deviationIn(place, release, path => files.get(path)))
  const strange = [...found.keys()].filter(at => !isNone(found[at]!))
  if (strange.length === 0) return found.map(now => standingOf(now))
  const few = strange.length <= FEW ? strangeFiles(recorded, found, strange) : []
  const [configs = [], ...versions] = await past.fileHistory(commit, [DEPLOY_FILE, ...few], MOST)
  const known = new Map(few.map((path, at) => [path, versions[at]!]))
  const asked = new Map(strange.map(at => [at, recorded[at]!] as const))
  const then = await optionsBefore(past, asked, configs, { commit, files, most: MOST })
  const byHand = strange.filter(at => !then.has(at))
  if (few.length === 0) {
    const paths = strangeFiles(recorded, found, byHand.slice(0, MOST_PLACES))
    const more = paths.length === 0 ? [] : await past.fileHistory(commit, paths, MOST)
    for (const [at, path] of paths.entries()) known.set(path, more[at]!)
  }
  return found.map((now, at) => {
    const before = then.get(at)
    if (before) return standingOf(now, before)
    return asked.has(at) ? handMade(recorded[at]!, now, known, files) : standingOf(now)
  })
}

/** The same of one place. */
export async function standingAt(
  past: PastFiles,
  place: ManifestPlace,
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
  place: ManifestPlace,
  release: ReleaseRecord,
  { commit, files, from }: { commit: string; files: ReadonlyMap<string, string | undefined>; from: number },
): Promise<number | undefined> {
  const reading = [...place.kustomizations, ...place.above].filter(path => files.get(path) !== undefined)
  const paths = [...place.manifests, ...reading]
  const histories = await past.fileHistory(commit, paths, MOST)
  const times = paths.flatMap((path, at) => {
    const versions = histories[at]!
    const strange = versions.findIndex(
      ({ text, at: made }) => made > from && isStrange(place, release, files, path, text),
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

/** So many files that kustomizations with patches refer to are read, in so many steps. */
const MOST_REFERRED = 200
const MOST_STEPS = 6

/** With the texts of what the kustomizations of the places refer to, where they have patches; one call a step, and none without. */
async function withReferred(
  past: PastFiles,
  recorded: readonly Recorded[],
  commit: string,
  given: ReadonlyMap<string, string | undefined>,
): Promise<ReadonlyMap<string, string | undefined>> {
  const files = new Map(given)
  for (let step = 0; step < MOST_STEPS; step++) {
    const open = new Set<string>()
    const more = (path: string) => {
      if (!files.has(path)) open.add(path)
      return files.get(path)
    }
    for (const { place, release } of recorded) deviationIn(place, release, path => files.get(path), more)
    if (open.size === 0 || files.size - given.size + open.size > MOST_REFERRED) break
    const paths = [...open]
    const read = await past.fileHistory(commit, paths, 1)
    for (const [at, path] of paths.entries()) files.set(path, read[at]?.[0]?.text)
  }
  return files
}

/** Manifests of places, and what makes another image of theirs. */
function strangeFiles(
  recorded: readonly Recorded[],
  found: readonly Deviation[],
  at: readonly number[],
): string[] {
  const files = at.flatMap(one => {
    const now = found[one]!
    return [
      ...recorded[one]!.place.manifests,
      ...('changes' in now ? now.changes.map(({ file }) => file) : []),
    ]
  })
  return [...new Set(files)]
}

/** With what was changed, where a version of before took the release, and whose commit it was. */
function handMade(
  { place, release }: Recorded,
  now: Deviation,
  known: ReadonlyMap<string, readonly FileVersion[]>,
  files: ReadonlyMap<string, string | undefined>,
): Standing | undefined {
  const isOther = (path: string, text: string | undefined) => isStrange(place, release, files, path, text)
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
  place: ManifestPlace,
  release: ReleaseRecord,
  files: ReadonlyMap<string, string | undefined>,
  path: string,
  text: string | undefined,
): boolean {
  const found = deviationIn(place, release, one => (one === path ? text : files.get(one)))
  return 'reason' in found || found.changes.some(({ file }) => file === path)
}
