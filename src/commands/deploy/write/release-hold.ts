import { holdBranch, releaseHoldBranch } from '../../../core/promotion/places/places.ts'
import { reasonWords } from '../../../core/promotion/plan/reasons.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import { holdsOf } from '../read/holds.ts'
import { placeAsked, proposeHoldChange } from './hold-change.ts'
import type { CarriedOut } from './propose.ts'

/**
 * Proposes to remove a hold: a pull request like any other, so that somebody approves it. One that is only proposed goes when
 * a person closes its pull request: nobody else's no is taken back by a run.
 */
export async function releaseHold(
  home: DeploySite,
  asked: { model: string; environment: string; dryRun: boolean },
): Promise<CarriedOut> {
  const { model, environment } = asked
  const asking = await placeAsked(home, asked)
  const { access, state, place: here } = asking
  const done = { environment, model, notes: [] }
  if (state.files.get(here.holdFile) === undefined) {
    const [proposed] = await holdsOf(access.repository, state, here)
    if (!proposed) return { ...done, action: 'nothing', words: 'there is no hold' }
    const { rollback: _, ...held } = proposed
    const { open } = here.holding.pulls
    const way = open
      ? `close pull request ${open.number}`
      : `delete the branch ${holdBranch(environment, model)}`
    return {
      ...done,
      action: 'waits',
      words: `${reasonWords({ kind: 'held', ...held })}; to lift it, ${way}`,
      ...(open && { pullRequest: { number: open.number, url: open.url } }),
    }
  }
  if (asked.dryRun) return { ...done, action: 'waits', words: `would propose to remove ${here.holdFile}` }
  return proposeHoldChange(asking, {
    kind: 'release-hold',
    branch: releaseHoldBranch(environment, model),
    title: `Release the hold of ${model} in ${environment}`,
    about: `Removes \`${here.holdFile}\`. Once it is merged, the newest release that may enter ${environment} is promoted again.`,
    content: undefined,
    words: { proposed: 'the hold goes once this is merged', done: 'there is no hold any more' },
  })
}
