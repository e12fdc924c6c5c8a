import { afterEach, describe, expect, it } from 'vitest'
import { startGithub } from '../../emulator/github.ts'
import { startSlack } from '../../emulator/slack.ts'
import { takeAttempt } from '../../src/commands/retraining/attempt.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubWorkflows } from '../../src/forges/github/workflows.ts'
import { DEPLOY, deployFiles } from '../commands/deploys.ts'
import { UNTIMED } from '../support/faults.ts'
import { ALERT_TOKEN, alert, haveServe, RETRAIN_WORKFLOW } from './alert-scene.ts'
import { appSettings } from './app-settings.ts'
import { connection, letInBy, PERMISSIONS, PERSON, SEED, writeBy } from './scene.ts'
import { type StartStoryBot, type StoryBot, startHere } from './story/bots.ts'
import { mortal } from './story/mortal.ts'
import { startProcess } from './story/own-process.ts'

/**
 * The bot as its own process is told of an alert ten times and killed at one of its writes, of which it does not hear the answer. It
 * is started again ten minutes later, and Alertmanager tells it again.
 */

const REPO = { owner: 'acme', repo: 'model' }
const BRANCH = /^assay\/retrain-fraud-/
const MINUTE = 60_000

let world: World
afterEach(() => world.close())

describe('an alert', () => {
  const writes: string[] = []

  it('has one issue, one run and one message', async () => {
    world = await openWorld()
    await world.start(startProcess)
    await world.tell()
    await world.quiet()

    writes.push(...world.writes)
    expect(await world.end()).toEqual({ issues: ['open'], dispatches: 1, trained: 1, threads: 1, turns: 0 })
    // For each of what is written below.
    expect(writes).toContain('POST chat.postMessage')
    expect(writes).toContain('POST dispatches')
    expect(writes.length).toBeLessThan(MOST_WRITES)
  })

  it.each(Array.from({ length: MOST_WRITES }, (_, at) => at))(
    'has them also where the bot is killed at its write %d, once that has its effect',
    async at => {
      if (at >= writes.length) return
      world = await openWorld(at)
      await world.start(startProcess)
      await world.tell()
      const quiet = world.quiet().then(
        () => false,
        () => false,
      )
      // Ten at once take a turn more or less: where all is done before, there is no such write this time.
      if (!(await Promise.race([world.killed.then(() => true), quiet]))) return
      await world.start(startHere)
      await world.tell()
      await world.quiet()

      const { dispatches, threads, ...rest } = await world.end()
      expect(rest).toEqual({ issues: ['open'], trained: 1, turns: 0 })
      // Nobody heard that it was said, or started.
      const killedAt = world.writes[at]
      expect(threads).toBe(killedAt === 'POST chat.postMessage' ? 2 : 1)
      expect(dispatches).toBeLessThanOrEqual(killedAt === 'POST dispatches' ? 2 : 1)
    },
  )
})

// --- internal ---

/** More than an alert takes, also where the ten of it come in many turns beside a busy machine. */
const MOST_WRITES = 40

interface World {
  writes: string[]
  /** When the bot is dead. */
  killed: Promise<unknown>
  /** Starts a bot, ten minutes after the last. */
  start(how: StartStoryBot): Promise<void>
  /** Ten times at once, as two Alertmanagers do that repeat; again while it is not taken. */
  tell(): Promise<void>
  /** Until the alert is dealt with and nothing is written any more, however many minutes pass. */
  quiet(): Promise<void>
  end(): Promise<{ issues: string[]; dispatches: number; trained: number; threads: number; turns: number }>
  close(): Promise<void>
}

