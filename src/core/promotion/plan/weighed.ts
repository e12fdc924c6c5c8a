import type { DeployEnvironment } from '../../deploy-config/deploy-config.ts'
import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { Verdict } from '../../verdict/result.ts'
import type { OpenPromotion, PromotionFacts } from './facts.ts'
import type { Known } from './known.ts'

/** Which verdict holds for a release where it is to enter: one is about two versions, and what serves may be another by now. */

interface Weighing {
  environment: DeployEnvironment
  model: string
  facts: PromotionFacts
  all: Known
}

/** The verdict that counts: made anew by this run, told by the commit of the open promotion, else the release's own. */
export function verdictOf(
  { environment, all }: Weighing,
  release: ReleaseRecord,
  serving: ReleaseRecord | undefined,
  open: OpenPromotion | undefined,
): Verdict {
  const fresh = all.verdict(environment.name, release, serving)
  return fresh ?? toldVerdict(open, release, serving) ?? release.verdict
}

/** The verdict in the commit of an open promotion, where it is of just these two. */
export function toldVerdict(
  open: OpenPromotion | undefined,
  release: ReleaseRecord,
  serving: ReleaseRecord | undefined,
): Verdict | undefined {
  const isOfThese =
    open?.release &&
    releaseKey(open.release) === releaseKey(release) &&
    open.champion === (serving && releaseKey(serving))
  return isOfThese ? open.verdict : undefined
}

/**
 * Whether its verdict was made against what serves here, or against what serves further on: a release that has to be better
 * than production's is not weighed anew against each one that is still in staging.
 */
export function isWeighed(
  { environment, model, facts, all }: Weighing,
  release: ReleaseRecord,
  serving: ReleaseRecord | undefined,
): boolean {
  if (!serving) return true
  if (all.verdict(environment.name, release, serving) !== undefined) return true
  const further = behind(environment.name, facts.config).map(name => all.serving(name, model)?.release)
  // On its way to where nothing serves yet, there is nothing that it could have been weighed against.
  if (further.length > 0 && further.every(one => one === undefined)) return true
  const against = release.weighed?.commit
  return against !== undefined && [serving, ...further].some(one => one?.commit.startsWith(against))
}

// --- internal ---

/** The environments that a release reaches by way of this one. */
function behind(name: string, { environments }: PromotionFacts['config']): string[] {
  const next = environments.filter(({ after }) => after.includes(name)).map(one => one.name)
  return [...new Set(next.flatMap(one => [one, ...behind(one, { environments, models: {} })]))]
}
