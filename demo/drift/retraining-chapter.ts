import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keepArtifacts, keepLog } from '../artifacts.ts'
import { DEVELOPER, MODEL_REPO, OWNER } from '../cast.ts'
import { renderCommentText } from '../comment-text.ts'
import { DemoError } from '../demo-error.ts'
import { fetchMerge } from '../emulator.ts'
import { git } from '../git.ts'
import { until } from '../live/ask.ts'
import { renderPage } from '../page.ts'
import { openNumbers, type PullRequest, readPullRequest } from '../pull-request.ts'
import { nextJob } from '../stage.ts'
import { runOnPullRequest } from '../workflows.ts'
import type { World } from './world.ts'

export const RETRAINING_PAGE = 'retraining.html'

/** The pull request that nobody wrote, and what the workflow of every pull request makes of it. */
export async function playRetraining(world: World): Promise<PullRequest> {
  const { out, github, narrator } = world
  narrator.heading('One retraining, weighed like any other')
  const number = await until(
    'a pull request that has the model trained anew',
    'Look at bot.log.',
    async () => {
      const [first] = await openNumbers(github, MODEL_REPO, DEVELOPER)
      return first
    },
  )
  const opened = await readPullRequest(github, MODEL_REPO, DEVELOPER, number)
  narrator.step(`Pull request #${number} by ${opened.author}: ${opened.title}`)
  await bringHere(world, opened)
  narrator.step(
    `It moves \`data-version.txt\`: what came after January is learned from too. The workflow starts`,
  )
  const { head, branch } = opened
  const push = { head, branch, date: new Date().toISOString(), first: true }
  const action = await runOnPullRequest(nextJob(world), world.repo, { number }, push)
  await keepLog(out, 'retraining', action, Boolean(action.outputs.verdict))
  const weighed = await readPullRequest(github, MODEL_REPO, DEVELOPER, number)
  for (const { name, state, title } of weighed.checks)
    narrator.step(`Check "${name}" on ${head.slice(0, 7)}: ${state} — ${title}`)
  const [comment] = weighed.comments
  if (!comment) throw new DemoError(`Nobody wrote a comment below #${number}.`, 'Look at retraining.log.')
  narrator.quote(renderCommentText(comment.body))
  narrator.step('It waits for somebody to merge it: what was trained anew goes no other way than the rest')
  const links = await keepArtifacts(out, 1, action)
  const message = await git(world.repo.folder, 'log', '-1', '--format=%B', head)
  const pushes = [{ author: opened.author, head, message }]
  await writeFile(join(out, RETRAINING_PAGE), renderPage({ pullRequest: weighed, pushes, links }))
  return weighed
}

// --- internal ---

/** `git fetch` of the branch: the emulator is asked through its API, and the commit must have the same SHA here. */
async function bringHere({ github, repo, temp }: World, { head, branch }: PullRequest): Promise<void> {
  const api = github.as(DEVELOPER).rest
  const place = { owner: OWNER, repo: MODEL_REPO }
  const { data } = await api.repos.getCommit({ ...place, ref: head })
  const folder = join(temp, 'retraining')
  await git(repo.folder, 'worktree', 'add', '--quiet', '--detach', folder, data.parents[0]!.sha)
  for (const { filename, sha } of data.files ?? []) {
    const blob = await api.git.getBlob({ ...place, file_sha: sha! })
    await mkdir(dirname(join(folder, filename)), { recursive: true })
    await writeFile(join(folder, filename), Buffer.from(blob.data.content, 'base64'))
  }
  await git(folder, 'add', '--all')
  await git(folder, 'write-tree')
  await fetchMerge(github, MODEL_REPO, repo.folder, head)
  await git(repo.folder, 'push', '--quiet', 'origin', `${head}:refs/heads/${branch}`)
}
