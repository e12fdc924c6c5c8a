import { generateKeyPairSync, verify } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { deployConnector } from '../../../cli/connect-deploy.ts'
import type { CiFacts } from '../../../src/ci/ci.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { appTokens, githubApp } from '../../../src/forges/github/app.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEMS = (['pkcs1', 'pkcs8'] as const).map(type => privateKey.export({ type, format: 'pem' }).toString())
const [PEM = ''] = PEMS
const TOKEN = 'ghs_made-for-one-repository-1'

type Claims = { iss: string; iat: number; exp: number }

const START = Date.now()

interface Asked {
  path: string
  authorization: string | undefined
  body: unknown
}
let asked: Asked[] = []
let granted: Record<string, string> = {}
let isInstalled = true
/** The tokens that were made, and of them those that the server takes. */
let made: string[] = []
let isTaken = (_: string): boolean => true
/** What is answered in place of the next tokens. */
let insteadOf: number[] = []
/** That of the server, where it is not the one of this machine. */
let clock: (() => number) | undefined
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', piece => {
      body += piece
    })
    request.on('end', () => {
      const path = `${request.method} ${request.url}`
      const { authorization } = request.headers
      asked.push({ path, authorization, body: body && JSON.parse(body) })
      const said = authorization?.replace(/^(token|bearer) /i, '') ?? ''
      const [status, answer] = isInTime(said)
        ? answerTo(path.replace(/ \/api(?:\/v3)?\//, ' /'), said)
        : [401, { message: "'Issued at' claim ('iat') must be an Integer" }]
      const date = clock && { date: new Date(clock()).toUTCString() }
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...date })
        .end(JSON.stringify(answer))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.closeAllConnections())
afterAll(() => void server.close())
beforeEach(() => {
  asked = []
  made = []
  isTaken = () => true
  clock = undefined
  insteadOf = []
  isInstalled = true
  granted = {
    metadata: 'read',
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
    issues: 'write',
  }
})

/** Whether what an app signs of itself is good by the server's clock. */
function isInTime(said: string): boolean {
  const [, claims] = said.split('.')
  if (!clock || claims === undefined) return true
  const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims
  const now = clock() / 1000
  return iat <= now && exp > now && exp - now <= 600
}

function answerTo(path: string, token: string): [number, object] {
  if (path === 'GET /repos/acme/deploy/installation')
    return isInstalled ? [200, { id: 9, permissions: granted }] : [404, { message: 'Not Found' }]
  if (path === 'POST /app/installations/9/access_tokens') {
    const status = insteadOf.shift()
    if (status !== undefined) return [status, { message: 'This installation has been suspended' }]
    made.push(`ghs_made-for-one-repository-${made.length + 1}`)
    return [201, { token: made.at(-1), expires_at: '2026-06-01T13:00:00Z', permissions: granted }]
  }
  if (!made.includes(token) || !isTaken(token)) return [401, { message: 'Bad credentials' }]
  if (path === 'POST /graphql') return [200, { data: { repository: { id: 'R', r0: null } } }]
  if (path === 'POST /repos/acme/deploy/issues/3/comments')
    return [201, { id: 5, body: 'live', user: { login: 'assay[bot]' }, html_url: 'https://github.com/x' }]
  return [404, { message: 'Not Found' }]
}

describe('the token of an app', () => {
  it.each([...PEMS, PEM.replaceAll('\n', '\\n')])(
    'is made for one repository, with a key in any form (%#)',
    async key => {
      const app = { clientId: 'Iv1.abc', privateKey: key }

      const tokens = await appTokens(app, 'acme/deploy', 'write', { apiUrl: url })
      expect(await tokens()).toBe(TOKEN)
      expect(made).toEqual([TOKEN])

      expect(asked[1]!.body).toEqual({
        repositories: ['deploy'],
        permissions: { contents: 'write', pull_requests: 'write', statuses: 'write' },
      })
      const [head = '', claims = '', signature = ''] = asked[0]!
        .authorization!.replace(/^bearer /i, '')
        .split('.')
      const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims
      expect(iss).toBe('Iv1.abc')
      // Clocks differ, and GitHub takes ten minutes at most.
      expect(iat).toBeLessThanOrEqual(Date.now() / 1000 - 30)
      expect(exp - iat).toBeLessThanOrEqual(600)
      const signed = Buffer.from(`${head}.${claims}`)
      expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
    },
  )

  it('only reads where only reading is asked for, and never asks for more than the app has', async () => {
    granted = { contents: 'read', statuses: 'write' }
    const app = { clientId: 'Iv1.abc', privateKey: PEM }

    for (const access of ['read', 'write'] as const)
      await appTokens(app, 'acme/deploy', access, { apiUrl: url })

    const permissions = asked.flatMap(({ body }) =>
      body ? [(body as { permissions: object }).permissions] : [],
    )
    expect(permissions).toEqual([
      { contents: 'read', statuses: 'read' },
      { contents: 'read', statuses: 'write' },
    ])
  })

  it('may write issues and start runs where an alarm is told of, and write neither statuses nor deployments', async () => {
    granted = {
      contents: 'write',
      issues: 'write',
      actions: 'write',
      statuses: 'write',
      deployments: 'write',
    }

    await appTokens({ clientId: 'Iv1.abc', privateKey: PEM }, 'acme/deploy', 'tell', { apiUrl: url })

    expect((asked[1]!.body as { permissions: object }).permissions).toEqual({
      contents: 'write',
      issues: 'write',
      actions: 'write',
      statuses: 'read',
    })
  })

  it.each([
    ['not installed', () => (isInstalled = false), PEM, 'the app Iv1.abc is not installed on acme/deploy'],
    ['no key', () => true, 'CANARY-no-key', 'the private key of the app is no key in PEM'],
  ])('%s: says so, without the key', async (_, prepare, key, said) => {
    prepare()
    const making = appTokens({ clientId: 'Iv1.abc', privateKey: key }, 'acme/deploy', 'read', {
      apiUrl: url,
    })
    const error = await making.catch((caught: unknown) => caught)

    expect(error).toMatchObject({ code: 'DEPLOY_NO_TOKEN' })
    expect(renderError(error as never)).toContain(said)
    expect(renderError(error as never)).not.toContain('CANARY')
  })
})

describe('a run with an app', () => {
  const env = { ASSAY_DEPLOY_CLIENT_ID: 'Iv1.abc', ASSAY_DEPLOY_PRIVATE_KEY: PEM }
  const main = (): CiFacts => ({
    name: 'GitHub Actions',
    forge: 'github',
    apiUrl: url,
    branch: 'main',
    defaultBranch: 'main',
  })
  const pull = (): CiFacts => ({ ...main(), branch: undefined, pullRequest: 7, fromFork: false })
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'base' } as const

  it.each([
    ['run', main(), 'write'],
    ['run', pull(), 'read'],
    ['verify', pull(), 'write'],
    ['inventory', main(), 'read'],
  ])('%s makes the token when it needs it, and not before', async (command, facts, contents) => {
    const told: string[] = []
    const open = deployConnector(
      env,
      { ...facts, apiUrl: url },
      { command, onToken: token => told.push(token) },
    )
    expect(asked).toEqual([])

    await open(address)

    expect(told).toEqual([TOKEN])
    expect(asked[1]!.body).toMatchObject({ repositories: ['deploy'], permissions: { contents } })
  })

  it('a fork, and what a pull request names itself: none is made', async () => {
    for (const [facts, namedBy] of [
      [{ ...pull(), fromFork: true }, 'base'],
      [pull(), 'candidate'],
    ] as const)
      await expect(deployConnector(env, facts)({ ...address, namedBy })).rejects.toMatchObject({
        code: 'DEPLOY_NO_TOKEN',
      })
    expect(asked).toEqual([])
  })

  it('half an app is said', async () => {
    const open = deployConnector({ ASSAY_DEPLOY_CLIENT_ID: 'Iv1.abc' }, main())
    await expect(open(address)).rejects.toMatchObject({
      problems: [{ what: 'of the app there is only the client id' }],
    })
  })
})

