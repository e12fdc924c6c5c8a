import type { AssayError } from '../../../core/errors/errors.ts'
import type { EnvironmentPlace } from './state.ts'

/** An error of one promotion, as it reads among those of others: with model and environment, and files from the root. */
export function inPlace(
  error: AssayError,
  { environment, folder, manifests }: EnvironmentPlace,
  model: string,
): AssayError {
  return error.with({
    title: `${model} in ${environment.name}: ${error.message}`,
    problems: error.problems.map(problem => {
      const { where } = problem
      if (!where) return { ...problem, where: { file: folder } }
      const file = `${folder}/${where.file}`
      return manifests.includes(file) ? { ...problem, where: { ...where, file } } : problem
    }),
  })
}
