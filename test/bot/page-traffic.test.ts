import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTokens, type Tokens } from '../../src/commands/collecting/tokens.ts'
import { scopeOf } from '../../src/commands/watching/admission.ts'
import { watchRoutes } from '../../src/commands/watching/routes.ts'
import { type Watcher, watcherOf } from '../../src/commands/watching/watcher.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import type { Seen, SeenWindow } from '../../src/core/traffic/seen/seen.ts'
import { startServer, type WebServer } from '../../src/services/web/server.ts'
import { watchedCanary } from '../core/page/canaries.ts'
import { PROFILE, windowOf } from '../core/traffic/drift/profiles.ts'
import { testFolder } from '../support/git-repository.ts'
import { withManifests } from '../support/manifests.ts'
import { release as releaseOf } from '../support/releases.ts'
import { ALERT_TOKEN } from './alert-scene.ts'
import { pageAt, signedIn, writeFraud } from './page-scene.ts'
import { CLIENT_SECRET, deployFiles, useBot } from './scene.ts'

/** What the page shows of the verdicts of `assay watch`, which runs beside the bot. */

const TOKEN = '9d1f0c77be52a3486e'
const VERSION = '2026-05-01-0000001'
const NOW = Date.parse('2026-05-20T12:00:00Z')
const { folder, remove } = testFolder()
const env: Record<string, string> = {
  ASSAY_BOT_PAGE_URL: 'http://localhost',
  ASSAY_BOT_CLIENT_SECRET: CLIENT_SECRET,
  ASSAY_BOT_ALERT_TOKENS: `${ALERT_TOKEN}=acme/model:fraud`,
  ASSAY_BOT_WATCH_TOKEN: TOKEN,
  ASSAY_BOT_WATCH_REPOSITORY: 'acme/deploy',
  ASSAY_BOT_WATCH_PAGE_URL: 'https://watch.example.com',
}
let watch: WebServer
let watcher: Watcher
let income: number[] | undefined
let release = VERSION
/** Headers of whoever asked. */
const asked: (string | undefined)[] = []

function seen(): Seen {
  const features = new Map(
    [...windowOf(2000, income ? { income } : {}).features].map(([name, counts]) => [
      name,
      { counts: Array.from(counts) },
    ]),
  )
  const window = (minutes: number): SeenWindow => ({
    minutes,
    since: NOW - minutes * 60_000,
    until: NOW,
    features,
    events: new Map([['counted', 2000]]),
  })
  return {
    release,
    asOf: NOW,
    windows: { shift: window(1440), breakage: window(60), quiet: window(120) },
    notes: [],
  }
}

beforeAll(async () => {
  writeFileSync(join(folder, 'tokens'), TOKEN)
  const tokens = (await readTokens(join(folder, 'tokens'))) as Tokens
  watcher = watcherOf({
    readWatched: async () => [{ model: 'fraud', environment: 'staging', release, profile: PROFILE }],
    sources: () => ({
      seen: async () => seen(),
      canary: async () => ({ failed: 'no canary' }),
      slow: async () => ({ unknown: 'no canary' }),
      comesYet: async () => ({ failed: 'no canary' }),
      requests: async () => undefined,
    }),
    now: () => NOW,
    log: { info() {}, warn() {} },
  })
  await watcher.look()
  watch = await startServer({
    routes: watchRoutes({
      watcher,
      scopeOf(head) {
        asked.push(head.header('authorization'))
        return scopeOf(head, { tokens })
      },
      onChange: () => () => {},
      startedAt: NOW,
      now: () => NOW,
      ready: () => true,
      version: '0',
    }),
    host: '127.0.0.1',
    port: 0,
  })
  env.ASSAY_BOT_WATCH_URL = `http://127.0.0.1:${watch.port}`
})
const scene = useBot({ env })
beforeAll(() => writeFraud(scene))
afterAll(async () => {
  await watch.close(0)
  remove()
})

async function page(path = '/', login = 'ada'): Promise<string> {
  return (await pageAt(scene)(path, await signedIn(scene, login))).text()
}
/** The page once it is read anew and says that. */
async function pageWith(text: string): Promise<string> {
  await scene.pass(301_000)
  await expect.poll(() => page(), { timeout: 60_000 }).toContain(text)
  return page()
}
const STAGING = 'apps/fraud/overlays/staging'
const LINK = `<a href="https://watch.example.com/drift/fraud/staging">`

