import { dirname, join } from 'node:path/posix'
import { configFor, type DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { namesModel } from '../../../core/deploy-config/places/paths.ts'
import { parseDeployConfig } from '../../../core/deploy-config/read-deploy-config.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import type { BranchHead } from '../../../core/git/commit-seal.ts'
import { KUSTOMIZATION_NAMES } from '../../../core/promotion/effect/kustomization.ts'
import {
  folderOf,
  holdBranch,
  holdPath,
  promotionBranch,
  recordPath,
  recordsOf,
  triedPaths,
} from '../../../core/promotion/places/places.ts'
import type {
  AskedBranch,
  DeployRepository,
  FileVersion,
  SeenBranch,
} from '../../../forges/deploy-repository.ts'
import { TARGETS } from '../../../targets/index.ts'
import { DEPLOY_FILE } from './deploy-branch.ts'
import { type Write, writesFor } from './written.ts'

/** A deploy repository as one model sees it, at one commit of its branch. */
export interface ModelState {
  model: string
  branch: string
  head: BranchHead
  config: DeployConfig
  /** Environments that are not looked at, and why: of what stands beside the configuration. */
  lacking: readonly Lacking[]
  /** What stands where, in the order of the environments. */
  places: SeenPlace[]
  /** Texts at the commit, by path; the configuration among them. */
  files: ReadonlyMap<string, string | undefined>
}

/** An environment that is not looked at. */
export interface Lacking {
  environment: string
  why: string
  /** Absent: it comes after one that is not reached. */
  error?: AssayError
}

export interface PlacedWrite extends Write {
  manifests: string[]
}

export interface EnvironmentPlace {
  environment: DeployConfig['environments'][number]
  /** Of the manifests; other places may have it too. */
  folder: string
  /** Of the record and of what stands beside it; of this place alone. */
  records: string
  /** Whether other models or environments have their manifests there too. */
  isShared: boolean
  recordFile: string
  holdFile: string
  /** Where the release stands that is tried beside that of the record: in one of these, as a canary or in an experiment. */
  triedFiles: string[]
  /** What a promotion writes, each by its target into its manifests; that of the environment first. */
  writes: PlacedWrite[]
  /** All manifests that targets edit. */
  manifests: string[]
  /** Where a kustomization may stand that reads them: in the environment's folder and beside them. */
  kustomizations: string[]
  /** Where one may stand that reads those: in the folders above, the nearest first. */
  above: string[]
  /** Branch of the promotion. */
  branch: string
}

/** A place with what was seen there. */
export interface SeenPlace extends EnvironmentPlace {
  /** The branch of its promotion with the record on it, and its pull requests. */
  promotion: SeenBranch
  /** The branch that proposes a hold, with the hold on it, and its open pull request. */
  holding: SeenBranch
  /** Versions of the record on the base, newest first, with what was found out about each while it served. */
  history: readonly FileVersion[]
  /** Versions of what is tried, by file, where releases are tried. */
  triedHistories?: Histories
}

/** Versions of files, newest first. */
export type Histories = ReadonlyMap<string, readonly FileVersion[]>

/** The head of the branch, and the configuration there. */
export interface DeployHead {
  head: BranchHead
  config: DeployConfig
  text: string
}

/** The configuration at the head of the branch. @throws AssayError `DEPLOY_BRANCH_MISSING`, `DEPLOY_CONFIG_MISSING`, `CONFIG_INVALID` */
export async function readDeploy(repository: DeployRepository, branch: string): Promise<DeployHead> {
  const found = await repository.readHead(branch, DEPLOY_FILE)
  if (!found)
    throw missing('DEPLOY_BRANCH_MISSING', `${repository.name} has no branch \`${branch}\``, {
      fix: 'name its branch with --deploy-branch, or as `deploy: { repository: …, branch: … }` in assay.yml',
    })
  if (found.text === undefined)
    throw missing('DEPLOY_CONFIG_MISSING', `there is no ${DEPLOY_FILE} on the branch \`${branch}\``, {
      file: DEPLOY_FILE,
      fix: 'add one; docs/deploy-configuration.md has a short example',
    })
  return { head: found.head, config: parseDeploy(found.text), text: found.text }
}

/** Text of `assay-deploy.yml` → the configuration, options checked by the targets. @throws AssayError `CONFIG_INVALID` */
export function parseDeploy(text: string): DeployConfig {
  const schemas = Object.fromEntries(Object.entries(TARGETS).map(([name, { schema }]) => [name, schema]))
  const splits = Object.entries(TARGETS).flatMap(([name, { split }]) => (split ? [[name, split]] : []))
  return parseDeployConfig(text, DEPLOY_FILE, schemas, Object.fromEntries(splits))
}

/** Where a model is in each environment that it enters. */
export function placesOf(config: DeployConfig, model: string): EnvironmentPlace[] {
  const { environments } = configFor(config, model)
  const folders = environments.map(environment => folderOf(environment, model))
  return environments.map((environment, at) => {
    const folder = folders[at]!
    const writes = writesFor(environment, model).map(one => ({
      ...one,
      manifests: TARGETS[one.target]!.needs(one.options).map(file => join(folder, file)),
    }))
    // A kustomization is the manifest of one of these, and a chart is no part of any.
    const read = writes.filter(({ target }) => target !== 'kustomize' && target !== 'helm-values')
    const files = read.flatMap(({ manifests }) => manifests)
    const beside = read.length > 0 ? [...new Set([...files.map(file => dirname(file)), folder])] : []
    const higher = writes.every(({ target }) => target === 'helm-values') ? [] : foldersAbove(folder)
    return {
      environment,
      folder,
      records: recordsOf(environment, model),
      isShared: !namesModel(environment.path) || folders.filter(one => one === folder).length > 1,
      recordFile: recordPath(environment, model),
      holdFile: holdPath(environment, model),
      triedFiles: triedPaths(environment, model),
      writes,
      manifests: [...new Set(writes.flatMap(({ manifests }) => manifests))],
      kustomizations: kustomizationsIn(beside),
      above: kustomizationsIn(higher),
      branch: promotionBranch(environment.name, model),
    }
  })
}

/** Finds the place of a model in an environment; a model is worked out once. */
export function manifestPlaces(
  config: DeployConfig,
): (place: { environment: string; model: string }) => EnvironmentPlace | undefined {
  const models = new Map<string, EnvironmentPlace[]>()
  return ({ environment, model }) => {
    const own = models.get(model) ?? placesOf(config, model)
    models.set(model, own)
    return own.find(place => place.environment.name === environment)
  }
}

/** Manifests of the places that records and holds stand in, and the kustomizations over them, each once. */
export function manifestsOf(
  config: DeployConfig,
  places: readonly { environment: string; model: string }[],
): string[] {
  const placeOf = manifestPlaces(config)
  const found = places.flatMap(place => placeOf(place) ?? [])
  return [...new Set(found.flatMap(manifestFiles))]
}

/** The place that a plan or a promotion of the model is about. */
export function placeIn({ places }: ModelState, { environment }: { environment: string }): SeenPlace {
  const found = places.find(one => one.environment.name === environment)
  if (found) return found
  throw new RangeError(`${environment} is no environment of the model`)
}

/** What is asked about the hold that may be proposed in a place. */
export function holdQuestion(
  model: string,
): (place: Pick<EnvironmentPlace, 'environment' | 'holdFile'>) => AskedBranch {
  return ({ environment, holdFile }) => ({
    name: holdBranch(environment.name, model),
    file: holdFile,
    withoutClosed: true,
  })
}

/** What says that something is tried in a place, of files that somebody knows; of two, the first holds. */
export function triedIn<T = string>(
  { triedFiles }: Pick<EnvironmentPlace, 'triedFiles'>,
  textOf: (path: string) => T | undefined,
): { path: string; text: T; others: string[] } | undefined {
  const [found, ...others] = triedFiles.flatMap(path => {
    const text = textOf(path)
    return text === undefined ? [] : [{ path, text }]
  })
  return found && { ...found, others: others.map(({ path }) => path) }
}

/** What a promotion writes of a place: its record, its manifests, and what is tried where releases are. */
export function promotedFiles({
  recordFile,
  manifests,
  triedFiles,
  environment,
}: EnvironmentPlace): string[] {
  return [recordFile, ...manifests, ...(environment.canary ? triedFiles : [])]
}

/** All that a decision about a place rests on, the configuration apart. */
export function filesOf(place: EnvironmentPlace): string[] {
  return [...new Set([place.recordFile, place.holdFile, ...manifestFiles(place)])]
}

/**
 * What says which image serves in a place, besides its record: its manifests, the kustomizations that may make another of theirs,
 * and what is tried.
 */
export function manifestFiles({ manifests, kustomizations, above, triedFiles }: EnvironmentPlace): string[] {
  return [...new Set([...manifests, ...kustomizations, ...above, ...triedFiles])]
}

// --- internal ---

function kustomizationsIn(folders: readonly string[]): string[] {
  return folders.flatMap(folder => KUSTOMIZATION_NAMES.map(name => join(folder, name)))
}

/** `a/b/c`: `a/b`, `a` and the repository itself. */
function foldersAbove(folder: string): string[] {
  const above = dirname(folder)
  return above === '.' ? ['.'] : [above, ...foldersAbove(above)]
}

function missing(code: string, what: string, { file, fix }: { file?: string; fix: string }): AssayError {
  return new AssayError({
    code,
    title: 'The deploy repository is not ready for promotions',
    problems: [{ what, ...(file && { where: { file } }), fix }],
  })
}
