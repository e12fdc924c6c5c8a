import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { isHopeless, isOutside } from '../../core/errors/outside.ts'
import type { Plan } from '../../core/promotion/plan/plan.ts'
import { wakeOf } from '../../core/promotion/plan/wake.ts'
import { deployAddress } from '../../core/secrets/deploy-address.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import { endLostTurns } from '../../forges/ensure/turn.ts'
import type { DeployAccess } from '../command/context.ts'
import { answerAsker } from '../deploy/live/ask-answer.ts'
import { controllerAsker } from '../deploy/live/ask-controller.ts'
import { type Promoted, promoteModels } from '../deploy/promote/promote-models.ts'
import { wayBackAsker } from '../deploy/promote/way-back.ts'
import { branchOnForge } from '../deploy/read/deploy-branch.ts'
import { modelsOf } from '../deploy/read/models.ts'
import { type HomeSite, openSites, unreached } from '../deploy/read/sites.ts'
import { parseDeploy } from '../deploy/read/state.ts'
import { hasDone } from '../deploy/write/propose.ts'
import { canaryOfWatch } from './canary-asker.ts'
import type { PromotionKey, RepositoryName } from './keys.ts'
import { liveTeller } from './live.ts'
import type { LookResult } from './look.ts'
import { openHome } from './open-home.ts'
import type { BotWorld, Rights } from './world.ts'

export const PROMOTION_RIGHTS: Rights = {
  needs: { contents: 'write', pull_requests: 'write', statuses: 'write' },
  uses: { checks: 'read', deployments: 'write', members: 'read' },
}

/**
 * Brings the promotions of a deploy repository to where they should be, as `assay promote` does. A repository without
 * `assay-deploy.yml` on its default branch is none: nothing is done there.
 */
export async function lookAtPromotions(world: BotWorld, key: PromotionKey): Promise<LookResult> {
  const access = await openHome(world, key.deploy, PROMOTION_RIGHTS)
  try {
    const promoted = await promote(world, access, key)
    if (promoted) promoted.again.push(...(await clear(world, access, key)))
    const failed = promoted?.problems.find(isHopeless) ?? promoted?.unreached.find(isOutside)
    if (failed) throw failed
    return promoted ? resultOf(promoted) : elsewhere(world, key)
  } finally {
    await access.close()
  }
}

// --- internal ---

/** In a repository where environments of another stand, what happens is a reason to look at that one. */
function elsewhere({ homes, now }: BotWorld, key: PromotionKey): LookResult {
  const found = homes?.get(key.deploy.name)
  if (found === undefined) return { did: [], absent: true }
  const again = [...found].map(name => ({ key: { ...key, deploy: { ...key.deploy, name } }, at: now() }))
  return { did: [], again }
}

interface Looked extends Promoted {
  /** What was found out about what serves. */
  told: string[]
  /** Why environments were left out. */
  unreached: AssayError[]
  again: NonNullable<LookResult['again']>
}

/** Undefined: it is no deploy repository. */
async function promote(
  world: BotWorld,
  access: RepositoryConnection & DeployAccess,
  key: PromotionKey,
): Promise<Looked | undefined> {
  const { name } = key.deploy
  const branch = await access.defaultBranch()
  const deploy = branchOnForge(name, branch)
  try {
    const sites = await openSites({ access, deploy }, { mayLack: 'any' })
    remember(world, key.deploy, sites[0])
    const models = key.model === undefined ? await modelsOf(sites) : [key.model]
    const live = liveTeller(world, access, deploy, key)
    const askWayBack = wayBackAsker(access.repository, branch)
    const askAnswer = answerAsker(world, deploy, 'named')
    const wakes = new Map<string, { model: string; at: number | undefined }>()
    const onPlan = (plan: Plan) =>
      void wakes.set(`${plan.model}/${plan.environment}`, {
        model: plan.model,
        at: wakeOf(plan, world.now()),
      })
    const optionsOf = (one: string) => ({
      model: one,
      dryRun: false,
      askLive: live.askLive,
      askAnswer,
      askCanary: canaryOfWatch(world, key.deploy),
      askWayBack,
      askController: controllerAsker(world, deploy),
      onFacts: live.tell,
      onPlan,
    })
    const promoted = await promoteModels(world, access, deploy, models, optionsOf, sites[0].lacking)
    const unseen = unreached(sites[0])
    const again = [...wakes.values()].flatMap(({ model, at }) =>
      at === undefined ? [] : [{ key: { ...key, model }, at }],
    )
    return {
      ...promoted,
      problems: [...unseen, ...promoted.problems, ...live.result.problems],
      unreached: unseen,
      told: live.result.did,
      again: [...again, ...live.result.again],
    }
  } catch (error) {
    if (isAssayError(error, 'DEPLOY_BRANCH_MISSING', 'DEPLOY_CONFIG_MISSING')) return undefined
    throw error
  }
}

/** Where its environments stand, also those that are not there yet: somebody may make the branch. */
function remember({ branches, ci }: BotWorld, { forge, name: own }: RepositoryName, home: HomeSite): void {
  const { environments } = home.lacking.length === 0 ? home.config : parseDeploy(home.text)
  for (const { site } of environments) {
    if (!site) continue
    const { repository, branch = 'main' } = site
    const address = deployAddress(repository ?? own, ci.serverUrl, 'record')
    if (address.kind === 'forge') branches?.add({ forge, name: address.repository }, branch)
  }
}

/** Takes away the turns of those that were killed: whoever starts again is told of nothing, and looks at everything. */
async function clear(
  { cleared, now }: BotWorld,
  { claims }: RepositoryConnection,
  key: PromotionKey,
): Promise<Looked['again']> {
  const { name } = key.deploy
  if (!claims || !cleared || cleared.has(name) || key.model !== undefined) return []
  const at = await endLostTurns(claims, now())
  if (at === undefined) cleared.add(name)
  return at === undefined ? [] : [{ key, at }]
}

function resultOf({ carriedOut, problems, told, again }: Looked): LookResult {
  const written = carriedOut.filter(hasDone)
  return {
    did: [...written.map(({ model, environment, words }) => `${model} in ${environment}: ${words}`), ...told],
    problems,
    again,
  }
}
