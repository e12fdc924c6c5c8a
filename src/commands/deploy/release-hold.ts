import { ensureBranch } from '../../forges/ensure-branch.ts'
import { ensurePullRequest } from '../../forges/ensure-pull-request.ts'
import type { Context, DeployAccess } from '../context.ts'
import type { DeployPlace } from './place.ts'
import type { Outcome } from './propose.ts'
import { readModelState } from './state.ts'
import { unknownEnvironment } from './unknown.ts'

/** Proposes to remove the hold that a rollback left: a pull request like any other, so that somebody approves it. */
export async function releaseHold(
  _context: Context,
  { repository }: DeployAccess,
  place: DeployPlace,
  asked: { model: string; environment: string; dryRun: boolean },
): Promise<Outcome> {
  const { model, environment } = asked
  const state = await readModelState(repository, place.branch, model)
  const here = state.places.find(one => one.environment.name === environment)
  if (!here)
    throw unknownEnvironment(
      environment,
      state.places.map(one => one.environment.name),
    )
  const outcome = { environment, model, notes: [] }
  const isHeld = (texts: readonly (string | undefined)[]) => texts[0] !== undefined
  if (!isHeld([state.files.get(here.hold)]))
    return { ...outcome, action: 'nothing', words: 'there is no hold' }
  if (asked.dryRun) return { ...outcome, action: 'waits', words: `would propose to remove ${here.hold}` }
  const title = `Release the hold of ${model} in ${environment}`
  const request = {
    branch: `assay/release-hold/${environment}/${model.replace(/\.(?=\.|lock$|$)/g, '%2E')}`,
    base: place.branch,
    edit: async () => ({
      files: [{ path: here.hold, content: undefined }],
      message: `${title}\n\nAssay-Model: ${model}\nAssay-Environment: ${environment}`,
    }),
    replaces: () => true,
  }
  if (!repository.pullRequests) {
    const { action } = await ensureBranch(repository, request)
    const words = `the branch ${request.branch} waits to be merged`
    return { ...outcome, action: action === 'created' ? 'proposed' : 'unchanged', words }
  }
  const ensured = await ensurePullRequest(
    { repository, pullRequests: repository.pullRequests },
    {
      ...request,
      render: () => ({
        title,
        body: `Removes \`${here.hold}\`. Once it is merged, the newest release that may enter ${environment} is promoted again.\n`,
      }),
      labels: here.environment.labels,
      reviewers: here.environment.reviewers,
      proposed: () => false,
    },
  )
  return {
    ...outcome,
    notes: ensured.notes,
    action: ensured.action === 'created' ? 'proposed' : 'unchanged',
    words: 'the hold goes once this is merged',
    ...(ensured.pullRequest && { pullRequest: ensured.pullRequest }),
  }
}