describe('live traffic on the page', () => {
  it('is steady where `assay watch` says so, with a link to it, and nothing where nothing serves', async () => {
    const html = await pageWith('traffic steady')

    expect(html.match(/traffic \w+/g)).toEqual(['traffic steady'])
    expect(html).toContain(`${LINK}traffic steady</a>`)
    expect(new Set(asked)).toEqual(new Set([`Bearer ${TOKEN}`]))
    expect(scene.log()).not.toContain(TOKEN)
  })

  it('is wrong now where it is critical, with what has shifted on the page of the model', async () => {
    income = [37, 55, 66, 75, 85, 95, 107, 122, 148, 210, 0, 0].map(share => 2 * share)
    await watcher.look()
    const html = await pageWith('traffic critical')

    expect(html).toContain(`${LINK}traffic critical: shift</a>`)
    expect(html).toMatch(/fraud in staging<\/a>: live traffic: critical: shift in 1 of 3 features/)
    const own = await page('/models/fraud')
    expect(own).toContain('<th scope="col">live traffic</th>')
    expect(own).toContain('critical: shift in 1 of 3 features over 2,000 rows')
    const ada = await signedIn(scene, 'ada')
    const csv = (await (await pageAt(scene)('/page.csv', ada)).text()).trim().split('\r\n')
    expect(csv.map(line => line.split(',').at(-1))).toEqual(['traffic', 'critical', ''])
  })

  it('has the page of a canary, for who may see the model, linked from its own', async () => {
    const { canary } = watchedCanary({ challenger: 0.064 }, 288)
    watcher.canaries = () => [{ ...canary, model: 'fraud', environment: 'staging' }]
    await pageWith('traffic critical')
    expect(await page('/models/fraud')).toMatch(
      /<small><a href="\/canary\/fraud\/staging">canary at 5 %: \w+<\/a><\/small>/,
    )
    const html = await page('/canary/fraud/staging')
    expect(html).toContain('<h1>Canary of fraud in staging</h1>')
    expect(html).toContain('Signed in as ada')
    expect(html).toContain('<a href="/models/fraud">fraud</a>')
    expect(html).toMatch(/<path class="band"/)
    // By the clock of the bot nobody has looked for long.
    expect(html).toContain('measured stale')
    expect(html).not.toContain(TOKEN)

    const at = pageAt(scene)
    const [wim, ada] = [await signedIn(scene, 'wim'), await signedIn(scene, 'ada')]
    const refused = await Promise.all(
      [at('/canary/fraud/staging', wim), at('/canary/none/staging', wim), at('/canary/fraud/none', ada)].map(
        async answer => ({ status: (await answer).status, text: await (await answer).text() }),
      ),
    )
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(refused[0]!.text).toBe(refused[1]!.text)
    expect(refused[0]!.text).toContain('There is nothing here that you may see.')
    expect((await at('/canary/fraud/staging')).status).toBe((await at('/canary/none/staging')).status)

    watcher.canaries = () => []
    await scene.pass(2000)
    expect((await at('/canary/fraud/staging', ada)).status).toBe(404)
  })

  it('is what a retraining shows that the bot begins because of it', async () => {
    await scene.write('model', {
      'assay.yml': `model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\nretrain: { file: data/version.txt, value: '{date}' }\n`,
    })
    const labels = {
      alertname: 'AssayShift',
      assay_model: 'fraud',
      assay_environment: 'staging',
      assay_kind: 'shift',
    }
    const told = await fetch(`http://127.0.0.1:${scene.bot.port}/alerts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ALERT_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        version: '4',
        alerts: [
          { status: 'firing', labels, annotations: {}, startsAt: '2026-05-20T12:00:00Z', fingerprint: 'a1' },
        ],
      }),
    })
    expect(told.status).toBe(202)
    await scene.settled()

    const { data } = await scene.ada.pulls.list({ owner: 'acme', repo: 'model' })
    expect(data.map(({ title }) => title)).toEqual(['Retrain fraud'])
    expect(data[0]!.body).toContain('What live traffic shows')
    expect(data[0]!.body).toContain('fraud: critical: shift in 1 of 3 features over 2,000 rows')
  })

  it('is shown to nobody who may not read the deploy repository', async () => {
    expect(await page('/', 'wim')).not.toContain('traffic')
  })

  it('is shown on no other deploy repository that has such a model', async () => {
    const files = withManifests(
      { [`${STAGING}/model-release.yaml`]: renderRelease(releaseOf(1, 'fraud')) },
      'fraud',
    ) as Record<string, string>
    const {
      'README.md': _,
      [`${STAGING}/kustomization.yaml`]: __,
      ...others
    } = deployFiles('fraud') as Record<string, string>
    for (const [path, content] of Object.entries({ ...others, ...files }))
      await scene.ada.repos.createOrUpdateFileContents({
        owner: 'globex',
        repo: 'deploy',
        path,
        message: path,
        content: Buffer.from(content).toString('base64'),
      })
    await scene.github.control.role('globex/deploy', 'mia', 'read')
    await scene.settled()

    await scene.pass(301_000)
    await expect.poll(() => page('/', 'mia'), { timeout: 60_000 }).toContain('globex/deploy')
    expect(await page('/', 'mia')).not.toContain('traffic')
    expect(await page('/models/fraud', 'mia')).not.toContain('watch')
  })

  it('is not known of a release that is not looked at, and where nobody answers, with the reason', async () => {
    income = undefined
    release = '2026-04-01-0000000'
    // It reads what serves again every five minutes, by a clock that stands here: another process of it.
    const other = watcherOf({
      readWatched: async () => [{ model: 'fraud', environment: 'staging', release, profile: PROFILE }],
      sources: () => ({
        seen: async () => seen(),
        canary: async () => ({ failed: 'no canary' }),
        slow: async () => ({ unknown: 'no canary' }),
        comesYet: async () => ({ failed: 'no canary' }),
        requests: async () => undefined,
      }),
      now: () => NOW,
      log: { info() {}, warn() {} },
    })
    await other.look()
    watcher.all = other.all
    expect(await pageWith('traffic not known')).toContain(`${LINK}traffic not known</a>`)
    expect(await page('/models/fraud')).toContain('looks at 2026-04-01-0000000 still')

    await watch.close(0)
    const html = await pageWith('Live traffic is not known')
    expect(html.match(/traffic (?:steady|not known|critical)/g)).toEqual(['traffic not known'])
    expect(html).toMatch(/<li>Live traffic is not known: assay watch: .*127\.0\.0\.1/i)
    expect(html).not.toContain('Nothing that is known of')
  })
})
