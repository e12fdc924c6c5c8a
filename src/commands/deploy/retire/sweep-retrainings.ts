import { isAssayError } from '../../../core/errors/errors.ts'
import {
  claimsPrefix,
  modelClaimsPrefix,
  parseRetrainBranch,
  retrainPrefix,
} from '../../../core/promotion/retraining/branch.ts'
import type { Context, DeployAccess } from '../../command/context.ts'
import { type DeployBranch, withDeploy } from '../read/deploy-branch.ts'

/** What is left of the retrainings of a model in its own repository. */
export interface SweptRetrainings {
  repository: string
  /** Branches that are gone, or would be. */
  gone: string[]
  /** How many refs of theirs are. */
  claims: number
  /** What stays, each with its reason. */
  kept: string[]
}

/**
 * Where the command runs in the repository of the model: removes the branches of retrainings that are over, and the refs by which
 * their runs were claimed. One whose pull request is open may still be wanted, since a model can be trained that is not deployed; and
 * commits that are nowhere else are somebody's work.
 *
 * @returns undefined where it runs elsewhere
 */
export async function sweepRetrainings(
  context: Context,
  deploy: DeployBranch,
  { model, dryRun }: { model: string; dryRun: boolean },
): Promise<SweptRetrainings | undefined> {
  const { repository } = context.ci
  const isHere = deploy.address.kind === 'forge' && deploy.address.repository === repository
  if (repository === undefined || isHere) return undefined
  const address = { kind: 'forge', repository, namedBy: 'job' } as const
  try {
    return await withDeploy(context, { address, name: repository, branch: '' }, async access => {
      const base = context.ci.defaultBranch ?? (await access.defaultBranch?.()) ?? 'main'
      return { repository, ...(await sweep(access, { model, base, dryRun })) }
    })
  } catch (error) {
    // What was asked for is done, in the deploy repository.
    if (!isAssayError(error, 'DEPLOY_NO_TOKEN', 'FORGE_FORBIDDEN')) throw error
    const why = error.problems[0]?.what ?? error.message
    return { repository, gone: [], claims: 0, kept: [`what is left of its retrainings stays: ${why}`] }
  }
}

// --- internal ---

async function sweep(
  { repository, claims }: DeployAccess,
  { model, base, dryRun }: { model: string; base: string; dryRun: boolean },
): Promise<Omit<SweptRetrainings, 'repository'>> {
  const listed = await repository.listBranches(retrainPrefix(model))
  const names = listed.filter(name => parseRetrainBranch(name)?.model === model)
  const heads = await repository.readBranches([base, ...names])
  const trunk = heads.get(base)?.commit
  const gone: string[] = []
  const kept: { name: string; why: string }[] = []
  for (const name of names) {
    const head = heads.get(name)
    if (!head) continue
    const pulls = await repository.pullRequests?.ofBranch(name, base)
    const isClosed = pulls?.closed.some(one => one.head === head.commit) === true
    const isSafe = isClosed || (trunk !== undefined && (await repository.contains(trunk, head.commit)))
    if (pulls?.open) kept.push({ name, why: `pull request ${pulls.open.number} is open` })
    else if (!isSafe) kept.push({ name, why: 'it holds commits that are nowhere else' })
    else if (dryRun) gone.push(name)
    else if (
      (await repository.moveBranch({ branch: name, from: head.commit, to: undefined })).kind === 'done'
    )
      gone.push(name)
    else kept.push({ name, why: 'somebody pushed to it meanwhile' })
  }
  const refs = (await claims?.claimsBelow(modelClaimsPrefix(model))) ?? []
  const over = refs.filter(ref => !kept.some(({ name }) => ref.startsWith(claimsPrefix(name))))
  if (!dryRun) for (const ref of over) await claims!.forget(ref)
  return { gone, claims: over.length, kept: kept.map(({ name, why }) => `${name} stays: ${why}`) }
}
