import { join } from 'node:path/posix'
import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { filled } from '../../../core/deploy-config/places/paths.ts'
import { isAssayError, type Problem } from '../../../core/errors/errors.ts'
import { recordFinder } from '../../../core/promotion/places/places.ts'
import { modelsThere, type NamedModels } from '../../../core/promotion/proof/models-there.ts'
import type { YamlPath } from '../../../core/yaml/edit/edit.ts'
import { TARGETS } from '../../../targets/index.ts'
import { writesFor } from '../read/written.ts'
import type { DeployFiles } from '../render/helm-files.ts'

/** A model of the repository, and why it is taken for one. */
export interface FoundModel {
  model: string
  /** A record or a line in the configuration says so, or where it stands can be nothing else. */
  isSure: boolean
}

/** The models of a deploy repository, by name, and by what they were looked for. */
export interface FoundModels {
  models: FoundModel[]
  /** Files with `{model}` in their names, or that name models. */
  patterns: string[]
  /** Files that could not be read for names of models. */
  unreadable: Problem[]
  /** Nothing in the configuration says how models differ: it is the repository of one, whatever it is called. */
  isOfOne: boolean
}

/** All that is a model by its record, by the configuration, or by where it stands. */
export async function findModels(repository: DeployFiles, config: DeployConfig): Promise<FoundModels> {
  const files = await repository.listFiles('', '')
  const recordOf = recordFinder(config)
  const recorded = files.flatMap(path => recordOf(path)?.model ?? [])
  const named = config.environments.flatMap(namedModels)
  const fixed = named.filter(({ file }) => !file.includes(MODEL)).map(({ file }) => file)
  const texts = await repository.readFiles(
    '',
    fixed.filter(file => files.includes(file)),
  )
  const unreadable = new Map<string, Problem[]>()
  const found = named.flatMap(one => {
    try {
      return modelsThere(one, files, path => texts.get(path))
    } catch (error) {
      if (!isAssayError(error, 'YAML_UNREADABLE')) throw error
      unreadable.set(one.file, error.problems)
      return []
    }
  })
  const sure = new Set([
    ...recorded,
    ...Object.keys(config.models),
    ...found.filter(one => !one.isLoose).map(one => one.model),
  ])
  return {
    models: [...new Set([...sure, ...found.map(one => one.model)])]
      .sort()
      .map(model => ({ model, isSure: sure.has(model) })),
    unreadable: [...unreadable.values()].flat(),
    patterns: [...new Set(named.map(({ file }) => file))],
    isOfOne: !config.environments.some(one =>
      JSON.stringify([one.path, writesFor(one, MODEL)]).includes(MODEL),
    ),
  }
}

// --- internal ---

const MODEL = '{model}'

function namedModels(environment: DeployConfig['environments'][number]): NamedModels[] {
  const folder = filled(environment.path, MODEL, environment.name)
  return writesFor(environment, MODEL).flatMap(({ target, options }) =>
    TARGETS[target]!.needs(options).map(file => ({ file: join(folder, file), ...waysIn(target, options) })),
  )
}

/** The keys that targets have for where values stand. */
function waysIn(target: string, options: unknown): Pick<NamedModels, 'ways' | 'image' | 'object'> {
  const { set, image, name, document } = (options ?? {}) as {
    set?: NamedModels['ways']
    image?: unknown
    name?: string
    document?: number | Partial<NonNullable<NamedModels['object']>>
  }
  const kind = KINDS[target]
  const object = kind === undefined ? (typeof document === 'object' ? document : {}) : { kind, name }
  const stepsOf = (path: YamlPath | string) => (typeof path === 'string' ? path.split('.') : path)
  const ways = (set ?? []).map(({ path, inside }) => ({
    path: stepsOf(path),
    ...(inside && { inside: stepsOf(inside) }),
  }))
  return {
    ways,
    ...(typeof image === 'string' && { image }),
    ...(object.name !== undefined && { object: { ...object, name: object.name } }),
  }
}

/** The objects that targets write into. */
const KINDS: Record<string, string> = { kserve: 'InferenceService', 'argo-rollouts': 'Rollout' }
