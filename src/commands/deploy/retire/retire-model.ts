import { type BranchHead, isUntouched } from '../../../core/git/commit-seal.ts'
import {
  ensureNothingUnderWay,
  planRetirement,
  type Retirement,
} from '../../../core/promotion/retirement/plan.ts'
import { retirementBody, retirementLines } from '../../../core/promotion/retirement/text.ts'
import { plainSentence } from '../../../core/report/words/escape.ts'
import { ownMarker, ownPart, withOwnPart } from '../../../core/text/own-part.ts'
import { ensureBranch } from '../../../forges/ensure/branch.ts'
import { ensurePullRequest } from '../../../forges/ensure/pull-request.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import { checkModel } from '../read/models.ts'
import { openSites } from '../read/sites.ts'
import { toldOfChange } from '../write/hold-change.ts'
import { StateMoved } from '../write/promotion.ts'
import { readRetirement, type SeenRetirement } from './read-retirement.ts'
import type { Retired, RetirementAsked } from './retired.ts'
import { sweepBranches } from './sweep-branches.ts'

/**
 * Proposes to take all that Assay keeps of a model out of a deploy repository, in one commit on each branch that environments stand
 * on; where all are merged, removes its branches and closes what is open of it. Each done again does nothing. `promote` does not do
 * it: a model whose first promotion is open looks the same to it.
 *
 * @throws AssayError `RETIREMENT_REFUSED`, `MODEL_UNKNOWN`
 */
export async function retireModel(home: DeploySite, asked: RetirementAsked): Promise<Retired[]> {
  for (let attempt = 0; ; attempt++)
    try {
      const seen = await readRetirement(home, asked.model)
      ensureNothingUnderWay(seen.map(({ facts }) => facts))
      const planned = seen.map(one => ({ seen: one, plan: planRetirement(one.facts) }))
      const open = planned.filter(({ plan }) => plan.changes.length > 0)
      if (open.length === 0) await checkRetired(home, seen)
      const retired: Retired[] = []
      for (const one of open) retired.push(await propose(one, asked))
      if (open.length === 0)
        for (const { seen: one, plan } of planned) retired.push(await sweepBranches(one.site, plan, asked))
      return retired
    } catch (error) {
      if (!(error instanceof StateMoved) || attempt >= ATTEMPTS) throw error
    }
}

// --- internal ---

const THERE = 'the branch that is deployed holds it already'

const ATTEMPTS = 10

/** Of a model that is nowhere nothing can be taken away: its name is a mistake, unless it was here once. */
async function checkRetired(home: DeploySite, seen: readonly SeenRetirement[]): Promise<void> {
  for (const { site, facts, recordFiles } of seen) {
    if (facts.branches.length > 0) return
    const history = await site.access.repository.fileHistory(site.head.commit, recordFiles, 1)
    if ([...history.values()].some(versions => versions.length > 0)) return
  }
  await checkModel(await openSites(home), seen[0]!.facts.model)
}

async function propose(
  { seen, plan }: { seen: SeenRetirement; plan: Retirement },
  { model, reason: given, dryRun }: RetirementAsked,
): Promise<Retired> {
  const { branch, site } = seen
  const { repository } = site.access
  const base = site.deploy.branch
  const { changes } = plan
  const files = changes.map(({ path }) => path)
  const where = { repository: site.deploy.name, branch: base }
  const done = { ...where, model, files, text: retirementLines(plan, branch), notes: [] }
  if (dryRun) return { ...done, action: 'waits', words: `would be proposed: ${titleOf(model)}` }
  const there = (await repository.readBranches([branch])).get(branch)
  const reason = given === undefined ? reasonOn(there) : plainSentence(given, 300)
  const request = {
    branch,
    base,
    edit: async ({ commit }: BranchHead) => {
      // The plan is of one commit: on another, it could take away what others wrote since.
      if (commit !== site.head.commit) throw new StateMoved()
      return { files: changes, message: messageOf(model, reason) }
    },
    replaces: () => true,
  }
  const { pullRequests } = repository
  if (!pullRequests) {
    const ensured = await ensureBranch(repository, request)
    return { ...done, ...toldOfChange(ensured, `the branch ${branch} waits to be merged`, THERE) }
  }
  const marker = `<!-- assay:retire v1 model=${model} -->`
  const body = ownPart(`${marker}\n${retirementBody(plan, { reason, branch })}`)
  const ensured = await ensurePullRequest(
    { repository, pullRequests },
    {
      ...request,
      render: (_, open) => ({
        title: open && ownMarker(open.body) === marker ? open.title : titleOf(model),
        body: withOwnPart(open?.body, body),
      }),
      labels: seen.labels,
      reviewers: seen.reviewers,
      // Whoever asks for it again has thought better of it.
      proposed: () => false,
    },
  )
  return {
    ...done,
    notes: ensured.notes,
    ...toldOfChange(ensured, 'waits for somebody to merge it', THERE),
    ...(ensured.pullRequest && { pullRequest: ensured.pullRequest }),
  }
}

function titleOf(model: string): string {
  return `Retire ${model}`
}

const REASON = 'Assay-Retirement-Reason: '

function messageOf(model: string, reason: string | undefined): string {
  const because = reason === undefined ? '' : `\n${REASON}${reason}`
  return `${titleOf(model)}\n\nAssay-Model: ${model}\nAssay-Kind: retirement${because}`
}

/** Why the retirement was asked for that is proposed already. */
function reasonOn(head: BranchHead | undefined): string | undefined {
  if (!head || !isUntouched(head)) return undefined
  const line = head.message.split('\n').find(one => one.startsWith(REASON))
  return line?.slice(REASON.length)
}