it('tokens for many accounts wait for each other in no queue', async () => {
  const waits: number[] = []
  const safety = { wait: async (milliseconds: number) => void waits.push(milliseconds) }
  const app = githubApp({ clientId: 'Iv1.abc', privateKey: PEM }, { apiUrl: url, safety })
  const installation = (await app.installationOf('acme/deploy'))!
  const permissions = { contents: 'read' } as const
  for (let at = 0; at < 12; at++) await app.tokens(installation, { repository: `acme/${at}`, permissions })()

  expect(made).toHaveLength(12)
  expect(waits).toEqual([])
})

describe('an app on a machine whose clock is wrong', () => {
  afterEach(() => void vi.useRealTimers())

  it.each([800, -800])(
    'AU-006: by %d s, goes by the clock of the server, and says so once',
    async seconds => {
      clock = () => performance.timeOrigin + performance.now()
      vi.useFakeTimers({ toFake: ['Date'], now: START + seconds * 1000 })
      const skews: number[] = []
      const app = githubApp(
        { clientId: 'Iv1.abc', privateKey: PEM },
        { apiUrl: url, onSkew: skew => void skews.push(skew) },
      )

      const installation = await app.installationOf('acme/deploy')
      const permissions = { contents: 'read' } as const
      const tokens = app.tokens(installation!, { repository: 'acme/deploy', permissions })
      expect(await tokens()).toBe(TOKEN)

      expect(asked.map(({ path }) => path)).toEqual([
        'GET /repos/acme/deploy/installation',
        'GET /repos/acme/deploy/installation',
        'POST /app/installations/9/access_tokens',
      ])
      expect(skews.map(skew => Math.round(skew / 10_000))).toEqual([-seconds / 10])
    },
  )
})

