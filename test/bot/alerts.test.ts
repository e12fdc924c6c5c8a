import { describe, expect, it } from 'vitest'
import { alert, OTHER_ALERT_TOKEN, useAlerts } from './alert-scene.ts'

/** Alerts, from Alertmanager's webhook to the issue and the retraining. */

const scene = useAlerts()
const { send, issues, retrainings } = scene
const MODEL = { owner: 'acme', repo: 'model' }

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
    const shift = alert({ assay_kind: 'shift', assay_release: scene.version, severity: 'warning' })
    const concept = alert({ assay_kind: 'concept', assay_release: scene.version }, { fingerprint: 'b2' })
    await Promise.all(Array.from({ length: 10 }, () => send([shift, concept])))
    await scene.settled()
    await send([shift, concept])
    await scene.settled()

    expect(await retrainings()).toEqual([`Retrain fraud: assay/retrain-fraud-${scene.version}, assay[bot]`])
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
})
