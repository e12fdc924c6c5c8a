import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EmulatedSlack, shownOf, startSlack } from '../../emulator/slack.ts'
import type { Context, DeployAccess } from '../../src/commands/command/context.ts'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import { run } from '../../src/commands/drift.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { connectWith } from '../../src/forges/github/connect.ts'
import { PROFILE } from '../core/traffic/drift/profiles.ts'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { DRIFT_DEFAULTS } from '../support/drift-options.ts'
import { UNTIMED } from '../support/faults.ts'
import { testFolder } from '../support/git-repository.ts'
import { release } from '../support/releases.ts'
import { deployFiles } from './deploys.ts'

/** Alarms of live traffic, from `assay drift` run after run to the issue, Slack and the retraining. */

const world = useAppWorld({
  users: [{ login: 'ada' }, { login: 'eve' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: ['deploy', ...Array.from({ length: 18 }, (_, at) => `model-${at}`)].map(name => ({
    owner: 'acme',
    name,
    auto_init: true,
  })),
  apps: [{ ...ASSAY_APP, events: [], installations: [{ id: 1, account: 'acme' }] }],
})
/** Each test has a repository of its own. */
const MODEL = { owner: 'acme', repo: 'model--1' }
const DAY = 86_400_000
const CONFIG = `model: churn
metrics: metrics.json
deploy: acme/deploy
retrain: { file: data/version.txt, value: '{date}' }
`
const folder = testFolder()
let slack: EmulatedSlack
let version: string
let now = Date.parse('2026-11-29T06:00:00Z')

beforeAll(async () => {
  slack = await startSlack()
  writeFileSync(join(folder.folder, 'model-profile.json'), renderProfile(PROFILE))
  mkdirSync(join(folder.folder, 'home'))
  for (const [name, row] of Object.entries(ROWS)) writeFileSync(join(folder.folder, `${name}.csv`), csv(row))
  const { 'README.md': _, ...files } = deployFiles('churn') as Record<string, string>
  await write('deploy', files)
  const made = release(1, 'churn', { verdict: 'pass' })
  version = made.version
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
  const deploy = { address, name: 'acme/deploy', branch: 'main' }
  const options = { model: 'churn', candidates: [made], environment: 'staging', dryRun: false }
  await promoteModel(context(), await open(address), deploy, options)
})
afterAll(async () => {
  await slack.close()
  folder.remove()
})
beforeEach(async () => {
  MODEL.repo = `model-${Number(MODEL.repo.slice(6)) + 1}`
  slack.posted.length = 0
  await write(MODEL.repo, { 'assay.yml': CONFIG, 'data/version.txt': '2026-01-01\n' })
})

type Row = { age: string; income: string; plan: string }
const usual = (row: number): Row => ({
  age: row % 100 === 0 ? '' : String((row % 10) + 0.5),
  income: String((Math.floor(row / 7) % 10) + 0.5),
  plan: row % 10 < 3 ? 'pro' : 'basic',
})
const ROWS: Record<'steady' | 'shifted' | 'broken' | 'both', (row: number) => Row> = {
  steady: usual,
  shifted: row => ({ ...usual(row), income: String((Math.floor(row / 7) % 10) / 2 + 5) }),
  broken: row => ({ ...usual(row), age: '' }),
  both: row => ({ ...usual(row), age: '', income: String((Math.floor(row / 7) % 10) / 2 + 5) }),
}

function csv(of: (row: number) => Row): string {
  const rows = Array.from({ length: 1400 }, (_, row) => Object.values(of(row)).join(','))
  return `age,income,plan\n${rows.join('\n')}\n`
}

async function write(repo: string, files: Record<string, string>) {
  const { repos } = world.person('ada').rest
  for (const [path, content] of Object.entries(files)) {
    const at = { owner: 'acme', repo, path, message: path }
    await repos.createOrUpdateFileContents({ ...at, content: Buffer.from(content).toString('base64') })
  }
}

async function open(address: DeployAddress, token = 'token-of-ada'): Promise<DeployAccess> {
  const { repository } = address as { repository: string }
  return connectWith(token, { repository, apiUrl: world.github.url, env: {}, safety: UNTIMED })
}

function context(env: Record<string, string> = {}, token?: string): Context {
  return {
    folder: folder.folder,
    env: { HOME: join(folder.folder, 'home'), ASSAY_SLACK_WEBHOOK: slack.webhook, ...env },
    ci: { name: 'a CI', repository: `acme/${MODEL.repo}`, defaultBranch: 'main' },
    openDeploy: address => open(address, token),
    now: () => now,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_, body) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
}

const OPTIONS = {
  ...DRIFT_DEFAULTS,
  config: 'assay.yml',
  profile: 'model-profile.json',
  output: 'out',
  environment: 'staging',
  issue: true,
  retrain: false,
  'dry-run': false,
}

/** A run of the schedule, a day after the one before. */
async function drift(
  rows: keyof typeof ROWS,
  options: Partial<typeof OPTIONS> = {},
  env = {},
  token?: string,
) {
  now += DAY
  const { exitCode, text } = await run(context(env, token), { ...OPTIONS, rows: `${rows}.csv`, ...options })
  return { exitCode, text }
}

async function issues() {
  const { data } = await world.person('ada').rest.issues.listForRepo({ ...MODEL, state: 'all' })
  return data
    .filter(one => !one.pull_request)
    .map(({ number, title, state, body, user }) => ({
      number,
      title,
      state,
      body: body ?? '',
      by: user?.login,
    }))
}

async function retrainings() {
  const { data } = await world.person('ada').rest.pulls.list({ ...MODEL, state: 'all' })
  return data.map(({ title, head, body }) => ({ title, branch: head.ref, body: body ?? '' }))
}

describe('assay drift --issue', () => {
  it('writes nothing while there is no alarm', async () => {
    const { exitCode, text } = await drift('steady')

    expect([exitCode, await issues(), slack.posted]).toEqual([0, [], []])
    expect(text).toContain('No alarm: there is nothing to tell of.')
  })

  it('keeps one issue from the begin of an alarm to its end, with the report of each run, and tells Slack of both', async () => {
    const { exitCode, text } = await drift('shifted')
    await drift('shifted')
    const [issue, ...more] = await issues()

    expect([exitCode, more]).toEqual([1, []])
    expect(issue).toMatchObject({ title: 'Alert: churn in staging', state: 'open' })
    expect(text).toContain(`Issue created: `)
    expect(issue!.body).toMatch(
      /^<!-- assay-alert:churn\/staging -->\n- assay drift, shift, critical, since 2026-1\d-\d\dT06:/,
    )
    expect(issue!.body).toContain('## 🔴 churn: critical: shift in 1 of 3 features over 1,400 rows')
    expect(issue!.body).toContain('Have the model trained anew: `assay retrain churn`')
    expect(readFileSync(join(folder.folder, 'out/drift.html'), 'utf8')).toMatch(
      /<dt>alarm<\/dt><dd>critical: shift since 2026-1\d-\d\d 06:00 UTC<\/dd>/,
    )
    expect(slack.posted.map(({ text }) => text)).toEqual(['churn in staging: shift'])
    expect(shownOf(slack.posted[0]!)).toContain(`/acme/${MODEL.repo}/issues/${issue!.number}|Issue>`)

    // Three windows without it, and it is over.
    for (let day = 1; day <= 3; day++) {
      await drift('steady')
      expect(await issues()).toMatchObject([{ state: 'open' }])
    }
    const last = await drift('steady')
    expect(last.text).toContain('Issue updated and closed: ')
    expect(await issues()).toMatchObject([{ state: 'closed', body: expect.stringContaining('It is over.') }])
    await drift('steady')
    expect(slack.posted.map(({ text }) => text)).toEqual([
      'churn in staging: shift',
      'Over: churn in staging',
    ])

    await drift('shifted')
    expect(await issues()).toMatchObject([{ number: issue!.number, state: 'open' }])
    expect(slack.posted).toHaveLength(3)
    expect(await retrainings()).toEqual([])
  })

  it('stays closed where a person closed it, until another alarm begins', async () => {
    await drift('shifted')
    const [{ number } = { number: 0 }] = await issues()
    await world.person('ada').rest.issues.update({ ...MODEL, issue_number: number, state: 'closed' })

    expect((await drift('shifted')).text).toContain('Somebody closed the issue')
    expect(await issues()).toMatchObject([{ state: 'closed' }])
    expect(slack.posted).toHaveLength(1)

    await drift('both', {}, { ASSAY_SLACK_ON_CALL: 'S0ONCALL' })
    expect(await issues()).toMatchObject([{ number, state: 'open' }])
    expect(slack.posted.map(({ text }) => text)[1]).toBe('churn in staging: shift, breakage')
    expect(shownOf(slack.posted[1]!)).toContain('<!subteam^S0ONCALL> a person has to look at this')
  })

  it('has the model trained anew once, with the report in its pull request', async () => {
    await drift('shifted', { retrain: true })
    const { text } = await drift('shifted', { retrain: true })
    const [pull, ...more] = await retrainings()

    expect(more).toEqual([])
    expect(pull).toMatchObject({ title: 'Retrain churn', branch: `assay/retrain-churn-${version}` })
    expect(pull!.body).toContain('Live data shows shift.')
    expect(pull!.body).toContain('## 🔴 churn: critical: shift in 1 of 3 features over 1,400 rows')
    const [issue] = await issues()
    expect(issue!.body).toMatch(/Retraining: pull request \d+ proposes it/)
    expect(text).not.toContain('Retraining:')
    expect(shownOf(slack.posted[0]!)).toMatch(/Retraining: pull request \d+ proposes it/)
  })

  it('trains nothing because an alarm holds: what alarmed has to be critical at this look', async () => {
    await drift('shifted')
    await drift('steady', { retrain: true })

    expect(await retrainings()).toEqual([])
    expect((await issues())[0]!.body).toContain('What alarmed is not critical at this look')
    await drift('shifted', { retrain: true })
    expect(await retrainings()).toHaveLength(1)
    // What was begun is followed, whatever the look shows.
    await drift('steady', { retrain: true })
    expect((await issues())[0]!.body).toMatch(/pull request \d+/)
  })

  it('alarms once where nothing is seen, run after run, and is over once something is', async () => {
    writeFileSync(join(folder.folder, 'none.csv'), 'age,income,plan\n')
    const first = await drift('steady', { rows: 'none.csv' } as object)
    await drift('steady', { rows: 'none.csv' } as object)

    expect([first.exitCode, slack.posted.length]).toEqual([3, 1])
    expect(await issues()).toMatchObject([
      { state: 'open', body: expect.stringContaining('none.csv has no row') },
    ])
    await drift('steady')
    expect(await issues()).toMatchObject([{ state: 'closed' }])
    expect(slack.posted).toHaveLength(2)
  })

  it('forgets nothing where what keeps it from training has many words', async () => {
    const wrong = Array.from({ length: 20 }, (_, at) => `a_key_that_nobody_knows_number_${at}: true\n`)
    await write(MODEL.repo, { 'wrong.yml': `${CONFIG}${wrong.join('')}` })
    for (let day = 0; day < 3; day++) await drift('shifted', { retrain: true, config: 'wrong.yml' })

    expect(slack.posted).toHaveLength(1)
    expect((await issues())[0]!.body).toContain('It is not trained anew')
  })

  it('trains nothing on what is broken, also where something has shifted beside it', async () => {
    await drift('broken', { retrain: true })
    await drift('both', { retrain: true })

    expect(await retrainings()).toEqual([])
    const [issue] = await issues()
    expect(issue!.body).toContain('Something is broken: a person has to look.')
  })

  it('says why it is not trained anew, and tells of the alarm all the same', async () => {
    const { text } = await drift('shifted', { retrain: true, environment: 'production' })

    expect(text).toContain(
      'It is not trained anew: churn cannot be retrained; nothing serves in production yet',
    )
    expect(await issues()).toMatchObject([
      { body: expect.stringContaining('nothing serves in production yet') },
    ])
    expect(slack.posted).toHaveLength(1)
  })

  it('tries Slack again at the next run, and says so', async () => {
    slack.spoil({ status: 503 })
    expect((await drift('shifted')).text).toContain('Slack was not told, and the next run tries again')
    expect((await issues())[0]!.body).toContain('Slack could not be told: Slack answers 503')
    expect((await drift('shifted')).text).toContain('Slack is told')
    expect((await issues())[0]!.body).not.toContain('Slack could not be told')
    expect(slack.posted).toHaveLength(1)
  })

  it('goes on in the issue of an app, and leaves that of somebody who may not write there', async () => {
    const marker = '<!-- assay-alert:churn/staging -->'
    const eve = world.person('eve').rest
    await eve.issues.create({ ...MODEL, title: 'mine', body: `${marker}\n- x`, labels: ['assay-alert'] })
    const app = await world.token()
    const { data } = await app.rest.issues.create({
      ...MODEL,
      title: 'Alert: churn in staging',
      body: `${marker}\n- x`,
      labels: ['assay-alert'],
    })
    await drift('shifted')

    const all = await issues()
    expect(
      all
        .filter(({ state }) => state === 'open')
        .map(({ title }) => title)
        .sort(),
    ).toEqual(['Alert: churn in staging', 'mine'])
    expect(all.find(({ number }) => number === data.number)).toMatchObject({
      by: 'assay[bot]',
      body: expect.stringContaining('critical: shift'),
    })
  })

  it('writes files alone in a dry run', async () => {
    const { text } = await drift('shifted', { 'dry-run': true, retrain: true })

    expect(text).toContain('Would write into the issue "Alert: churn in staging"')
    expect([await issues(), await retrainings(), slack.posted]).toEqual([[], [], []])
  })

  it('says where the verdict is when the forge refuses', async () => {
    const failed = await drift('shifted', {}, {}, 'wrong').catch(error => error)

    expect(failed.worked).toBe(
      'churn: critical: shift in 1 of 3 features over 1,400 rows; the report is in out/drift.html',
    )
    expect(slack.posted).toEqual([])
  })

  it('refuses a name that no environment has: the issue is found by it', async () => {
    const failed = await drift('shifted', { environment: 'x -->' }).catch(error => error)

    expect(failed.problems[0].what).toBe('"x -->" is no name of an environment')
    expect(await issues()).toEqual([])
  })

  it('says what it takes where there is no token', async () => {
    now += DAY
    const refused: Context['openDeploy'] = async () => {
      const problems = [{ what: 'there is no token for acme/model', fix: 'set ASSAY_DEPLOY_TOKEN' }]
      throw new AssayError({
        code: 'DEPLOY_NO_TOKEN',
        title: 'The deploy repository cannot be reached',
        problems,
      })
    }
    const options = { ...OPTIONS, rows: 'shifted.csv' }
    const failed = await run({ ...context(), openDeploy: refused }, options).catch(error => error)

    expect(failed.message).toBe('The issue cannot be written')
    expect(failed.problems[0].fix).toContain('issues: write')
  })

  it.each([
    ['http://hooks.slack.example/x', 'ASSAY_SLACK_WEBHOOK is no https address'],
    ['no address', 'ASSAY_SLACK_WEBHOOK is no https address'],
  ])('tells nobody at %s', async (ASSAY_SLACK_WEBHOOK, what) => {
    const failed = await drift('shifted', {}, { ASSAY_SLACK_WEBHOOK }).catch(error => error)

    expect(failed.problems[0].what).toBe(what)
  })
})
