import type { ModelConfig } from '../../core/config/config.ts'
import { AssayError } from '../../core/errors/errors.ts'
import { parseRetrainBranch } from '../../core/promotion/retraining/branch.ts'
import { secondsOf } from '../../core/text/duration.ts'
import { openRepository, type Repository } from '../../services/git/git.ts'
import type { Context } from '../command/context.ts'
import { unknownModel } from '../command/unknown-name.ts'
import { refuseOtherCheckout } from './checked-out.ts'
import { type ProjectConfig, readProjectConfig } from './project-config.ts'
import { listFiles, uncommittedFiles } from './uncommitted.ts'

/** The repository as a command sees it: commits, the configuration that counts, the models to work on. */
export interface Project extends ProjectConfig {
  repository?: Repository
  /**
   * The commit that is checked out, and the candidate: the one that verdicts are posted on. Outside of a CI there is none where
   * the files are not those of a commit.
   */
  commit?: string
  headSha?: string
  base?: string
  /** What the candidate is called: `this commit`, or what differs from it. */
  source: string
  /** Files that are not as the commit has them, as they were before anything was run. */
  uncommitted: string[]
  /** Why there is no base, in a sentence. */
  noBase: string
  /** When the candidate was committed, ISO. */
  committedAt?: string
  /** Path of the configuration. */
  configFile: string
}

/** Reads the project as it is, whatever is checked out: for what needs no more than the configuration. */
export async function readProject(
  context: Context,
  options: { config: string; base?: string },
): Promise<Project> {
  const repository = await openRepository(context.folder, { env: context.env })
  return projectOf(context, options, repository, await repository?.headCommit())
}

/**
 * Reads the project whose models are to be judged, or released (`exact`): the files must be those of the commit that the
 * verdict is posted on.
 *
 * @throws AssayError `CHECKOUT_MISMATCH`, before anything else
 */
export async function readCandidate(
  context: Context,
  options: { config: string; base?: string; output?: string },
  { exact = false } = {},
): Promise<Project> {
  const repository = await openRepository(context.folder, { env: context.env })
  const commit = await repository?.headCommit()
  await refuseOtherCheckout(context, repository, commit, exact)
  const project = await projectOf(context, options, repository, commit)
  if (!repository || project.commit === undefined || exact) return project
  const uncommitted = await uncommittedFiles(repository, project.config, options)
  if (uncommitted.length === 0) return project
  // Nothing of the folder is in git: it only lies below a repository, as that of `assay demo` does.
  if (context.ci.headSha === undefined && (await repository.listFilesAt(project.commit, '')).length === 0)
    return { ...project, headSha: undefined }
  return changedProject(context, project, uncommitted)
}

/** A model that a command works on: the world, its repository, its name there, its configuration. */
export interface ModelWork {
  context: Context
  project: Project
  model: string
  config: ModelConfig
  /** What its commands find in their environment besides. */
  env?: Readonly<Record<string, string>>
}

export interface Selection {
  selected: ModelWork[]
  untouched: string[]
  /** The pull request ends them: there is nothing to train and nobody to judge, and no verdict either. */
  removed: string[]
}

/** The models a command works on, those the pull request does not touch, and those it removes. */
export async function selectModels(
  context: Context,
  project: Project,
  only: string | undefined,
): Promise<Selection> {
  const removed = project.removed.filter(name => only === undefined || name === only)
  if (removed.length > 0 && only !== undefined) return { selected: [], untouched: [], removed }
  const models = Object.entries(project.config.models)
    .filter(([name]) => !project.removed.includes(name))
    .map(([name, config]): ModelWork => ({ context, project, model: name, config }))
  if (only !== undefined) {
    const found = models.filter(({ model }) => model === only)
    if (found.length > 0) return { selected: found, untouched: [], removed }
    const names = models.map(({ model }) => model)
    throw unknownModel(only, names, project.configFile)
  }
  if (project.base === undefined || !project.repository || project.commit === undefined)
    return { selected: models, untouched: [], removed }
  const { matchesAny } = await import('../../core/git/paths.ts')
  const committed = await project.repository.changedFiles(project.base, project.commit)
  const changed = project.headSha === undefined ? [...committed, ...project.uncommitted] : committed
  // A retraining is to be judged, wherever its data lies.
  const retrained = parseRetrainBranch(context.ci.headBranch ?? '')
  // A moved goalpost is to be seen in a report, whatever the model's `paths` say.
  const touched = ({ model, config }: ModelWork) =>
    project.reconfigured.includes(model) ||
    retrained?.model === model ||
    changed.some(path => matchesAny(path, config.paths))
  return {
    selected: models.filter(touched),
    untouched: models.filter(work => !touched(work)).map(({ model }) => model),
    removed,
  }
}

