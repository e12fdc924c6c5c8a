import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmulatedSlack, shownOf, startSlack } from '../../emulator/slack.ts'
import { TURN_MS } from '../../src/forges/ensure/turn.ts'
import { alert, useAlerts } from './alert-scene.ts'

/** What is said of alerts in Slack: one thread, whatever happens between. */

let slack: EmulatedSlack
const env: Record<string, string> = {
  ASSAY_BOT_SLACK_ON_CALL: 'S0ONCALL',
  ASSAY_BOT_PAGE_URL: 'https://assay.example.com',
  ASSAY_BOT_CLIENT_SECRET: '7be1a90c53f24d86e0b12c9a44f7d3586a91c0de',
}
beforeAll(async () => {
  slack = await startSlack()
  Object.assign(env, {
    ASSAY_BOT_SLACK_TOKEN: slack.token,
    ASSAY_BOT_SLACK_CHANNEL: slack.channel,
    ASSAY_BOT_SLACK_API_URL: slack.apiUrl,
  })
})
afterAll(() => slack.close())
const scene = useAlerts({ env })
const MODEL = { owner: 'acme', repo: 'model' }

const hostile = '<!channel> <@U123> <https://evil.example|ok> *x* @ada &amp;'
const shift = () => alert({ assay_kind: 'shift', assay_release: scene.version, severity: 'warning' })
const over = (one: object) => ({ ...one, status: 'resolved' })
const tell = async (...alerts: object[]) => {
  expect(await scene.send(alerts)).toBe(202)
  await scene.settled()
}
const issueOf = async (title: string) => (await scene.issues()).find(one => one.title === title)!

