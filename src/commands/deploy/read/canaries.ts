import type { Canary } from '../../../core/deploy-config/canary.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import {
  atWeight,
  type CanaryFact,
  type CanaryUnknown,
  entryShare,
  takesSlow,
} from '../../../core/promotion/canary/canary-plan.ts'
import type { ControllerState } from '../../../core/promotion/canary/controlled.ts'
import type { CanaryEnded, CanaryInPlace, ProposedStep } from '../../../core/promotion/plan/facts.ts'
import { historyCauses } from '../../../core/promotion/plan/frozen-rules.ts'
import { parsePromotionMarker } from '../../../core/promotion/text/marker.ts'
import {
  type CanaryAtWeight,
  type CanaryFile,
  parseCanary,
  type RecordBeside,
} from '../../../core/release/canary-file.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import type { CanaryCause } from '../../../core/traffic/canary/causes.ts'
import type { Slow, SlowUnknown } from '../../../core/traffic/canary/slow.ts'
import type { DeployRepository, FileVersion } from '../../../forges/deploy-repository.ts'
import type { ClosedPullRequest } from '../../../forges/pull-requests.ts'
import { MOST_VERSIONS } from '../../../forges/snapshot.ts'
import { type EnvironmentPlace, type Histories, type ModelState, type SeenPlace, triedIn } from './state.ts'

/** Whoever counts the traffic of a place; undefined where nobody knows. */
export interface AskCanary {
  /** What was found out about a canary in progress. */
  verdict(
    place: EnvironmentPlace,
    of: {
      champion: ReleaseRecord
      canary: CanaryAtWeight
      /** That last changed the canary; undefined where no version of it is known. */
      commit: string | undefined
      /** What is known by git to have moved it. */
      causes: readonly CanaryCause[]
    },
  ): Promise<CanaryFact | CanaryUnknown | undefined>
  /** Before one begins: from where on an answer is slow, by those of what serves. */
  slow(
    place: EnvironmentPlace,
    arms: { champion: ReleaseRecord; rules: Canary },
  ): Promise<Slow | SlowUnknown | undefined>
}

/** Where the controller is that moves the canary of a place. */
export type AskController = (
  place: Pick<EnvironmentPlace, 'environment'>,
  challenger: ReleaseRecord,
) => Promise<ControllerState>

/**
 * What is tried in a place, since when, and what was tried there before: by the versions of its files. Undefined where no release is
 * tried. A call more where that was asked of a place by its file alone.
 */
export async function canaryIn(
  repository: DeployRepository,
  { model, head, files }: ModelState,
  place: SeenPlace,
  {
    stays,
    isAwaited,
    askCanary,
    askController,
    now,
  }: {
    stays: readonly { release: ReleaseRecord; until?: number }[]
    /** Whether a release that is newer than what serves could enter. */
    isAwaited(champion: ReleaseRecord | undefined): boolean
    askCanary?: AskCanary | undefined
    askController?: AskController | undefined
    now: number
  },
): Promise<CanaryInPlace | undefined> {
  const { triedFiles, environment } = place
  const textOf = (path: string) => files.get(path)
  const there = triedIn(place, textOf)
  if (!there && !environment.canary) return undefined
  const histories =
    place.triedHistories ?? (await repository.fileHistory(head.commit, triedFiles, MOST_VERSIONS))
  const tried = (there && histories.get(there.path)) ?? []
  const since = there ? (sinceOf(tried[0], place, canaryOrNone(place, textOf, model)) ?? now) : 0
  const served = stays.map(({ release }) => release)
  const champion = stays.find(({ until }) => until === undefined)?.release
  const about = { environment: environment.name, model, place, since, champion, served }
  const found = canaryFrom(there, histories, about)
  const ended = there ? undefined : endedIn(histories, place, model, served)
  const { file } = found
  if (!champion || !file) {
    const rules = !there && isAwaited(champion) ? environment.canary : undefined
    const slow =
      champion && rules && takesSlow(rules) ? await askCanary?.slow(place, { champion, rules }) : undefined
    return { ...found, ...(ended && { ended }), ...(slow && { slow }) }
  }
  const controller = file.weight === undefined ? await askController?.(place, file.challenger) : undefined
  const weight = controller?.at === 'weight' ? controller.weight : file.weight
  const causes = there ? historyCauses(there.path, { tried, record: place.history }, file) : []
  const commit = tried[0]?.commit
  const of = weight !== undefined && { champion, canary: atWeight(file, weight), causes, commit }
  const fact = of && (await askCanary?.verdict(place, of))
  return { ...found, ...(controller && { controller }), ...(fact && { fact }) }
}

/**
 * What is tried by the text of a file now, and what was by the versions of both.
 *
 * @param since when the step began that there is now
 * @param champion the release of the record
 * @param served releases that had all of the traffic
 */
