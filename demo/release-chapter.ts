import { keepLog } from './artifacts.ts'
import { APPROVER, DEPLOY_REPO, DEVELOPER, MODEL_REPO } from './cast.ts'
import { fetchMerge } from './emulator.ts'
import { git } from './git.ts'
import { mergePullRequest, openNumbers, type PullRequest, readPullRequest } from './pull-request.ts'
import { resultText } from './run-action.ts'
import { nextJob, type Stage } from './stage.ts'
import { runOnMain } from './workflows.ts'

/**
 * Before the story: the model that serves came there by the same way.
 *
 * @param onRun told of the folder in which it was packaged
 */
export async function releaseChampion(
  stage: Stage,
  onRun: (workspace: string) => Promise<void> = async () => {},
): Promise<void> {
  const { out, github, repo, narrator } = stage
  const action = await runOnMain(nextJob(stage), repo, undefined)
  await keepLog(out, 'champion', action, action.exitCode === 0)
  await onRun(action.workspace)
  const open = await openNumbers(github, DEPLOY_REPO, APPROVER)
  for (const number of open)
    await mergePullRequest(github, await readPullRequest(github, DEPLOY_REPO, APPROVER, number), APPROVER)
  const merged =
    open.length > 0
      ? `merged into staging by itself and into production by ${APPROVER.login}`
      : 'and merged into production by itself'
  narrator.step(
    `The champion serves there: ${action.outputs['release-version']}, released by the workflow of main, ${merged}`,
  )
}

/** The merge of the model's pull request, and what the workflow of main makes of it. */
export async function playRelease(stage: Stage, pullRequest: PullRequest): Promise<void> {
  const { out, github, repo, narrator } = stage
  narrator.heading(`The verdict is a pass: Ada merges pull request #${pullRequest.number}`)
  const before = await git(repo.folder, 'rev-parse', 'main')
  const merged = await mergePullRequest(github, pullRequest, DEVELOPER)
  await fetchMerge(github, MODEL_REPO, repo.folder, merged)
  await git(repo.folder, 'push', '--quiet', 'origin', `${merged}:refs/heads/main`)
  narrator.step(
    `Commit ${merged.slice(0, 7)} on main. Its workflow: the same action trains, evaluates and weighs what was merged, packages and releases it`,
  )
  const action = await runOnMain(nextJob(stage), repo, before)
  await keepLog(out, 'release', action, action.exitCode === 0 && Boolean(action.outputs['release-version']))
  narrator.step(
    `The action ends with exit code ${action.exitCode}; its verdict: ${action.outputs.verdict}. The package is an OCI image with the model, made on disk: no registry is asked, nothing is pushed. Most of the time went into waiting: Assay puts a second between its writes, as GitHub asks`,
  )
  narrator.quote(resultText(action.log, /^Release /))
}
