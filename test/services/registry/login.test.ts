import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { registryLogin } from '../../../src/services/registry/authorization.ts'
import { lookUpTag } from '../../../src/services/registry/registry.ts'
import { type RegistryOptions, requester } from '../../../src/services/registry/requests.ts'
import { PASSWORD, sha256, startRegistry, type TestRegistry } from '../../support/registry.ts'
import { startTokenServer, type TokenServer } from '../../support/token-server.ts'
import { missing } from '../../support/tools.ts'

const home = mkdtempSync(join(tmpdir(), 'assay-login-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let count = 0

/** A home whose Docker has this config.json, and a PATH with these helpers in front: name → lines of shell. */
function homeWith(config: unknown, helpers: Record<string, string> = {}): Record<string, string> {
  const folder = join(home, `home-${++count}`)
  mkdirSync(join(folder, '.docker'), { recursive: true })
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, '.docker/config.json'), JSON.stringify(config))
  for (const [name, lines] of Object.entries(helpers)) {
    const file = join(folder, `bin/docker-credential-${name}`)
    writeFileSync(file, `#!/bin/sh\n${lines}\n`)
    chmodSync(file, 0o755)
  }
  return { HOME: folder, PATH: `${folder}/bin:${process.env.PATH}` }
}

const keeps = (user: string, secret: string) =>
  `printf '{"ServerURL":"x","Username":"%s","Secret":"%s"}' '${user}' '${secret}'`
const auth = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64')
const nobody = { HOME: join(home, 'nobody') }

