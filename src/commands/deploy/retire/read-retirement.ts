import { isUntouched } from '../../../core/git/commit-seal.ts'
import {
  branchesOf,
  OWN_PREFIX,
  parsePromotionBranch,
  retireBranch,
} from '../../../core/promotion/places/places.ts'
import type { OwnBranch, RetirementFacts } from '../../../core/promotion/retirement/plan.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import { readEach } from '../ledger/remote.ts'
import { DEPLOY_FILE, type DeploySite } from '../read/deploy-branch.ts'
import { checkModel, knownModels } from '../read/models.ts'
import { environmentsAt, openSites, type SeenSites, type SiteHead } from '../read/sites.ts'
import { filesSeen, filesToRead, placesToRetire } from './files-seen.ts'

/** What is to be retired of one branch of a repository, as it was seen. */
export interface SeenRetirement {
  site: SiteHead
  /** The branch that proposes it. */
  branch: string
  facts: RetirementFacts
  /** Where its records are, or were. */
  recordFiles: string[]
  /** Who is asked to review, and labels, of every environment that the model is in. */
  reviewers: string[]
  labels: string[]
}

/**
 * Reads all that Assay keeps of a model, each branch at one commit: that of the configuration first.
 *
 * @throws AssayError `DEPLOY_BRANCH_MISSING`, `DEPLOY_CONFIG_MISSING`, `CONFIG_INVALID`
 */
export async function readRetirement(home: DeploySite, model: string): Promise<SeenRetirement[]> {
  const sites = await openSites(home)
  // What is no name of a model must become no path.
  if (!MODEL_NAME.test(model)) await checkModel(sites, model)
  const others = (await knownModels(sites)).filter(name => name !== model)
  const seen: SeenRetirement[] = []
  for (const site of sites) seen.push(await readSite(sites, site, { model, others }))
  return seen
}

// --- internal ---

async function readSite(
  sites: SeenSites,
  site: SiteHead,
  { model, others }: { model: string; others: string[] },
): Promise<SeenRetirement> {
  const [home] = sites
  const { repository } = site.access
  const config = environmentsAt(sites, site)
  const here = config.environments.map(({ name }) => name)
  const elsewhere = home.config.environments.flatMap(({ name }) => (here.includes(name) ? [] : [name]))
  const isHome = site === home
  const places = placesToRetire(config, model)
  const all = await repository.listFiles(site.head.commit, '')
  const texts = await readEach(repository, site.head.commit, filesToRead(model, places, all))
  return {
    site,
    branch: isHome ? retireBranch(model) : retireBranch(model, here[0]),
    facts: {
      model,
      ...(isHome && { config: { path: DEPLOY_FILE, text: home.text } }),
      ...filesSeen(model, places, { all, texts }),
      elsewhere,
      others,
      // What is of no environment any more is told of beside the configuration.
      branches: await branchesThere(site, model, environment =>
        isHome ? !elsewhere.includes(environment ?? '') : here.includes(environment ?? ''),
      ),
    },
    recordFiles: places.map(({ recordFile }) => recordFile),
    reviewers: [...new Set(places.flatMap(({ environment }) => environment.reviewers))],
    labels: [...new Set(places.flatMap(({ environment }) => environment.labels))],
  }
}

async function branchesThere(
  { access: { repository }, deploy, head: base }: SiteHead,
  model: string,
  isHere: (environment: string | undefined) => boolean,
): Promise<OwnBranch[]> {
  const names = branchesOf(model, await repository.listBranches(OWN_PREFIX))
    .filter(({ environment }) => isHere(environment))
    .map(({ name }) => name)
  if (names.length === 0) return []
  const heads = await repository.readBranches(names)
  const found = names.map(async (name): Promise<OwnBranch[]> => {
    const head = heads.get(name)
    if (!head) return []
    const pulls = await repository.pullRequests?.ofBranch(name, deploy.branch)
    // Without pull requests the branch is the proposal, until the base holds its commit.
    const isMerged = !pulls && (await repository.contains(base.commit, head.commit))
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