async function openWorld(killAt?: number): Promise<World> {
  let now = Date.now()
  const seed = {
    ...SEED,
    apps: SEED.apps.map(app => ({ ...app, permissions: { ...PERMISSIONS, actions: 'write' as const } })),
  }
  const github = await startGithub(seed, undefined, { now: () => now })
  const slack = await startSlack()
  const client = githubClient({ token: PERSON, apiUrl: github.url, safety: UNTIMED })
  const version = await haveServe(
    { letIn: made => letInBy(client, made), write: (...files) => writeBy(client, ...files) },
    '{ workflow: retrain.yml }',
    RETRAIN_WORKFLOW,
    // Nothing is to be promoted meanwhile.
    deployFiles('fraud', DEPLOY.replace(/^ {2}production:.*\n/m, ''), ['staging']),
  )
  let bot: StoryBot | undefined
  let log = () => ''
  const writes: string[] = []
  const killed = Promise.withResolvers<StoryBot>()
  /** Counts what is written. */
  const death = {
    isAt(request: string, body: string) {
      const name = writeOf(request, body)
      return name !== undefined && writes.push(name) - 1 === killAt
    },
    hasEffect: true,
  }
  const _app = github.world.apps[0]!
  const env = {
    ...appSettings(github),
    ASSAY_BOT_ALERT_TOKENS: `${ALERT_TOKEN}=acme/model:fraud`,
    ASSAY_BOT_SLACK_TOKEN: slack.token,
    ASSAY_BOT_SLACK_CHANNEL: slack.channel,
    ASSAY_BOT_SLACK_API_URL: slack.apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
  }

  return {
    writes,
    killed: killed.promise,
    async start(how) {
      if (bot) now += 10 * MINUTE
      bot = await mortal(how, death, { onDeath: killed.resolve })(env, now)
      log = bot.log
    },
    async tell() {
      const shift = alert({ assay_kind: 'shift', assay_release: version })
      const once = () =>
        fetch(`http://127.0.0.1:${bot!.port}/alerts`, {
          method: 'POST',
          headers: { authorization: `Bearer ${ALERT_TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({ version: '4', alerts: [shift] }),
        }).then(
          ({ status }) => status,
          () => undefined,
        )
      const send = async () => {
        while ((await once()) === 503) await new Promise(resolve => setTimeout(resolve, 5))
      }
      await Promise.all(Array.from({ length: 10 }, send))
    },
    async quiet() {
      const own = bot
      let told = ''
      for (let minutes = 0; minutes < 10; minutes++) {
        await settled()
        if (bot !== own) return
        const isDone = (await issues())[0]?.body?.includes('"said":') === true && dispatched().length > 0
        if (isDone && told === writes.join()) return
        told = writes.join()
        now += MINUTE
        await bot!.passTo(now)
      }
      throw new Error(`it did not come to that:\n${log()}\n${writes.join('\n')}`)
    },
    async end() {
      const workflows = githubWorkflows(client, 'acme/model')
      const access = { ...connection(client, 'acme/model'), workflows, claims: workflows }
      const attempts = await Promise.all(
        dispatched().map(({ id, inputs }) =>
          takeAttempt(access, {
            claim: String(inputs.claim),
            run: String(id),
            base: 'main',
            config: 'assay.yml',
            update: async () => [],
          }),
        ),
      )
      const { data: turns } = await client.rest.git.listMatchingRefs({ ...REPO, ref: 'assay/turns' })
      return {
        issues: (await issues()).map(({ state }) => state),
        dispatches: attempts.length,
        trained: attempts.filter(({ isOurs }) => isOurs).length,
        threads: slack.posted.filter(one => one.thread_ts === undefined).length,
        // The one in which the last run was started stays until the run is looked at again.
        turns: Math.max(0, turns.length - 1),
      }
    },
    async close() {
      await bot?.stop()
      await Promise.all([slack.close(), github.close()])
    },
  }

  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      const isBusy = github.world.pending.size > 0 || (await bot!.isBusy())
      quiet = isBusy ? 0 : quiet + 1
      if (isBusy) await new Promise(resolve => setTimeout(resolve, 5))
    }
  }

  async function issues() {
    const { data } = await client.rest.issues.listForRepo({ ...REPO, state: 'all' })
    return data.filter(one => !one.pull_request)
  }

  function dispatched() {
    return github.world.runs.filter(
      ({ headBranch, event }) => event === 'workflow_dispatch' && BRANCH.test(headBranch),
    )
  }
}

/** `POST issues`. Reads are asked by POST too, a token is nothing that anybody sees, and what is promoted is no alert. */
function writeOf(request: string, body: string): string | undefined {
  const [method, url = ''] = request.split(' ')
  const path = url
    .split('?')[0]!
    .split('/')
    .findLast(part => /[a-z]{4}/i.test(part))!
  const isRead =
    method === 'GET' ||
    path === 'access_tokens' ||
    url.includes('/acme/deploy/') ||
    (path === 'graphql' && !body.includes('mutation'))
  return isRead ? undefined : `${method} ${path}`
}
