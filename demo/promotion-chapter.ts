import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keepLog, PAGES } from './artifacts.ts'
import { APPROVER, DEPLOY_REPO, MODEL } from './cast.ts'
import { renderCommentText } from './comment-text.ts'
import { renderPage } from './page.ts'
import {
  mergePullRequest,
  openNumbers,
  type PullRequest,
  readMessage,
  readPullRequest,
} from './pull-request.ts'
import { resultText } from './run-action.ts'
import { nextJob, type Stage } from './stage.ts'
import { runOnDeploy } from './workflows.ts'

/** From staging to production, by somebody's merge; then what serves where, and the way back. */
export async function playPromotion(stage: Stage): Promise<void> {
  const production = await theOpenOne(stage)
  await playStaging(stage, production.number - 1)
  await playProduction(stage, production)
  await playInventory(stage)
  await playRollback(stage)
}

// --- internal ---

async function theOpenOne({ github }: Stage): Promise<PullRequest> {
  const [number, ...others] = await openNumbers(github, DEPLOY_REPO, APPROVER)
  if (number === undefined || others.length > 0)
    throw new Error(`expected one open promotion, found ${number === undefined ? 0 : others.length + 1}`)
  return readPullRequest(github, DEPLOY_REPO, APPROVER, number)
}

async function playStaging({ github, narrator }: Stage, number: number): Promise<void> {
  narrator.heading('Staging: nobody has to approve')
  const { title, state, checks, head } = await readPullRequest(github, DEPLOY_REPO, APPROVER, number)
  narrator.step(`Pull request #${number} of the deploy repository: ${title}`)
  for (const check of checks)
    narrator.step(`Status "${check.name}" on ${head.slice(0, 7)}: ${check.state} — ${check.title}`)
  narrator.step(`It was ${state} by the same run, at exactly that commit`)
}

async function playProduction(stage: Stage, promotion: PullRequest): Promise<void> {
  const { out, narrator, github } = stage
  narrator.heading('Production: waits for approval')
  await showPromotion(stage, promotion, PAGES.promotion)
  narrator.quote(renderCommentText(promotion.body, { unfolded: true }))

  narrator.heading('Grace approves by merging')
  const merged = await mergePullRequest(github, promotion, APPROVER)
  narrator.step(`Pull request #${promotion.number} was merged: commit ${merged.slice(0, 7)}`)
  const action = await runOnDeploy(nextJob(stage), 'promote', APPROVER)
  const left = await openNumbers(github, DEPLOY_REPO, APPROVER)
  await keepLog(out, 'promote', action, action.exitCode === 0 && left.length === 0)
  narrator.step('The workflow of the deploy repository runs `assay promote`. There is nothing left to do:')
  narrator.quote(resultText(action.log))
}

async function playInventory(stage: Stage): Promise<void> {
  const { out, narrator } = stage
  narrator.heading('What serves where')
  const action = await runOnDeploy(nextJob(stage), 'inventory', APPROVER)
  await keepLog(out, 'inventory', action, action.exitCode === 0)
  narrator.step('`assay inventory`, from the deploy repository alone:')
  narrator.quote(resultText(action.log))
}

async function playRollback(stage: Stage): Promise<void> {
  const { out, narrator } = stage
  narrator.heading('And back, should it be needed')
  const inputs = { model: MODEL, environment: 'production', reason: 'too many false alarms at the desk' }
  const action = await runOnDeploy(nextJob(stage), 'rollback', APPROVER, inputs)
  await keepLog(out, 'rollback', action, action.exitCode === 0)
  narrator.step('`assay rollback late-flights --environment production` proposes the bytes that were:')
  const rollback = await theOpenOne(stage)
  await showPromotion(stage, rollback, PAGES.rollback)
  narrator.quote(renderCommentText(rollback.body))
}

async function showPromotion(
  { out, github, narrator }: Stage,
  pullRequest: PullRequest,
  page: string,
): Promise<void> {
  const { number, title, author, head, checks, labels } = pullRequest
  const message = await readMessage(github, DEPLOY_REPO, APPROVER, head)
  const pushes = [{ author, head, message }]
  const waits = 'It waits for somebody to approve and merge it'
  await writeFile(join(out, page), renderPage({ pullRequest, pushes, waits, links: [] }))
  const labelled = labels.length > 0 ? `, labelled ${labels.join(', ')}` : ''
  narrator.step(`Pull request #${number} of the deploy repository, by ${author}${labelled}: ${title}`)
  for (const check of checks)
    narrator.step(`Status "${check.name}" on ${head.slice(0, 7)}: ${check.state} — ${check.title}`)
}
