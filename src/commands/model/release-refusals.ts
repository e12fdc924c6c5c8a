import { AssayError } from '../../core/errors/errors.ts'

/** Why a judged model becomes no release. */

/** A run that may use no token writes nowhere: that is said before anything is asked or made for it. */
export function notWritable(repository: string, refused: string): AssayError {
  const what = `there is no token for ${repository}: ${refused}`
  const fix = 'release on the default branch, once this is merged'
  return new AssayError({
    code: 'DEPLOY_NO_TOKEN',
    title: 'The deploy repository cannot be written to',
    problems: [{ what, fix }],
  })
}

/** What was judged on a laptop with changes that are in no commit. */
export function uncommitted(name: string): AssayError {
  const what = 'the result is of no commit: what was judged had changes that were not committed'
  const fix = 'commit them, and judge that commit: `assay run`'
  const title = `${name} cannot be released`
  return new AssayError({ code: 'RELEASE_INVALID', title, problems: [{ what, fix }] })
}
