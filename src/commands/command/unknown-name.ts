import { AssayError } from '../../core/errors/errors.ts'
import { didYouMean } from '../../core/text/nearest.ts'

/** Names of what a repository does not have, each with the nearest it has. */

const DEPLOY = 'The deploy repository'

export function unknownEnvironment(name: string, known: readonly string[]): AssayError {
  return unknown('ENVIRONMENT_UNKNOWN', 'environment', name, known, DEPLOY)
}

/** @param where what has the known ones, as it begins a sentence */
export function unknownModel(name: string, known: readonly string[], where = DEPLOY): AssayError {
  return unknown('MODEL_UNKNOWN', 'model', name, known, where)
}

/** @param known versions of the model's releases */
export function unknownRelease(version: string, known: readonly string[]): AssayError {
  return unknown('RELEASE_UNKNOWN', 'release', version, known, DEPLOY)
}

// --- internal ---

const MOST_NAMES = 20

function unknown(
  code: string,
  kind: string,
  name: string,
  known: readonly string[],
  where: string,
): AssayError {
  const fix = didYouMean(name, known)
  const more = known.length > MOST_NAMES ? ` and ${known.length - MOST_NAMES} more` : ''
  const listed = known.length === 0 ? 'none yet' : known.slice(0, MOST_NAMES).join(', ') + more
  return new AssayError({
    code,
    title: `${where} has no ${kind} named ${name}`,
    problems: [{ what: `${kind}s: ${listed}`, ...(fix && { fix }) }],
  })
}
