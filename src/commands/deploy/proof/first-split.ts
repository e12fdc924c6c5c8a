import { isAssayError } from '../../../core/errors/errors.ts'
import { entryShare, startOf } from '../../../core/promotion/canary/canary-plan.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import { editsOf, type ProvedEdit } from '../../../core/promotion/proof/edits.ts'
import { nextInvented } from '../../../core/promotion/proof/invented-release.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { TARGETS } from '../../../targets/index.ts'
import { ensureNoOverride, ensureRendered } from '../read/effect.ts'
import type { EnvironmentPlace } from '../read/state.ts'
import { type RenderedChange, renderedBy, renderedWays } from '../render/rendered-ways.ts'
import { changesOf } from '../write/promotion.ts'

/** What the first step of a canary, or an experiment, changes of a place where a release serves. */
export interface FirstSplit {
  /** Percent of the traffic that the release gets. */
  weight: number
  edits: ProvedEdit[]
}

/** A place with a release in it, as a promotion has left it. */
interface Served {
  release: ReleaseRecord
  changes: readonly FileDifference[]
  texts: ReadonlyMap<string, string | undefined>
}

/**
 * Tries one more release that never was beside what serves in a place, and renders it; undefined where releases get all at once.
 *
 * @throws AssayError why the place does not take it
 */
export async function firstSplit(
  { repository, env }: Pick<RenderedChange, 'repository' | 'env'>,
  place: EnvironmentPlace,
  { release, changes, texts }: Served,
): Promise<FirstSplit | undefined> {
  const { canary, target } = place.environment
  if (!canary) return undefined
  const to = nextInvented(release)
  const file = startOf(canary, to, TARGETS[target]!.split?.movedBy)
  const weight = entryShare(file)
  const served = new Map([...texts, ...changes.map(({ path, after }) => [path, after] as const)])
  try {
    const split = changesOf({ place, from: release, to, canary: { step: 'start', file } }, served)
    ensureNoOverride({ place, to }, split, served)
    const whole = [...changes.map(({ path, after }) => difference(path, after, after)), ...split]
    const world = { repository, commit: '', env, changes: whole }
    for await (const way of renderedWays(renderedBy(place, served), world))
      if (way.kind === 'rendered')
        ensureRendered({ place, to, writes: way.writes }, split, served, way.rendered, way.counts)
    return {
      weight,
      edits: editsOf(
        split.filter(({ path }) => place.manifests.includes(path)),
        [],
      ),
    }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const problems = error.problems.map(one => ({
      ...one,
      what: `where one serves, the next gets ${weight} % at first, and that is refused: ${one.what}`,
    }))
    throw error.with({ problems })
  }
}

// --- internal ---

function difference(path: string, before: string | undefined, after: string | undefined): FileDifference {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}
