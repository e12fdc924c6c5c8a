import { AssayError } from '../../../core/errors/errors.ts'
import { nearest } from '../../../core/text/nearest.ts'

/** Names of what a deploy repository does not have, each with the nearest it has. */

export function unknownEnvironment(name: string, known: readonly string[]): AssayError {
  return unknown('ENVIRONMENT_UNKNOWN', 'environment', name, known)
}

export function unknownModel(name: string, known: readonly string[]): AssayError {
  return unknown('MODEL_UNKNOWN', 'model', name, known)
}

// --- internal ---

const MOST_NAMES = 20

function unknown(code: string, kind: string, name: string, known: readonly string[]): AssayError {
  const meant = nearest(name, known)
  const more = known.length > MOST_NAMES ? ` and ${known.length - MOST_NAMES} more` : ''
  const listed = known.length === 0 ? 'none yet' : known.slice(0, MOST_NAMES).join(', ') + more
  return new AssayError({
    code,
    title: `The deploy repository has no ${kind} named ${name}`,
    problems: [{ what: `${kind}s: ${listed}`, ...(meant && { fix: `did you mean ${meant}?` }) }],
  })
}
