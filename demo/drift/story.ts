import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { startSlack } from '../../emulator/slack.ts'
import { APPROVER, DEVELOPER, MODEL, MODEL_REPO, OWNER } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import { startGithub } from '../emulator.ts'
import { freePort } from '../free-port.ts'
import { Stopped, untilStopped } from '../keep-open.ts'
import type { Narrator } from '../narrate.ts'
import { openNumbers, type PullRequest } from '../pull-request.ts'
import { releaseChampion } from '../release-chapter.ts'
import { raiseStage } from '../story.ts'
import { DRIFT_PAGES, playAgain, playTelling, playUsualDays, playWinter } from './alarm-chapter.ts'
import { seasons } from './flights.ts'
import { findTools } from './monitoring.ts'
import { programs as startPrograms } from './programs.ts'
import { raiseWorld } from './raise-world.ts'
import { playRetraining, RETRAINING_PAGE } from './retraining-chapter.ts'
import { watchedConfig } from './watched-release.ts'
import { type World, watchPage } from './world.ts'

/**
 * A release is watched while it serves, a winter begins, and one retraining is there, weighed. Its pages are written to `out`; all that
 * it started ends with it, whatever ends it.
 *
 * @param open whether the pages stay open at the end
 * @throws DemoError where something is not as it should be, Stopped where somebody ended it
 */
export async function playDrift(out: string, narrator: Narrator, open: boolean): Promise<void> {
  const stopped = untilStopped()
  const ends: End[] = []
  try {
    const story = play(out, narrator, end => ends.push(end))
    const world = await Promise.race([
      story,
      stopped.then(() => {
        throw new Stopped()
      }),
    ])
    narrator.say()
    narrator.say(whereOpen(world, open))
    if (open) await stopped
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

// --- internal ---

type End = () => Promise<void>

async function play(out: string, narrator: Narrator, atEnd: (end: End) => void): Promise<World> {
  const temp = await mkdtemp(join(tmpdir(), 'assay-demo-'))
  atEnd(() => rm(temp, { recursive: true, force: true }))
  await mkdir(out, { recursive: true })
  narrator.say(
    'A model serves, the world changes, and one retraining comes of it. No account, no cluster, no network: all of it runs on this machine.',
  )
  const tools = findTools()
  if ('missing' in tools)
    narrator.say(
      `Left out: ${tools.missing.join(' and ')}, not installed here (Debian, Ubuntu: apt-get install prometheus prometheus-alertmanager). The collector is asked for what it counted itself, and \`assay drift\` tells of it.`,
    )
  const github = await startGithub()
  atEnd(() => github.close())
  const slack = await startSlack()
  atEnd(() => slack.close())
  const programs = startPrograms(out)
  atEnd(() => programs.stop())
  const collector = `http://127.0.0.1:${await freePort()}`
  const stage = await raiseStage(
    { out, temp, narrator, github },
    {
      modelFiles: { 'data-version.txt': '2001-01-31\n' },
      deployConfig: text => watchedConfig(text, collector),
    },
  )
  await releaseChampion(stage)
  const { usual, winter } = await seasons(stage.repo)
  const backstage = { programs, slack, collector, tools: 'missing' in tools ? undefined : tools }
  const world = await raiseWorld(stage, backstage, usual, atEnd)
  await playUsualDays(world)
  const begun = await playWinter(world, winter)
  await playTelling(world, begun)
  const retraining = await playRetraining(world)
  const times = await playAgain(world)
  await writeFile(join(out, DRIFT_PAGES.bot), await world.bot.pageFor(APPROVER, MODEL))
  await prove(world, retraining, times)
  narrator.heading('Look at')
  narrator.say(lookAt(out))
  return world
}

/** @throws DemoError where anything is there twice */
async function prove(
  { github, slack, narrator }: World,
  retraining: PullRequest,
  times: number,
): Promise<void> {
  const place = { owner: OWNER, repo: MODEL_REPO }
  const { data } = await github.as(DEVELOPER).rest.issues.listForRepo({ ...place, state: 'all' })
  const issues = data.filter(one => !one.pull_request)
  const pulls = await openNumbers(github, MODEL_REPO, DEVELOPER)
  const messages = slack.posted.filter(one => one.thread_ts === undefined)
  const found = [issues.length, messages.length, pulls.length]
  if (found.some(one => one !== 1))
    throw new DemoError(
      `There should be one of each, and there are ${issues.length} issues, ${messages.length} messages and ${pulls.length} pull requests.`,
      'Look at bot.log.',
    )
  narrator.heading('What is there')
  narrator.step(
    `Told ${times} times: one issue ("${issues[0]!.title}", ${issues[0]!.state}), one thread in Slack, one pull request (#${retraining.number}, ${retraining.state}, weighed: ${retraining.checks.map(({ state }) => state).join(', ')})`,
  )
  narrator.step('No row was kept by anybody, nothing was promoted, and production serves what it served')
}

function lookAt(out: string): string {
  const path = (name: string) => relative(process.cwd(), resolve(out, name))
  const rows: [string, string][] = [
    [path(DRIFT_PAGES.drift), 'what has changed, bin by bin'],
    [path(DRIFT_PAGES.watch), 'the page of `assay watch`'],
    [path(RETRAINING_PAGE), 'the retraining, with the report and what it was weighed against'],
    [path(DRIFT_PAGES.bot), "the bot's page, as Grace sees it"],
    [path('*.log'), 'what each of the programs said'],
    ['examples/late-flights/serve.py', 'all that a server needs to be watched'],
  ]
  const width = Math.max(...rows.map(([file]) => file.length))
  return rows.map(([file, what]) => `  ${file.padEnd(width)}  ${what}`).join('\n')
}

function whereOpen(world: World, open: boolean): string {
  if (!open) return 'All of it has ended; `npm run demo -- drift --open` keeps the pages open.'
  const { bot, monitoring } = world
  const pages = [
    `${watchPage(world)} (what is watched)`,
    `${bot.url} (the bot's page: sign in as grace or ada)`,
    ...(monitoring ? [`${monitoring.prometheus}/alerts`, monitoring.alertmanager] : []),
  ]
  return `Open until Ctrl+C, while it goes on snowing:\n${pages.map(page => `  ${page}`).join('\n')}`
}
