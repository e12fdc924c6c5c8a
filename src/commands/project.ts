import { type Config, type ModelConfig, secondsOf } from '../core/config.ts'
import { describeChanges } from '../core/config-changes.ts'
import { AssayError, placeOf } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { parseConfig, type ReadConfig } from '../core/read-config.ts'
import type { Result } from '../core/report/result.ts'
import { decodeUtf8 } from '../core/utf8.ts'
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
  /** Path of the configuration, and the models whose own part of it the pull request changes. */
  configFile: string
  reconfigured: string[]
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
  const shared = {
    repository,
    commit,
    headSha: context.ci.headSha ?? commit,
    base,
    noBase: reason,
    committedAt: commit && (await repository?.commitTime(commit)),
    configFile: options.config,
  }
  const own = await readOwn(context.folder, options.config)
  const atBase = base === undefined ? undefined : await readAtBase(repository, base, options.config)
  if (atBase === undefined) return { ...shared, ...ownConfiguration(own, base !== undefined, commit, []) }
  if ('error' in atBase) {
    // Nobody can be judged by a configuration that nobody can read; the pull request that repairs it must get through.
    if (!('config' in own)) throw atBase.error
    const why = `The configuration at the base cannot be used (${problemsOf(atBase.error)}), so this pull request is judged by its own.`
    return { ...shared, ...ownConfiguration(own, true, commit, [why]) }
  }
  return {
    ...shared,
    config: atBase.config,
    configuration: { source: 'base', commit: base, changes: changesOf(atBase.config, own, options.config) },
    warnings: atBase.warnings.map(inWords),
    reconfigured: reconfigured(atBase.config, own),
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
  // A moved goalpost is to be seen in a report, whatever the model's `paths` say.
  const touched = ([name, model]: [string, ModelConfig]) =>
    project.reconfigured.includes(name) || changed.some(path => matchesAny(path, model.paths))
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

type Parsed = ReadConfig | { error: AssayError }

async function readOwn(folder: string, file: string): Promise<Parsed> {
  return parsed(file, async () => (await readInside(folder, file, { maxBytes: MAX_CONFIG_BYTES })).bytes)
}

async function readAtBase(
  repository: Repository | undefined,
  base: string,
  file: string,
): Promise<Parsed | undefined> {
  const bytes = await repository?.readFileAt(base, file)
  return bytes && parsed(`${file} (base ${base.slice(0, 7)})`, async () => bytes)
}

async function parsed(file: string, read: () => Promise<Uint8Array>): Promise<Parsed> {
  try {
    const decoded = decodeUtf8(await read())
    if ('text' in decoded) return parseConfig(decoded.text, file)
    const what = `it is not UTF-8 from byte ${decoded.invalidAt} on`
    return {
      error: new AssayError({
        code: 'CONFIG_INVALID',
        title: `${file} has one problem`,
        problems: [{ what, where: { file } }],
      }),
    }
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return { error: error.code === 'FILE_NOT_FOUND' ? noConfig(file) : error }
  }
}

/** The pull request's own configuration, or that of a folder which is in no pull request. */
function ownConfiguration(
  own: Parsed,
  inPullRequest: boolean,
  commit: string | undefined,
  why: string[],
): Pick<Project, 'config' | 'configuration' | 'warnings' | 'reconfigured'> {
  if ('error' in own) throw own.error
  const first = 'This pull request brings the first configuration, so it is judged by its own gates.'
  const changes = why.length > 0 ? why : inPullRequest ? [first] : []
  return {
    config: own.config,
    configuration: { source: inPullRequest ? 'candidate' : 'file', commit, changes },
    warnings: own.warnings.map(inWords),
    reconfigured: inPullRequest ? Object.keys(own.config.models) : [],
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

function changesOf(base: Config, own: Parsed, file: string): string[] {
  if ('config' in own) return describeChanges(base, own.config)
  if (own.error.code === 'CONFIG_MISSING') return [`This pull request deletes ${file}.`]
  return [`${file} in this pull request is not valid and would break the next one: ${problemsOf(own.error)}`]
}

/** Models whose part of the configuration differs. A file that is gone or broken concerns all of them. */
function reconfigured(base: Config, own: Parsed): string[] {
  return Object.entries(base.models)
    .filter(
      ([name, model]) =>
        !('config' in own) || JSON.stringify(own.config.models[name]) !== JSON.stringify(model),
    )
    .map(([name]) => name)
}

function problemsOf(error: AssayError): string {
  return error.problems.map(inWords).join('; ')
}

function inWords(problem: AssayError['problems'][number]): string {
  const place = placeOf(problem.where)
  return `${place ? `${place}: ` : ''}${problem.what}${problem.fix ? ` (${problem.fix})` : ''}`
}
