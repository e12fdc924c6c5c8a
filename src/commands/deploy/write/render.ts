import { differenceOf } from '../../../services/render/renderers.ts'
import type { Context } from '../../command/context.ts'
import { ensureRendered } from '../read/effect.ts'
import type { ModelSite } from '../read/model-state.ts'
import { renderedBy, renderedWays } from '../render/rendered-ways.ts'
import type { Proposal } from './promotion.ts'

/**
 * Renders manifests before and after, where there is a renderer for them on the PATH: a promotion that is without effect there
 * is refused. The difference is for who approves: nobody reads what is merged at once. What cannot be rendered is left out of
 * the pull request, and the log says why.
 */
export function rendererFor({
  env,
  log,
}: Context): (site: Pick<ModelSite, 'access' | 'state'>, proposal: Proposal) => Proposal['render'] {
  return ({ access: { repository }, state }, { place, lands, kind, to: proposed, from, canary }) => {
    const to = canary?.step === 'take_back' && from ? from : proposed
    const all = renderedBy(place, state.files)
    if (all.length === 0) return undefined
    return async changes => {
      const differences: string[] = []
      const { commit } = state.head
      for await (const way of renderedWays(all, { repository, commit, env, changes })) {
        if (way.kind === 'no_program') continue
        if (way.kind === 'rendered' && kind === 'promotion')
          ensureRendered({ place, to, writes: way.writes }, changes, state.files, way.rendered, way.counts)
        const shown = way.kind === 'rendered' ? differenceOf(way.rendered) : way
        if ('diff' in shown) differences.push(shown.diff)
        else log.info(`the difference in the cluster is not shown: ${shown.reason}`)
      }
      const different = [...new Set(differences)]
      return lands !== 'by_approval' || different.length === 0 ? undefined : different.join('\n')
    }
  }
}
