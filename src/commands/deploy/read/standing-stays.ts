import type { Stay } from '../../../core/promotion/plan/facts.ts'
import { isRecorded, type Standing } from '../../../core/promotion/plan/standing.ts'
import { releaseKey } from '../../../core/release/record.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { restoredAt, standingAt } from './standing.ts'
import type { EnvironmentPlace, ModelState } from './state.ts'

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
