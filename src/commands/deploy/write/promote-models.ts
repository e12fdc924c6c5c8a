import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { CarriedOut } from './propose.ts'

/** What became of some models, and why of some nothing did. */
export interface Promoted {
  carriedOut: CarriedOut[]
  problems: AssayError[]
}

/**
 * Promotes one model after the other. One whose manifests are broken keeps no other from its promotion; where the forge itself
 * fails, the rest is not tried, and the problem says so.
 *
 * @throws AssayError where the only model fails
 */
export async function promoteModels(
  models: readonly string[],
  promote: (model: string) => Promise<CarriedOut[]>,
): Promise<Promoted> {
  const carriedOut: CarriedOut[] = []
  const problems: AssayError[] = []
  for (const [index, model] of models.entries())
    try {
      carriedOut.push(...(await promote(model)))
    } catch (error) {
      if (!isAssayError(error) || models.length === 1) throw error
      const rest = isHopeless(error) ? models.length - index - 1 : 0
      problems.push(withUntried(error, rest))
      if (rest > 0) break
    }
  return { carriedOut, problems }
}

/** After it, asking for the next model is asking in vain. */
export function isHopeless({ code }: AssayError): boolean {
  return HOPELESS.has(code)
}

// --- internal ---

const HOPELESS = new Set([
  'FORGE_RATE_LIMITED',
  'FORGE_TIMEOUT',
  'FORGE_UNAUTHORIZED',
  'FORGE_UNAVAILABLE',
  'FORGE_UNREACHABLE',
])

function withUntried(error: AssayError, rest: number): AssayError {
  if (rest === 0) return error
  const what = `${rest} more ${rest === 1 ? 'model was' : 'models were'} not looked at`
  return error.with({ problems: [...error.problems, { what }] })
}
