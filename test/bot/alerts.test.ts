import { beforeAll, describe, expect, it } from 'vitest'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import { release } from '../support/releases.ts'
import { deployFiles, useBot } from './scene.ts'

/** Alerts, from Alertmanager's webhook to the issue and the retraining. */

const TOKEN = 'tZ8q-4kfP-91mx-Qw7c-Lr2v'
const OTHER = 'hG5w-2bnM-63ds-Yu0e-Xa9j'
const MODEL = { owner: 'acme', repo: 'model' }
const scene = useBot({
  env: { ASSAY_BOT_ALERT_TOKENS: `${TOKEN}=acme/model:fraud,acme/model:churn ${OTHER}=acme/deploy:else` },
})
let version: string

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  await scene.write('deploy', files)
  await scene.write('model', {
    'assay.yml':
      "model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\nretrain: { file: data/version.txt, value: '{date}' }\n",
  })
  const made = release(1, 'fraud', { verdict: 'pass' })
  version = made.version
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
    model: 'fraud',
    candidates: [made],
    environment: 'staging',
    dryRun: false,
  })
  await scene.settled()
})

const alert = (labels: Record<string, string>, change: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'Drift', assay_model: 'fraud', assay_environment: 'staging', ...labels },
  annotations: { summary: 'amount moved <b>@ada</b>' },
  startsAt: '2026-11-29T00:00:00Z',
  fingerprint: 'a1',
  ...change,
})

function send(alerts: object[], token = TOKEN, change: object = {}) {
  return fetch(`http://127.0.0.1:${scene.bot.port}/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts, ...change }),
  }).then(({ status }) => status)
}

async function issues() {
  const { data } = await scene.ada.issues.listForRepo({ ...MODEL, state: 'all' })
  return data
    .filter(one => !one.pull_request)
    .map(({ title, state, body, user }) => ({ title, state, body: body ?? '', by: user?.login }))
}

async function retrainings() {
  const { data } = await scene.ada.pulls.list({ ...MODEL, state: 'all' })
  return data.map(({ title, head, user }) => `${title}: ${head.ref}, ${user?.login}`)
}

describe('an alert', () => {
  it.each([
    ['a wrong token', () => send([alert({})], 'wrong'), 401],
    ['a model that the token does not speak for', () => send([alert({})], OTHER), 403],
    ['another version', () => send([alert({})], TOKEN, { version: '3' }), 400],
  ])('is refused with %s, and nothing is looked at', async (_, sending, status) => {
    expect(await sending()).toBe(status)
    expect(scene.bot.counts().waiting).toBe(0)
  })

  it('of breakage is an issue that is never trained on', async () => {
    const broken = alert({ assay_kind: 'breakage', assay_environment: 'production' })
    expect(await send([broken])).toBe(202)
    await scene.settled()

    expect(await issues()).toMatchObject([{ title: 'Alert: fraud in production', state: 'open' }])
    expect(await retrainings()).toEqual([])
  })

  it('of a release that serves no more is an issue alone', async () => {
    await send([alert({ assay_kind: 'shift', assay_release: '2020-01-01-0000000' })])
    await scene.settled()

    const [issue] = await issues()
    expect(issue).toMatchObject({ title: 'Alert: fraud in staging', state: 'open', by: 'assay[bot]' })
    expect(issue!.body).toContain('serves no more')
    expect(await retrainings()).toEqual([])
  })

  it('of shift or concept has the model trained anew once, however many come', async () => {
    const shift = alert({ assay_kind: 'shift', assay_release: version, severity: 'warning' })
    const concept = alert({ assay_kind: 'concept', assay_release: version }, { fingerprint: 'b2' })
    await Promise.all(Array.from({ length: 10 }, () => send([shift, concept])))
    await scene.settled()
    await send([shift, concept])
    await scene.settled()

    expect(await retrainings()).toEqual([`Retrain fraud: assay/retrain-fraud-${version}, assay[bot]`])
    const all = await issues()
    expect(all.filter(({ title }) => title === 'Alert: fraud in staging')).toHaveLength(1)
    const { body } = all.find(({ title }) => title === 'Alert: fraud in staging')!
    expect(body).toMatch(/^<!-- assay-alert:fraud\/staging -->\n- .*(?:concept|shift)/)
    expect(body).toMatch(/Retraining: pull request \d+ proposes it/)
    expect(body).not.toMatch(/<b>|[^\\​]@ada/)
  })

  it('writes nothing where all is told already', async () => {
    const updated = async () => (await scene.ada.issues.listForRepo({ ...MODEL, state: 'all' })).data
    const before = await updated()
    const shift = alert({ assay_kind: 'shift', assay_release: version, severity: 'warning' })
    await send([shift])
    await scene.settled()

    expect(await updated()).toEqual(before)
  })

  it('that is over closes its issue, and opens the same again when it comes back', async () => {
    const ended = { status: 'resolved' }
    await send([
      alert({ assay_kind: 'shift' }, ended),
      alert({ assay_kind: 'concept' }, { ...ended, fingerprint: 'b2' }),
    ])
    await scene.settled()
    const states = async () =>
      (await issues()).filter(({ title }) => title.endsWith('staging')).map(({ state }) => state)
    expect(await states()).toEqual(['closed'])

    await send([alert({ assay_kind: 'shift' })])
    await scene.settled()
    expect(await states()).toEqual(['open'])
    expect(await retrainings()).toHaveLength(1)
  })
})
