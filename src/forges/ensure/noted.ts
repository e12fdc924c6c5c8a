import { isAssayError } from '../../core/errors/errors.ts'
import { inWords } from '../forge-error.ts'

/** Does what nothing else waits for: where it cannot be done, a note that begins with `what` says why. */
export async function noted(notes: string[], what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isAssayError(error)) throw error
    notes.push(`${what}: ${inWords(error)}`)
  }
}
