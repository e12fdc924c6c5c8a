import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmulator } from 'emulate'
import { knowServer } from './ask.ts'
import { type Actions, actionsOf } from './github/actions/actions.ts'
import { seedBehind } from './github/behind.ts'
import { type Control, controlOf } from './github/control.ts'
import { forward } from './github/front.ts'
import { deliverPlainly, settled } from './github/hooks/deliveries.ts'
import { startWorld } from './github/start.ts'
import { appOf } from './github/world/apps.ts'
import type { Deliver } from './github/world/deliveries.ts'
import type { GithubSeed } from './github/world/seed.ts'
import type { Upstream, World } from './github/world/world.ts'
import { operationName } from './github-graphql.ts'

/**
 * A GitHub on this machine, for the demo and the tests: the npm package `emulate`, which holds everything in memory, and before
 * it a loopback server that adds what it lacks and the product needs.
 */

export interface EmulatedGithub {
  /** The API's address. */
  url: string
  /** The emulator itself, without what is added. */
  upstream: string
  /** What is kept of Apps: tokens, deliveries, requests. */
  world: World
  /** What people do in GitHub's settings. */
  control: Control
  /** What runs of workflows do. */
  actions: Actions
  /** When all deliveries are over, and those that came of them. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** How a request is answered; tests record, check and spoil it on the way. */
export type Answering = (
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>

/**
 * Starts it on a free port.
 *
 * @param options.deliver how webhooks go: at once and once unless it says otherwise
 * @param options.now its clock, for stories that take days
 */
export async function startGithub(
  seed: GithubSeed,
  answer: Answering = answerPlainly,
  { deliver = deliverPlainly, now = Date.now }: { deliver?: Deliver; now?: () => number } = {},
): Promise<EmulatedGithub & { state: Upstream }> {
  const apps = (seed.apps ?? []).map(appOf)
  const emulator = await createEmulator({ service: 'github', port: 0, seed: seedBehind(seed, apps) })
  await knowServer(emulator.url)
  const hidden = seed.repositories.filter(one => one.private).map(({ owner, name }) => `${owner}/${name}`)
  const state: Upstream = {
    target: emulator.url,
    statuses: [],
    deployments: [],
    checkApps: new Map(),
    tokens: { ...seed.tokens },
    private: new Set(hidden),
  }
  const server = createServer((request, response) => {
    // By the clock that all its times are of, whatever that is: the server's own takes no other.
    response.setHeader('date', new Date().toUTCString())
    answer(state, request, response).catch(error => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const world = await startWorld(state, url, seed, apps, { deliver, now })
  return {
    url,
    upstream: emulator.url,
    state,
    world,
    control: controlOf(world),
    actions: actionsOf(world),
    settled: () => settled(world),
    async close() {
      server.closeAllConnections()
      server.close()
      world.storage.close()
      await emulator.close()
    },
  }
}

/** A request with everything that the answer depends on. */
export async function readRequest(request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  // GitHub Enterprise has its API below /api/v3.
  const target = (request.url ?? '/').replace(/^\/api\/v3(?=\/)|^\/api(?=\/graphql)/, '')
  const url = new URL(target, 'http://emulator')
  const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const { host, accept, 'content-type': type = '', 'if-none-match': ifNoneMatch } = request.headers
  const body = bodyOf(type, text)
  // GraphQL calls are told apart by the name of their operation: `/graphql Branches`.
  const name = url.pathname === '/graphql' ? `/graphql ${operationName(body)}` : target
  const method = request.method ?? 'GET'
  return { method, target, name, url, path: url.pathname, text, body, token, host, accept, ifNoneMatch }
}

// --- internal ---

function bodyOf(type: string, text: string): unknown {
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text))
  return text === '' ? undefined : JSON.parse(text)
}

async function answerPlainly(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = await forward(upstream, await readRequest(request))
  response.writeHead(given.status, given.headers).end(given.body)
}
