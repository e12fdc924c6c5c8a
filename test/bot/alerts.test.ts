import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { notedLine } from '../../src/core/alerts/noted.ts'
import { ALERT_TOKEN, alert, OTHER_ALERT_TOKEN, useAlerts } from './alert-scene.ts'
import { appSettings } from './app-settings.ts'
import { startHere } from './story/bots.ts'
import { mortal } from './story/mortal.ts'

/** Alerts, from Alertmanager's webhook to the issue and the retraining. */

const scene = useAlerts({ files: { CODEOWNERS: '* @acme/all\nassay.yml @acme/ml @ada\n' } })
const { send, issues, retrainings } = scene
const MODEL = { owner: 'acme', repo: 'model' }
const REPORT = '<!-- assay:drift v1 -->\nwhat live traffic shows\n<!-- assay:drift end -->'

describe('an alert', () => {
  it.each([
    ['no token', () => send([alert({})], { token: '' }), 401],
    ['a wrong token', () => send([alert({})], { token: 'wrong' }), 401],
    ['a model that the token does not speak for', () => send([alert({})], { token: OTHER_ALERT_TOKEN }), 403],
    ['another version', () => send([alert({})], { change: { version: '3' } }), 400],
  ])('is refused with %s, and nothing is looked at (WH-025)', async (_, sending, status) => {
    expect(await sending()).toBe(status)
    expect(scene.bot.counts().waiting).toBe(0)
  })

  it('DR-003: that is over before anybody told of it is nothing', async () => {
    expect(await send([alert({ assay_kind: 'shift' }, { status: 'resolved' })])).toBe(202)
    await scene.settled()

    expect([await issues(), await retrainings()]).toEqual([[], []])
  })

  it('of environments that the model does not have is one issue that is never trained on', async () => {
    const names = ['../x -->', 'Production', ...Array.from({ length: 6 }, (_, at) => `made-up-${at}`)]
    const all = names.map((name, at) =>
      alert({ assay_kind: 'shift', assay_environment: name }, { fingerprint: `e${at}` }),
    )
    await send(all)
    await scene.settled()

    const [issue, ...more] = await issues()
    expect([more, await retrainings()]).toEqual([[], []])
    expect(issue).toMatchObject({ title: 'Alert: fraud in an unknown environment', state: 'open' })
    expect(issue!.body).toContain('It names no environment of fraud, so nothing is trained anew.')
    expect(issue!.body.match(/^- .*of the environment/gm)).toHaveLength(8)
    expect(issue!.body).toContain('of the environment made-up-5; ')

    await send(all.map(one => ({ ...one, status: 'resolved' })))
    await scene.settled()
    expect(await issues()).toMatchObject([{ state: 'closed' }])
  })

  it('of a model that the repository does not name is one issue, whatever environments are made up', async () => {
    const all = ['staging', 'made-up-1', 'made-up-2'].map((name, at) =>
      alert({ assay_model: 'churn', assay_environment: name }, { fingerprint: `c${at}` }),
    )
    await send(all)
    await scene.settled()

    const ours = async () => (await issues()).filter(({ title }) => title.includes('churn'))
    const [issue, ...more] = await ours()
    expect(more).toEqual([])
    expect(issue).toMatchObject({ title: 'Alert: churn', state: 'open' })
    expect(issue!.body.match(/^- .*of the environment/gm)).toHaveLength(3)

    await send(all.map(one => ({ ...one, status: 'resolved' })))
    await scene.settled()
    expect(await ours()).toMatchObject([{ state: 'closed' }])
  })

  it('of breakage is an issue for the owners of the gates that is never trained on', async () => {
    // Whoever is first: the schedule of a CI, by the account of somebody who may write.
    const body = `<!-- assay-alert:fraud/production -->\n${REPORT}`
    const { data: first } = await scene.ada.issues.create({
      ...MODEL,
      title: 'x',
      body,
      labels: ['assay-alert'],
    })
    const broken = alert({ assay_kind: 'breakage', assay_environment: 'production' })
    expect(await send([broken])).toBe(202)
    await scene.settled()

    const [issue, ...more] = (await issues()).filter(({ title }) => title === 'Alert: fraud in production')
    expect([issue, more]).toMatchObject([{ number: first.number, state: 'open' }, []])
    expect(issue!.body).toContain(REPORT)
    expect(issue!.body).toContain('\nTo look at it: @acme/ml, @ada\n')
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

  it('DR-005: of shift soon after a retraining trains nothing, and asks the owners of the gates to look', async () => {
    const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
    const earlier = 'assay/retrain-fraud-2026-04-01-0000000'
    await scene.ada.git.createRef({ ...MODEL, ref: `refs/heads/${earlier}`, sha: main.object.sha })
    const again = alert({ assay_kind: 'shift', assay_release: scene.version }, { fingerprint: 'd5' })
    await send([again])
    await scene.settled()

    const { body } = (await issues()).find(({ title }) => title.endsWith('staging'))!
    expect(body).toContain('It is not trained anew: it was retrained already')
    expect(body).toContain('\nTo look at it: @acme/ml, @ada\n')
    expect(await retrainings()).toEqual([])
    await send([{ ...again, status: 'resolved' }])
    await scene.settled()
    await scene.ada.git.deleteRef({ ...MODEL, ref: `heads/${earlier}` })
  })

  it('of shift or concept has the model trained anew once, however many come', async () => {
    const [{ number: issue_number } = { number: 0 }] = (await issues()).filter(({ title }) =>
      title.endsWith('staging'),
    )
    const noted = notedLine({ alerts: [], over: true, words: '', drift: [] })
    const body = `<!-- assay-alert:fraud/staging -->\n${REPORT}\n\n${noted}`
    await scene.ada.issues.update({ ...MODEL, issue_number, body })
    const shift = alert({ assay_kind: 'shift', assay_release: scene.version, severity: 'warning' })
    const concept = alert({ assay_kind: 'concept', assay_release: scene.version }, { fingerprint: 'b2' })
    await Promise.all(Array.from({ length: 10 }, () => send([shift, concept])))
    await scene.settled()
    await send([shift, concept])
    await scene.settled()

    expect(await retrainings()).toEqual([`Retrain fraud: assay/retrain-fraud-${scene.version}, assay[bot]`])
    const all = await issues()
    expect(all.filter(({ title }) => title === 'Alert: fraud in staging')).toHaveLength(1)
    const { body: text } = all.find(({ title }) => title === 'Alert: fraud in staging')!
    expect((await scene.ada.pulls.list(MODEL)).data[0]!.body).toContain('what live traffic shows')
    expect(text).toMatch(/^<!-- assay-alert:fraud\/staging -->\n- .*(?:concept|shift)/)
    expect(text).toMatch(/Retraining: pull request \d+ proposes it/)
    expect(text).not.toMatch(/<b>|[^\\​]@ada/)
  })

  it('writes nothing where all is told already', async () => {
    const updated = async () => (await scene.ada.issues.listForRepo({ ...MODEL, state: 'all' })).data
    const before = await updated()
    const shift = alert({ assay_kind: 'shift', assay_release: scene.version, severity: 'warning' })
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

  it('DR-002, DR-007: that flaps has one issue and one retraining, which no one but a person merges', async () => {
    for (let times = 0; times < 2; times++)
      for (const status of ['resolved', 'firing']) await send([alert({ assay_kind: 'shift' }, { status })])
    await scene.settled()

    expect((await issues()).filter(({ title }) => title.endsWith('staging'))).toHaveLength(1)
    const { data: pulls } = await scene.ada.pulls.list({ ...MODEL, state: 'all' })
    expect(pulls.map(({ state, merged_at, auto_merge }) => [state, merged_at, auto_merge])).toEqual([
      ['open', null, null],
    ])
  })

  it('is told that its retraining was rejected, and begins none anew', async () => {
    const [pull] = (await scene.ada.pulls.list(MODEL)).data
    await scene.ada.pulls.update({ ...MODEL, pull_number: pull!.number, state: 'closed' })
    await scene.settled()

    const { body, state } = (await issues()).find(({ title }) => title.endsWith('staging'))!
    expect(body).toContain(`Retraining: pull request ${pull!.number} was closed without a merge`)
    expect(state).toBe('open')
    expect(await retrainings()).toHaveLength(1)
  })

  it('takes no turn from a bot that works, and takes it over from one that was killed', async () => {
    const ref = turnRef('<!-- assay-alert:fraud/production -->')
    const { data: head } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
    const { data: commit } = await scene.ada.git.getCommit({ ...MODEL, commit_sha: head.object.sha })
    const { data: held } = await scene.ada.git.createCommit({
      ...MODEL,
      message: 'Turn of another',
      tree: commit.tree.sha,
      parents: [commit.sha],
    })
    await scene.ada.git.createRef({ ...MODEL, ref: `refs/${ref}`, sha: held.sha })
    const body = async () => (await issues()).find(({ title }) => title.endsWith('production'))!.body

    const other = alert({ assay_kind: 'other', assay_environment: 'production' }, { fingerprint: 'f6' })
    // Nothing of it is kept yet.
    expect((await scene.sendOnce([other])).status).toBe(503)
    await scene.settled()
    expect(await body()).not.toContain('- Drift, other')
    await scene.pass(130_000)
    // It may be over long since.
    expect(await body()).not.toContain('- Drift, other')
    expect(await send([other])).toBe(202)
    await scene.settled()
    expect(await body()).toContain('- Drift, other')
    const { data: left } = await scene.ada.git.listMatchingRefs({ ...MODEL, ref: 'assay/turns' })
    expect(left).toEqual([])
  })

  it('is over when a person closes its issue, until it is told of again', async () => {
    const { number } = (await issues()).find(({ title }) => title.endsWith('staging'))!
    const state = async () => (await issues()).find(one => one.number === number)!.state
    await scene.ada.issues.update({ ...MODEL, issue_number: number, state: 'closed' })
    await scene.pass(3_600_000)
    expect(await state()).toBe('closed')

    await send([alert({ assay_kind: 'shift' })])
    await scene.settled()
    expect(await state()).toBe('open')
  })

  it('that is over is answered once its issue says so, and asked for again while the forge takes nothing', async () => {
    const other = { assay_kind: 'other', assay_environment: 'production' }
    const over = alert(other, { status: 'resolved', fingerprint: 'f6' })
    const body = async () => (await issues()).find(({ title }) => title.endsWith('production'))!.body
    await scene.github.control.suspend(1)
    const answer = await scene.sendOnce([over])
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    await scene.github.control.unsuspend(1)
    expect(await body()).toContain('- Drift, other')

    expect(await send([over])).toBe(202)
    expect(await body()).not.toContain('- Drift, other')
  })

  it.each([
    ['before it has its effect', false],
    ['of which it does not hear the answer', true],
  ])('is not lost where the bot is killed at the write that ends it, %s', async (_, hasEffect) => {
    const one = alert({ assay_kind: 'other', assay_environment: 'production' }, { fingerprint: 'f7' })
    const state = async () => (await issues()).find(({ title }) => title.endsWith('production'))!
    await send([one])
    await scene.settled()
    expect((await state()).body).toContain('- Drift, other')

    const death = { hasEffect, isAt: (request: string) => /^PATCH .*\/issues\/\d+$/.test(request) }
    const killed = Promise.withResolvers<unknown>()
    const start = mortal(startHere, death, { onDeath: killed.resolve })
    const { port } = await start({ ...appSettings(scene.github), ...TOLD_HERE }, Date.now())
    let isDead = false
    const answers: unknown[] = []
    const telling = async () => {
      while (!isDead) {
        const answer = scene.sendOnce([{ ...one, status: 'resolved' }], { port })
        answers.push(await answer.then(({ status }) => status).catch(() => 'none'))
      }
    }
    const told = telling()
    await killed.promise
    isDead = true
    await told
    expect(answers).not.toContain(202)

    await send([{ ...one, status: 'resolved' }])
    expect((await state()).body).not.toContain('- Drift, other')
  })

  it('is kept by its issue: another bot ends it, and nothing before all is over', async () => {
    await send([alert({ assay_kind: 'other' }, { fingerprint: 'b2' })])
    await scene.settled()
    const other = await scene.another()
    const states = async (status: object, fingerprint: string, kind: string) => {
      await send([alert({ assay_kind: kind }, { ...status, fingerprint })], { port: other.port })
      const busy = () => other.counts().waiting + other.counts().running
      await expect.poll(busy, { timeout: 60_000 }).toBe(0)
      return (await issues()).find(({ title }) => title.endsWith('staging'))!
    }
    const ended = { status: 'resolved' }
    const still = await states(ended, 'a1', 'shift')
    expect(still).toMatchObject({ state: 'open', body: expect.stringContaining('- Drift, other') })
    expect(still.body).not.toContain('- Drift, shift')
    expect(await states(ended, 'b2', 'other')).toMatchObject({ state: 'closed' })
    await other.stop()
  })
})

// --- internal ---

const TOLD_HERE = { ASSAY_BOT_ALERT_TOKENS: `${ALERT_TOKEN}=acme/model:fraud`, HOST: '127.0.0.1', PORT: '0' }

function turnRef(name: string): string {
  return `assay/turns/${createHash('sha256').update(name).digest('hex').slice(0, 16)}/1`
}
