import type { DeployConfig, DeployEnvironment } from '../../deploy-config/deploy-config.ts'
import { filled } from '../../deploy-config/places/paths.ts'
import { TRIED_FILES } from '../../release/canary-file.ts'
import { RECORD_FILE } from '../../release/record.ts'
import { ENVIRONMENT_NAME, MODEL_NAME } from '../../text/names.ts'

/** Where in a deploy repository things are: the manifests of a model in an environment, its record, the branch of its promotion. */

/** The folder of the manifests, which other models and environments may have too; `.` is the repository itself. */
export function folderOf(environment: DeployEnvironment, model: string): string {
  return environment.path === '.' ? '.' : folderBy(environment.path, environment, model)
}

/** The folder of the record and of what stands beside it: of one model in one environment. */
export function recordsOf(environment: DeployEnvironment, model: string): string {
  return folderBy(environment.records, environment, model)
}

/** A file of a folder, by its path in the repository. */
export function fileIn(folder: string, file: string): string {
  return folder === '.' ? file : `${folder}/${file}`
}

/** What tells a place apart in maps: an environment and a model, neither of which holds a blank. */
export function placeKey(environment: string, model: string): string {
  return `${environment} ${model}`
}

/** Path of the release record. */
export function recordPath(environment: DeployEnvironment, model: string): string {
  return `${recordsOf(environment, model)}/${RECORD_FILE}`
}

/** Path of the file that holds automatic promotion. */
export function holdPath(environment: DeployEnvironment, model: string): string {
  return `${recordsOf(environment, model)}/${HOLD_FILE}`
}

/** Paths of the files one of which says what is tried beside the release of the record. */
export function triedPaths(environment: DeployEnvironment, model: string): string[] {
  return TRIED_FILES.map(file => `${recordsOf(environment, model)}/${file}`)
}

/** For a path of the repository: the model and the environment whose release record it is, if it is one. */
export function recordFinder({
  environments,
}: DeployConfig): (path: string) => { environment: string; model: string } | undefined {
  const patterns = environments.map(environment => {
    const literal = filled(environment.records, '\0', environment.name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const source = literal.split('\0').join('(MODEL)').replace('(MODEL)', '([^/]+)')
    return {
      environment: environment.name,
      pattern: new RegExp(`^${source.replaceAll('(MODEL)', '\\1')}/${RECORD_FILE.replace('.', '\\.')}$`),
    }
  })
  return path => {
    for (const { environment, pattern } of patterns) {
      const model = pattern.exec(path)?.[1]
      if (model !== undefined && MODEL_NAME.test(model)) return { environment, model }
    }
    return undefined
  }
}

/** What all branches of ours begin with. */
export const OWN_PREFIX = 'assay/'
/** What all branches of promotions begin with. */
export const PROMOTION_PREFIX = 'assay/promote/'

/**
 * `assay/promote/production/churn`: one branch for each environment and model. Dots that git does not take in a branch are
 * written `%2E`; no model name holds a percent sign, so no two have the same branch.
 */
export function promotionBranch(environment: string, model: string): string {
  return placeBranch(PROMOTION_PREFIX, environment, model)
}

/** The environment and model of a branch of ours; undefined for any other branch. */
export function parsePromotionBranch(branch: string): { environment: string; model: string } | undefined {
  return parsePlaceBranch(PROMOTION_PREFIX, branch)
}

/** What the branches of proposed holds begin with: `assay/hold/production/churn`. */
const HOLD_PREFIX = 'assay/hold/'

/** The branch that proposes a hold. While its pull request is open, it holds already. */
export function holdBranch(environment: string, model: string): string {
  return placeBranch(HOLD_PREFIX, environment, model)
}

/** The environment and model of a branch that proposes a hold; undefined for any other branch. */
export function parseHoldBranch(branch: string): { environment: string; model: string } | undefined {
  return parsePlaceBranch(HOLD_PREFIX, branch)
}

const RELEASE_HOLD_PREFIX = 'assay/release-hold/'

/** The branch that proposes to lift a hold. */
export function releaseHoldBranch(environment: string, model: string): string {
  return placeBranch(RELEASE_HOLD_PREFIX, environment, model)
}

/** The branch that proposes to retire a model: `assay/retire/churn`; where an environment stands elsewhere, one for it. */
export function retireBranch(model: string, environment?: string): string {
  if (environment !== undefined) return placeBranch(RETIRE_IN_PREFIX, environment, model)
  if (!MODEL_NAME.test(model)) throw new RangeError(`no branch for ${model}`)
  return `assay/retire/${escaped(model)}`
}

/** Of names of branches those of ours that are about a model, also in environments that are no more. */
export function branchesOf(
  model: string,
  names: readonly string[],
): { name: string; environment?: string }[] {
  return names.flatMap(name => {
    if (name === retireBranch(model)) return [{ name }]
    const places = PLACE_PREFIXES.flatMap(prefix => parsePlaceBranch(prefix, name) ?? [])
    return places.filter(place => place.model === model).map(({ environment }) => ({ name, environment }))
  })
}

// --- internal ---

/** All branches of ours that are about a model in an environment. */
const RETIRE_IN_PREFIX = 'assay/retire-in/'
const PLACE_PREFIXES = [PROMOTION_PREFIX, HOLD_PREFIX, RELEASE_HOLD_PREFIX, RETIRE_IN_PREFIX]

/** Checked once more: what is written must lie inside the repository. */
function folderBy(template: string, { name }: DeployEnvironment, model: string): string {
  if (!MODEL_NAME.test(model)) throw new RangeError(`not a model name: ${model}`)
  const folder = filled(template, model, name)
  if (folder.split('/').some(part => part === '' || part.startsWith('.')))
    throw new RangeError(`not a folder of a deploy repository: ${folder}`)
  return folder
}

function placeBranch(prefix: string, environment: string, model: string): string {
  if (!ENVIRONMENT_NAME.test(environment) || !MODEL_NAME.test(model))
    throw new RangeError(`no branch for ${model} in ${environment}`)
  return `${prefix}${environment}/${escaped(model)}`
}

function escaped(model: string): string {
  return model.replace(/\.(?=\.|lock$|$)/g, '%2E')
}

function parsePlaceBranch(
  prefix: string,
  branch: string,
): { environment: string; model: string } | undefined {
  const [environment = '', escaped = '', ...more] = branch.startsWith(prefix)
    ? branch.slice(prefix.length).split('/')
    : []
  const model = escaped.replaceAll('%2E', '.')
  if (more.length > 0 || !ENVIRONMENT_NAME.test(environment) || !MODEL_NAME.test(model)) return undefined
  return placeBranch(prefix, environment, model) === branch ? { environment, model } : undefined
}

/** In the folder of a place while nothing may come in. */
export const HOLD_FILE = 'model-hold.yaml'
