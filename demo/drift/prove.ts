import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { APPROVER, DEPLOY_REPO, DEVELOPER, MODEL, MODEL_REPO, OWNER } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import { openNumbers, readPullRequest } from '../pull-request.ts'
import { DRIFT_PAGES } from './alarm-chapter.ts'
import type { World } from './world.ts'

/**
 * Tells what is there after all that was told, and keeps the bot's page.
 *
 * @throws DemoError where anything is there twice
 */
export async function prove({ out, bot, github, slack, narrator }: World, times: number): Promise<void> {
  await writeFile(join(out, DRIFT_PAGES.bot), await bot.pageFor(APPROVER, MODEL))
  const place = { owner: OWNER, repo: MODEL_REPO }
  const { data } = await github.as(DEVELOPER).rest.issues.listForRepo({ ...place, state: 'all' })
  const issues = data.filter(one => !one.pull_request)
  const pulls = data.filter(one => one.pull_request)
  const messages = slack.posted.filter(one => one.thread_ts === undefined)
  const found = [issues.length, messages.length, pulls.length]
  if (found.some(one => one !== 1))
    throw new DemoError(
      `There should be one of each, and there are ${issues.length} issues, ${messages.length} messages and ${pulls.length} pull requests.`,
      'Look at bot.log.',
    )
  if ((await openNumbers(github, DEPLOY_REPO, APPROVER)).length > 0)
    throw new DemoError('Something was proposed for production that nobody merged.', 'Look at bot.log.')
  const retraining = await readPullRequest(github, MODEL_REPO, DEVELOPER, pulls[0]!.number)
  narrator.heading('What is there')
  narrator.step(
    `Told ${times} times: one issue ("${issues[0]!.title}", ${issues[0]!.state}), one thread in Slack, one pull request (#${retraining.number}, ${retraining.state}, weighed: ${retraining.checks.map(({ state }) => state).join(', ')})`,
  )
  narrator.step('No row was kept by anybody, nothing was promoted, and production serves what it served')
}
