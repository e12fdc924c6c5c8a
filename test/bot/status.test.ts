import { beforeAll, describe, expect, it } from 'vitest'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { withManifests } from '../support/manifests.ts'
import { release } from '../support/releases.ts'
import { openPull } from './open-pull.ts'
import { deployFiles, PERMISSIONS, useBot } from './scene.ts'

/** The pages on the bot itself: what it did, and how it is. */

const PROXY_SECRET = 'f4a1e07b3c5d4b2f8e90'
const scene = useBot({
  env: {
    ASSAY_BOT_PAGE_USER_HEADER: 'X-Forwarded-User',
    ASSAY_BOT_PAGE_PROXY_SECRET: PROXY_SECRET,
  },
})

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  const record = 'apps/fraud/overlays/staging/model-release.yaml'
  const kustomization = 'apps/fraud/overlays/staging/kustomization.yaml'
  const released = withManifests({ [record]: renderRelease(release(1, 'fraud')) }, 'fraud')
  const { [kustomization]: __, ...others } = files
  await scene.write('deploy', { ...others, ...(released as Record<string, string>) })
  await scene.write('model', { 'assay.yml': 'model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\n' })
  const { ada } = scene
  const MODEL = { owner: 'acme', repo: 'model' }
  await ada.issues.createComment({ ...MODEL, issue_number: await openPull(ada), body: '/assay help' })
  await scene.settled()
  await scene.github.control.role('acme/deploy', 'eve', 'read')
})

const get = (path: string, login?: string) =>
  fetch(`http://127.0.0.1:${scene.bot.port}${path}`, {
    headers: login === undefined ? {} : { 'x-forwarded-user': login, 'x-assay-proxy-secret': PROXY_SECRET },
  })
const text = async (path: string, login: string) => (await get(path, login)).text()

describe('the pages on the bot', () => {
  it('say what it did, as far as somebody may read where', async () => {
    const all = await text('/activity', 'ada')
    expect(all).toMatch(/<td>acme\/deploy<\/td><td>fraud in production: [^<]*2026-05-01-0000001/)
    expect(all).toContain('<td>acme/model</td><td>answered a comment in pull request')

    const some = await text('/activity', 'eve')
    expect(some).toContain('fraud in production')
    expect(some).not.toContain('acme/model')
    const count = (html: string) => Number(/(\d+) things? since/.exec(html)![1])
    expect(count(some)).toBe(some.split('<td>acme/deploy</td>').length - 1)
    expect(count(some)).toBeLessThan(count(all))
  })

  it.each(['/activity', '/health'])(
    '%s is not there for who may read nothing, and asks who it is',
    async path => {
      const answer = await get(path, 'wim')
      expect(answer.status).toBe(404)
      expect(await answer.text()).toBe(await (await get('/models/none', 'wim')).text())
      expect((await get(path)).status).toBe(401)
    },
  )

  it('say what somebody has to put right, where they may read it, until it is', async () => {
    const { checks: _, ...rest } = PERMISSIONS
    await scene.github.control.grant(1, rest)
    await scene.pass(3_600_000)
    const run = await scene.github.actions.start({
      repository: 'acme/model',
      headBranch: 'change',
      headSha: 'a'.repeat(40),
    })
    await scene.github.actions.finish(run)
    await scene.settled()

    const health = await text('/health', 'ada')
    expect(health).toContain('<strong>acme/model</strong>: the App has no permission')
    expect(health).toContain('Grant it in the settings of the App')
    expect(await text('/health', 'eve')).not.toContain('acme/model')
    expect(await text('/activity', 'ada')).toContain(
      '<span class="bad">Not done:</span> the App has no permission',
    )

    await scene.github.control.grant(1, PERMISSIONS)
    await scene.settled()
    await scene.github.actions.finish(run)
    await scene.settled()
    expect(await text('/health', 'ada')).not.toContain('<strong>acme/model</strong>')
  })

  it('say what the settings of the App keep from it', async () => {
    const app = scene.github.world.apps[0]!
    const { events } = app
    app.events = events.filter(event => event !== 'workflow_run')
    await scene.pass(3_600_000)
    expect(await text('/health', 'ada')).toMatch(/The App does not hear of [^<]*workflow(&#95;|_)run/)
    app.events = events
    await scene.pass(3_600_000)
    expect(await text('/health', 'ada')).not.toMatch(/workflow(&#95;|_)run/)
  })

  it('say nothing of what goes on where somebody may not read', async () => {
    const ofTime = (html: string) => html.replace(/, and it is [^.]*\./, '').replace(/Last survey.*/, '')
    const [before, did] = [ofTime(await text('/health', 'eve')), await text('/activity', 'ada')]
    await scene.pass(61_000)
    const [pull] = (await scene.ada.pulls.list({ owner: 'acme', repo: 'model' })).data
    const of = { owner: 'acme', repo: 'model', issue_number: pull!.number }
    await scene.ada.issues.createComment({ ...of, body: '/assay help' })
    await scene.settled()

    expect(await text('/activity', 'ada')).not.toBe(did)
    expect(ofTime(await text('/health', 'eve'))).toBe(before)
  })

  it('can be gone to from the first page, and show when the last event came', async () => {
    const first = await text('/', 'ada')
    expect(first).toContain('href="/activity"')
    expect(first).toContain('href="/health"')
    expect(await text('/health', 'ada')).toMatch(/Last event<\/th><td>\d{4}-\d\d-\d\d \d\d:\d\d UTC/)
  })
})
