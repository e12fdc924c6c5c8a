import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { type BranchHead, isUntouched } from '../../../core/git/commit-seal.ts'
import { branchesOf, OWN_PREFIX, parsePromotionBranch } from '../../../core/promotion/places/places.ts'
import type { OwnBranch, RetirementFacts } from '../../../core/promotion/retirement/plan.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { readEach } from '../ledger/remote.ts'
import { DEPLOY_FILE, type DeploySite } from '../read/deploy-branch.ts'
import { checkModel, knownModels } from '../read/models.ts'
import { openSites } from '../read/sites.ts'
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
export async function readRetirement(home: DeploySite, model: string): Promise<SeenRetirement> {
  const sites = await openSites(home)
  const [{ head, config, text }, ...others] = sites
  if (others.length > 0) throw standsElsewhere(config)
  const { repository } = home.access
  const { branch } = home.deploy
  // What is no name of a model must become no path.
  if (!MODEL_NAME.test(model)) await checkModel(sites, model)
  const places = placesToRetire(config, model)
  const all = await repository.listFiles(head.commit, '')
  const texts = await readEach(repository, head.commit, filesToRead(model, places, all))
  const known = await knownModels(sites)
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

/** One commit takes all away; what stands on several branches none can. */
function standsElsewhere({ environments }: DeployConfig): AssayError {
  const names = environments.flatMap(({ name, site }) => (site ? [name] : [])).join(', ')
  return new AssayError({
    code: 'RETIREMENT_REFUSED',
    title: 'The model cannot be retired by one pull request',
    problems: [
      {
        what: `environments stand on other branches or in other repositories: ${names}`,
        where: { file: DEPLOY_FILE },
        fix: 'remove its record, its hold and its manifests on each of them by hand, then its line under `models`',
      },
    ],
  })
}

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
