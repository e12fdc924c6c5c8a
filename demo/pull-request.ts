import { type Github, OWNER, REPO } from './emulator.ts'
import { BRANCH, checkOutMerge, type ModelRepo } from './model-repo.ts'
import { type ActionResult, runAction } from './run-action.ts'

const PLACE = { owner: OWNER, repo: REPO }

export interface PullRequest {
  number: number
  title: string
  body: string
}

/** What stands in the pull request after a run, read back through the API. */
export interface Posted {
  head: string
  comments: { id: number; author: string; body: string; created: string; updated: string }[]
  checks: { name: string; status: string; conclusion?: string; title: string }[]
}

export async function openPullRequest(github: Github, title: string, body: string): Promise<PullRequest> {
  const { data } = await github.asDeveloper.rest.pulls.create({
    ...PLACE,
    title,
    body,
    head: BRANCH,
    base: 'main',
  })
  return { number: data.number, title, body }
}

/** The workflow on the last push: checkout of the merge, then the action. `number` counts the pushes. */
export async function runWorkflow(
  github: Github,
  repo: ModelRepo,
  pullRequest: PullRequest,
  push: { number: number; head: string; date: string; workspace: string; temp: string },
): Promise<ActionResult> {
  const mergeCommit = await checkOutMerge(repo, push.workspace, push.head, push.date)
  const { data } = await github.asDeveloper.rest.pulls.get({ ...PLACE, pull_number: pullRequest.number })
  // The emulator keeps the head of the moment when the pull request was opened; GitHub's follows the branch.
  const current = { ...data, head: { ...data.head, sha: push.head }, merge_commit_sha: mergeCommit }
  return runAction({
    number: push.number,
    repository: `${OWNER}/${REPO}`,
    githubUrl: github.url,
    token: github.workflowToken,
    workspace: push.workspace,
    mergeCommit,
    pullRequest: { number: pullRequest.number, head: { ref: BRANCH }, base: { ref: 'main' } },
    event: {
      action: push.number === 1 ? 'opened' : 'synchronize',
      number: pullRequest.number,
      pull_request: current,
      repository: data.base.repo,
      sender: data.user,
    },
    temp: push.temp,
  })
}

export async function readPosted(
  { asDeveloper }: Github,
  pullRequest: PullRequest,
  head: string,
): Promise<Posted> {
  const comments = await asDeveloper.paginate(asDeveloper.rest.issues.listComments, {
    ...PLACE,
    issue_number: pullRequest.number,
  })
  const checks = await asDeveloper.rest.checks.listForRef({ ...PLACE, ref: head })
  return {
    head,
    comments: comments.map(comment => ({
      id: comment.id,
      author: comment.user?.login ?? '',
      body: comment.body ?? '',
      created: comment.created_at,
      updated: comment.updated_at,
    })),
    checks: checks.data.check_runs.map(check => ({
      name: check.name,
      status: check.status,
      conclusion: check.conclusion ?? undefined,
      title: check.output.title ?? '',
    })),
  }
}
