import { AssayError } from '../../core/errors/errors.ts'
import type { Context } from './context.ts'

/** Runs the work of a command. Where the job is stopped meanwhile, that is what the error says, whatever broke because of it. */
export async function untilCancelled<T>(
  context: Context,
  work: () => Promise<T>,
  worked?: () => string | undefined,
  title = 'The job was stopped before the verdict',
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw context.signal.aborted ? cancelled(title, worked?.()) : error
  }
}

// --- internal ---

function cancelled(title: string, worked: string | undefined): AssayError {
  return new AssayError({
    code: 'CANCELLED',
    title,
    problems: [
      {
        what: 'the runner asked to stop (cancelled by a person, replaced by a newer push, or a spot machine taken back)',
        fix: 'run the job again',
      },
    ],
    worked,
  })
}
