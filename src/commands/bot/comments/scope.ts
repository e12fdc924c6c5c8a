import { parseConfig } from '../../../core/config/read-config.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { parseHoldBranch, parsePromotionBranch } from '../../../core/promotion/places/places.ts'
import { deployAddress } from '../../../core/secrets/deploy-address.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import type { DeployAccess } from '../../command/context.ts'
import { unknownModel } from '../../command/unknown-name.ts'
import { branchOnForge, DEPLOY_FILE, type DeployBranch } from '../../deploy/read/deploy-branch.ts'
import { modelsOf } from '../../deploy/read/models.ts'
import { openSites } from '../../deploy/read/sites.ts'
import { openHome } from '../open-home.ts'
import { PROMOTION_RIGHTS } from '../promotions.ts'
import type { BotWorld } from '../world.ts'
import type { Asked } from './commanded.ts'

/** What a command is about: a model, and the deploy repository that it is deployed from. */
export interface CommandScope {
  model: string
  deploy: DeployBranch
  /** The way to the deploy repository; whoever has it closes it. */
  access: RepositoryConnection & DeployAccess
  /** Whether the comment stands in the deploy repository itself. */
  isDeploy: boolean
}

/**
 * By the files on the default branch of the repository that the comment stands in, never by those of the pull request. A model is
 * named by the command, or is that of the promotion's branch, or the only one.
 *
 * @throws AssayError `MODEL_UNKNOWN`, `DEPLOY_UNKNOWN`, `CONFIG_INVALID`; those of `world.open`
 */
export async function scopeOf(world: BotWorld, commanded: Asked): Promise<CommandScope> {
  const { key, access } = commanded
  const branch = await access.defaultBranch()
  const files = await filesAt(access, branch)
  if (files.get(DEPLOY_FILE) !== undefined) {
    const opened = await open(world, key.repository.name)
    const deploy = branchOnForge(key.repository.name, branch)
    return { model: await modelHere(opened, deploy, commanded), deploy, access: opened, isDeploy: true }
  }
  const text = files.get(CONFIG_FILE)
  if (text === undefined)
    throw unknownDeploy(
      `there is neither ${DEPLOY_FILE} nor ${CONFIG_FILE} on the branch \`${branch}\``,
      `where environments stand apart from the ${DEPLOY_FILE} that names them, comment where that is`,
    )
  const deployed = deployedBy(text)
  const names = deployed.map(({ name }) => name)
  const model = chosen(commanded, names)
  const { repository, branch: on } = deployed.find(({ name }) => name === model)!.deploy
  const address = deployAddress(repository, world.ci.serverUrl, 'file')
  if (address.kind !== 'forge')
    throw unknownDeploy(`${model} is deployed from plain git, where the App is not installed`)
  return {
    model,
    deploy: branchOnForge(address.repository, on),
    access: await open(world, address.repository),
    isDeploy: false,
  }

  function open(from: BotWorld, name: string) {
    return openHome(from, { forge: key.repository.forge, name }, PROMOTION_RIGHTS)
  }
}

/**
 * The repositories of this forge that models of a repository are deployed from, whichever of them is meant; none in such a one itself.
 *
 * @throws AssayError `DEPLOY_UNKNOWN`, `CONFIG_INVALID`; those of the forge
 */
export async function deploysOf(world: BotWorld, { access }: Pick<Asked, 'access'>): Promise<string[]> {
  const files = await filesAt(access, await access.defaultBranch())
  const text = files.get(CONFIG_FILE)
  if (files.get(DEPLOY_FILE) !== undefined || text === undefined) return []
  const addresses = deployedBy(text).map(({ deploy }) =>
    deployAddress(deploy.repository, world.ci.serverUrl, 'file'),
  )
  return [...new Set(addresses.flatMap(one => (one.kind === 'forge' ? [one.repository] : [])))]
}

// --- internal ---

function deployedBy(text: string) {
  const { models } = parseConfig(text, CONFIG_FILE).config
  return Object.entries(models).flatMap(([name, { deploy }]) => (deploy ? [{ name, deploy }] : []))
}

async function filesAt({ repository }: RepositoryConnection, branch: string) {
  const head = (await repository.readBranches([branch])).get(branch)
  if (!head) throw unknownDeploy(`there is no branch \`${branch}\``)
  return repository.readFiles(head.commit, [DEPLOY_FILE, CONFIG_FILE])
}

/** In the deploy repository: of the promotion that the pull request is, or of any model there. */
async function modelHere(access: DeployAccess, deploy: DeployBranch, commanded: Asked): Promise<string> {
  const { command, pull } = commanded
  const own = pull.isFork ? undefined : (parsePromotionBranch(pull.branch) ?? parseHoldBranch(pull.branch))
  if (command.model === undefined && own) return own.model
  return chosen(commanded, await modelsOf(await openSites({ access, deploy }, { mayLack: 'any' })))
}

/** The model that a command means, of those that are known. @throws AssayError `MODEL_UNKNOWN` with the nearest */
export function chosen({ command: { name, model } }: Asked, known: readonly string[]): string {
  if (model !== undefined) {
    if (known.includes(model)) return model
    throw unknownModel(model, known)
  }
  const [only, ...others] = known
  if (only !== undefined && others.length === 0) return only
  const what = known.length === 0 ? 'no model here is deployed' : `models: ${known.slice(0, 20).join(', ')}`
  throw new AssayError({
    code: 'MODEL_UNKNOWN',
    title: 'It is not known which model is meant',
    problems: [{ what, ...(known.length > 0 && { fix: `name it at the end of \`${name}\`` }) }],
  })
}

function unknownDeploy(what: string, fix?: string): AssayError {
  return new AssayError({
    code: 'DEPLOY_UNKNOWN',
    title: 'The deploy repository is not known',
    problems: [{ what, ...(fix !== undefined && { fix }) }],
  })
}
