import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forward } from '../../emulator/github/front.ts'
import { type Answering, readRequest } from '../../emulator/github.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/drift.ts'
import { alertIssue, alertMarker } from '../../src/core/alerts/issue.ts'
import { notedIn, withTold } from '../../src/core/alerts/noted.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { connectWith } from '../../src/forges/github/connect.ts'
import { alert, useAlerts } from '../bot/alert-scene.ts'
import { PERSON } from '../bot/scene.ts'
import { PROFILE } from '../core/traffic/drift/profiles.ts'
import { DRIFT_DEFAULTS } from '../support/drift-options.ts'
import { failWith, UNTIMED } from '../support/faults.ts'
import { testFolder } from '../support/git-repository.ts'

/** A schedule and the bot write the same issue at the same time. */

const { folder, remove } = testFolder()
/** Whether the token of the schedule may write refs, and so take the turn. */
let mayTakeTurns = true
/** What goes on before a request of the schedule is answered, once. */
let meanwhile:
  | { at: (of: { method: string; path: string; text: string }) => boolean; work: () => Promise<void> }
  | undefined
const refs: string[] = []
const answer: Answering = async (upstream, request, response) => {
  const read = await readRequest(request)
  if (read.token === PERSON && meanwhile?.at(read)) {
    const { work } = meanwhile
    meanwhile = undefined
    await work()
  }
  if (read.token === PERSON && read.method === 'POST' && read.path.startsWith('/repos/acme/model/git/')) {
    refs.push(read.path)
    if (!mayTakeTurns) return failWith(response, { fault: 403 })
  }
  const given = await forward(upstream, read)
  response.writeHead(given.status, given.headers).end(given.body)
}
const scene = useAlerts({ answer })

const INCOME = { shifted: (step: number) => step / 2 + 5, steady: (step: number) => step + 0.5 }
let now = Date.now()
beforeAll(() => {
  writeFileSync(join(folder, 'model-profile.json'), renderProfile({ ...PROFILE, model: 'fraud' }))
  mkdirSync(join(folder, 'home'))
  for (const [name, income] of Object.entries(INCOME)) {
    const rows = Array.from({ length: 1400 }, (_, row) =>
      [
        row % 100 === 0 ? '' : (row % 10) + 0.5,
        income(Math.floor(row / 7) % 10),
        row % 10 < 3 ? 'pro' : 'basic',
      ].join(','),
    )
    writeFileSync(join(folder, `${name}.csv`), `age,income,plan\n${rows.join('\n')}\n`)
  }
})
afterAll(remove)

function drift(environment: string, retrain: boolean, rows: keyof typeof INCOME = 'shifted', hours = 1) {
  now += hours * 3_600_000
  const context: Context = {
    folder,
    env: { HOME: join(folder, 'home') },
    ci: { name: 'a CI', repository: 'acme/model', defaultBranch: 'main' },
    openDeploy: async address => {
      const { repository } = address as { repository: string }
      return connectWith(PERSON, { repository, apiUrl: scene.github.url, env: {}, safety: UNTIMED })
    },
    now: () => now,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_, body) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
  const options = { ...DRIFT_DEFAULTS, config: 'assay.yml', profile: 'model-profile.json', output: 'out' }
  return run(context, {
    ...options,
    environment,
    rows: `${rows}.csv`,
    issue: true,
    retrain,
    'dry-run': false,
  })
}

const firing = (id: string, environment: string, kind: string) =>
  alert({ assay_kind: kind, assay_environment: environment, alertname: id }, { fingerprint: id })
const over = (one: object) => ({ ...one, status: 'resolved' })

const ALERT = {
  kind: 'other',
  severity: 'warning',
  release: '',
  since: '2026-11-29T00:00:00Z',
  summary: '',
} as const

async function issueOf(environment: string) {
  await scene.settled()
  const [issue] = (await scene.issues()).filter(({ title }) => title === `Alert: fraud in ${environment}`)
  const { alerts = [], words } = notedIn(issue?.body ?? '') ?? {}
  return { names: alerts.map(({ name }) => name).sort(), words, state: issue?.state, body: issue?.body }
}

