import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type AssayError, isAssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubForge } from '../../../src/forges/github/forge.ts'
import { gitlabClient } from '../../../src/forges/gitlab/client.ts'
import { gitlabForge } from '../../../src/forges/gitlab/forge.ts'
import { proxyFetch, proxyFor } from '../../../src/forges/http/proxy.ts'
import { REPOSITORY, TOKENS, useGithub } from '../../support/emulator.ts'
import { PROJECT, TOKEN, useGitlab } from '../../support/gitlab.ts'

const github = useGithub()
const gitlab = useGitlab()

/** A proxy: notes who asked for which host and gives them a tunnel to it. */
async function startProxy() {
  const seen: { host: string; credentials: string | undefined }[] = []
  const server = createServer().on('connect', (incoming: IncomingMessage, client: Socket) => {
    seen.push({ host: incoming.url ?? '', credentials: incoming.headers['proxy-authorization'] })
    const [host, port] = incoming.url!.split(':')
    const onward = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    for (const socket of [client, onward]) socket.on('error', () => {})
    client.pipe(onward).pipe(client)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close }
}

type Variables = Record<string, string>

const FORGES = [
  [
    'GitHub',
    {
      url: () => github.url,
      connect: (env: Variables) =>
        githubForge(githubClient({ token: TOKENS.workflow, apiUrl: github.url, env }), REPOSITORY),
      pullRequest: () => github.pullRequest(),
    },
  ],
  [
    'GitLab',
    {
      url: () => gitlab.url,
      connect: (env: Variables) =>
        gitlabForge(gitlabClient({ token: TOKEN.bot, apiUrl: gitlab.url, env }), PROJECT),
      pullRequest: () => gitlab.mergeRequest(),
    },
  ],
] as const

describe.each(FORGES)('a client of %s behind a proxy', (_, place) => {
  it('OP-008: goes through it, with its credentials, reading and writing', async () => {
    const { number } = await place.pullRequest()
    const proxy = await startProxy()
    const forge = place.connect({ HTTP_PROXY: `http://user:p%40ss@${proxy.host}` })

    const comment = await forge.createComment(number, 'through the proxy')
    const found = await forge.listComments(number)
    proxy.close()

    expect(found).toEqual([comment])
    const credentials = `Basic ${Buffer.from('user:p@ss').toString('base64')}`
    expect(proxy.seen[0]).toEqual({ host: new URL(place.url()).host, credentials })
  })

  it('goes past it where NO_PROXY says so', async () => {
    const proxy = await startProxy()
    const forge = place.connect({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'localhost,127.0.0.1' })

    const text = await forge.readFile('README.md', 'main')
    proxy.close()

    expect(text).toBe('# model\n')
    expect(proxy.seen).toEqual([])
  })
})

it('is gone through by a push to GitLab too', async () => {
  const proxy = await startProxy()
  const env = { HTTP_PROXY: `http://${proxy.host}` }
  const { push } = gitlabClient({ token: TOKEN.bot, apiUrl: gitlab.url, env })
  const to = gitlab.double.git(PROJECT).resolve('main')

  const refused = await push(PROJECT, [{ ref: 'refs/heads/through-a-proxy', from: undefined, to }])
  proxy.close()

  expect(refused).toBeUndefined()
  expect(gitlab.double.git(PROJECT).resolve('through-a-proxy')).toBe(to)
  expect(proxy.seen).toHaveLength(1)
})

describe('the proxy of an address', () => {
  const env = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'http://plain:3128' }
  const found = (url: string, more: Record<string, string> = {}) =>
    proxyFor(new URL(url), { ...env, ...more })?.host

  it('follows the scheme', () => {
    expect(found('https://api.github.com')).toBe('secure:3128')
    expect(found('http://ghe.local')).toBe('plain:3128')
  })

  it('prefers the small letters, as curl does, and takes a host without a scheme', () => {
    expect(found('https://api.github.com', { https_proxy: 'small:8080' })).toBe('small:8080')
  })

  it('is none where none is set', () => {
    expect(proxyFor(new URL('https://api.github.com'), { HTTPS_PROXY: '' })).toBeUndefined()
  })

  it.each([
    ['github.com', 'https://api.github.com', true],
    ['.github.com', 'https://api.github.com', true],
    ['*.github.com', 'https://api.github.com', true],
    ['hub.com', 'https://api.github.com', false],
    ['example.org, API.GITHUB.COM', 'https://api.github.com', true],
    ['api.github.com:443', 'https://api.github.com', true],
    ['api.github.com:8443', 'https://api.github.com', false],
    ['ghe:8443', 'https://ghe:8443/api/v3', true],
    ['*', 'https://ghe', true],
    [' , ,', 'https://ghe', false],
  ])('with NO_PROXY=%s for %s is bypassed: %s', (NO_PROXY, url, bypassed) => {
    expect(found(url, { NO_PROXY }) === undefined).toBe(bypassed)
  })

  it.each([
    ['an address that is none', 'http://user:canary-7f3k@:3128'],
    ['one without a scheme that is none', 'user:canary-7f3k@proxy:port'],
    ['another protocol', 'socks5://user:canary-7f3k@proxy:1080'],
    ['a password that cannot be read', 'http://user:canary-7f3k%zz@proxy:3128'],
  ])('OP-008: %s is an error that names the variable and not its value', (_, value) => {
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
      const url = `${name.toLowerCase().replace('_proxy', '')}://ghe.local`
      const thrown = catchThrown(() => proxyFetch(new URL(url), { [name]: value }))

      expect(isAssayError(thrown, 'PROXY_INVALID')).toBe(true)
      expect(renderError(thrown as AssayError)).toContain(`${name} is no address of an http(s) proxy`)
      expect(inspect(thrown)).not.toContain('canary')
    }
  })
})

function catchThrown(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('it threw nothing')
}
