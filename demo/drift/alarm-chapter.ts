import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { shownOf } from '../../emulator/slack.ts'
import { formatCount } from '../../src/core/text/numbers.ts'
import { renderDriftTerminal } from '../../src/core/traffic/report/terminal.ts'
import { DEPLOYER, MODEL, MODEL_REPO, OWNER, WORKFLOW } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import { get, until } from '../live/ask.ts'
import { jobEnvironment, runCommand } from '../live/commands.ts'
import { FLOWN, LATER, NORTH, type Season } from '../live/flights.ts'
import { startWatch } from './raise-world.ts'
import { type Watched, type World, watchPage } from './world.ts'

export const DRIFT_PAGES = { watch: 'watch.html', drift: 'drift.html', bot: 'models.html' }

/** March as it was. */
export async function playUsualDays(world: World): Promise<void> {
  const { narrator, traffic } = world
  narrator.heading('Days as they were')
  await until('rows enough to tell', 'Look at the logs.', async () => traffic.asked() >= ENOUGH || undefined)
  await startWatch(world)
  const { state, verdict } = await watched(world)
  narrator.step(
    `${formatCount(traffic.asked())} flights of March were asked for, which no model has learned from. \`assay watch\` looks: ${state}, over ${formatCount(verdict.rows)} rows`,
  )
  narrator.step(`Its page: ${watchPage(world)}`)
  if (state === 'critical' || verdict.rows === 0)
    throw new DemoError(`A usual day is called ${state}.`, 'Look at watch.log.')
}

/** A winter, up to the verdict. When it began, by performance.now(). */
export async function playWinter(world: World, winter: Season): Promise<number> {
  const { narrator, traffic, out, watch } = world
  narrator.heading('A winter begins')
  traffic.turnTo(winter)
  const begun = performance.now()
  narrator.step(
    `Snow in the north: of the flights from and to ${NORTH.slice(0, 3).join(', ')} and ${NORTH.length - 3} airports more one in ${FLOWN} is flown, and all others leave ${LATER} hours later. March has no winter, so these are its own flights, drawn otherwise`,
  )
  narrator.step(
    '`assay watch` looks once a minute, over the rows of the last one (days, where a model serves people)',
  )
  const turned = await until('a verdict that is critical', 'Look at watch.log.', async () => {
    const now = await watched(world)
    return now.alarms.some(({ kind, level }) => kind === 'shift' && level === 'critical') ? now : undefined
  })
  narrator.step(`The verdict turns, ${seconds(performance.now() - begun)} after the snow:`)
  narrator.quote(renderDriftTerminal(turned.verdict))
  await writeFile(join(out, DRIFT_PAGES.watch), await get(world, watch))
  await writeFile(join(out, DRIFT_PAGES.drift), await get(world, `${watch}/drift/${MODEL}/production`))
  return begun
}

/** Who hears of it: by Prometheus, Alertmanager and the bot, or by `assay drift` where those are not installed. */
export async function playTelling(world: World, begun: number): Promise<void> {
  const { narrator, monitoring, slack } = world
  narrator.heading('Who is told')
  if (monitoring)
    narrator.step('Prometheus reads the alarm, Alertmanager tells the bot, the bot writes its issue')
  else await tellByCommand(world)
  const [message] = await until('a message in Slack', 'Look at bot.log.', async () =>
    slack.posted.length > 0 ? slack.posted : undefined,
  )
  narrator.step(`Slack has one message, ${seconds(performance.now() - begun)} after the snow:`)
  narrator.quote(shownOf(message!))
}

/** Whoever is told again and again does all of it once. */
export async function playAgain(world: World): Promise<number> {
  const { narrator, monitoring } = world
  narrator.heading('Told again')
  if (!monitoring) {
    await tellByCommand(world)
    narrator.step('`assay drift` ran a second time')
    return 2
  }
  const before = deliveries(world)
  await until('an alert that is told again', 'Look at alertmanager.log.', async () =>
    deliveries(world) >= before + 2 ? true : undefined,
  )
  const times = deliveries(world)
  narrator.step(`Alertmanager, set to repeat itself each second, has told the bot ${times} times by now`)
  // What they begin has begun by then.
  await sleep(1000)
  return times
}

// --- internal ---

/** Rows of each minute are ten times as many. */
const ENOUGH = 700

async function watched(world: World): Promise<Watched> {
  return JSON.parse(await get(world, `${world.watch}/v1/drift?model=${MODEL}&environment=production`))
}

async function tellByCommand(world: World): Promise<void> {
  const { narrator, github, repo, collector, token, slack } = world
  const { exitCode, said } = await runCommand(
    [
      'drift',
      MODEL,
      '--environment',
      'production',
      '--collector',
      collector,
      '--retrain',
      '--output',
      'assay-drift',
    ],
    repo.folder,
    {
      ...jobEnvironment(github.url, `${OWNER}/${MODEL_REPO}`, {
        run: WORKFLOW.token,
        deploy: DEPLOYER.token,
      }),
      ASSAY_COLLECTOR_TOKEN: token,
      ASSAY_SLACK_WEBHOOK: slack.webhook,
    },
  )
  if (exitCode !== 1)
    throw new DemoError(
      `\`assay drift\` ended with ${exitCode}:\n\n${said}`,
      'It should find what `assay watch` found.',
    )
  narrator.step(
    '`assay drift --retrain` does what a schedule of the CI would: it looks, tells, and begins the retraining',
  )
}

/** How often the bot took what Alertmanager told. */
function deliveries({ botLog }: World): number {
  return botLog.join('').split('"route":"alerts","status":202').length - 1
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
