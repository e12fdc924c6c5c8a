import { describe, expect, it } from 'vitest'
import { promoteModel } from '../../src/commands/deploy/write/promote-model.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { release } from '../support/releases.ts'
import { delivery, push } from './deliveries.ts'
import { deployFiles, useBot } from './scene.ts'

const scene = useBot()

const ONE = '2026-05-01-0000001'

/** What a CI job of the model's repository does, with a token that may write there: the release gets into staging. */
async function releaseToStaging(candidate: ReleaseRecord): Promise<void> {
  const world = {
    env: {},
    ci: { name: 'a CI' },
    now: Date.now,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => never) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
  const deploy = { address, name: 'acme/deploy', branch: 'main' }
  await promoteModel(world, scene.deploy(), deploy, {
    model: candidate.model,
    candidates: [candidate],
    environment: 'staging',
    dryRun: false,
  })
}

const pulls = async () =>
  (await scene.ada.pulls.list({ owner: 'acme', repo: 'deploy', state: 'all' })).data.map(
    ({ title, state, user }) => `${title}: ${state}, ${user?.login}`,
  )

describe('the bot', () => {
  it('promotes by itself what has come into an environment, and remembers what was closed', async () => {
    const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
    await scene.write('deploy', files)
    await releaseToStaging(release(1, 'fraud', { verdict: 'pass' }))
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

    const writes = world.requests
      .slice(before)
      .filter(({ method, path, as }) => as === 'installation' && method !== 'GET' && path !== '/graphql')
    expect(writes).toEqual([])
    const tokens = [...world.tokens.values()].map(({ repositories, permissions }) => ({
      repositories,
      permissions,
    }))
    expect(tokens).toEqual([
      {
        repositories: ['acme/deploy'],
        permissions: {
          metadata: 'read',
          contents: 'write',
          pull_requests: 'write',
          statuses: 'write',
          checks: 'read',
          deployments: 'write',
        },
      },
    ])
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

  it('says which permission is missing, and where', async () => {
    await scene.github.control.grant(2, { contents: 'read', statuses: 'write' })
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

    expect(text).toMatch(/assay_bot_deliveries_total\{forge="github",event="push",outcome="taken"\} \d+/)
    expect(text).toMatch(/assay_bot_look_seconds_count\{kind="promotion",outcome="ended"\} \d+/)
    expect(text).toContain('assay_bot_keys{state="running"} 0')
    expect(text).not.toMatch(/acme|globex|fraud/)
    expect((await fetch(`http://127.0.0.1:${scene.bot.port}/metrics`)).status).toBe(404)
  })
})

/** The last line about a look. */
function lastLook() {
  return scene.lines().findLast(({ key }) => key !== undefined)
}

async function send(event: string, payload: unknown): Promise<number> {
  const { headers, body } = delivery(event, payload)
  const url = `http://127.0.0.1:${scene.bot.port}/hooks/github`
  const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
  await answer.arrayBuffer()
  return answer.status
}
