import { type BranchHead, isUntouched } from '../../../core/git/commit-seal.ts'
import { branchesOf, OWN_PREFIX, parsePromotionBranch } from '../../../core/promotion/places/places.ts'
import type { OwnBranch, RetirementFacts } from '../../../core/promotion/retirement/plan.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { readEach } from '../ledger/remote.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { checkModel, knownModels } from '../read/models.ts'
import { readDeploy } from '../read/state.ts'
import { filesSeen, filesToRead, placesToRetire } from './files-seen.ts'

/** What is to be retired, with the commit that it was read at. */
export interface SeenRetirement {
  head: BranchHead
  facts: RetirementFacts
  /** Where its records are, or were. */
  recordFiles: string[]
  /** Who is asked to review, and labels, of every environment that the model is in. */
  reviewers: string[]
  labels: string[]
}

/**
 * Reads all that Assay keeps of a model in a deploy repository, at one commit of its branch.
 *
 * @throws AssayError `DEPLOY_BRANCH_MISSING`, `DEPLOY_CONFIG_MISSING`, `CONFIG_INVALID`
 */
export async function readRetirement(
  repository: DeployRepository,
  branch: string,
  model: string,
): Promise<SeenRetirement> {
  const { head, config, text } = await readDeploy(repository, branch)
  // What is no name of a model must become no path.
  if (!MODEL_NAME.test(model)) await checkModel(repository, { config, commit: head.commit }, model)
  const places = placesToRetire(config, model)
  const all = await repository.listFiles(head.commit, '')
  const texts = await readEach(repository, head.commit, filesToRead(model, places, all))
  const known = await knownModels(repository, { config, commit: head.commit })
  return {
    head,
    facts: {
      model,
      config: { path: DEPLOY_FILE, text },
      ...filesSeen(model, places, { all, texts }),
      others: known.filter(name => name !== model),
      branches: await branchesThere(repository, { branch, head }, model),
    },
    recordFiles: places.map(({ recordFile }) => recordFile),
    reviewers: [...new Set(places.flatMap(({ environment }) => environment.reviewers))],
    labels: [...new Set(places.flatMap(({ environment }) => environment.labels))],
  }
}

// --- internal ---

async function branchesThere(
  repository: DeployRepository,
  base: { branch: string; head: BranchHead },
  model: string,
): Promise<OwnBranch[]> {
  const names = branchesOf(model, await repository.listBranches(OWN_PREFIX))
  if (names.length === 0) return []
  const heads = await repository.readBranches(names)
  const found = names.map(async (name): Promise<OwnBranch[]> => {
    const head = heads.get(name)
    if (!head) return []
    const pulls = await repository.pullRequests?.ofBranch(name, base.branch)
    // Without pull requests the branch is the proposal, until the base holds its commit.
    const isMerged = !pulls && (await repository.contains(base.head.commit, head.commit))
    const isSafe = isMerged || pulls?.closed.some(one => one.head === head.commit) === true
    const isOpen = pulls ? pulls.open !== undefined : !isMerged
    const isOurs = isUntouched(head)
    const isRollback =
      isOurs &&
      parsePromotionBranch(name) !== undefined &&
      parseCommitMessage(head.message)?.kind === 'rollback'
    return [
      {
        name,
        commit: head.commit,
        ...(pulls?.open && { number: pulls.open.number }),
        ...(isOpen && isRollback && { isOpenRollback: true }),
        ...(!isOurs && !isSafe && { isTheirs: true }),
      },
    ]
  })
  return (await Promise.all(found)).flat()
}
