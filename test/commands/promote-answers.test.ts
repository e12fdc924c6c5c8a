import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import { answerAsker } from '../../src/commands/deploy/live/ask-answer.ts'
import { useGithub } from '../support/emulator.ts'
import { useDeploys } from './deploys.ts'

/** `policy: { answers }`: a service of somebody's own, over HTTP on loopback, decides with. */

const github = useGithub()
const deploys = useDeploys()
const ONE = '2026-05-01-0000001'

type Reply = (request: IncomingMessage, response: ServerResponse) => void
let reply: Reply
let asked: { url: string; authorization?: string | undefined; method?: string | undefined }[] = []
const server = createServer((request, response) => {
  const { url = '', method, headers } = request
  asked.push({ url, method, authorization: headers.authorization })
  reply(request, response)
})
let host = ''

beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(done => server.close(done))
})
beforeEach(() => {
  asked = []
  reply = says({ approved: true })
})

const says =
  (json: unknown, status = 200): Reply =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))

const configOf = (more = '', url = '/api/{model}/{digest}') => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging:
    merge: auto
    policy:
      answers:
        change-window: { url: 'http://${host}${url}', at: $.approved, is: true${more} }
  production: { after: staging }
`

/** A deploy repository, and a run that may ask this server. */
async function scene(
  config = configOf(),
  { env = {}, ci, isBot = false }: { env?: Record<string, string>; ci?: object; isBot?: boolean } = {},
) {
  const opened = await deploys.onGithub(github, config, ['staging'])
  const named = { ASSAY_ANSWER_HOST: `http://${host}`, ...env }
  const context = { ...opened.context, env: named, ...(ci && { ci }) } as Context
  const where = { address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const } }
  const promote = async (number = 1) => {
    const askAnswer = answerAsker(context, where, isBot ? 'named' : 'anywhere')
    const [first] = await opened.promote([opened.release(number)], { askAnswer, environment: 'staging' })
    return first
  }
  return { opened, promote, status: () => opened.lastStatus('assay/promotion') }
}

describe('a release that a web service must agree to', () => {
  it('enters once the service does, and its status and text say so', async () => {
    const { opened, promote, status } = await scene(configOf().replace('merge: auto', 'merge: approval'))
    reply = says({ approved: false })
    expect(await promote()).toBe('staging: waits, change-window: `$.approved` is false, needed: true')

    reply = says({ approved: true })
    expect(await promote()).toContain('staging: proposed')
    const { digest } = opened.release(1).image!
    expect(asked).toEqual(
      Array(2).fill({
        url: `/api/${opened.model}/${encodeURIComponent(digest)}`,
        method: 'GET',
        authorization: undefined,
      }),
    )
    expect(status()).toMatchObject({
      state: 'success',
      description: expect.stringMatching(/; change-window: true$/),
    })
    const { repository } = await opened.access()
    const find = () =>
      repository.pullRequests!.ofBranch(`assay/promote/staging/${opened.model}`, opened.place.base)
    expect((await find()).open?.body).toContain(`\`$.approved\` of \`${host}\` must be \`true\``)

    // It is asked again at every look, until it is merged.
    reply = says({ approved: false })
    expect(await promote()).toContain('waits, change-window')
    expect(status()).toMatchObject({
      state: 'pending',
      description: 'change-window: `$.approved` is false, needed: true',
    })
    opened.forget()
    await promote()
    expect(opened.place.writes()).toEqual([])
  })

  it('is asked about only once no other rule keeps it out', async () => {
    const { opened, promote } = await scene()
    const failing = { ...opened.release(1), verdict: 'fail' as const }
    const where = { address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const } }
    const askAnswer = answerAsker(opened.context, where, 'anywhere')
    const [first] = await opened.promote([failing], { askAnswer, environment: 'staging' })

    expect(first).toContain('verdict fail, needed: pass; change-window: nobody can tell')
    expect(asked).toEqual([])
    expect(await promote()).toContain(`merged, ${ONE} was merged`)
  })

  it('is none where nobody asks', async () => {
    const { opened } = await scene()

    expect((await opened.promote([opened.release(1)], { environment: 'staging' }))[0]).toBe(
      'staging: waits, change-window: nobody can tell: it is asked when it is promoted, once nothing else keeps it out',
    )
  })

  it.each<[string, Reply, string]>([
    [
      'another type',
      says({ approved: 'true' }),
      '`$.approved` of its answer is a text, and `true` or `false` is asked for',
    ],
    ['no such path', says({ ok: true }), 'its answer has no `$.approved`'],
    ['nothing', says({ approved: null }), '`$.approved` of its answer is `null`'],
    ['a list', says({ approved: [true] }), '`$.approved` of its answer is a list'],
    ['a page', (_, response) => response.end('<p>secret of ada'), 'answers no JSON'],
    ['a login', says({ approved: true }, 401), 'answers 401: it wants a token'],
    ['not found', says({ approved: true }, 404), 'answers 404: it does not know what is asked for'],
    ['trouble', says({ approved: true }, 503), 'answers 503: it has trouble; it is asked again'],
    [
      'another place',
      (_, response) => response.writeHead(302, { location: `http://${host}/api/elsewhere` }).end(),
      'answers 302: it leads elsewhere, and nobody follows',
    ],
    ['too much', says({ approved: true, more: 'x'.repeat(300_000) }), 'answers with more than 256 KiB'],
    ['a hang-up', (_, response) => response.destroy(), 'UND_ERR_SOCKET'],
  ])('stays out by an answer that is %s', async (_, answer, words) => {
    const { promote } = await scene()
    reply = answer

    const said = await promote()
    expect(said).toContain('staging: waits, change-window: nobody can tell: ')
    expect(said).toContain(words)
    expect(said).not.toContain('ada')
    expect(asked).toHaveLength(1)
  })

  it('stays out where there is no answer in time', async () => {
    const { promote } = await scene(configOf(', timeout: 1s'))
    reply = () => {}

    expect(await promote()).toContain(`no complete answer from ${host} within 1 s: look at it`)
  })

  it('is asked by a condition that gives it more time, where another waited in vain', async () => {
    const more = `, timeout: 1s }\n        zone: { url: 'http://${host}/zone', at: $.approved, is: true, timeout: 20s`
    const { promote } = await scene(configOf(more))
    reply = (request, response) => request.url === '/zone' && says({ approved: false })(request, response)

    expect(await promote()).toMatch(
      /change-window: nobody can tell: .* 1 s: .*; zone: `\$\.approved` is false/,
    )
  })

  it('may be asked for a state, of which only those that are named let it in', async () => {
    const config = configOf().replace('is: true', 'is: [approved, scheduled]')
    const { promote } = await scene(config)
    reply = says({ approved: 'rejected' })
    expect(await promote()).toContain('`$.approved` is rejected, needed: approved or scheduled')
    // What may be somebody's is not told.
    reply = says({ approved: 'ask ada@example.com, 0170 1234567' })
    expect(await promote()).toContain('`$.approved` is another text, needed')
    reply = says({ approved: 'scheduled' })
    expect(await promote()).toContain('merged')
  })
})

