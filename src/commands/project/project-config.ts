import { describeChanges } from '../../core/config/changes.ts'
import type { Config } from '../../core/config/config.ts'
import { withDvcMetrics } from '../../core/config/dvc.ts'
import { configInForce, describeInForce, movedMetricCode } from '../../core/config/in-force.ts'
import { parseConfig, type ReadConfig } from '../../core/config/read-config.ts'
import { AssayError, isAssayError, positionWords } from '../../core/errors/errors.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { decodeUtf8 } from '../../core/text/utf8.ts'
import type { Result } from '../../core/verdict/result.ts'
import { readInside } from '../../services/files/files.ts'
import type { Repository } from '../../services/git/git.ts'
import { readDvcText } from './dvc-text.ts'
import { missingConfig } from './missing-config.ts'

const MAX_CONFIG_BYTES = 256 * 1024

/** The configuration that counts, and what is to be said of it. */
export interface ProjectConfig extends Pick<ReadConfig, 'whereOf'> {
  config: Config
  /** The base's own, where the pull request runs other commands or writes other files: what base and champion are read by. */
  ofBase?: Config
  /** By model, where the pull request has the files of the base's `metric_code` that it moved. */
  movedCode?: ReadonlyMap<string, ReadonlyMap<string, string>>
  configuration: Result['configuration']
  /** The models whose own part of it the pull request changes. */
  reconfigured: string[]
  /** The models that the pull request takes out of it, all of them where it deletes the file. */
  removed: string[]
  warnings: string[]
}

/**
 * In a pull request the rules are the base's, so that a pull request cannot loosen the gates it is judged by; its commands and
 * the paths of its files are its own (`core/config/in-force.ts`). One that brings the first configuration is judged by its
 * own, and told so.
 */
export async function readProjectConfig(
  folder: string,
  file: string,
  at: { repository?: Repository; base?: string; commit?: string },
): Promise<ProjectConfig> {
  const { repository, base, commit } = at
  const own = await readOwn(folder, file)
  const atBase = base === undefined ? undefined : await readAtBase(repository, base, file)
  if (atBase === undefined) return ownConfiguration(own, base !== undefined, commit, [])
  if ('error' in atBase) {
    // Nobody can be judged by a configuration that nobody can read; the pull request that repairs it must get through.
    if (!('config' in own)) throw atBase.error
    const why = `The configuration at the base cannot be used (${problemsOf(atBase.error)}), so this pull request is judged by its own.`
    return ownConfiguration(own, true, commit, [why])
  }
  // A file that is gone or broken says nothing of commands: the base's are run, and that is told.
  const config = 'config' in own ? configInForce(atBase.config, own.config) : atBase.config
  const { evaluation, commands } = describeInForce(atBase.config, config)
  return {
    config,
    ofBase: atBase.config,
    whereOf: atBase.whereOf,
    movedCode: 'config' in own ? movedCode(atBase.config, own.config) : undefined,
    configuration: {
      source: 'base',
      commit: base,
      changes: changesOf(config, own, file),
      ...(evaluation.length > 0 && { evaluation }),
      ...(commands.length > 0 && { commands }),
    },
    warnings: atBase.warnings.map(inWords),
    reconfigured: reconfigured(atBase.config, own),
    removed: removed(atBase.config, own),
  }
}

// --- internal ---

type Parsed = ReadConfig | { error: AssayError }

function movedCode(base: Config, own: Config): ProjectConfig['movedCode'] {
  return new Map(
    Object.entries(base.models).flatMap(([name, config]) => {
      const theirs = own.models[name]
      return theirs ? [[name, movedMetricCode(config, theirs)]] : []
    }),
  )
}

async function readOwn(folder: string, file: string): Promise<Parsed> {
  const own = await parsed(file, {
    read: async () => (await readInside(folder, file, { maxBytes: MAX_CONFIG_BYTES })).bytes,
    pipeline: () => readDvcText(folder, 'dvc.yaml'),
  })
  const isMissing = 'error' in own && own.error.code === 'FILE_NOT_FOUND'
  return isMissing ? { error: await missingConfig(folder, file) } : own
}

async function readAtBase(
  repository: Repository | undefined,
  base: string,
  file: string,
): Promise<Parsed | undefined> {
  const bytes = await repository?.readFileAt(base, file)
  const pipeline = async () => {
    const found = await repository?.readFileAt(base, 'dvc.yaml')
    return found && new TextDecoder().decode(found)
  }
  return bytes && parsed(`${file} (base ${base.slice(0, 7)})`, { read: async () => bytes, pipeline })
}

interface Sources {
  read: () => Promise<Uint8Array>
  /** `dvc.yaml` beside it. */
  pipeline: () => Promise<string | undefined>
}

async function parsed(file: string, { read, pipeline }: Sources): Promise<Parsed> {
  try {
    const decoded = decodeUtf8(await read())
    if ('text' in decoded) {
      const { config, ...read } = parseConfig(decoded.text, file)
      return { ...read, config: { models: withDvcMetrics(config.models, await pipeline(), file) } }
    }
    const what = `it is not UTF-8 from byte ${decoded.invalidAt} on`
    return {
      error: new AssayError({
        code: 'CONFIG_INVALID',
        title: `${file} has one problem`,
        problems: [{ what, where: { file } }],
      }),
    }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { error }
  }
}

/** The pull request's own configuration, or that of a folder which is in no pull request. */
function ownConfiguration(
  own: Parsed,
  inPullRequest: boolean,
  commit: string | undefined,
  why: string[],
): ProjectConfig {
  if ('error' in own) throw own.error
  const first = 'This pull request brings the first configuration, so it is judged by its own gates.'
  const changes = why.length > 0 ? why : inPullRequest ? [first] : []
  return {
    config: own.config,
    whereOf: own.whereOf,
    configuration: { source: inPullRequest ? 'candidate' : 'file', commit, changes },
    warnings: own.warnings.map(inWords),
    reconfigured: inPullRequest ? Object.keys(own.config.models) : [],
    removed: [],
  }
}

/** What differs from what is in force: it holds after the merge. */
function changesOf(inForce: Config, own: Parsed, file: string): string[] {
  if ('config' in own) return describeChanges(inForce, own.config)
  if (own.error.code === 'CONFIG_MISSING') return [`This pull request deletes ${file}.`]
  return [`${file} in this pull request is not valid and would break the next one: ${problemsOf(own.error)}`]
}

/** Models whose part of the configuration differs. A file that is gone or broken concerns all of them. */
function reconfigured(base: Config, own: Parsed): string[] {
  return Object.entries(base.models)
    .filter(
      ([name, config]) =>
        !('config' in own) || JSON.stringify(own.config.models[name]) !== JSON.stringify(config),
    )
    .map(([name]) => name)
}

/** A file that is broken removes nothing: whoever breaks it does not say so. */
function removed(base: Config, own: Parsed): string[] {
  const names = Object.keys(base.models)
  if ('config' in own) return names.filter(name => !Object.hasOwn(own.config.models, name))
  return own.error.code === 'CONFIG_MISSING' ? names : []
}

function problemsOf(error: AssayError): string {
  return error.problems.map(inWords).join('; ')
}

/** What is wrong in a file, with that file's words in it. */
function inWords(problem: AssayError['problems'][number]): string {
  const position = positionWords(problem.where)
  return maskPersonalData(
    `${position ? `${position}: ` : ''}${problem.what}${problem.fix ? ` (${problem.fix})` : ''}`,
  )
}
