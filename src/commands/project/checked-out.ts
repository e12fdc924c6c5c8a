import { AssayError, type Problem } from '../../core/errors/errors.ts'
import { otherCheckout } from '../../core/git/checked-out.ts'
import type { Repository } from '../../services/git/git.ts'
import type { Context } from '../command/context.ts'

/**
 * Refuses to work on files that are not those of the commit which the verdict would be posted on. Nothing is run and nothing
 * posted: a check that is required stays open, and so cannot turn green.
 *
 * @param head what is checked out; undefined where that is no commit
 * @param exact a release names one commit, and a merge of it with something else is another
 * @throws AssayError `CHECKOUT_MISMATCH`
 */
export async function refuseOtherCheckout(
  context: Context,
  repository: Repository | undefined,
  head: string | undefined,
  exact: boolean,
): Promise<void> {
  const problem = await checkoutProblem(context, repository, head, exact)
  if (!problem) return
  throw new AssayError({
    code: 'CHECKOUT_MISMATCH',
    title: 'What is checked out is not the commit that this run is about',
    problems: [problem],
    worked: 'nothing was run, and nothing was posted',
  })
}

/** What `refuseOtherCheckout` would refuse for. */
export async function checkoutProblem(
  { ci }: Context,
  repository: Repository | undefined,
  head: string | undefined,
  exact = false,
): Promise<Problem | undefined> {
  const parents = head === undefined ? [] : await repository!.parents(head)
  const inPullRequest = ci.pullRequest !== undefined || ci.head !== undefined
  const { headSha, mergeSha, otherSha } = ci
  const event = exact
    ? { headSha, otherSha, inPullRequest: inPullRequest && headSha === undefined }
    : { headSha, mergeSha, otherSha, inPullRequest }
  const what = otherCheckout(event, { head, parents })
  return what === undefined ? undefined : { what, fix: repository ? (ci.checkoutFix ?? CHECKOUT) : NO_GIT }
}

// --- internal ---

const NO_GIT = 'install git before the checkout, and let the job check the repository out'
/** Of what is no CI that Assay knows. */
const CHECKOUT = 'check out the commit that the run is about, and nothing else before Assay'
