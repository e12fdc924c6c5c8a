import { generateKeyPairSync, verify } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { CiFacts } from '../../src/ci/ci.ts'
import { renderError } from '../../src/core/errors.ts'
import { installationToken } from '../../src/forges/github-app.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEMS = (['pkcs1', 'pkcs8'] as const).map(type => privateKey.export({ type, format: 'pem' }).toString())
const [PEM = ''] = PEMS
const NOW = Date.parse('2026-06-01T12:00:00Z')
const TOKEN = 'ghs_made-for-one-repository'

interface Asked {
  path: string
  authorization: string | undefined
  body: unknown
}
let asked: Asked[] = []
let granted: Record<string, string> = {}
let isInstalled = true
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
      asked.push({ path, authorization: request.headers.authorization, body: body && JSON.parse(body) })
      const [status, answer] =
        path === 'GET /repos/acme/deploy/installation' && isInstalled
          ? [200, { id: 9, permissions: granted }]
          : path === 'POST /app/installations/9/access_tokens'
            ? [201, { token: TOKEN, expires_at: '2026-06-01T13:00:00Z' }]
            : [404, { message: 'Not Found' }]
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
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
  isInstalled = true
  granted = {
    metadata: 'read',
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
    issues: 'write',
  }
})

describe('the token of an app', () => {
  it.each([...PEMS, PEM.replaceAll('\n', '\\n')])(
    'is made for one repository, with a key in any form (%#)',
    async key => {
      const app = { clientId: 'Iv1.abc', privateKey: key }

      expect(await installationToken(app, 'acme/deploy', 'write', { apiUrl: url, now: () => NOW })).toBe(
        TOKEN,
      )

      expect(asked[1]!.body).toEqual({
        repositories: ['deploy'],
        permissions: { contents: 'write', pull_requests: 'write', statuses: 'write' },
      })
      const [head = '', claims = '', signature = ''] = asked[0]!
        .authorization!.replace(/^bearer /i, '')
        .split('.')
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
        iss: 'Iv1.abc',
        iat: NOW / 1000 - 60,
        exp: NOW / 1000 + 540,
      })
      const signed = Buffer.from(`${head}.${claims}`)
      expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
    },
  )

  it('only reads where only reading is asked for, and never asks for more than the app has', async () => {
    granted = { contents: 'read', statuses: 'write' }
    const app = { clientId: 'Iv1.abc', privateKey: PEM }

    for (const access of ['read', 'write'] as const)
      await installationToken(app, 'acme/deploy', access, { apiUrl: url })

    const permissions = asked.flatMap(({ body }) =>
      body ? [(body as { permissions: object }).permissions] : [],
    )
    expect(permissions).toEqual([
      { contents: 'read', statuses: 'read' },
      { contents: 'read', statuses: 'write' },
    ])
  })

  it.each([
    ['not installed', () => (isInstalled = false), PEM, 'the app Iv1.abc is not installed on acme/deploy'],
    ['no key', () => true, 'CANARY-no-key', 'the private key of the app is no key in PEM'],
  ])('%s: says so, without the key', async (_, prepare, key, said) => {
    prepare()
    const making = installationToken({ clientId: 'Iv1.abc', privateKey: key }, 'acme/deploy', 'read', {
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
    const made: string[] = []
    const open = deployConnector(
      env,
      { ...facts, apiUrl: url },
      { command, onToken: token => made.push(token) },
    )
    expect(asked).toEqual([])

    await open(address)

    expect(made).toEqual([TOKEN])
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
