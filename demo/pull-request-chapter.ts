import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keepArtifacts, keepLog } from './artifacts.ts'
import { DEVELOPER, MODEL_REPO } from './cast.ts'
import { renderCommentText } from './comment-text.ts'
import { pushToGithub } from './emulator.ts'
import { git } from './git.ts'
import { BRANCH, type ModelRepo, pushChange } from './model-repo.ts'
import { type PullRequestPage, renderPage } from './page.ts'
import { openPullRequest, type PullRequest, readPullRequest } from './pull-request.ts'
import { BODY, PUSHES, type Push, TITLE } from './pushes.ts'
import { nextJob, type Stage } from './stage.ts'
import { runOnPullRequest } from './workflows.ts'

/** The model's pull request, push by push. Returns it as it stands after the last. */
export async function playPullRequest(stage: Stage, pushes: readonly Push[] = PUSHES): Promise<PullRequest> {
  const played: Played = { pushes: [] }
  let pullRequest: PullRequest | undefined
  for (const push of pushes) pullRequest = await playPush(stage, played, push)
  return pullRequest!
}

// --- internal ---

/** What was seen so far. */
interface Played {
  pushes: PullRequestPage['pushes']
  number?: number
  commentId?: number
}

async function playPush(stage: Stage, played: Played, push: Push): Promise<PullRequest> {
  const { out, narrator, github, repo } = stage
  narrator.heading(push.told)
  const head = await pushChange(repo, push)
  await pushToGithub(github, MODEL_REPO, repo.folder, BRANCH)
  const diff = await lastDiff(repo)
  played.pushes.push({ author: DEVELOPER.login, head, message: push.message, diff })
  narrator.step(`Commit ${head.slice(0, 7)} "${push.message}"`)
  narrator.quote(diff)
  const first = played.number === undefined
  played.number ??= await open(stage)
  narrator.step(
    'The workflow starts: checkout of the merge, then `uses: assay` (train, evaluate, weigh, comment)',
  )
  const { date } = push
  const action = await runOnPullRequest(
    nextJob(stage),
    repo,
    { number: played.number },
    { head, date, first },
  )
  const count = played.pushes.length
  await keepLog(out, `action-${count}`, action, Boolean(action.outputs.verdict))
  narrator.step(`The action ends with exit code ${action.exitCode}; its verdict: ${action.outputs.verdict}`)
  const pullRequest = await readPullRequest(github, MODEL_REPO, DEVELOPER, played.number)
  narratePosted(stage, played, pullRequest, count < PUSHES.length)
  const links = await keepArtifacts(out, count, action)
  await writeFile(join(out, push.page), renderPage({ pullRequest, pushes: played.pushes, links }))
  return pullRequest
}

async function open({ github, narrator }: Stage): Promise<number> {
  const request = { title: TITLE, body: BODY, head: BRANCH }
  const number = await openPullRequest(github, MODEL_REPO, DEVELOPER, request)
  narrator.step(`Pull request #${number}: ${TITLE}`)
  return number
}

/** The changed lines of the newest commit. */
async function lastDiff({ folder }: ModelRepo): Promise<string> {
  const diff = await git(folder, 'diff', '--unified=0', 'HEAD~1')
  return diff
    .split('\n')
    .filter(line => /^[+-] /.test(line))
    .join('\n')
}

/** `whole`: the comment from beginning to end, not only what it begins with. */
function narratePosted(
  { narrator }: Stage,
  played: Played,
  { comments, checks, head }: PullRequest,
  whole: boolean,
) {
  const [comment, ...others] = comments
  if (!comment || others.length > 0)
    throw new Error(`expected one comment in the pull request, found ${comments.length}`)
  for (const { name, state, title } of checks)
    narrator.step(`Check "${name}" on ${head.slice(0, 7)}: ${state} — ${title}`)
  const updated = played.commentId === comment.id
  played.commentId = comment.id
  const text = renderCommentText(comment.body)
  narrator.step(
    updated ? 'The same comment was updated; there is still one:' : `${comment.author} wrote one comment:`,
  )
  narrator.quote(whole ? text : `${text.split('\n\n', 2).join('\n\n')}\n…`)
}
