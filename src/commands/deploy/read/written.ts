import { join, relative } from 'node:path/posix'
import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { filled } from '../../../core/deploy-config/places/paths.ts'
import type { AssayError } from '../../../core/errors/errors.ts'

/** What the target of a place is given, and how what it refuses reads. */

type Environment = Pick<DeployConfig['environments'][number], 'name' | 'target' | 'options' | 'also'>

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
 * target's own, which knows `{model}` too.
 */
export function optionsFor(environment: Environment, model: string): unknown {
  return writesFor(environment, model)[0]!.options
}

/** What a promotion writes: the target of the environment with its options, and what else is written, in that order. */
export interface Write {
  target: string
  options: unknown
}

/** The same of all that is written for a model. */
export function writesFor(environment: Environment, model: string): Write[] {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return filled(value, model, environment.name)
    if (Array.isArray(value)) return value.map(replaced)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => {
        if (key === 'value') return [key, entry]
        // A dot in the name of a model is no step of the way to a value.
        return [key, replaced(key === 'path' && typeof entry === 'string' ? entry.split('.') : entry)]
      }),
    )
  }
  const { target, options, also } = environment
  return [{ target, options }, ...also].map(one => ({ target: one.target, options: replaced(one.options) }))
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
