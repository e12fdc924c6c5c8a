import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { proxyFetch } from '../../../src/forges/http/proxy.ts'
import { challengeOf } from '../../../src/services/registry/login.ts'
import { lookUpTag } from '../../../src/services/registry/registry.ts'
import type { RegistryOptions } from '../../../src/services/registry/requests.ts'
import { sha256 } from '../../support/registry.ts'

const OCI = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const MANIFEST = `{"schemaVersion":2,"mediaType":"${OCI}","config":{"mediaType":"${CONFIG}"},"layers":[]}`
const LOGIN = (host: string) => ({
  ASSAY_REGISTRY_USER: 'ada',
  ASSAY_REGISTRY_PASSWORD: 'CANARY-password',
  ASSAY_REGISTRY_HOST: host,
})
const nobody = { HOME: '/nonexistent' }

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

/** A server on loopback that answers as it is told, and notes who asked what with which credentials. */
async function serverThat(answer: Answer) {
  const seen: { path: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    seen.push({ path: request.url!, authorization: request.headers.authorization })
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  opened.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const manifest: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': OCI, 'docker-content-digest': sha256(MANIFEST) }).end(MANIFEST)
}

/** A registry that wants a token from `realm`, and takes `a.token`. */
const wantsToken =
  (realm: () => string, more = ''): Answer =>
  (request, response) => {
    if (request.headers.authorization === 'Bearer a.token') return manifest(request, response)
    const challenge = `Bearer realm="${realm()}",service="registry.example"${more}`
    response.writeHead(401, { 'www-authenticate': challenge }).end()
  }

const look = (host: string, options: Partial<RegistryOptions> = {}) =>
  lookUpTag({ name: `${host}/acme/churn`, tag: 'v1' }, { env: nobody, wait: async () => {}, ...options })

async function refusal(looking: Promise<unknown>): Promise<AssayError> {
  const error = await looking.then(
    digest => digest,
    (caught: unknown) => caught,
  )
  if (error instanceof AssayError) return error
  throw new Error(`expected an AssayError, got ${error}`)
}

describe('a registry that gives tokens', () => {
  it.each([
    ['token', () => nobody, undefined],
    ['access_token', LOGIN, `Basic ${Buffer.from('ada:CANARY-password').toString('base64')}`],
  ])('is asked with a token for reading that one repository (%s)', async (key, env, authorization) => {
    const tokens = await serverThat((_, response) => {
      response.end(JSON.stringify({ [key]: 'a.token' }))
    })
    const registry = await serverThat(wantsToken(() => `http://${tokens.host}/token?account=x`))

    const digest = await look(registry.host, { env: env(registry.host) })

    expect(digest).toEqual({ digest: sha256(MANIFEST) })
    expect(tokens.seen).toEqual([
      {
        path: '/token?account=x&service=registry.example&scope=repository%3Aacme%2Fchurn%3Apull',
        authorization,
      },
    ])
    expect(registry.seen.map(one => one.authorization)).toEqual([undefined, 'Bearer a.token'])
  })

  it('is asked for what it says that it needs', async () => {
    const tokens = await serverThat((_, response) => response.end('{"token":"a.token"}'))
    const scope = ',scope="repository:acme/churn:pull repository:acme/base:pull"'
    const registry = await serverThat(wantsToken(() => `http://${tokens.host}/`, scope))

    await look(registry.host)

    expect(new URL(tokens.seen[0]!.path, 'http://x').searchParams.getAll('scope')).toEqual([
      'repository:acme/churn:pull',
      'repository:acme/base:pull',
    ])
  })

  it.each([
    ['is not https', 'http://tokens.example/token'],
    ['is no address', 'tokens'],
    ['is a file', 'file:///etc/passwd'],
  ])('gets no password where the place for tokens %s', async (_, realm) => {
    const asked: string[] = []
    const registry = await serverThat(wantsToken(() => realm))
    const fetchFor = (url: URL) => {
      asked.push(url.host)
      return undefined
    }

    const error = await refusal(look(registry.host, { env: LOGIN(registry.host), fetchFor }))

    expect(error.code).toBe('REGISTRY_DENIED')
    expect(asked).toEqual([registry.host])
    expect(registry.seen.map(one => one.authorization)).toEqual([undefined])
  })

  it.each<[string, Answer, string]>([
    ['refuses the password', (_, response) => response.writeHead(401).end(), 'REGISTRY_DENIED'],
    ['gives none', (_, response) => response.end('{}'), 'REGISTRY_ANSWER'],
    [
      'gives one with a line end',
      (_, response) => response.end('{"token":"a\\r\\nx: y"}'),
      'REGISTRY_ANSWER',
    ],
    ['gives a page', (_, response) => response.end('<html>'), 'REGISTRY_ANSWER'],
    [
      'sends elsewhere',
      (_, response) => response.writeHead(302, { location: '/x' }).end(),
      'REGISTRY_ANSWER',
    ],
    ['is broken', (_, response) => response.writeHead(503).end(), 'REGISTRY_UNREACHABLE'],
  ])('is not believed where its token service %s', async (_, answer, code) => {
    const tokens = await serverThat(answer)
    const registry = await serverThat(wantsToken(() => `http://${tokens.host}/`))

    const error = await refusal(look(registry.host, { env: LOGIN(registry.host) }))

    expect(error.code).toBe(code)
    expect(renderError(error)).not.toContain('CANARY')
  })
})

describe('a registry that redirects', () => {
  it('is followed without the credentials', async () => {
    const other = await serverThat(manifest)
    const registry = await serverThat((request, response) => {
      if (!request.headers.authorization)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      else response.writeHead(307, { location: `http://user:pw@${other.host}/elsewhere` }).end()
    })

    expect(await look(registry.host, { env: LOGIN(registry.host) })).toEqual({ digest: sha256(MANIFEST) })
    expect(other.seen).toEqual([{ path: '/elsewhere', authorization: undefined }])
  })

  it.each([
    ['for ever', '/again'],
    ['to an address that is not https', 'http://metadata.example/latest'],
    ['to a file', 'file:///etc/passwd'],
    ['to nowhere', ''],
  ])('%s is refused', async (_, location) => {
    const registry = await serverThat((_, response) =>
      response.writeHead(302, location ? { location } : {}).end(),
    )

    expect(await refusal(look(registry.host))).toMatchObject({ code: 'REGISTRY_ANSWER' })
    expect(registry.seen.length).toBeLessThan(6)
  })
})

describe('the answer of a registry', () => {
  const answers = (status: number, body: string, headers: Record<string, string> = {}): Answer => {
    return (_, response) => response.writeHead(status, { 'content-type': OCI, ...headers }).end(body)
  }
  it.each<[string, Answer, string]>([
    ['is a page', answers(200, '<html>', { 'content-type': 'text/html' }), 'REGISTRY_ANSWER'],
    ['is a page that says it is a manifest', answers(200, '<html>'), 'REGISTRY_ANSWER'],
    ['is cut short', answers(200, MANIFEST.slice(0, 30)), 'REGISTRY_ANSWER'],
    ['is null', answers(200, 'null'), 'REGISTRY_ANSWER'],
    ['is empty', answers(200, ''), 'REGISTRY_ANSWER'],
    [
      'is a manifest of the first schema, which has another digest',
      answers(200, '{"schemaVersion":1}', {
        'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      }),
      'REGISTRY_ANSWER',
    ],
    [
      'has another digest',
      answers(200, MANIFEST, { 'docker-content-digest': sha256('x') }),
      'REGISTRY_ANSWER',
    ],
    ['is larger than 4 MiB', answers(200, `${MANIFEST}${' '.repeat(4 * 1024 * 1024)}`), 'REGISTRY_ANSWER'],
    ['is 403', answers(403, ''), 'REGISTRY_DENIED'],
    ['is 404', answers(404, ''), 'REGISTRY_NOT_FOUND'],
    ['is 418', answers(418, ''), 'REGISTRY_ANSWER'],
    [
      'asks for a login of another kind',
      answers(401, '', { 'www-authenticate': 'Negotiate' }),
      'REGISTRY_DENIED',
    ],
    ['asks for nothing', answers(401, ''), 'REGISTRY_DENIED'],
  ])('that %s gives no digest', async (_, answer, code) => {
    const registry = await serverThat(answer)

    const error = await refusal(look(registry.host, { env: LOGIN(registry.host) }))

    expect(error.code).toBe(code)
    expect(renderError(error)).toContain(`${registry.host}/acme/churn:v1`)
  })

  it.each([
    ['modelpack', { artifactType: 'application/vnd.cncf.model.manifest.v1+json' }],
    ['modelpack', { config: { mediaType: 'application/vnd.cncf.model.config.v1+json' } }],
    [
      'modelpack',
      { artifactType: 'application/vnd.cnai.model.manifest.v1+json', config: { mediaType: CONFIG } },
    ],
    ['modelkit', { config: { mediaType: 'application/vnd.kitops.modelkit.config.v1+json' } }],
    ['modelkit', { manifests: [], artifactType: 'application/vnd.kitops.modelkit.index.v1+json' }],
    ['other', { config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' } }],
    ['other', { config: { mediaType: 'application/vnd.oci.empty.v1+json' }, artifactType: 'text/x' }],
    ['other', { config: null }],
    ['other', { config: { mediaType: 7 }, artifactType: ['x'] }],
    [undefined, { config: { mediaType: 'application/vnd.docker.container.image.v1+json' } }],
    [undefined, { manifests: [] }],
  ])('tells that what is kept there is a %s (%j)', async (artifact, more) => {
    const body = JSON.stringify({ schemaVersion: 2, ...more })
    const registry = await serverThat(answers(200, body))

    expect(await look(registry.host)).toEqual({
      digest: sha256(body),
      ...(artifact !== undefined && { artifact }),
    })
  })

  it('may lack the digest: it is computed', async () => {
    const registry = await serverThat(answers(200, MANIFEST))

    expect(await look(registry.host)).toEqual({ digest: sha256(MANIFEST) })
  })

  it.each<[string, Answer]>([
    ['500', answers(500, '')],
    ['429', answers(429, '')],
    ['a reset', (request: IncomingMessage) => void request.socket.destroy()],
  ])('is asked for again after %s', async (_, fault) => {
    let asked = 0
    const registry = await serverThat((request, response) =>
      ++asked < 3 ? fault(request, response) : manifest(request, response),
    )

    expect(await look(registry.host)).toEqual({ digest: sha256(MANIFEST) })
    expect(asked).toBe(3)
  })

  it.each<[string, Answer]>([
    ['never comes', () => {}],
    [
      'never ends',
      (_, response) => {
        response.writeHead(200, { 'content-type': OCI }).write('{')
      },
    ],
  ])('that %s is given up', async (_, answer) => {
    const registry = await serverThat(answer)

    const error = await refusal(look(registry.host, { deadline: 100 }))

    expect(error.code).toBe('REGISTRY_UNREACHABLE')
    expect(renderError(error)).toContain('no answer in time')
    expect(registry.seen).toHaveLength(3)
  })

  it('is not waited for once the job is stopped', async () => {
    const stop = new AbortController()
    const registry = await serverThat(() => stop.abort())

    const error = await refusal(look(registry.host, { signal: stop.signal }))

    expect(renderError(error)).toContain('the job was stopped')
    expect(registry.seen).toHaveLength(1)
  })
})

it('is reached through the proxy of the environment', async () => {
  const registry = await serverThat(manifest)
  const asked: string[] = []
  const proxy = createServer().on('connect', (incoming: IncomingMessage, client: Socket) => {
    asked.push(incoming.url!)
    const [host, port] = incoming.url!.split(':')
    const onward = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    for (const socket of [client, onward]) socket.on('error', () => {})
    client.pipe(onward).pipe(client)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  opened.push({
    close() {
      proxy.closeAllConnections()
      proxy.close()
    },
  })
  const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }

  expect(await look(registry.host, { fetchFor: url => proxyFetch(url, env) })).toEqual({
    digest: sha256(MANIFEST),
  })
  expect(asked).toEqual([registry.host])
})

it('names the variable of a proxy that is none, and asks no second time', async () => {
  const env = { HTTP_PROXY: 'http://user:canary-7f3k@:3128' }
  const waits: number[] = []
  const asking = look('127.0.0.1:9', {
    fetchFor: url => proxyFetch(url, env),
    wait: async ms => void waits.push(ms),
  })

  await expect(asking).rejects.toMatchObject({ code: 'PROXY_INVALID' })
  expect(waits).toEqual([])
})

describe('a challenge', () => {
  it.each([
    ['Basic realm="x"', { scheme: 'basic' }],
    ['Negotiate, Basic realm="x"', { scheme: 'basic' }],
    [
      'Basic realm="x", Bearer realm="https://auth.example/t",service="a, \\"b\\""',
      { scheme: 'bearer', realm: new URL('https://auth.example/t'), service: 'a, "b"', scopes: [] },
    ],
    [
      'bearer  Realm=https://auth.example/t , SCOPE="s  t", error="invalid_token"',
      {
        scheme: 'bearer',
        realm: new URL('https://auth.example/t'),
        scopes: ['s', 't'],
        error: 'invalid_token',
      },
    ],
    ['Bearer realm="nowhere"', { scheme: 'bearer', scopes: [] }],
    ['Digest realm="x"', { scheme: 'none' }],
    ['', { scheme: 'none' }],
    [null, { scheme: 'none' }],
  ])('%s is read', (header, expected) => {
    expect(challengeOf(header)).toEqual(expected)
  })
})