describe('a run that is longer than a token lives', () => {
  const env = { ASSAY_DEPLOY_CLIENT_ID: 'Iv1.abc', ASSAY_DEPLOY_PRIVATE_KEY: PEM }
  const opened = async (told: string[] = [], apiUrl = url) => {
    const ci: CiFacts = {
      name: 'GitHub Actions',
      forge: 'github',
      apiUrl,
      branch: 'main',
      defaultBranch: 'main',
    }
    const open = deployConnector(env, ci, { command: 'verify', onToken: token => told.push(token) })
    const access = await open({ kind: 'forge', repository: 'acme/deploy', namedBy: 'job' })
    return { ...access, read: () => access.repository.readBranches(['main']) }
  }
  const usedFor = (path: string) =>
    asked.filter(one => one.path.includes(path)).map(({ authorization }) => authorization?.slice(-1))
  afterEach(() => void vi.useRealTimers())

  it('AU-004: goes on with a new one before the hour is over, told of it before it is used', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const told: string[] = []
    const { read } = await opened(told)

    for (const minutes of [0, 30, 58, 60, 90, 121]) {
      vi.setSystemTime(START + minutes * 60_000)
      isTaken = token => told.includes(token)
      expect(await read()).toEqual(new Map([['main', undefined]]))
    }

    expect(usedFor('/graphql')).toEqual(['1', '1', '1', '2', '2', '3'])
    expect(told).toEqual(made)
  })

  it('asks for no more with the new one than with the first', async () => {
    const { read } = await opened()
    await read()
    isTaken = token => token !== TOKEN

    await read()

    const bodies = asked.filter(({ path }) => path.endsWith('/access_tokens')).map(({ body }) => body)
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toEqual(bodies[0])
  })

  it('makes it at the server of GitHub Enterprise, and nowhere else', async () => {
    const { read } = await opened([], `${url}/api/v3`)
    await read()
    isTaken = token => token !== TOKEN

    expect(await read()).toEqual(new Map([['main', undefined]]))
    expect(made).toHaveLength(2)
    expect(asked.every(({ path }) => path.includes(' /api/'))).toBe(true)
  })

  it('makes one new token for many calls that are refused at once, and no call is lost or made twice', async () => {
    const { read, forge } = await opened()
    await read()
    isTaken = token => token !== TOKEN

    const answers = await Promise.all([...Array.from({ length: 5 }, read), forge!.createComment(3, 'live')])

    expect(answers).toHaveLength(6)
    expect(made).toHaveLength(2)
    expect(usedFor('issues/3/comments')).toEqual(['1', '2'])
  })

  it('waits until every server knows the new one, too', async () => {
    const { read } = await opened()
    await read()
    let refusals = 3
    isTaken = token => token !== TOKEN && refusals-- <= 0

    expect(await read()).toEqual(new Map([['main', undefined]]))
    expect(made).toHaveLength(2)
  })

  it('goes on where the forge has trouble while the new one is made', async () => {
    const { read } = await opened()
    await read()
    isTaken = token => token !== TOKEN
    insteadOf = [502]

    expect(await read()).toEqual(new Map([['main', undefined]]))
    expect(made).toHaveLength(2)
  })

  it.each([
    ['the app may not any more', () => (insteadOf = [403]), 'suspended', 2],
    ['new ones are refused as well', () => (isTaken = () => false), 'Bad credentials', 2],
  ])('%s: ends, and says so', async (_, prepare, said, most) => {
    const { read } = await opened()
    await read()
    isTaken = token => token !== TOKEN
    prepare()

    const error = await read().catch((caught: unknown) => caught)

    expect(renderError(error as never)).toContain(said)
    expect(made.length).toBeLessThanOrEqual(most)
  })
})
