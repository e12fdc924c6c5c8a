import type { Stay } from '../../../core/promotion/plan/facts.ts'
import { isRecorded, type Standing } from '../../../core/promotion/plan/standing.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import type { DeployRepository, FileVersion } from '../../../forges/deploy-repository.ts'
import type { DeploySite } from './deploy-branch.ts'
import { restoredAt, standingAt } from './standing.ts'
import type { EnvironmentPlace, ModelState } from './state.ts'

/** Health of what serves in an environment now, since when, and why it is not known or not good; by the branch that it stands on. */
export type AskLive = (
  site: DeploySite,
  place: EnvironmentPlace,
  stay: { release: ReleaseRecord; commit: string; beside: ReleaseRecord | undefined },
) => Promise<Pick<Stay, 'health' | 'healthySince' | 'why'>>

/** A stay with the commit that began it. */
export interface KnownStay extends Omit<Stay, 'health' | 'healthySince'> {
  commit: string
  /** What was found out about it while it served, where that was written down. */
  live?: FileVersion['live']
}

/** A soak begins anew where somebody had changed a manifest meanwhile; asked only where one that is over would let a release go on. */
export async function restartSoaks(
  repository: DeployRepository,
  { config, places, head, files }: ModelState,
  stays: Stay[],
  now: number,
): Promise<void> {
  const current = (name: string) =>
    stays.findLast(stay => stay.environment === name && stay.until === undefined)
  for (const place of places) {
    const { name } = place.environment
    const stay = current(name)
    if (!stay || !isRecorded(stay.standing)) continue
    const { release, from, healthySince = from } = stay
    // Nobody knows since when it is healthy: it has not soaked anyway.
    if (stay.health === 'healthy' && stay.healthySince === undefined) continue
    const isWaitedFor = config.environments.some(next => {
      const there = current(next.name)?.release
      const isOver = next.soak > 0 && now - healthySince >= next.soak * 1000
      return next.after.includes(name) && isOver && !(there && releaseKey(there) === releaseKey(release))
    })
    if (!isWaitedFor) continue
    const since = await restoredAt(repository, place, release, { commit: head.commit, files, from })
    if (since !== undefined) stay.healthySince = Math.max(healthySince, since)
  }
}

/** Of what serves now. */
export async function standingIn(
  repository: DeployRepository,
  { model, head, files }: ModelState,
  place: EnvironmentPlace,
  stay: Pick<Stay, 'release' | 'until'> | undefined,
): Promise<Standing | undefined> {
  if (!stay || stay.until !== undefined || stay.release.model !== model) return undefined
  return standingAt(repository, place, stay.release, { commit: head.commit, files })
}

/** Stays with their health: what serves now is asked about where something waits for it. */
export async function withHealth(
  stays: KnownStay[],
  site: DeploySite,
  place: EnvironmentPlace,
  isWaitedFor: boolean,
  askLive: AskLive,
  { standing, beside }: { standing: Standing | undefined; beside: ReleaseRecord | undefined },
): Promise<Stay[]> {
  const healthy: Stay[] = []
  for (const { commit, live, ...stay } of stays) {
    const isNow = stay.until === undefined
    // What was merged before anybody watched is known by nobody.
    const ended = live === undefined || live.health === 'not_watched' ? UNKNOWN : live
    if (isNow && standing && !isRecorded(standing)) healthy.push({ ...stay, health: 'unknown', standing })
    else if (!place.environment.argocd) healthy.push({ ...stay, health: 'not_watched' })
    else if (stay.until !== undefined || !isWaitedFor) healthy.push({ ...stay, ...ended })
    else
      healthy.push({
        ...stay,
        ...(await askLive(site, place, { release: stay.release, commit, beside })),
      })
    if (isNow && standing && isRecorded(standing)) healthy.at(-1)!.standing = standing
  }
  return healthy
}

// --- internal ---

const UNKNOWN = { health: 'unknown' } as const
