import type { ModelConfig } from '../../../core/config/config.ts'
import { configFor } from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { isRecorded, standingWords } from '../../../core/promotion/plan/standing.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import type { Context } from '../../command/context.ts'
import type { ModelWork, Project } from '../../project/project.ts'
import { type DeployBranch, type DeploySite, findDeployBranch, withDeploy } from './deploy-branch.ts'
import { keyAt, openSites, type SiteHead } from './sites.ts'
import { standingAt } from './standing.ts'
import { type EnvironmentPlace, manifestFiles, parseDeploy, placesOf } from './state.ts'

/** What serves a model in the environments of its deploy repository, in their order. */
export interface Serving {
  deploy: DeployBranch
  environments: ServingEnvironment[]
  /** Repositories that may release the model, as assay-deploy.yml says it; `{model}` may still be in them. */
  from?: readonly string[]
}

export interface ServingEnvironment {
  name: string
  /** How releases are written there. */
  target: string
  /** Absent: nothing was promoted into it yet, or `broken` says why its record is of no use. */
  release?: ReleaseRecord
  broken?: string
}

/**
 * What serves a model now. A run asks a deploy repository once for its head and once for the records of up to 20 models, however
 * many of them it weighs.
 *
 * @throws AssayError where the deploy repository is not known, cannot be reached or is not ready
 */
export async function readServing({ context, project, model, config }: ModelWork): Promise<Serving> {
  const options = { config: project.configFile }
  const deploy = await findDeployBranch(context, options, {
    deploy: config.deploy,
    namedBy: project.configuration.source,
  })
  const models = Object.entries(project.config.models)
    .filter(([, other]) => isSame(other.deploy, config.deploy))
    .map(([other]) => other)
  const at = Math.max(0, models.indexOf(model))
  const group = models.slice(at - (at % MODELS_AT_ONCE), at - (at % MODELS_AT_ONCE) + MODELS_AT_ONCE)
  const known = KNOWN.get(project) ?? new Map<string, Promise<Map<string, Serving>>>()
  KNOWN.set(project, known)
  const key = JSON.stringify([deploy.address, deploy.branch, group])
  const reading = known.get(key) ?? readAll(context, deploy, group)
  known.set(key, reading)
  return (await reading).get(model)!
}

/** What serves models by a deploy repository now. @throws AssayError where it is not ready */
export async function servingsIn(home: DeploySite, models: readonly string[]): Promise<Map<string, Serving>> {
  const sites = await openSites(home, { mayLack: 'token' })
  const { config, text, lacking } = sites[0]
  const places = new Map(models.map(model => [model, placesOf(config, model)]))
  const unseen = new Map(
    lacking.map(({ environment, why }) => [environment, `it is not seen from here: ${why}`]),
  )
  const all = unseen.size === 0 ? config : parseDeploy(text)
  const found = new Map<EnvironmentPlace, ServingEnvironment>()
  for (const site of sites) {
    const isHere = ({ environment }: EnvironmentPlace) => keyAt(sites[0], environment) === site.key
    const own = [...places].flatMap(([model, all]) => all.filter(isHere).map(place => ({ model, place })))
    const paths = [...new Set(own.flatMap(({ place }) => [place.recordFile, ...manifestFiles(place)]))]
    const files =
      paths.length === 0 ? new Map() : await site.access.repository.readFiles(site.head.commit, paths)
    for (const { model, place } of own) found.set(place, await servingAt(site, place, model, files))
  }
  const servings = new Map<string, Serving>()
  for (const [model, own] of places) {
    const { from } = configFor(config, model)
    const seen = new Map(own.map(place => [place.environment.name, found.get(place)!]))
    const environments = configFor(all, model).environments.map(
      ({ name, target }) => seen.get(name) ?? { name, target, broken: unseen.get(name)! },
    )
    servings.set(model, { deploy: home.deploy, environments, ...(from && { from }) })
  }
  return servings
}

// --- internal ---

const MODELS_AT_ONCE = 20

/** A run has one project. What a deploy repository said in it does not change under the models that follow. */
const KNOWN = new WeakMap<Project, Map<string, Promise<Map<string, Serving>>>>()

function isSame(a: ModelConfig['deploy'], b: ModelConfig['deploy']): boolean {
  return a?.repository === b?.repository && a?.branch === b?.branch
}

function readAll(context: Context, deploy: DeployBranch, models: string[]): Promise<Map<string, Serving>> {
  return withDeploy(context, deploy, access => servingsIn({ access, deploy }, models))
}

/** What somebody changed by hand is no champion: nobody knows its numbers. */
async function servingAt(
  { access, head }: SiteHead,
  place: EnvironmentPlace,
  model: string,
  files: ReadonlyMap<string, string | undefined>,
): Promise<ServingEnvironment> {
  const { name, target } = place.environment
  const read = recordIn(files.get(place.recordFile), place.recordFile, model)
  const at = { commit: head.commit, files }
  const standing = read.release && (await standingAt(access.repository, place, read.release, at))
  if (isRecorded(standing)) return { name, target, ...read }
  return { name, target, broken: `${read.release!.version} is recorded, but ${standingWords(standing!)}` }
}

function recordIn(
  text: string | undefined,
  file: string,
  model: string,
): Pick<ServingEnvironment, 'release' | 'broken'> {
  if (text === undefined) return {}
  try {
    const release = parseRelease(text, file)
    return release.model === model ? { release } : { broken: `${file} is the record of another model` }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { broken: `${file} cannot be read: ${error.problems[0]?.what ?? error.message}` }
  }
}