describe('a thread in Slack', () => {
  it('begins with everything that is known, and the issue knows where it is', async () => {
    await Promise.all(Array.from({ length: 10 }, () => scene.send([shift()])))
    await scene.settled()

    const { url, number } = (await scene.ada.pulls.list(MODEL)).data[0]!
    const issue = await issueOf('Alert: fraud in staging')
    const [message, ...more] = slack.posted
    expect(more).toEqual([])
    expect(message).toMatchObject({ channel: slack.channel, text: 'fraud in staging: shift' })
    expect(message).not.toHaveProperty('thread_ts')
    const shown = shownOf(message!)
    for (const fact of [
      'fraud in staging: shift',
      'Drift',
      'warning',
      `release ${scene.version}`,
      'since 2026-11-29',
    ])
      expect(shown).toContain(fact)
    expect(shown).toContain(`Retraining: pull request ${number} proposes it`)
    expect(shown).toContain('<https://assay.example.com/models/fraud|Model>')
    expect(shown).toContain(`/acme/model/issues/${issue.number}|Issue>`)
    expect(shown).toContain(`/acme/model/pull/${number}|Retraining>`)
    expect(url).toBeTruthy()
    expect(issue.body).toContain(`"thread":"${message!.ts}"`)
  })

  it('is silent where nothing has changed, for another bot too', async () => {
    const other = await scene.another()
    await Promise.all([scene.send([shift()]), scene.send([shift()], { port: other.port })])
    await scene.settled()
    await other.stop()

    expect(slack.posted).toHaveLength(1)
  })

  it('is told what became of the retraining', async () => {
    const { number } = (await scene.ada.pulls.list(MODEL)).data[0]!
    await scene.ada.pulls.merge({ ...MODEL, pull_number: number })
    await scene.settled()

    expect(slack.posted.slice(1)).toMatchObject([
      { thread_ts: slack.posted[0]!.ts, text: `Retraining: pull request ${number} was merged` },
    ])
    const { body, state } = await issueOf('Alert: fraud in staging')
    expect(body).toMatch(
      new RegExp(`^Retraining: pull request ${number} was merged \\(\\[open\\]\\(http.*\\)\\)\\.$`, 'm'),
    )
    expect(state).toBe('open')
  })

  it('ends when all is over, and a new one begins when it comes back', async () => {
    await tell(over(shift()))
    expect(slack.posted.slice(2)).toMatchObject([
      { thread_ts: slack.posted[0]!.ts, text: 'Over: fraud in staging' },
    ])
    expect((await issueOf('Alert: fraud in staging')).state).toBe('closed')

    await tell(shift())
    expect(slack.posted).toHaveLength(4)
    expect(slack.posted[3]).not.toHaveProperty('thread_ts')
    expect(await scene.retrainings()).toHaveLength(1)
    await tell(over(shift()))
  })

  it('calls somebody where something is broken, and takes labels for what they are (MD-029)', async () => {
    const before = slack.posted.length
    const labels = {
      assay_kind: 'breakage',
      assay_environment: 'production',
      alertname: hostile,
      severity: hostile,
    }
    await tell(alert(labels, { fingerprint: 'c3', annotations: { summary: hostile } }))

    const [message, ...more] = slack.posted.slice(before)
    expect(more).toEqual([])
    const markup = message!.blocks.flatMap(({ text, elements = [] }) =>
      [text, ...elements].flatMap(one => (one?.type === 'mrkdwn' ? [one.text] : [])),
    )
    expect(markup).toEqual([
      '<!subteam^S0ONCALL> a person has to look at this',
      expect.stringMatching(/^<http[^<>|]+\|Issue> · <http[^<>|]+\|Model>$/),
    ])
    const plain = message!.blocks.map(({ text }) => text).filter(one => one?.type === 'plain_text')
    expect(plain).toHaveLength(1)
    expect(plain[0]!.text).not.toMatch(/[<>]/)
    expect(plain[0]!.text).toContain('&lt;!channel&gt; &lt;@U123&gt;')
    expect(message!.text).toBe('fraud in production: breakage')
    await tell(over(alert(labels, { fingerprint: 'c3' })))
  })

  it.each([
    ['of no model', { assay_model: '', assay_kind: 'shift' }],
    ['of an environment that it does not have', { assay_environment: 'made-up', assay_kind: 'breakage' }],
    ['of what is no environment', { assay_environment: '../x -->', assay_kind: 'breakage' }],
    ['of a release that serves no more', { assay_kind: 'breakage', assay_release: '2020-01-01-0000000' }],
  ])('does not begin for an alert %s: that is for the issue alone', async (_, labels) => {
    const before = slack.posted.length
    const one = alert(labels, { fingerprint: 'd4' })
    await tell(one)

    expect(slack.posted).toHaveLength(before)
    const open = (await scene.issues()).filter(({ state }) => state === 'open')
    expect(open).toHaveLength(1)
    await tell(over(one))
    expect(slack.posted).toHaveLength(before)
  })

  it.each([
    ['answers 500', { status: 500 }],
    ['does not know the token', { status: 200, body: '{"ok":false,"error":"invalid_auth"}' }],
  ])('costs nothing else where Slack %s, and is made up for (FF-020)', async (_, answer) => {
    const before = slack.posted.length
    const one = alert({ assay_kind: 'other', assay_environment: 'production' }, { fingerprint: 'e5' })
    slack.spoil(answer)
    await tell(one)

    expect(slack.posted).toHaveLength(before)
    const { state, body } = await issueOf('Alert: fraud in production')
    expect(state).toBe('open')
    expect(body).toContain('Slack could not be told: Slack answers')
    expect(scene.log()).not.toContain(slack.token)

    await scene.pass(900_000)
    expect(slack.posted).toHaveLength(before + 1)
    expect((await issueOf('Alert: fraud in production')).body).not.toContain('could not be told')
    await tell(over(one))
    expect(slack.posted).toHaveLength(before + 2)
  })

  it('is not begun twice where the issue could not be written after it', async () => {
    const before = slack.posted.length
    const one = alert({ assay_kind: 'other', assay_environment: 'production' }, { fingerprint: 'f6' })
    const go = slack.hold()
    await scene.send([one])
    await expect.poll(() => slack.posted.length, { timeout: 60_000 }).toBe(before + 1)
    await scene.github.control.suspend(1)
    go()
    await scene.settled()
    expect((await issueOf('Alert: fraud in production')).body).not.toContain('"said"')

    await scene.github.control.unsuspend(1)
    // Its turn could not be given back either, and is its own until its time is over.
    await scene.pass(30_000)
    await scene.pass(TURN_MS)
    expect((await issueOf('Alert: fraud in production')).body).toContain(
      `"thread":"${slack.posted[before]!.ts}"`,
    )
    expect(slack.posted).toHaveLength(before + 1)
  })

  it('gives its token to Slack alone', () => {
    expect(new Set(slack.asked.map(one => one.authorization))).toEqual(new Set([`Bearer ${slack.token}`]))
  })
})