export function removedWords(model: string): string {
  return `${model}: skipped, this pull request removes it`
}

/** Seconds a command may take. */
export function timeoutOf(command: { timeout: string }): number {
  return secondsOf(command.timeout)
}

// --- internal ---

async function projectOf(
  context: Context,
  options: { config: string; base?: string },
  repository: Repository | undefined,
  commit: string | undefined,
): Promise<Project> {
  const { base, reason } = await findBase(context, repository, options.base)
  return {
    repository,
    commit,
    headSha: context.ci.headSha ?? commit,
    source: 'this commit',
    uncommitted: [],
    base,
    noBase: reason,
    committedAt: commit && (await repository?.commitTime(commit)),
    configFile: options.config,
    ...(await readProjectConfig(context.folder, options.config, { repository, base, commit })),
  }
}

/**
 * In a CI the steps before may have changed files: they are the commit's own, so the verdict is its, and it is said. On a laptop
 * a person did: then no commit holds what is judged, and none is named.
 */
function changedProject({ ci }: Context, project: Project, uncommitted: string[]): Project {
  const isCi = ci.headSha !== undefined
  const files = listFiles(uncommitted)
  const said = isCi
    ? `The files that were judged are not as the commit has them: ${files} had changed before Assay ran.`
    : `What was judged is no commit: ${files} ${uncommitted.length === 1 ? 'has' : 'have'} changes that are not committed. Commit them to have a result that can be made again and released.`
  const { configuration, configFile } = project
  const ownRules = configuration.source !== 'base' && uncommitted.includes(configFile)
  return {
    ...project,
    uncommitted,
    source: isCi ? 'this commit, with uncommitted changes' : 'uncommitted changes',
    headSha: isCi ? project.headSha : undefined,
    configuration: ownRules ? { ...configuration, commit: undefined } : configuration,
    warnings: [...project.warnings, said],
  }
}

async function findBase(
  context: Context,
  repository: Repository | undefined,
  asked: string | undefined,
): Promise<{ base?: string; reason: string }> {
  const { pullRequest, baseRef, baseSha } = context.ci
  if (!repository) {
    if (pullRequest !== undefined) throw noBase(NO_REPOSITORY, 'install git before the checkout')
    return { reason: `${NO_REPOSITORY}, so there is no base to compare with` }
  }
  if (asked !== undefined) return { base: await repository.resolveCommit(asked), reason: '' }
  if (pullRequest === undefined && baseRef === undefined && baseSha === undefined)
    return { reason: 'this is no pull request, so there is no base to compare with' }
  const found = await repository.baseCommit(context.ci)
  if ('commit' in found) return { base: found.commit, reason: '' }
  throw noBase(
    found.missing,
    'check out more history (`fetch-depth: 0`, `GIT_DEPTH: 0`), or name the commit with --base',
  )
}

const NO_REPOSITORY = 'this folder is no git repository'

/** Without a base a pull request would be judged by gates of its own making. */
function noBase(what: string, fix: string): AssayError {
  const title = 'The commit that this pull request is merged into could not be found'
  return new AssayError({ code: 'BASE_MISSING', title, problems: [{ what, fix }] })
}
