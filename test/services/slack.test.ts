import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmulatedSlack, startSlack } from '../../emulator/slack.ts'
import { type SlackDestination, slack, slackPause } from '../../src/services/slack/slack.ts'

let there: EmulatedSlack
let channel: SlackDestination
beforeAll(async () => {
  there = await startSlack()
  channel = { kind: 'channel', apiUrl: there.apiUrl, token: there.token, channel: there.channel }
})
afterAll(() => there.close())

const message = { text: 'hello', blocks: [] }
const failing = (destination: SlackDestination, deadline = 2000) =>
  slack(destination, { deadline })(message).then(
    () => expect.fail('it was said'),
    (error: unknown) => error,
  )

describe('Slack', () => {
  it('is told in a channel, then below what was said', async () => {
    const say = slack(channel)
    const first = await say(message)
    const second = await say(message, first)

    expect(first).toEqual({ channel: there.channel, thread: there.posted[0]!.ts })
    expect(second).toEqual(first)
    expect(there.posted[1]!.thread_ts).toBe(there.posted[0]!.ts)
    await say(message, { channel: 'C0ANOTHER', thread: '1.2' })
    expect(there.posted[2]).not.toHaveProperty('thread_ts')
  })

  it('is told by a webhook, which gives nothing to answer to', async () => {
    expect(await slack({ kind: 'webhook', url: there.webhook })({ text: 'hello' })).toEqual({})
    expect(there.posted.at(-1)!.text).toBe('hello')
  })

  it('was told where it says so, also without the place of the message', async () => {
    there.spoil({ status: 200, body: '{"ok":true}' })
    expect(await slack(channel)(message)).toEqual({})
  })

  it.each([
    ['500', { status: 500, body: 'rollup_error' }, 'SLACK_UNAVAILABLE', 'Slack answers 500 rollup_error'],
    ['429', { status: 429, headers: { 'retry-after': '30' } }, 'SLACK_UNAVAILABLE', 'Slack answers 429'],
    [
      'a limit in words',
      { status: 200, body: '{"ok":false,"error":"ratelimited"}' },
      'SLACK_UNAVAILABLE',
      'Slack answers ratelimited',
    ],
    ['a page', { status: 200, body: '<html>' }, 'SLACK_UNAVAILABLE', 'Slack answers no answer of Slack'],
    [
      'a channel that it is not in',
      { status: 200, body: '{"ok":false,"error":"not_in_channel"}' },
      'SLACK_REFUSED',
      'Slack answers not_in_channel',
    ],
    [
      'another address',
      { status: 302, headers: { location: 'https://evil.example/' } },
      'SLACK_REFUSED',
      'Slack answers 302',
    ],
    [
      'an archived channel of a webhook',
      { status: 410, body: 'channel_is_archived' },
      'SLACK_REFUSED',
      'Slack answers 410 channel_is_archived',
    ],
    ['nothing in time', 'hang' as const, 'SLACK_UNAVAILABLE', 'no complete answer from Slack within 0.2 s'],
    ['a lost answer', 'lost' as const, 'SLACK_UNAVAILABLE', 'Slack cannot be reached (UND_ERR_SOCKET)'],
  ])('says what is wrong with %s', async (_, spoilt, code, what) => {
    there.spoil(spoilt)
    const error = await failing(channel, spoilt === 'hang' ? 200 : 2000)

    expect(error).toMatchObject({ code, problems: [{ what }] })
    expect(JSON.stringify(error)).not.toContain(there.token)
  })

  it('hears for how long it is to wait', async () => {
    there.spoil({ status: 429, headers: { 'retry-after': '30' } })
    expect(slackPause((await failing(channel)) as never)).toBe(30_000)
  })

  it('says who has to do what', async () => {
    expect(await failing({ ...channel, token: 'xoxb-another' } as SlackDestination)).toMatchObject({
      problems: [{ fix: expect.stringContaining('ASSAY_BOT_SLACK_TOKEN') }],
    })
    expect(await failing({ ...channel, channel: 'C0ANOTHER' } as SlackDestination)).toMatchObject({
      problems: [{ fix: expect.stringContaining('Invite the app') }],
    })
  })
})
