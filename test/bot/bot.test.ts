import { describe, expect, it } from 'vitest'
import { release } from '../support/releases.ts'
import { delivery, pullRequest, push, repository, SECRET, sendAtOnce } from './deliveries.ts'
import { deployFiles, useBot } from './scene.ts'

const scene = useBot()

const ONE = '2026-05-01-0000001'

const pulls = async () =>
  (await scene.ada.pulls.list({ owner: 'acme', repo: 'deploy', state: 'all' })).data.map(
    ({ title, state, user }) => `${title}: ${state}, ${user?.login}`,
  )

describe('the bot', () => {
  it('has no page where nobody could sign in', async () => {
    const answers = ['/', '/page.csv', '/sign-in', '/sign-in/back'].map(path =>
      fetch(`http://127.0.0.1:${scene.bot.port}${path}`),
    )
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  it('promotes by itself what has come into an environment, and remembers what was closed', async () => {
    const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
    await scene.write('deploy', files)
    await scene.letIn(release(1, 'fraud', { verdict: 'pass' }))
    await scene.settled()

    expect(await pulls()).toEqual([
      `Promote fraud ${ONE} to production: open, assay[bot]`,
      `Promote fraud ${ONE} to staging: closed, ada`,
    ])
    const { open } = await scene
      .deploy()
      .repository.pullRequests!.ofBranch('assay/promote/production/fraud', 'main')
    await scene.ada.pulls.update({
      owner: 'acme',
      repo: 'deploy',
      pull_number: open!.number,
      state: 'closed',
    })
    await scene.settled()
    expect((await pulls())[0]).toBe(`Promote fraud ${ONE} to production: closed, assay[bot]`)
  })

  it('AU-003: gets a token for the one repository and what the look needs, and writes nothing a second time', async () => {
    const { world } = scene.github
    const before = world.requests.length
    await send('push', push('acme/deploy'))
    await scene.settled()

    expect(writesAfter(before)).toEqual([])
    const tokens = [...world.tokens.values()]
      .filter(one => one.repositories?.[0] === 'acme/deploy')
      .map(({ repositories, permissions }) => ({
        repositories,
        permissions,
      }))
    const ofPromotions = tokens.filter(({ permissions }) => permissions.contents === 'write')
    // That of the look at its runs.
    expect(tokens.filter(one => !ofPromotions.includes(one))).toEqual([
      {
        repositories: ['acme/deploy'],
        permissions: {
          metadata: 'read',
          actions: 'read',
          contents: 'read',
          pull_requests: 'write',
          checks: 'write',
        },
      },
    ])
    expect(ofPromotions).toEqual([
      {
        repositories: ['acme/deploy'],
        permissions: {
          metadata: 'read',
          contents: 'write',
          pull_requests: 'write',
          statuses: 'write',
          checks: 'read',
          deployments: 'write',
          members: 'read',
        },
      },
    ])
  })

  it('WH-010: believes the forge and no event: one that is late, or says what is not so, changes nothing', async () => {
    const { world } = scene.github
    const before = world.requests.length
    for (const action of ['reopened', 'closed', 'reopened'])
      await send('pull_request', pullRequest(action, 'assay/promote/production/fraud'))
    await scene.settled()

    expect((await pulls())[0]).toBe(`Promote fraud ${ONE} to production: closed, assay[bot]`)
    expect(writesAfter(before)).toEqual([])
  })

  it('does nothing in a repository that is no deploy repository', async () => {
    await send('push', push('acme/model'))
    await scene.settled()

    expect(lastLook()).toMatchObject({
      message: 'looked',
      did: [],
      key: expect.stringContaining('acme/model'),
    })
  })

  it('AU-007: opens for an event of one installation nothing by the rights of another', async () => {
    const { world } = scene.github
    const before = world.requests.length
    await send('push', { ...push('globex/deploy'), installation: { id: 1 } })
    await scene.settled()

    const asked = world.requests.slice(before).filter(({ as }) => as === 'installation')
    expect(new Set(asked.map(({ installationId }) => installationId))).toEqual(new Set([2]))
    const scopes = [...world.tokens.values()].map(({ installation, repositories = [] }) =>
      repositories.filter(name => !name.startsWith(`${installation.account}/`)),
    )
    expect(scopes.flat()).toEqual([])
  })

  it('says which permission is missing, and where', async () => {
    await scene.github.control.grant(2, { contents: 'read', statuses: 'write' })
    await scene.settled()
    await send('push', push('globex/deploy'))
    await scene.settled()

    expect(lastLook()).toMatchObject({
      code: 'BOT_NO_PERMISSION',
      problems: [
        'the App has no permission `contents: write` on globex/deploy',
        'the App has no permission `pull_requests: write` on globex/deploy',
      ],
    })
  })

  it.each([
    ['suspended', () => scene.github.control.suspend(2), 'BOT_SUSPENDED'],
    ['taken away', () => scene.github.control.uninstall(2), 'BOT_NOT_INSTALLED'],
  ])('WH-026: where it was %s, it says so and tries no more', async (_, change, code) => {
    await change()
    await scene.settled()
    await send('push', push('globex/deploy'))
    await scene.settled()

    expect(lastLook()).toMatchObject({ code })
    expect(scene.bot.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })

  it('counts what it does, and names no repository in that', async () => {
    const text = await (await fetch(`http://127.0.0.1:${scene.bot.metricsPort}/metrics`)).text()

    expect(text).toMatch(/assay_bot_deliveries_total\{forge="github",event="push",end="taken"\} \d+/)
    expect(text).toMatch(/assay_bot_look_seconds_count\{kind="promotion",end="ended"\} \d+/)
    expect(text).toContain('assay_bot_keys{state="running"} 0')
    expect(text).not.toMatch(/acme|globex|fraud/)
    expect((await fetch(`http://127.0.0.1:${scene.bot.port}/metrics`)).status).toBe(404)
  })
})

describe('many deliveries at once', () => {
  it('500 about 40 promotions are all answered and looked at, by not many more looks than there are promotions', async () => {
    const before = looks().length
    const deliveries = Array.from({ length: 500 }, (_, at) => {
      const branch = `assay/promote/staging/model-${at % 40}`
      return delivery('pull_request', {
        ...pullRequest('closed', branch),
        repository: repository('acme/model', 2),
      })
    })
    const answers = await scene.still(() => sendAtOnce(scene.bot.port, deliveries))
    await scene.settled()

    expect(answers).toEqual(Array.from({ length: 500 }, () => 202))
    const made = looks().slice(before)
    expect(new Set(made.map(({ key }) => key)).size).toBe(40)
    expect(made.length).toBeLessThanOrEqual(60)
    expect(scene.bot.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })
})

describe('the log', () => {
  it('holds nothing of what a delivery or a request brings but names', async () => {
    const canaries = Array.from({ length: 12 }, (_, at) => `CANARY${at}x`)
    const [comment, title, login, message, ref, url, cookie, bearer, gitlab, query, agent, more] = canaries
    await send(
      'pull_request',
      {
        ...pullRequest('closed', `assay/promote/staging/fraud`),
        comment: { body: comment },
        sender: { login },
        more: { more },
        pull_request: {
          number: 7,
          title,
          body: message,
          head: { ref: `feature-${ref}`, label: ref },
          html_url: url,
        },
      },
      {
        cookie: `session=${cookie}`,
        authorization: `bearer ${bearer}`,
        'x-gitlab-token': gitlab!,
        'user-agent': agent!,
        'x-request-id': more!,
      },
      `?code=${query}`,
    )
    await send('push', { zen: message })
    await fetch(`http://127.0.0.1:${scene.bot.port}/${query}?code=${query}`, { headers: { cookie: cookie! } })
    await scene.settled()

    expect(scene.log()).not.toContain('CANARY')
    const { privateKey } = scene.github.world.apps[0]!
    for (const secret of [SECRET, privateKey.split('\n')[1]!, ...scene.github.world.tokens.keys()])
      expect(scene.log()).not.toContain(secret)
  })

  it('is one JSON object a line, of fields that are known', () => {
    const fields = new Set(scene.lines().flatMap(line => Object.keys(line)))

    expect([...fields].filter(name => !KNOWN.includes(name))).toEqual([])
  })
})

const KNOWN =
  'time level message forge event id action repository end method route status ms key did why found code problems port'.split(
    ' ',
  )

/** What the bot wrote after so many requests. */
function writesAfter(requests: number) {
  return scene.github.world.requests
    .slice(requests)
    .filter(({ method, path, as }) => as === 'installation' && method !== 'GET' && path !== '/graphql')
}

function looks() {
  return scene.lines().filter(({ key }) => key !== undefined)
}

/** The last line about a look. */
function lastLook() {
  return looks().at(-1)
}

async function send(
  event: string,
  payload: unknown,
  more: Record<string, string> = {},
  query = '',
): Promise<number> {
  const { headers, body } = delivery(event, payload)
  const url = `http://127.0.0.1:${scene.bot.port}/hooks/github${query}`
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...more },
    body: new Uint8Array(body),
  })
  await answer.arrayBuffer()
  return answer.status
}