/** A request of Node's own, as a push sends it: no `Response`, and a body that can be large. */
function send(
  method: string,
  url: string,
  { body, ...headers }: { body?: string; authorization?: string } & Record<string, string>,
): Promise<{ status: number; challenge: string | null; location: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers }, answer => {
      answer.resume()
      const { 'www-authenticate': challenge = null, location = '' } = answer.headers
      answer.once('end', () => resolve({ status: answer.statusCode!, challenge, location }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

const loginAt = (host: string, options: RegistryOptions) =>
  registryLogin(host, options, (...call) => requester(options)(...call))

async function refusal(looking: Promise<unknown>): Promise<string> {
  const error = await looking.then(
    digest => digest,
    (caught: unknown) => caught,
  )
  if (error instanceof AssayError) return renderError(error)
  throw new Error(`expected an AssayError, got ${error}`)
}

const absent = missing('docker-registry', '--version') || missing('openssl', 'version')

describe.skipIf(absent)('a real registry that sends for tokens', () => {
  let tokens: TokenServer
  let registry: TestRegistry
  let push: (repository: string, tag: string) => Promise<void>
  beforeAll(async () => {
    tokens = await startTokenServer((who, repository, actions) => {
      if (who === 'ada' || who === 'CANARY-identity') return actions
      return repository === 'acme/public' || who === 'reader' ? actions.filter(one => one === 'pull') : []
    })
    registry = await startRegistry({ tokens })
    push = async (repository, tag) => {
      const login = loginAt(registry.host, { env: homeWith(ADA()) })
      return pushOver(login, `http://${registry.host}/v2/${repository}`, repository, tag)
    }
  })
  afterAll(async () => {
    tokens?.stop()
    await registry?.stop()
  })
  const ADA = () => ({ auths: { [registry.host]: { auth: auth('ada', PASSWORD) } } })
  const look = (repository: string, options: Partial<RegistryOptions> = {}) =>
    lookUpTag({ name: `${registry.host}/${repository}`, tag: 'v1' }, { env: nobody, ...options })

  it('is pushed to with one token for a scope, and mounted from with one token for both', async () => {
    tokens.asked.length = 0
    await push('acme/base', 'v1')

    expect(tokens.asked.map(({ parameters }) => parameters)).toEqual([
      [
        ['service', 'test'],
        ['scope', 'repository:acme/base:pull,push'],
      ],
    ])

    tokens.asked.length = 0
    const login = loginAt(registry.host, { env: homeWith(ADA()) })
    const scopes = ['repository:acme/churn:pull,push', 'repository:acme/base:pull']
    const mount = `http://${registry.host}/v2/acme/churn/blobs/uploads/?mount=${CONFIG.digest}&from=acme/base`
    const mounted = await login.authorized(scopes, sent => send('POST', mount, sent))

    expect(mounted).toMatchObject({ answer: { status: 201 } })
    const wanted = tokens.asked[0]!.parameters.filter(([name]) => name === 'scope').map(([, scope]) => scope)
    expect(wanted).toEqual(expect.arrayContaining(scopes))
  })

  it('says what is not granted to somebody who may only read', async () => {
    const env = homeWith({ auths: { [registry.host]: { auth: auth('reader', 'CANARY-pw') } } })
    const login = loginAt(registry.host, { env })

    const asked = await login.authorized(['repository:acme/churn:pull,push'], sent =>
      send('POST', `http://${registry.host}/v2/acme/churn/blobs/uploads/`, sent),
    )

    expect(asked).toEqual({
      refusal: {
        code: 'REGISTRY_DENIED',
        what: 'it does not grant this login what is needed, repository:acme/churn:pull,push',
      },
    })
  })

  it.each<[string, () => Record<string, string>]>([
    ["config.json's identitytoken", () => homeWith({ auths: { [registry.host]: IDENTITY } })],
    [
      'the identity token of a helper',
      () => homeWith({ credsStore: 'all' }, { all: keeps('<token>', 'CANARY-identity') }),
    ],
  ])('is asked with %s, which only the token server gets, by POST', async (_, env) => {
    await push('acme/private', 'v1')
    tokens.asked.length = 0

    await look('acme/private', { env: env() })

    expect(tokens.asked).toEqual([
      {
        method: 'POST',
        authorization: undefined,
        parameters: [
          ['grant_type', 'refresh_token'],
          ['service', 'test'],
          ['scope', 'repository:acme/private:pull'],
          ['refresh_token', 'CANARY-identity'],
        ],
      },
    ])
  })
  const IDENTITY = {
    auth: auth('00000000-0000-0000-0000-000000000000', ''),
    identitytoken: 'CANARY-identity',
  }

  it('is asked with what the helper for this host keeps, before the helper for all and what stands in the file', async () => {
    await push('acme/private', 'v1')
    const env = homeWith(
      {
        credHelpers: { [registry.host]: 'this-1' },
        credsStore: 'all',
        auths: { [registry.host]: { auth: auth('reader', 'x') } },
      },
      {
        // What it was started with, for the test to read.
        'this-1': `printf %s "$*" > "$HOME/arguments"; cat > "$HOME/address"; env > "$HOME/env"; ${keeps('ada', PASSWORD)}`,
        all: 'touch "$HOME/all"; exit 1',
      },
    )
    const secrets = { ASSAY_DEPLOY_TOKEN: 'CANARY', GITHUB_TOKEN: 'CANARY', ACTIONS_RUNTIME_TOKEN: 'CANARY' }

    await look('acme/private', { env: { ...env, ...secrets, AWS_REGION: 'eu-central-1' } })

    const read = (name: string) => readFileSync(join(env.HOME!, name), 'utf8')
    expect(read('arguments')).toBe('get')
    expect(read('address')).toBe(registry.host)
    expect(read('env')).toContain('AWS_REGION=eu-central-1')
    expect(read('env')).not.toContain('CANARY')
    expect(existsSync(join(env.HOME!, 'all'))).toBe(false)
  })

  it.each<[string, string, string]>([
    [
      'knows of none',
      'echo "credentials not found in native keychain CANARY"; exit 1',
      'has no login for it',
    ],
    ['fails', 'echo CANARY; echo CANARY >&2; exit 3', 'failed (exit code 3)'],
    ['prints a page', 'echo "<html>CANARY"', 'answered what is no login'],
    ['prints half a login', `printf '{"Username":"ada","Secret":"CANARY"'`, 'answered what is no login'],
    ['keeps no secret', keeps('ada', ''), 'answered what is no login'],
    ['prints without end', 'yes CANARY', 'printed more than a login'],
    ['hangs', 'echo CANARY; exec sleep 20', 'did not answer in time'],
  ])('is told of, without its output, where the helper %s', async (_, lines, what) => {
    const env = homeWith({ credsStore: 'one' }, { one: lines })

    const said = await refusal(look('acme/secret', { env, deadline: 1_500 }))

    expect(said).toContain(`(docker-credential-one ${what})`)
    expect(said).not.toContain('CANARY')
  })

  it('is read where it is public although the helper fails, and what stands in the file helps', async () => {
    await push('acme/public', 'v1')
    await push('acme/private', 'v1')

    await look('acme/public', { env: homeWith({ credsStore: 'one' }, { one: 'exit 1' }) })
    await look('acme/private', { env: homeWith({ credsStore: 'one', ...ADA() }, { one: 'exit 1' }) })
  })

  it.each(['../evil', 'a b', 'A', '', 7, ['x']])('starts no helper of the name %j', async name => {
    const said = await refusal(look('acme/secret', { env: homeWith({ credsStore: name }) }))

    expect(said).toContain(name === '' ? 'there are no credentials for it' : 'is no name of one')
  })

  it('starts no helper and shows no identity token where no credentials may be used', async () => {
    const env = homeWith({ credsStore: 'one' }, { one: 'touch "$HOME/started"' })
    tokens.asked.length = 0

    const said = [
      await refusal(look('acme/secret', { env, refused: 'this run is for a fork' })),
      await refusal(
        look('acme/secret', {
          env: homeWith({ auths: { [registry.host]: IDENTITY } }),
          refused: 'this run is for a fork',
        }),
      ),
    ]

    expect(existsSync(join(env.HOME!, 'started'))).toBe(false)
    expect(tokens.asked.map(({ method }) => method)).toEqual(['GET', 'GET'])
    for (const text of said) expect(text).toContain('none is used: this run is for a fork')
  })
})

it('asks the helper for Docker Hub by the address that Docker keeps', async () => {
  const env = homeWith(
    { credHelpers: { 'https://index.docker.io/v1/': 'hub' } },
    { hub: 'cat > "$HOME/address"; exit 1' },
  )
  const fetchFor = () => async () =>
    new Response('', {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="https://auth.docker.io/token"' },
    })

  await refusal(lookUpTag({ name: 'acme/churn', tag: 'v1' }, { env, fetchFor }))

  expect(readFileSync(join(env.HOME!, 'address'), 'utf8')).toBe('https://index.docker.io/v1/')
})

describe('a token that ends in the middle of a push', () => {
  it('is renewed once for all requests that met it, and the same request is sent again', async () => {
    let good = 'token-1'
    let given = 0
    const seen: string[] = []
    let release!: () => void
    const renewed = new Promise<void>(resolve => {
      release = resolve
    })
    const server = createServer(async (request: IncomingMessage, response) => {
      if (request.url!.startsWith('/token')) {
        given++
        return void response.end(JSON.stringify({ token: good }))
      }
      request.resume()
      const { authorization } = request.headers
      if (request.url === '/slow' && authorization === 'Bearer token-1') await renewed
      seen.push(`${request.method} ${authorization}`)
      const realm = `http://127.0.0.1:${port}/token`
      if (authorization === `Bearer ${good}`) response.writeHead(201).end()
      else
        response
          .writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",error="invalid_token"` })
          .end('x')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const host = `127.0.0.1:${port}`
    const login = loginAt(host, { env: nobody })
    const put = (path: string) =>
      login.authorized(['repository:acme/churn:pull,push'], sent =>
        send('PUT', `http://${host}${path}`, { ...sent, body: 'a layer' }),
      )
    try {
      await put('/1')
      good = 'token-2'
      const slow = put('/slow')
      const answers = await Promise.all([put('/2'), put('/3')])
      release()
      answers.push(await slow)

      expect(answers.map(one => ('answer' in one ? one.answer.status : one))).toEqual([201, 201, 201])
      expect(given).toBe(2)
      expect(seen.slice(0, 2)).toEqual(['PUT undefined', 'PUT Bearer token-1'])
      expect(seen.slice(2).sort()).toEqual([
        ...Array(3).fill('PUT Bearer token-1'),
        ...Array(3).fill('PUT Bearer token-2'),
      ])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

const TEXT = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'
const CONFIG = { text: TEXT, digest: sha256(TEXT) }

/** The smallest image there is: a configuration and no layer. */
async function pushOver(
  login: ReturnType<typeof registryLogin>,
  base: string,
  repository: string,
  tag: string,
): Promise<void> {
  const scopes = [`repository:${repository}:pull,push`]
  const authorized = async (method: string, url: string, more: Record<string, string> = {}) => {
    const asked = await login.authorized(scopes, sent => send(method, url, { ...more, ...sent }))
    if ('refusal' in asked || asked.answer.status >= 300)
      throw new Error(`${method} ${url}: ${JSON.stringify(asked)}`)
    return asked.answer
  }
  const { location } = await authorized('POST', `${base}/blobs/uploads/`)
  const upload = new URL(location, base)
  upload.searchParams.set('digest', CONFIG.digest)
  await authorized('PUT', upload.href, { body: CONFIG.text, 'content-type': 'application/octet-stream' })
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: CONFIG.digest,
      size: CONFIG.text.length,
    },
    layers: [],
  })
  await authorized('PUT', `${base}/manifests/${tag}`, { body: manifest, 'content-type': type })
}
