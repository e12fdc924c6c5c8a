import { AssayError } from '../../../core/errors/errors.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'

/** The error with the models that nobody came to after it. */
export function withUntried(error: AssayError, models: readonly string[]): AssayError {
  const { length } = models
  if (length === 0) return error
  const shown = models.slice(0, MOST_SHOWN).join(', ')
  const names = length > MOST_SHOWN ? `${shown} and ${length - MOST_SHOWN} others` : shown
  const what = `${length} more ${length === 1 ? 'model was' : 'models were'} not looked at: ${names}`
  return error.with({ problems: [...error.problems, { what }] })
}

/**
 * Stops before the calls that the forge allows are used up: verdicts on pull requests are made with the same account.
 *
 * @throws AssayError `FORGE_RATE_LIMITED`
 */
export function keepReserve({ name, callsLeft }: DeployRepository): void {
  const calls = callsLeft?.()
  if (!calls || calls.left >= Math.max(LEAST_LEFT, calls.limit * RESERVE)) return
  const until = new Date(calls.until).toISOString().slice(11, 16)
  throw new AssayError({
    code: 'FORGE_RATE_LIMITED',
    title: `Stopped before the calls to ${name} are used up`,
    problems: [
      {
        what: `${calls.left} of ${calls.limit} are left until ${until} UTC; they are kept for verdicts on pull requests`,
        fix: `Run again after ${until} UTC; it goes on with what waits longest`,
      },
    ],
  })
}

// --- internal ---

const MOST_SHOWN = 20
/** A part of what a forge allows, and no fewer calls than a verdict and a promotion need. */
const RESERVE = 0.05
const LEAST_LEFT = 50
