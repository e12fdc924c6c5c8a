import { join, relative } from 'node:path/posix'
import { inCluster } from '../../../core/deploy-config/argocd.ts'
import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { filled } from '../../../core/deploy-config/places/paths.ts'
import type { AssayError } from '../../../core/errors/errors.ts'

/** What the target of a place is given, and how what it refuses reads. */

type Environment = Pick<
  DeployConfig['environments'][number],
  'name' | 'target' | 'options' | 'also' | 'clusters'
>

/** Where the manifests of a place stand. */
interface Manifests {
  folder: string
  manifests: readonly string[]
}

/** Texts of the manifests of a place as a target takes them: by their names from its folder. */
export function manifestTexts(
  { folder, manifests }: Manifests,
  textOf: (path: string) => string | undefined,
): Map<string, string> {
  const found = manifests.map(path => [relative(folder, path), textOf(path)] as const)
  return new Map(found.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/**
 * The options of a target for one model: `{model}` and `{environment}` in texts are replaced. A `value` is a template of the
 * target's own, which knows `{model}` too. One for each cluster where `{cluster}` stands in them.
 */
export function optionsFor(environment: Environment, model: string): unknown[] {
  const all = writesFor(environment, model)
  return all.filter(({ isOwn }) => isOwn).map(({ options }) => options)
}

/** What a promotion writes: the target of the environment with its options, and what else is written, in that order. */
export interface Write {
  target: string
  options: unknown
  /** By the target of the environment, which splits the traffic where a release is tried. */
  isOwn: boolean
}

/** The same of all that is written for a model; what has `{cluster}` in it for each cluster, in their order. */
export function writesFor(environment: Environment, model: string): Write[] {
  const { target, options, also, clusters = {} } = environment
  const replaced = (value: unknown, cluster: string): unknown => {
    if (typeof value === 'string') return inCluster(filled(value, model, environment.name), cluster)
    if (Array.isArray(value)) return value.map(one => replaced(one, cluster))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => {
        if (key === 'value') return [key, entry]
        // A dot in the name of a model is no step of the way to a value.
        return [
          key,
          replaced(key === 'path' && typeof entry === 'string' ? entry.split('.') : entry, cluster),
        ]
      }),
    )
  }
  const names = Object.keys(clusters)
  return [{ target, options, isOwn: true }, ...also.map(one => ({ ...one, isOwn: false }))].flatMap(one => {
    const each = (names.length > 0 ? names : ['{cluster}']).map(name => replaced(one.options, name))
    const different = new Map(each.map(filledIn => [JSON.stringify(filledIn), filledIn]))
    return [...different.values()].map(filledIn => ({ ...one, options: filledIn }))
  })
}

/** An error of one promotion, as it reads among those of others: with model and environment, and files from the root. */
export function inPlace(
  error: AssayError,
  { environment, folder, manifests }: Manifests & { environment: { name: string } },
  model: string,
): AssayError {
  return error.with({
    title: `${model} in ${environment.name}: ${error.message}`,
    problems: error.problems.map(problem => {
      const { where } = problem
      if (!where) return { ...problem, where: { file: folder } }
      const file = join(folder, where.file)
      return manifests.includes(file) ? { ...problem, where: { ...where, file } } : problem
    }),
  })
}
