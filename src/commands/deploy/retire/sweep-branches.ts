import type { OwnBranch, Retirement } from '../../../core/promotion/retirement/facts.ts'
import { branchWords } from '../../../core/promotion/retirement/text.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import { endLostTurns } from '../../../forges/ensure/turn.ts'
import type { DeployAccess } from '../../command/context.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import type { Retired, RetirementAsked } from './retired.ts'

/**
 * Once nothing of a model is left on the branch that is deployed: closes what is open of it, and removes our branches. What somebody
 * pushed to stays, and is named. Turns that a killed run has left go too.
 */
export async function sweepBranches(
  { access, deploy }: DeploySite,
  { model, branches, byHand }: Retirement,
  { dryRun, now }: Pick<RetirementAsked, 'dryRun' | 'now'>,
): Promise<Retired> {
  const gone: string[] = []
  const kept = branches.kept.map(one => `${branchWords(one)} holds a commit of somebody's: it stays`)
  for (const branch of branches.gone) {
    const isGone = dryRun || (await removed(access, branch))
    if (isGone) gone.push(branchWords(branch))
    else kept.push(`${branchWords(branch)} was pushed to meanwhile: it stays`)
  }
  if (!dryRun && access.claims) await endLostTurns(access.claims, now)
  const left = byHand.flatMap(one =>
    one.kind === 'entry' ? [`its entry below \`models\` in ${one.file} stays: ${one.why}`] : [],
  )
  const where = { repository: deploy.name, branch: deploy.branch }
  const done = { ...where, model, text: '', files: [], notes: [...kept, ...left] }
  if (gone.length === 0) return { ...done, action: 'nothing', words: 'nothing of it is left to take away' }
  if (dryRun) return { ...done, action: 'waits', words: `would remove ${gone.join(', ')}` }
  return { ...done, action: 'swept', words: `removed ${gone.join(', ')}` }
}

// --- internal ---

const RETIRED =
  'Closed by Assay: the model was retired, and nothing of it is left on the branch that is deployed.'

async function removed(
  { repository, forge }: DeployAccess,
  { name, commit, number }: OwnBranch,
): Promise<boolean> {
  if (number !== undefined && repository.pullRequests) {
    if (forge) await sayOnce(forge, number, 'retired', RETIRED)
    await repository.pullRequests.close(number)
  }
  // Only what was seen: what somebody has pushed since stays.
  return (await repository.moveBranch({ branch: name, from: commit, to: undefined })).kind === 'done'
}