describe('a schedule whose issue a person closed', () => {
  it('leaves it closed also once the bot has noted that it is over, until another alarm begins', async () => {
    const look = async (rows: keyof typeof INCOME, hours = 1) => {
      await drift('aside', false, rows, hours)
      return (await issueOf('aside')).state
    }
    const botLooks = async () => {
      await scene.pass(3_600_000)
      return notedIn((await issueOf('aside')).body!)?.over
    }
    expect(await look('shifted')).toBe('open')
    const { number } = (await scene.issues()).find(({ title }) => title.endsWith('aside'))!
    await scene.ada.issues.update({ owner: 'acme', repo: 'model', issue_number: number, state: 'closed' })

    expect(await botLooks()).toBe(true)
    expect(await look('shifted')).toBe('closed')
    await botLooks()
    expect(await look('shifted')).toBe('closed')
    // The end of what was closed is known to whoever looks next.
    expect(await look('steady', 240)).toBe('closed')
    expect(await look('shifted')).toBe('open')
  })

  it('opens it for another alarm also where the one before ended after the bot had noted that it is over', async () => {
    const { number } = (await scene.issues()).find(({ title }) => title.endsWith('aside'))!
    await scene.ada.issues.update({ owner: 'acme', repo: 'model', issue_number: number, state: 'closed' })
    await scene.pass(3_600_000)
    const { body } = await issueOf('aside')
    expect(notedIn(body!)?.over).toBe(true)

    await drift('aside', false, 'steady', 240)
    await drift('aside', false)
    expect((await issueOf('aside')).state).toBe('open')
  })
})

describe('a schedule that looks while the bot is told of alerts', () => {
  it('keeps what the bot noted while it asked what serves, and says what follows from all of it', async () => {
    const latency = firing('c1', 'staging', 'other')
    await scene.send([latency])
    await scene.settled()
    await drift('staging', true)
    expect((await issueOf('staging')).names).toEqual(['assay drift', 'c1'])

    meanwhile = {
      at: ({ path, text }) => path.startsWith('/repos/acme/deploy') || /"deploy"/.test(text),
      work: async () => {
        expect(await scene.send([firing('f1', 'staging', 'breakage')])).toBe(202)
        expect(await scene.send([over(latency)])).toBe(202)
        await scene.settled()
      },
    }
    await drift('staging', true)

    expect(meanwhile).toBeUndefined()
    const { names, words, state, body } = await issueOf('staging')
    expect([names, state]).toEqual([['assay drift', 'f1'], 'open'])
    expect(words).toContain('Something is broken: a person has to look.')
    expect(body).toContain('shift in 1 of 3 features over 1,400 rows')
    expect(refs).not.toEqual([])
  })

  it('merges all the same where its token may write issues alone', async () => {
    mayTakeTurns = false
    await drift('production', false)
    meanwhile = {
      at: ({ method, path }) => method === 'POST' && path.startsWith('/repos/acme/model/git/'),
      work: async () => {
        expect(await scene.send([firing('f2', 'production', 'breakage')])).toBe(202)
        await scene.settled()
      },
    }
    await drift('production', false)
    mayTakeTurns = true

    expect(meanwhile).toBeUndefined()
    expect((await issueOf('production')).names).toEqual(['assay drift', 'f2'])
  })

  it('writes what is its own once more where somebody wrote over it, also at its last write', async () => {
    const subject = { model: 'fraud', environment: 'elsewhere' }
    const theirs = { ...ALERT, id: 'f3', name: 'f3', firing: true }
    let isWritten = false
    meanwhile = {
      // The issue is made by POST, and what was done is written into it after that.
      at: ({ method, path }) => {
        const isIssue = path.startsWith('/repos/acme/model/issues')
        isWritten ||= isIssue && method === 'PATCH'
        return isIssue && isWritten && method === 'GET'
      },
      work: async () => {
        const { number } = (await scene.issues()).find(({ title }) => title.endsWith('elsewhere'))!
        const body = `${alertMarker(subject)}\n${alertIssue(subject, withTold(undefined, [theirs])!).body()}`
        await scene.ada.issues.update({ owner: 'acme', repo: 'model', issue_number: number, body })
      },
    }
    await drift('elsewhere', false)

    expect(meanwhile).toBeUndefined()
    const { names, body } = await issueOf('elsewhere')
    expect(names).toEqual(['assay drift', 'f3'])
    expect(body).toContain('shift in 1 of 3 features over 1,400 rows')
  })
})
