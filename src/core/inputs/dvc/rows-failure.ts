import { AssayError } from '../../errors/errors.ts'
import { causeOf, type PullFacts } from './pull-failure.ts'

/**
 * Why rows could not be brought to a remote of DVC, or from it. DVC tells the same whatever it moves; what to do is another thing
 * where `baselines` names the remote.
 */
export function rowsFailure(facts: Omit<PullFacts, 'wrong'>): AssayError {
  const { code, what, fix } = causeOf({ ...facts, wrong: [] })
  return new AssayError({
    code,
    title: 'The rows were not moved by DVC',
    problems: [{ what, fix: FIXES[code] ?? fix }],
  })
}

// --- internal ---

const FIXES: Record<string, string> = {
  DVC_REMOTE_UNKNOWN:
    'compare `dvc remote list` with the name in `baselines`; what stands in `.dvc/config.local` is on the machine of whoever wrote it only',
  DVC_REMOTE_GONE: 'make the folder, or mount it where `.dvc/config` says',
  DVC_DATA_NOT_THERE:
    'the next release keeps rows anew; `dvc gc --cloud` takes what no commit names, so let rows have a remote of their own',
}