describe('the token of an answer', () => {
  const token = { ASSAY_ANSWER_TOKEN_CHANGES: 'token-of-changes' }

  it('goes to the host that is named beside it', async () => {
    const env = { ...token, ASSAY_ANSWER_HOST_CHANGES: `http://${host}` }
    const { promote } = await scene(configOf(', token: ASSAY_ANSWER_TOKEN_CHANGES'), { env })

    expect(await promote()).toContain('merged')
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer token-of-changes'])
  })

  it.each<[string, Record<string, string>, object | undefined, string]>([
    [
      'is named beside another host',
      { ...token, ASSAY_ANSWER_HOST_CHANGES: 'https://changes.example' },
      undefined,
      'ASSAY_ANSWER_HOST_CHANGES does not name http://127.0.0.1',
    ],
    ['is there without a host', token, undefined, 'ASSAY_ANSWER_HOST_CHANGES does not name'],
    ['is not there', {}, undefined, 'there is no token: set ASSAY_ANSWER_TOKEN_CHANGES'],
    ['would be that of a fork', token, { name: 'a CI', fromFork: true }, 'this run is for a fork'],
  ])('asks nobody where it %s', async (_, env, ci, words) => {
    const { promote } = await scene(configOf(', token: ASSAY_ANSWER_TOKEN_CHANGES'), {
      env,
      ...(ci && { ci }),
    })

    expect(await promote()).toContain(words)
    expect(asked).toEqual([])
  })
})

describe('a host that a repository names', () => {
  it('is asked by the bot only where whoever runs it names it too', async () => {
    const stranger = await scene(configOf(), { env: { ASSAY_ANSWER_HOST: 'changes.example' }, isBot: true })
    expect(await stranger.promote()).toContain(
      `the bot asks only hosts that it is told of: whoever runs it sets ASSAY_ANSWER_HOST=http://${host}`,
    )
    expect(asked).toEqual([])

    const known = await scene(configOf(), { isBot: true })
    expect(await known.promote()).toContain('merged')
  })

  it('is asked by nobody where it is this machine, unless the job names it', async () => {
    const { promote } = await scene(configOf(), { env: { ASSAY_ANSWER_HOST: '' } })

    expect(await promote()).toContain(`${host} leads back to this machine or its network`)
    expect(asked).toEqual([])
  })
})
