import { ownMarker, ownPart, withOwnPart } from '../../../core/text/own-part.ts'
import { ensureBranch } from '../../../forges/ensure/branch.ts'
import { type EnsuredPullRequest, ensurePullRequest } from '../../../forges/ensure/pull-request.ts'
import type { Context, DeployAccess } from '../../context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import { readModelState } from '../read/state.ts'
import { unknownEnvironment } from '../read/unknown.ts'
import type { CarriedOut } from './propose.ts'

/** Proposes to remove the hold that a rollback left: a pull request like any other, so that somebody approves it. */
export async function releaseHold(
  _context: Context,
  { repository }: DeployAccess,
  deploy: DeployBranch,
  asked: { model: string; environment: string; dryRun: boolean },
): Promise<CarriedOut> {
  const { model, environment } = asked
  const state = await readModelState(repository, deploy.branch, model)
  const here = state.places.find(one => one.environment.name === environment)
  if (!here)
    throw unknownEnvironment(
      environment,
      state.places.map(one => one.environment.name),
    )
  const done = { environment, model, notes: [] }
  const isHeld = (texts: readonly (string | undefined)[]) => texts[0] !== undefined
  if (!isHeld([state.files.get(here.holdFile)]))
    return { ...done, action: 'nothing', words: 'there is no hold' }
  if (asked.dryRun) return { ...done, action: 'waits', words: `would propose to remove ${here.holdFile}` }
  const title = `Release the hold of ${model} in ${environment}`
  const marker = `<!-- assay:release-hold v1 environment=${environment} model=${model} -->`
  const request = {
    branch: `assay/release-hold/${environment}/${model.replace(/\.(?=\.|lock$|$)/g, '%2E')}`,
    base: deploy.branch,
    edit: async () => ({
      files: [{ path: here.holdFile, content: undefined }],
      message: `${title}\n\nAssay-Model: ${model}\nAssay-Environment: ${environment}`,
    }),
    replaces: () => true,
  }
  if (!repository.pullRequests) {
    const ensured = await ensureBranch(repository, request)
    return { ...done, ...told(ensured, `the branch ${request.branch} waits to be merged`) }
  }
  const ensured = await ensurePullRequest(
    { repository, pullRequests: repository.pullRequests },
    {
      ...request,
      render: (_, there) => ({
        title: there && ownMarker(there.body) === marker ? there.title : title,
        body: withOwnPart(
          there?.body,
          ownPart(
            `${marker}\nRemoves \`${here.holdFile}\`. Once it is merged, the newest release that may enter ${environment} is promoted again.`,
          ),
        ),
      }),
      labels: here.environment.labels,
      reviewers: here.environment.reviewers,
      proposed: () => false,
    },
  )
  return {
    ...done,
    notes: ensured.notes,
    ...told(ensured, 'the hold goes once this is merged'),
    ...(ensured.pullRequest && { pullRequest: ensured.pullRequest }),
  }
}

// --- internal ---

function told(
  { action, reason }: { action: EnsuredPullRequest['action']; reason?: string },
  words: string,
): Pick<CarriedOut, 'action' | 'words'> {
  switch (action) {
    case 'created':
      return { action: 'proposed', words }
    case 'updated':
    case 'unchanged':
      return { action, words }
    case 'nothing_to_do':
      return { action: 'nothing', words: 'there is no hold any more' }
    case 'left_alone':
      return { action, words: reason ?? 'somebody pushed to its branch' }
    case 'rejected':
    case 'skipped_older':
      return { action: 'waits', words: reason ?? 'another run was faster' }
  }
}
