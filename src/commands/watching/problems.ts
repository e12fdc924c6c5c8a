import { AssayError, type Problem } from '../../core/errors/errors.ts'

/** Why the watch does not start. */
export function watchProblem(problems: Problem[]): AssayError {
  return new AssayError({ code: 'WATCH_SETTINGS', title: 'The watch does not start', problems })
}
