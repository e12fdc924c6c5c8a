import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepArtifacts, keepLog, lookAt } from './artifacts.ts'
import { renderCommentText } from './comment-text.ts'
import { type Github, OWNER, pushToGithub, REPO, startGithub } from './emulator.ts'
import { git } from './git.ts'
import { BRANCH, createModelRepo, type ModelRepo, pushChange } from './model-repo.ts'
import type { Narrator } from './narrate.ts'
import { type PullRequestPage, renderPage } from './page.ts'
import { openPullRequest, type Posted, type PullRequest, readPosted, runWorkflow } from './pull-request.ts'
import { BODY, PUSHES, type Push, TITLE } from './pushes.ts'

/** Plays the whole story, writes its pages to `out`, and throws where something is not as it should be. */
export async function playStory(out: string, narrator: Narrator): Promise<void> {
  const temp = await mkdtemp(join(tmpdir(), 'assay-demo-'))
  let github: Github | undefined
  try {
    await mkdir(out, { recursive: true })
    narrator.say(
      'A pull request for a model, weighed by Assay. No account, no network: all of it runs on this machine.',
    )
    narrator.heading('The stage')
    github = await startGithub()
    narrator.step(
      `A GitHub of our own listens on ${github.url} (npm package emulate; it forgets everything at the end)`,
    )
    const repo = await createModelRepo(temp)
    narrator.step(
      'A model repository: 20,000 real US flights, "late by more than 15 minutes?", champion just trained',
    )
    await pushToGithub(github, repo.folder, 'main')
    narrator.step(`Its two commits are pushed to ${OWNER}/${REPO}`)
    const stage: Stage = { out, temp, narrator, github, repo, pushes: [] }
    for (const push of PUSHES) await playPush(stage, push)
    narrator.heading('Look at')
    narrator.say(lookAt(out))
  } finally {
    await github?.close()
    await rm(temp, { recursive: true, force: true })
  }
}

// --- internal ---

/** All that lives as long as the story; the last two grow with it. */
interface Stage {
  out: string
  temp: string
  narrator: Narrator
  github: Github
  repo: ModelRepo
  pushes: PullRequestPage['pushes']
  pullRequest?: PullRequest
  commentId?: number
}

async function playPush(stage: Stage, push: Push): Promise<void> {
  const { out, narrator, github, repo } = stage
  narrator.heading(push.told)
  const head = await pushChange(repo, push)
  await pushToGithub(github, repo.folder, BRANCH)
  const diff = await lastDiff(repo)
  stage.pushes.push({ head, message: push.message, diff })
  narrator.step(`Commit ${head.slice(0, 7)} "${push.message}"`)
  narrator.quote(diff)
  const pullRequest = await ensureOpened(stage)
  narrator.step(
    'The workflow starts: checkout of the merge, then `uses: assay` (train, evaluate, weigh, comment)',
  )
  const number = stage.pushes.length
  const workspace = join(stage.temp, `workspace-${number}`)
  const temp = join(stage.temp, `runner-${number}`)
  const action = await runWorkflow(github, repo, pullRequest, {
    number,
    head,
    date: push.date,
    workspace,
    temp,
  })
  await keepLog(out, number, action)
  narrator.step(`The action ends with exit code ${action.exitCode}; its verdict: ${action.outputs.verdict}`)
  const posted = await readPosted(github, pullRequest, head)
  narratePosted(stage, posted)
  const links = await keepArtifacts(out, number, action, workspace)
  const page = { repository: `${OWNER}/${REPO}`, pullRequest, pushes: stage.pushes, posted, links }
  await writeFile(join(out, push.page), renderPage(page))
}

/** The changed lines of the newest commit. */
async function lastDiff({ folder }: ModelRepo): Promise<string> {
  const diff = await git(folder, 'diff', '--unified=0', 'HEAD~1')
  return diff
    .split('\n')
    .filter(line => /^[+-] /.test(line))
    .join('\n')
}

async function ensureOpened(stage: Stage): Promise<PullRequest> {
  if (stage.pullRequest) return stage.pullRequest
  stage.pullRequest = await openPullRequest(stage.github, TITLE, BODY)
  stage.narrator.step(`Pull request #${stage.pullRequest.number}: ${TITLE}`)
  return stage.pullRequest
}

function narratePosted(stage: Stage, posted: Posted): void {
  const { narrator } = stage
  const [comment, ...others] = posted.comments
  if (!comment || others.length > 0)
    throw new Error(`expected one comment in the pull request, found ${posted.comments.length}`)
  for (const { name, status, conclusion, title } of posted.checks)
    narrator.step(`Check "${name}" on ${posted.head.slice(0, 7)}: ${conclusion ?? status} — ${title}`)
  const updated = stage.commentId === comment.id
  stage.commentId = comment.id
  narrator.step(
    updated ? 'The same comment was updated; there is still one:' : `${comment.author} wrote one comment:`,
  )
  narrator.quote(renderCommentText(comment.body))
}
