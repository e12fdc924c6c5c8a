import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DEPLOY_REPO, DEPLOYER, DEVELOPER, MODEL_REPO, OWNER, type Person, WORKFLOW } from './cast.ts'
import type { Github } from './emulator.ts'
import { git } from './git.ts'
import { BRANCH, checkOutMerge, type ModelRepo } from './model-repo.ts'
import { type ActionResult, runAction, type Trigger } from './run-action.ts'

/** The workflows of the two repositories: what each checks out, and the inputs that it gives the action. */

export interface Job {
  github: Github
  /** Counts all runs of the story. */
  number: number
  /** A folder for workspaces and runners. */
  temp: string
}

/** What came out, and the folder that it was checked out in. */
export type JobResult = ActionResult & { workspace: string }

/** `on: pull_request` of the model repository: the merge of the last push, then `uses: assay`. */
export async function runOnPullRequest(
  job: Job,
  repo: ModelRepo,
  pullRequest: { number: number },
  push: { head: string; date: string; first: boolean; branch?: string },
): Promise<JobResult> {
  const workspace = workspaceOf(job)
  const sha = await checkOutMerge(repo, workspace, push.head, push.date)
  const { data } = await job.github.as(DEVELOPER).rest.pulls.get({
    owner: OWNER,
    repo: MODEL_REPO,
    pull_number: pullRequest.number,
  })
  return start(
    job,
    MODEL_REPO,
    DEVELOPER,
    {},
    {
      event: 'pull_request',
      ref: `refs/pull/${pullRequest.number}/merge`,
      sha,
      head: push.branch ?? BRANCH,
      base: 'main',
      payload: {
        action: push.first ? 'opened' : 'synchronize',
        number: pullRequest.number,
        pull_request: { ...data, merge_commit_sha: sha },
        repository: data.base.repo,
        sender: data.user,
      },
    },
  )
}

/**
 * `on: push` to main of the model repository:
 *
 *     - uses: assay-ml/assay@9ceb61595f164d5f9febb9428341d7093c675a0e # v0
 *       with:
 *         base: ${{ github.event.before }}
 *         deploy-token: ${{ steps.app.outputs.token }}
 */
export async function runOnMain(job: Job, repo: ModelRepo, before: string | undefined): Promise<JobResult> {
  await git(repo.folder, 'clone', '--quiet', repo.origin, workspaceOf(job))
  const sha = await git(workspaceOf(job), 'rev-parse', 'HEAD')
  const inputs = { ...(before !== undefined && { base: before }), 'deploy-token': DEPLOYER.token }
  const payload = { before, after: sha, repository: await repositoryOf(job, MODEL_REPO) }
  const trigger: Trigger = { event: 'push', ref: 'refs/heads/main', sha, payload }
  return start(job, MODEL_REPO, DEVELOPER, inputs, trigger)
}

/** A workflow of the deploy repository. It needs no checkout: what Assay reads and writes there goes through the API. */
export async function runOnDeploy(
  job: Job,
  command: 'promote' | 'inventory' | 'rollback',
  actor: Person,
  inputs: Record<string, string> = {},
): Promise<JobResult> {
  const place = { owner: OWNER, repo: DEPLOY_REPO }
  const { data } = await job.github.as(actor).rest.git.getRef({ ...place, ref: 'heads/main' })
  await mkdir(workspaceOf(job), { recursive: true })
  const given = {
    ...inputs,
    command,
    'deploy-repo': `${OWNER}/${DEPLOY_REPO}`,
    'deploy-token': DEPLOYER.token,
  }
  const trigger: Trigger = {
    event: command === 'promote' ? 'push' : 'workflow_dispatch',
    ref: 'refs/heads/main',
    sha: data.object.sha,
    payload: { repository: await repositoryOf(job, DEPLOY_REPO) },
  }
  return start(job, DEPLOY_REPO, actor, given, trigger)
}

// --- internal ---

function workspaceOf({ temp, number }: Job): string {
  return join(temp, `workspace-${number}`)
}

async function repositoryOf({ github }: Job, repo: string) {
  return (await github.as(DEVELOPER).rest.repos.get({ owner: OWNER, repo })).data
}

async function start(
  job: Job,
  name: string,
  actor: Person,
  inputs: Record<string, string>,
  trigger: Trigger,
): Promise<JobResult> {
  const workspace = workspaceOf(job)
  const result = await runAction({
    number: job.number,
    repository: `${OWNER}/${name}`,
    githubUrl: job.github.url,
    token: WORKFLOW.token,
    actor: actor.login,
    trigger,
    inputs,
    workspace,
    temp: join(job.temp, `runner-${job.number}`),
  })
  return { ...result, workspace }
}
