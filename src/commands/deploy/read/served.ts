import type { DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { promotionBranch, recordPath } from '../../../core/promotion/places/places.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import type { AskedTime } from '../../../core/text/asked-time.ts'
import { minuteWords } from '../../../core/text/instant-words.ts'
import type { DeployRepository, FileVersion } from '../../../forges/deploy-repository.ts'
import type { ClosedPullRequest } from '../../../forges/pull-requests.ts'
import { staysOf } from './facts.ts'
import type { KnownStay } from './standing-stays.ts'

/** What served at a time; with all that served on the day that was asked for, oldest first. */
export interface ServedThen {
  stay: KnownStay
  onThatDay: KnownStay[]
}

/**
 * Finds the release that served in an environment at a time, by the history of its record.
 *
 * @throws AssayError `NOTHING_SERVED`, `RELEASE_INVALID` where the record of that time cannot be read
 */
export async function findServed(
  repository: DeployRepository,
  place: { commit: string; branch: string; environment: DeployEnvironment; model: string },
  { at, day }: AskedTime,
): Promise<ServedThen> {
  const { environment, model } = place
  const recordFile = recordPath(environment, model)
  const merged =
    (await repository.pullRequests?.ofBranch(promotionBranch(environment.name, model), place.branch))
      ?.closed ?? []
  const versions = await versionsUntil(repository, place.commit, recordFile, day?.from ?? at, merged)
  const stays = staysOf({ environment, recordFile }, versions, merged)
  const stay = stays.find(one => isDuring(one, at, at + 1))
  if (stay && stay.release.model === model)
    return { stay, onThatDay: day ? stays.filter(one => isDuring(one, day.from, day.to)) : [stay] }
  const then = versions.find(version => version.at <= at)
  // It may be that somebody wrote the file by hand: that is told by whoever reads it.
  if (then?.text !== undefined) {
    const { model: other } = parseRelease(then.text, `${recordFile} at ${then.commit.slice(0, 7)}`)
    throw nothing(
      model,
      environment.name,
      at,
      other === model ? '' : `the record there was of the model ${other}`,
    )
  }
  throw nothing(model, environment.name, at, around(stays, at))
}

// --- internal ---

/** As many versions as a forge gives in one call. */
const PAGE = 100
const MOST_PAGES = 100

/** Versions from the newest back to the one that served at a time, and one before. */
async function versionsUntil(
  repository: DeployRepository,
  commit: string,
  path: string,
  from: number,
  merged: readonly ClosedPullRequest[],
): Promise<FileVersion[]> {
  const versions: FileVersion[] = []
  const merge = new Map(merged.map(({ head, mergedAt }) => [head, mergedAt]))
  for (let page = 0, start = commit; page < MOST_PAGES; page++) {
    const read = (await repository.fileHistory(start, [path], PAGE)).get(path) ?? []
    versions.push(...read.filter(version => page === 0 || version.commit !== start))
    const last = read.at(-1)
    if (read.length < PAGE || !last || (merge.get(last.commit) ?? last.at) <= from) break
    start = last.commit
  }
  return versions
}

function isDuring({ from, until }: KnownStay, start: number, end: number): boolean {
  return from < end && (until === undefined || until > start)
}

function around(stays: readonly KnownStay[], at: number): string {
  const [first] = stays
  if (!first) return 'nothing ever did: the history has no record'
  if (first.from > at) return `the first release, ${first.release.version}, came ${minuteWords(first.from)}`
  const last = stays.findLast(({ until }) => until !== undefined && until <= at)
  const next = stays.find(({ from }) => from > at)
  return [
    ...(last ? [`${last.release.version} was removed ${minuteWords(last.until!)}`] : []),
    ...(next ? [`${next.release.version} came ${minuteWords(next.from)}`] : []),
  ].join(', ')
}

function nothing(model: string, environment: string, at: number, why: string): AssayError {
  return new AssayError({
    code: 'NOTHING_SERVED',
    title: `No release of ${model} served in ${environment} at ${minuteWords(at)}`,
    problems: [{ what: why, fix: 'ask for another time with --at' }],
  })
}
