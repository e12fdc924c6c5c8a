import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBot } from '../bot.ts'
import { APPROVER, DEPLOY_REPO, MODEL, OWNER } from '../cast.ts'
import { startGithub } from '../emulator.ts'
import { freePort } from '../free-port.ts'
import { COMMAND_LINE, jobEnvironment } from '../live/commands.ts'
import { programs as startPrograms } from '../live/programs.ts'
import type { Narrator } from '../narrate.ts'
import { releaseChampion } from '../release-chapter.ts'
import { raiseStage } from '../story.ts'
import { CLOCK_BEGAN, FASTER, hastenDate } from './clock.ts'
import { CLUSTERS, startCluster } from './cluster.ts'
import { imagesOfRuns } from './images.ts'
import { firstServer } from './releases.ts'
import { startSplitter } from './splitter.ts'
import { BOOKS, EACH_SECOND, startUsers } from './users.ts'
import type { World } from './world.ts'

/**
 * From nothing to a release that serves behind the splitter, is asked, counted and looked at.
 *
 * @param atEnd told of each thing that has to be ended, in the order in which it was begun
 */
export async function openWorld(
  out: string,
  narrator: Narrator,
  atEnd: (end: () => Promise<void>) => void,
): Promise<World> {
  const temp = await mkdtemp(join(tmpdir(), 'assay-demo-'))
  atEnd(() => rm(temp, { recursive: true, force: true }))
  await mkdir(out, { recursive: true })
  const github = await startGithub()
  atEnd(() => github.close())
  const programs = startPrograms(out)
  atEnd(() => programs.stop())
  const collector = `http://127.0.0.1:${await freePort()}`
  const stage = await raiseStage(
    { out, temp, narrator, github },
    {
      modelFiles: { 'serve.mjs': await firstServer() },
      deployConfig: text => text.replaceAll(COLLECTOR, collector),
      manifests: { folder: MANIFESTS, words: 'two workloads of one model, and an Istio VirtualService' },
    },
  )
  const images = imagesOfRuns()
  await releaseChampion(stage, workspace => images.add(workspace))
  narrator.heading('It serves, and is asked')
  const began = Date.now()
  hastenDate(began)
  narrator.step(
    `From here on a minute is ${60 / FASTER} second: all that looks, counts and waits lives by a clock that runs ${FASTER} times as fast. Users, servers and the splitter do not`,
  )
  const clock = { node: ['--import', HASTEN], env: { [CLOCK_BEGAN]: String(began) } }
  const token = randomBytes(16).toString('hex')
  const tokenFile = join(temp, 'token')
  const profiles = join(temp, 'profiles')
  await writeFile(tokenFile, token)
  await mkdir(profiles)
  const splitter = await startSplitter(programs, {
    folder: join(temp, 'splitter'),
    clusters: Object.values(CLUSTERS),
    atEnd,
  })
  narrator.step(splitter.words)
  const routes = new Int32Array(new SharedArrayBuffer(4))
  const cluster = await startCluster({
    ...{ github, programs, images, splitter, profiles, routes },
    server: { node: clock.node, env: { ...clock.env, ASSAY_EVENTS_TOKEN: token } },
  })
  atEnd(() => cluster.stop())
  narrator.step(
    'In place of Argo CD and a cluster, a loop of this demo: what is merged into the deploy repository runs here a moment later, two servers (`serve.mjs`, with the model out of the image of that digest), and the routes of the VirtualService',
  )
  const command = (name: string, words: string[], address: string, env: Record<string, string> = {}) =>
    programs.start({
      name,
      command: process.execPath,
      parameters: [
        ...clock.node,
        COMMAND_LINE,
        ...words,
        '--port',
        new URL(address).port,
        '--tokens',
        tokenFile,
      ],
      folder: temp,
      env: { ...clock.env, ...env },
      ready: `${address}/readyz`,
    })
  await command(
    'collector',
    [
      'collect',
      '--profiles',
      profiles,
      '--environment',
      'production',
      '--canary-settle',
      '2m',
      '--locks',
      temp,
    ],
    collector,
  )
  const watch = `http://127.0.0.1:${await freePort()}`
  await command(
    'watch',
    ['watch', '--deploy-repo', `${OWNER}/${DEPLOY_REPO}`, '--collector', collector],
    watch,
    {
      ...jobEnvironment(github.url, `${OWNER}/${DEPLOY_REPO}`, { run: APPROVER.token }),
      ASSAY_COLLECTOR_TOKEN: token,
    },
  )
  const botLog: string[] = []
  const bot = await startBot(github, {
    onLog: text => void botLog.push(text),
    node: clock.node,
    env: {
      ...clock.env,
      ASSAY_BOT_WATCH_URL: watch,
      ASSAY_BOT_WATCH_TOKEN: token,
      ASSAY_BOT_WATCH_REPOSITORY: `${OWNER}/${DEPLOY_REPO}`,
    },
  })
  atEnd(async () => {
    await bot.stop()
    await writeFile(join(out, 'bot.log'), botLog.join(''))
  })
  narrator.step(
    `\`assay collect\` counts at ${collector}, \`assay watch\` judges at ${watch}, \`assay-bot\` acts at ${bot.url}`,
  )
  const users = startUsers({
    port: splitter.port,
    repo: stage.repo,
    model: MODEL,
    outcomes: { url: `${collector}/v1/outcomes`, token },
    began,
    routes,
  })
  atEnd(() => users.stop())
  narrator.step(
    `Users come, ${EACH_SECOND} a second, each with a flight of March: of those who are warned of a delay ${BOOKS.warned} % book it, of the others ${BOOKS.unwarned} %. That is made up; who is warned is what the servers answer`,
  )
  return { ...stage, programs, images, splitter, cluster, users, bot, collector, watch, token }
}

// --- internal ---

const MANIFESTS = fileURLToPath(new URL('deploy', import.meta.url))
const HASTEN = new URL('hasten.ts', import.meta.url).href
/** As the configuration has it. */
const COLLECTOR = 'http://assay-collector.assay:8080'
