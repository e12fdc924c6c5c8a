import { type Config, type ModelConfig, secondsOf } from '../core/config.ts'
import { describeChanges } from '../core/config-changes.ts'
import { AssayError, placeOf } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { parseConfig } from '../core/read-config.ts'
import type { Result } from '../core/report/result.ts'
import { readInside } from '../services/files.ts'
import { openRepository, type Repository } from '../services/git.ts'
import type { Context } from './context.ts'

const MAX_CONFIG_BYTES = 256 * 1024

/** The repository as a command sees it: commits, the configuration that counts, the models to work on. */
export interface Project {
  config: Config
  configuration: Result['configuration']
  repository?: Repository
  /** The candidate: the commit that is checked out, and the one that checks belong to. */
  commit?: string
  headSha?: string
  base?: string
  /** Why there is no base, in a sentence. */
  noBase: string
  /** When the candidate was committed, ISO. */
  committedAt?: string
  warnings: string[]
}

/**
 * Reads the project. In a pull request the configuration is the base's, so that a pull request cannot loosen the gates it
 * is judged by; one that brings the first configuration is judged by its own, and told so.
 */
export async function readProject(
  context: Context,
  options: { config: string; base?: string },
): Promise<Project> {
  const repository = await openRepository(context.folder, { env: context.env })
  const commit = await repository?.headCommit()
  const { base, reason } = await findBase(context, repository, options.base)
  const own = await readOwn(context.folder, options.config)
  const atBase = base === undefined ? undefined : await repository?.readFileAt(base, options.config)
  const shared = {
    repository,
    commit,
    headSha: context.ci.headSha ?? commit,
    base,
    noBase: reason,
    committedAt: commit && (await repository?.commitTime(commit)),
  }
  if (atBase === undefined) {
    if (own === undefined) throw noConfig(options.config)
    const { config, warnings } = parseConfig(own, options.config)
    const first = base !== undefined
    return {
      ...shared,
      config,
      configuration: {
        source: first ? 'candidate' : 'file',
        commit,
        changes: first
          ? ['This pull request brings the first configuration, so it is judged by its own gates.']
          : [],
      },
      warnings: warnings.map(inWords),
    }
  }
  const { config, warnings } = parseConfig(
    new TextDecoder().decode(atBase),
    `${options.config} (base ${base!.slice(0, 7)})`,
  )
  const changes =
    own === undefined
      ? [`This pull request deletes ${options.config}.`]
      : changesOf(config, own, options.config)
  return {
    ...shared,
    config,
    configuration: { source: 'base', commit: base, changes },
    warnings: warnings.map(inWords),
  }
}

/** The models a command works on, and those the pull request does not touch. */
export async function selectModels(
  project: Project,
  only: string | undefined,
): Promise<{ selected: [string, ModelConfig][]; untouched: string[] }> {
  const models = Object.entries(project.config.models)
  if (only !== undefined) {
    const found = models.filter(([name]) => name === only)
    if (found.length > 0) return { selected: found, untouched: [] }
    const meant = nearest(
      only,
      models.map(([name]) => name),
    )
    throw new AssayError({
      code: 'MODEL_UNKNOWN',
      title: `There is no model named ${only}`,
      problems: [
        {
          what: `known models: ${models.map(([name]) => name).join(', ')}`,
          fix: meant && `did you mean ${meant}?`,
        },
      ],
    })
  }
  if (project.base === undefined || !project.repository || project.commit === undefined)
    return { selected: models, untouched: [] }
  const { matchesAny } = await import('../core/paths.ts')
  const changed = await project.repository.changedFiles(project.base, project.commit)
  const touched = ([, model]: [string, ModelConfig]) => changed.some(path => matchesAny(path, model.paths))
  return {
    selected: models.filter(touched),
    untouched: models.filter(entry => !touched(entry)).map(([name]) => name),
  }
}

/** Seconds a command may take. */
export function timeoutOf(command: { timeout: string }): number {
  return secondsOf(command.timeout)
}

// --- internal ---

async function findBase(
  context: Context,
  repository: Repository | undefined,
  asked: string | undefined,
): Promise<{ base?: string; reason: string }> {
  if (!repository) return { reason: 'this folder is no git repository, so there is no base to compare with' }
  if (asked !== undefined) return { base: await repository.resolveCommit(asked), reason: '' }
  if (context.ci.pullRequest === undefined)
    return { reason: 'this is no pull request, so there is no base to compare with' }
  const found = await repository.baseCommit(context.ci)
  return 'commit' in found ? { base: found.commit, reason: '' } : { reason: found.missing }
}

async function readOwn(folder: string, file: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MAX_CONFIG_BYTES })
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof AssayError && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  }
}

function noConfig(file: string): AssayError {
  return new AssayError({
    code: 'CONFIG_MISSING',
    title: `There is no ${file}`,
    problems: [
      {
        what: 'Assay needs a configuration that names the model',
        where: { file },
        fix: 'run `assay init`: it writes one that works',
      },
    ],
  })
}

function changesOf(base: Config, own: string, file: string): string[] {
  try {
    return describeChanges(base, parseConfig(own, file).config)
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return [
      `${file} in this pull request is not valid and would break the next one: ${error.problems.map(inWords).join('; ')}`,
    ]
  }
}

function inWords(problem: AssayError['problems'][number]): string {
  const place = placeOf(problem.where)
  return `${place ? `${place}: ` : ''}${problem.what}${problem.fix ? ` (${problem.fix})` : ''}`
}
