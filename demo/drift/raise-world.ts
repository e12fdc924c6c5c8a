import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmulatedSlack } from '../../emulator/slack.ts'
import { count } from '../../src/core/text/numbers.ts'
import { startBot } from '../bot.ts'
import { APPROVER, DEPLOY_REPO, MODEL, MODEL_REPO, OWNER } from '../cast.ts'
import { freePort } from '../free-port.ts'
import { COMMAND_LINE, jobEnvironment } from '../live/commands.ts'
import type { Season } from '../live/flights.ts'
import { installed, type Programs } from '../live/programs.ts'
import type { Stage } from '../stage.ts'
import { startMonitoring, type Tools } from './monitoring.ts'
import { ask, scoreOf } from './traffic.ts'
import { mount, readWatchedRelease } from './watched-release.ts'
import type { World } from './world.ts'

/** What is there before the story begins, and what ends with it. */
export interface Backstage {
  programs: Programs
  slack: EmulatedSlack
  /** The address that the promotion writes into the release. */
  collector: string
  tools: Tools | undefined
  alertmanagers: number
}

/** Has the release serve and be watched: everything is started that a cluster would run. */
export async function raiseWorld(
  stage: Stage,
  backstage: Backstage,
  season: Season,
  atEnd: (end: () => Promise<void>) => void,
): Promise<World> {
  const { narrator, github, temp, repo, out } = stage
  const { programs, slack, collector, tools, alertmanagers } = backstage
  narrator.heading('It serves, and is watched')
  const release = await readWatchedRelease(github)
  narrator.step(
    `The promotion brought what watches it: the profile of its ${count(profileRows(release.profile), 'flight')}, the address for its events, the rules for Prometheus`,
  )
  const token = randomBytes(16).toString('hex')
  const tokenFile = join(temp, 'token')
  await writeFile(tokenFile, token)
  await mount(join(temp, 'profiles', MODEL), release.profile)
  await programs.start({
    name: 'collector',
    command: process.execPath,
    parameters: [
      COMMAND_LINE,
      ...['collect', '--profiles', join(temp, 'profiles'), '--tokens', tokenFile],
      ...['--environment', 'production', '--port', new URL(collector).port, '--locks', temp],
    ],
    folder: temp,
    ready: `${collector}/readyz`,
  })
  narrator.step(`\`assay collect\` counts at ${collector}, and keeps no row`)

  const servers = await startServers(programs, repo.folder, {
    ...release.variables,
    ASSAY_EVENTS_TOKEN: token,
  })
  const flight = season.next()
  const [one, other] = await Promise.all(servers.map(({ url }) => scoreOf(url, flight)))
  narrator.step(
    `Two servers of ${release.variables.ASSAY_RELEASE}: ${servers.map(({ what, url }) => `${what} at ${url}`).join(', ')}. Asked for the same flight from ${flight.origin} to ${flight.destination} they say ${one!.toFixed(4)} and ${other!.toFixed(4)}`,
  )
  if (servers.every(({ what }) => what === 'Node'))
    narrator.step('Left out: the one in Python, since there is no python3. Both are of Node')
  const alertToken = randomBytes(24).toString('base64url')
  const botLog: string[] = []
  const [port, watchPort] = [await freePort(), await freePort()]
  const watch = `http://127.0.0.1:${watchPort}`
  const options = {
    port,
    onLog: (text: string) => void botLog.push(text),
    env: {
      ASSAY_BOT_WATCH_URL: watch,
      ASSAY_BOT_WATCH_TOKEN: token,
      ASSAY_BOT_WATCH_REPOSITORY: `${OWNER}/${DEPLOY_REPO}`,
      ASSAY_BOT_ALERT_TOKENS: `${alertToken}=${OWNER}/${MODEL_REPO}:${MODEL}`,
      ...(tools && {
        ASSAY_BOT_SLACK_TOKEN: slack.token,
        ASSAY_BOT_SLACK_CHANNEL: slack.channel,
        ASSAY_BOT_SLACK_API_URL: slack.apiUrl,
      }),
    },
  }
  let bot = await startBot(github, options)
  atEnd(async () => {
    await bot.stop()
    await writeFile(join(out, 'bot.log'), botLog.join(''))
  })
  narrator.step(`\`assay-bot\` at ${bot.url}, and a Slack of our own that keeps what it is sent`)

  const alertTokenFile = join(temp, 'alert-token')
  await writeFile(alertTokenFile, alertToken)
  const monitoring =
    tools &&
    (await startMonitoring(programs, tools, join(temp, 'monitoring'), {
      rules: release.rules,
      tokenFile,
      scraped: { collector, watch },
      told: { url: `${bot.url}/alerts`, tokenFile: alertTokenFile },
      alertmanagers,
    }))
  if (monitoring)
    narrator.step(
      `Prometheus at ${monitoring.prometheus} reads the collector, with the rules as they stand in the deploy repository; Alertmanager at ${monitoring.alertmanager} tells the bot`,
    )
  const traffic = ask(
    servers.map(({ url }) => url),
    season,
  )
  atEnd(async () => traffic.stop())

  const kill = async () => {
    await bot.stop('SIGKILL')
    bot = await startBot(github, options)
  }
  const { url, pageFor } = bot
  const own = { url, kill, pageFor: (...asked: Parameters<typeof pageFor>) => bot.pageFor(...asked) }
  return { ...stage, programs, slack, bot: own, botLog, collector, watch, token, monitoring, traffic }
}

/** What looks, from now on once a minute. */
export async function startWatch({ programs, github, temp, watch, token, ...world }: World): Promise<void> {
  const { monitoring, collector } = world
  await programs.start({
    name: 'watch',
    command: process.execPath,
    parameters: [
      COMMAND_LINE,
      ...[
        'watch',
        '--deploy-repo',
        `${OWNER}/${DEPLOY_REPO}`,
        '--model',
        MODEL,
        '--environment',
        'production',
      ],
      ...['--port', new URL(watch).port, '--tokens', join(temp, 'token')],
      ...(monitoring ? ['--prometheus', monitoring.prometheus] : ['--collector', collector]),
    ],
    folder: temp,
    env: {
      ...jobEnvironment(github.url, `${OWNER}/${DEPLOY_REPO}`, { run: APPROVER.token }),
      ...(monitoring ? {} : { ASSAY_COLLECTOR_TOKEN: token }),
    },
    ready: `${watch}/readyz`,
  })
}

// --- internal ---

function profileRows(files: Record<string, string>): number {
  const { rows } = JSON.parse(files['model-profile.json'] ?? '{}') as { rows?: number }
  return rows ?? 0
}

/** Two replicas of the release: one of Node, and one of Python where there is one. */
async function startServers(programs: Programs, folder: string, variables: Record<string, string>) {
  const python = installed('python3')
  const kinds = [
    { what: 'Node', command: process.execPath, parameters: ['serve.mjs', '--model', MODEL_FILE] },
    python === undefined
      ? { what: 'Node', command: process.execPath, parameters: ['serve.mjs', '--model', MODEL_FILE] }
      : { what: 'Python', command: python, parameters: ['serve.py', MODEL_FILE] },
  ]
  const servers: { what: string; url: string }[] = []
  for (const [index, { what, command, parameters }] of kinds.entries()) {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    await programs.start({
      name: `server-${index + 1}`,
      command,
      parameters,
      folder,
      env: { ...variables, PORT: String(port) },
      ready: `${url}/healthz`,
    })
    servers.push({ what, url })
  }
  return servers
}

/** The same bytes that the release was made of: trained by the same code from the same flights. */
const MODEL_FILE = 'champion/model.json'