export function canaryFrom(
  there: ReturnType<typeof triedIn<string>>,
  histories: Histories,
  given: {
    environment: string
    model: string
    place: Pick<EnvironmentPlace, 'triedFiles'>
    since: number
    champion: ReleaseRecord | undefined
    served: readonly ReleaseRecord[]
  },
): CanaryInPlace {
  const { environment, model, place, since, champion, served } = given
  const about = { environment, model, since }
  const tried = (others: readonly ReleaseRecord[]) => keysOf(histories, place, model, others)
  if (!there) return { ...about, takenBack: tried(served) }
  const read = readCanary(there, { model, ...(champion && { version: champion.version }) })
  if (typeof read === 'string') return { ...about, unreadable: read, takenBack: tried(served) }
  return { ...about, file: read, takenBack: tried([...served, read.challenger]) }
}

/** The release that is tried in a place beside what serves there. */
export function besideIn(
  { model, files }: Pick<ModelState, 'model' | 'files'>,
  place: Pick<EnvironmentPlace, 'triedFiles'>,
): ReleaseRecord | undefined {
  return canaryOrNone(place, path => files.get(path), model)?.challenger
}

/** A canary that can be read and is of this model. */
export function canaryOrNone(
  place: Pick<EnvironmentPlace, 'triedFiles'>,
  textOf: (path: string) => string | undefined,
  model: string,
): CanaryFile | undefined {
  const there = triedIn(place, textOf)
  const read = there ? readCanary(there, { model }) : ''
  return typeof read === 'string' ? undefined : read
}

/**
 * The merge that brought a version of a record: a merge commit hides the commit that it brings, which may be older than its
 * merge by days. Where a person's commits came on top of ours, only the marker tells the pull request; with it a stay can
 * only begin later.
 */
export function mergeOf(
  { commit, at }: Pick<FileVersion, 'commit' | 'at'>,
  release: ReleaseRecord | undefined,
  pulls: readonly ClosedPullRequest[],
  step?: ProposedStep,
): ClosedPullRequest | undefined {
  const merged = pulls.filter(({ state }) => state === 'merged')
  const direct = merged.find(pull => pull.head === commit || pull.mergeCommit === commit)
  if (direct || !release) return direct
  const key = releaseKey(release)
  return merged.findLast(({ body, mergedAt = 0 }) => {
    const marker = mergedAt >= at ? parsePromotionMarker(body) : undefined
    return marker?.release === key && marker.step === step
  })
}

// --- internal ---

/** The canary, or why there is none to be read. */
function readCanary(
  { path, text, others = [] }: { path: string; text: string; others?: readonly string[] },
  beside: RecordBeside,
): CanaryFile | string {
  if (others.length > 0) return `${[path, ...others].join(' and ')} are both there: take one of them away`
  try {
    return parseCanary(text, path, beside)
  } catch (error) {
    if (!isAssayError(error, 'CANARY_INVALID')) throw error
    return `${path} cannot be read: ${error.problems[0]?.what ?? error.message}`
  }
}

/** A commit may be older than the merge that brought it. Where no version is known, nobody knows: it has only just begun. */
function sinceOf(
  version: FileVersion | undefined,
  { promotion: { pulls } }: SeenPlace,
  file: CanaryFile | undefined,
): number | undefined {
  if (!version) return undefined
  return Math.max(
    version.at,
    mergeOf(version, file?.challenger, pulls.closed, file && entryShare(file))?.mergedAt ?? 0,
  )
}

/** The last that was tried, where a commit took it back; of what came to serve there is none. */
function endedIn(
  histories: Histories,
  place: SeenPlace,
  model: string,
  served: readonly ReleaseRecord[],
): CanaryEnded | undefined {
  const [newest] = place.triedFiles
    .map(path => ({ path, versions: histories.get(path) ?? [] }))
    .sort((a, b) => (b.versions[0]?.at ?? 0) - (a.versions[0]?.at ?? 0))
  const [last, before] = newest?.versions ?? []
  const textOf = (path: string) => (path === newest?.path ? before?.text : undefined)
  const tried = canaryOrNone(place, textOf, model)
  if (!last || last.text !== undefined || !tried) return undefined
  const { challenger: release, weight } = tried
  if (served.some(one => releaseKey(one) === releaseKey(release))) return undefined
  const merge = mergeOf(last, release, place.promotion.pulls.closed, 'back')
  const { commit, live } = last
  return {
    ...{
      release,
      ...(weight !== undefined && { weight }),
      commit,
      at: Math.max(last.at, merge?.mergedAt ?? 0),
    },
    ...(merge && { number: merge.number }),
    ...(live && { live }),
  }
}

/** Keys of those that were tried and are not any more, without having come to serve. */
function keysOf(
  histories: Histories,
  { triedFiles }: Pick<EnvironmentPlace, 'triedFiles'>,
  model: string,
  others: readonly ReleaseRecord[],
): string[] {
  const tried = triedFiles.flatMap(path =>
    (histories.get(path) ?? []).flatMap(({ text }) => {
      const read = text === undefined ? '' : readCanary({ path, text }, { model })
      return typeof read === 'string' ? [] : [read.challenger]
    }),
  )
  const served = new Set(others.map(releaseKey))
  return [...new Set(tried.map(releaseKey))].filter(key => !served.has(key))
}
