import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { ask } from '../../emulator/ask.ts'
import { startGithub } from '../../emulator/github.ts'
import { takeAttempt } from '../../src/commands/retraining/attempt.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubWorkflows } from '../../src/forges/github/workflows.ts'
import { DEPLOY, deployFiles } from '../commands/deploys.ts'
import { waitUntil } from '../support/alertmanager.ts'
import { UNTIMED } from '../support/faults.ts'
import { startSlack } from '../support/slack.ts'
import { ALERT_TOKEN, alert, haveServe, RETRAIN_WORKFLOW } from './alert-scene.ts'
import { SECRET } from './deliveries.ts'
import { connection, letInBy, PERMISSIONS, PERSON, SEED, writeBy } from './scene.ts'

/**
 * The bot as its own process is told of an alert ten times and killed at one of its writes, of which it does not hear the answer. It
 * is started again later, and Alertmanager tells it again.
 */

const REPO = { owner: 'acme', repo: 'model' }
const BRANCH = /^assay\/retrain-fraud-/

let world: World
afterEach(() => world.close())

describe('an alert', () => {
  const writes: string[] = []

  it('has one issue, one run and one message', async () => {
    world = await openWorld()
    await world.start()
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
      await world.start()
      await world.tell()
      await world.killed()
      await world.start()
      await world.tell()
      await world.quiet()

      const { dispatches, threads, ...rest } = await world.end()
      expect(rest).toEqual({ issues: ['open'], trained: 1, turns: 0 })
      // Nobody heard that it was said, or started.
      expect(threads).toBe(world.killedAt === 'POST chat.postMessage' ? 2 : 1)
      expect(dispatches).toBeLessThanOrEqual(world.killedAt === 'POST dispatches' ? 2 : 1)
    },
  )
})

// --- internal ---

/** At least as many as an alert takes. */
const MOST_WRITES = 20

interface World {
  writes: string[]
  killedAt: string | undefined
  start(): Promise<void>
  /** Ten times at once, as two Alertmanagers do that repeat. */
  tell(): Promise<void>
  killed(): Promise<void>
  /** Until the alert is dealt with and nothing is written any more. */
  quiet(): Promise<void>
  end(): Promise<{ issues: string[]; dispatches: number; trained: number; threads: number; turns: number }>
  close(): Promise<void>
}

async function openWorld(killAt?: number): Promise<World> {
  const github = await startGithub({
    ...SEED,
    apps: SEED.apps.map(app => ({ ...app, permissions: { ...PERMISSIONS, actions: 'write' as const } })),
  })
  const slack = await startSlack()
  const client = githubClient({ token: PERSON, apiUrl: github.url, safety: UNTIMED })
  const version = await haveServe(
    { letIn: made => letInBy(client, made), write: (...files) => writeBy(client, ...files) },
    '{ workflow: retrain.yml }',
    RETRAIN_WORKFLOW,
    // Nothing is to be promoted meanwhile.
    deployFiles('fraud', DEPLOY.replace(/^ {2}production:.*\n/m, ''), ['staging']),
  )
  let child: ChildProcess | undefined
  let isDead = false
  let port = 0
  let late = 0
  let log = ''
  const made: string[] = []
  const toGithub = await front(github.url, judge)
  const toSlack = await front(slack.apiUrl.replace(/\/api$/, ''), judge)

  async function judge(name: string, go: () => Promise<Given>): Promise<Given | undefined> {
    if (isDead) return undefined
    if (name.startsWith('GET ')) return go()
    made.push(name)
    if (result.killedAt !== undefined || made.length - 1 !== killAt) return go()
    result.killedAt = name
    await go()
    isDead = true
    child?.kill('SIGKILL')
    return undefined
  }

  const result: World = {
    writes: made,
    killedAt: undefined,
    async start() {
      isDead = false
      const app = github.world.apps[0]!
      // Whoever starts it again does so ten minutes later.
      const clock = `const now = Date.now; Date.now = () => now() + ${late}`
      late += 600_000
      child = spawn(process.execPath, ['--import', `data:text/javascript,${clock}`, 'bot/main.ts'], {
        env: {
          PATH: process.env.PATH,
          ASSAY_BOT_APP_ID: app.clientId,
          ASSAY_BOT_PRIVATE_KEY: app.privateKey,
          ASSAY_BOT_WEBHOOK_SECRET: SECRET,
          ASSAY_BOT_GITHUB_API_URL: toGithub.url,
          ASSAY_BOT_ALERT_TOKENS: `${ALERT_TOKEN}=acme/model:fraud`,
          ASSAY_BOT_SLACK_TOKEN: slack.token,
          ASSAY_BOT_SLACK_CHANNEL: slack.channel,
          ASSAY_BOT_SLACK_API_URL: `${toSlack.url}/api`,
          HOST: '127.0.0.1',
          PORT: '0',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let own = ''
      child.stdout!.on('data', piece => {
        own += piece
        log += piece
      })
      await waitUntil(
        async () => /listens","port":\d+/.test(own),
        async () => log,
      )
      port = Number(/listens","port":(\d+)/.exec(own)![1])
    },
    async tell() {
      const shift = alert({ assay_kind: 'shift', assay_release: version })
      const send = () =>
        fetch(`http://127.0.0.1:${port}/alerts`, {
          method: 'POST',
          headers: { authorization: `Bearer ${ALERT_TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({ version: '4', alerts: [shift] }),
        }).catch(() => undefined)
      await Promise.all(Array.from({ length: 10 }, send))
    },
    killed: () =>
      waitUntil(
        async () => isDead,
        async () => log,
      ),
    async quiet() {
      const isDone = async () =>
        (await issues())[0]?.body?.includes('"said":') === true && dispatched().length > 0
      await waitUntil(isDone, async () => `${log}\n${made.join('\n')}`)
      for (let before = -1; before !== made.length; ) {
        before = made.length
        await new Promise(resolve => setTimeout(resolve, 2500))
      }
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
      child?.kill('SIGKILL')
      await Promise.all([toGithub.close(), toSlack.close(), slack.close(), github.close()])
    },
  }
  return result

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

interface Given {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Hands requests on as `judge` has it; undefined: nobody answers. */
async function front(
  to: string,
  judge: (name: string, go: () => Promise<Given>) => Promise<Given | undefined>,
) {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const { 'content-length': _, connection: __, host: ___, 'transfer-encoding': ____, ...kept } = headers
    const body = (await buffer(request)).toString()
    const path = url
      .split('?')[0]!
      .split('/')
      .findLast(part => /[a-z]{4}/i.test(part))!
    // Reads are asked by POST too, a token is nothing that anybody sees, and what is promoted is no alert.
    const isRead =
      path === 'access_tokens' ||
      url.includes('/acme/deploy/') ||
      (path === 'graphql' && !body.includes('mutation'))
    const name = `${isRead ? 'GET' : method} ${path}`
    const given = await judge(name, () =>
      ask(`${to}${url}`, { method, headers: kept as Record<string, string>, body }),
    )
    if (!given) return void request.socket.destroy()
    response.writeHead(given.status, given.headers).end(given.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
