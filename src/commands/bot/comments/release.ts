import { factsOf } from '../../deploy/read/facts.ts'
import { readModel } from '../../deploy/read/model-state.ts'
import type { Commanded } from './commanded.ts'
import type { CommandScope } from './scope.ts'

/**
 * The release that a pull request stands for: in the model's repository that of its merge commit, which nothing can change any
 * more. In the deploy repository any release that is on its way: it is about what the answer names.
 */
export async function releaseOfPull(
  { access, deploy, model, isDeploy }: CommandScope,
  { pull }: Commanded,
): Promise<{ version?: string } | { why: string }> {
  if (isDeploy) return {}
  if (pull.state !== 'merged' || pull.mergeCommit === undefined)
    return { why: 'this pull request is not merged: what is promoted is the release of its merge commit' }
  const { stays, open } = await factsOf(await readModel({ access, deploy }, model, { mayLack: 'any' }), {
    now: 0,
    candidates: [],
    askLive: async () => ({ health: 'unknown' }),
  })
  const known = [...stays.map(({ release }) => release), ...open.flatMap(({ release }) => release ?? [])]
  const own = known.find(({ commit }) => commit === pull.mergeCommit)
  if (own) return { version: own.version }
  return {
    why: `${deploy.name} has no release of ${model} from \`${pull.mergeCommit.slice(0, 7)}\`, the merge of this pull request, yet`,
  }
}
