import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmulator } from 'emulate'
import { forward, type TokenRights, type Upstream } from './github-gaps.ts'
import { operationName } from './github-graphql.ts'

/**
 * A GitHub on this machine, for the demo and the tests: the npm package `emulate`, which holds everything in memory, and before
 * it a loopback server that adds what it lacks and the product needs.
 */

/** Who and what is there at the start. Every token belongs to one of the users. */
export interface GithubSeed {
  users: { login: string; name?: string; email?: string }[]
  organisations?: { login: string; name: string; members: string[] }[]
  repositories: { owner: string; name: string; description?: string; auto_init: boolean }[]
  tokens: Record<string, TokenRights & { login: string }>
}

export interface EmulatedGithub {
  /** The API's address. */
  url: string
  /** The emulator itself, without what is added. */
  upstream: string
  close(): Promise<void>
}

/** How a request is answered; tests record, check and spoil it on the way. */
export type Answering = (
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>

/** Starts it on a free port. */
export async function startGithub(
  seed: GithubSeed,
  answer: Answering = answerPlainly,
): Promise<EmulatedGithub & { state: Upstream }> {
  const emulator = await createEmulator({ service: 'github', port: 0, seed: emulatorSeed(seed) })
  const state: Upstream = { target: emulator.url, statuses: [], deployments: [], tokens: seed.tokens }
  const server = createServer((request, response) => {
    answer(state, request, response).catch(error => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    upstream: emulator.url,
    state,
    async close() {
      server.closeAllConnections()
      server.close()
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
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  // GraphQL calls are told apart by the name of their operation: `/graphql Branches`.
  const name = url.pathname === '/graphql' ? `/graphql ${operationName(body)}` : target
  return { method: request.method ?? 'GET', target, name, url, path: url.pathname, text, body, token }
}

// --- internal ---

function emulatorSeed({ users, organisations = [], repositories, tokens }: GithubSeed) {
  return {
    tokens: Object.fromEntries(
      Object.entries(tokens).map(([token, { login }]) => [token, { login, scopes: ['repo'] }]),
    ),
    github: {
      users,
      orgs: organisations.map(({ members, ...organisation }) => ({
        ...organisation,
        members: members.map(login => ({ login, role: 'admin' as const })),
      })),
      repos: repositories,
    },
  }
}

async function answerPlainly(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = await forward(upstream, await readRequest(request))
  response.writeHead(given.status, given.headers).end(given.body)
}
