import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelConfig } from '../../../core/config/config.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { type DeployAddress, deployAddress } from '../../../core/secrets/deploy-address.ts'
import type { NamedBy } from '../../../core/secrets/token-use.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import { openRepository } from '../../../services/git/git.ts'
import type { Context, DeployAccess } from '../../command/context.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedAccess } from './masked-access.ts'

/** The file that makes a repository a deploy repository. */
export const DEPLOY_FILE = 'assay-deploy.yml'

export interface DeployOptions {
  'deploy-repo'?: string
  'deploy-branch'?: string
  config?: string
}

/** A deploy repository and the branch of it that says what serves. */
export interface DeployBranch {
  address: DeployAddress
  /** As it was written, for people. */
  name: string
  branch: string
  /** Name of the repository with the configuration that names this one, where it is another. */
  configuredIn?: string
}

/** The same with the way there. */
export interface DeploySite {
  access: DeployAccess
  deploy: DeployBranch
}

/** One of the forge by its full name, with the way there that the caller has. */
export function branchOnForge(name: string, branch: string): DeployBranch {
  return { address: { kind: 'forge', repository: name, namedBy: 'job' }, name, branch }
}

/**
 * Which deploy repository a command works on: the one that is asked for, else the model's own, else the one that the
 * command runs in, else the one that `assay.yml` names.
 *
 * @throws AssayError `DEPLOY_UNKNOWN`
 */
export async function findDeployBranch(
  context: Context,
  options: DeployOptions,
  named?: { deploy: ModelConfig['deploy']; namedBy: NamedBy },
): Promise<DeployBranch> {
  const { serverUrl, repository: own, defaultBranch } = context.ci
  const branchOf = (
    name: string,
    namedBy: NamedBy,
    branch = options['deploy-branch'] ?? (name === own ? defaultBranch : undefined) ?? 'main',
  ): DeployBranch => ({ address: deployAddress(name, serverUrl, namedBy), name, branch })
  if (options['deploy-repo'] !== undefined) return branchOf(options['deploy-repo'], 'job')
  if (named?.deploy)
    return branchOf(named.deploy.repository, named.namedBy, options['deploy-branch'] ?? named.deploy.branch)
  if (existsSync(join(context.folder, DEPLOY_FILE))) return branchOf(...(await here(context)))
  const { deploys, namedBy } = await namedByProject(context, options)
  const [first, ...others] = deploys
  if (!first) throw unknown('no `deploy` in assay.yml names one, and there is no assay-deploy.yml here')
  const different = others.filter(one => one.repository !== first.repository)
  if (different.length > 0)
    throw unknown(`assay.yml names several: ${[first, ...different].map(one => one.repository).join(', ')}`)
  return branchOf(first.repository, namedBy, options['deploy-branch'] ?? first.branch)
}

/** Calls with the open deploy repository, and closes it whatever happens. */
export async function withDeploy<T>(
  context: Context,
  deploy: DeployBranch,
  use: (access: DeployAccess) => Promise<T>,
): Promise<T> {
  const opened = new Map<string, Promise<DeployAccess>>()
  const open = (address: DeployAddress) => {
    const key = JSON.stringify(address)
    const found =
      opened.get(key) ?? context.openDeploy(address).then(one => maskedAccess(one, maskFor(context)))
    opened.set(key, found)
    return found
  }
  try {
    const access = await open(deploy.address)
    const another: DeployAccess['another'] = async (repository, variable) => {
      const address = addressBeside(context, deploy, repository, variable)
      return { access: await open(address), address }
    }
    return await use({ ...access, another })
  } finally {
    for (const one of await Promise.allSettled(opened.values()))
      if (one.status === 'fulfilled') await one.value.close()
  }
}

// --- internal ---

/**
 * A repository that the configuration of another names, with a token of its own. Whoever may choose the one where that stands chooses
 * this one too.
 */
function addressBeside(
  { ci }: Context,
  { address: { namedBy } }: DeployBranch,
  repository: string,
  variable: string | undefined,
): DeployAddress {
  const address = deployAddress(repository, ci.serverUrl, namedBy === 'job' ? 'record' : namedBy)
  return variable === undefined ? address : { ...address, variable }
}

/** In the deploy repository itself: as the CI calls it, else where it is fetched from, else the folder. */
async function here({ ci, folder, env }: Context): Promise<[string, NamedBy]> {
  if (ci.repository !== undefined) return [ci.repository, 'job']
  const repository = await openRepository(folder, { env })
  return [(await repository?.remoteUrl()) ?? folder, 'file']
}

async function namedByProject(context: Context, { config: file = CONFIG_FILE }: DeployOptions) {
  if (!existsSync(join(context.folder, file))) return { deploys: [], namedBy: 'file' as const }
  const { readProject } = await import('../../project/project.ts')
  const { config, configuration } = await readProject(context, { config: file })
  const deploys = Object.values(config.models).flatMap(({ deploy }) => deploy ?? [])
  return { deploys, namedBy: configuration.source }
}

function unknown(what: string): AssayError {
  return new AssayError({
    code: 'DEPLOY_UNKNOWN',
    title: 'The deploy repository is not known',
    problems: [{ what, fix: 'name it with --deploy-repo, or run the command in a clone of it' }],
  })
}
