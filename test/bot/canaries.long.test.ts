import { expect, it } from 'vitest'
import { ALERT_TOKEN } from './alert-scene.ts'
import { SECRET } from './deliveries.ts'
import { type BotProcess, startProcess } from './story/own-process.ts'
import { WRITTEN } from './story/steps.ts'
import { openStory } from './story/story.ts'

/** What is secret, or somebody else's text, through a whole story with the bot as a process of its own: in none of its output. */

const CANARY = {
  clientSecret: '5d0f6c1be7a94a8892c3e16b7f40d95ea1b2c8d7',
  cookie: 'canary-cookie-4410',
  bearer: 'canary-bearer-8813',
  gitlab: 'canary-gitlab-2207',
  code: 'canary-code-9031',
  state: 'canary-state-5518',
}

it('writes no secret and no text of others, and talks to nobody but the forge, Argo CD and Slack', async () => {
  const story = await openStory()
  try {
    const bot = (await story.join((env, now) =>
      startProcess(
        {
          ...env,
          METRICS_PORT: '0',
          ASSAY_BOT_PAGE_URL: 'https://assay.example.com',
          ASSAY_BOT_CLIENT_SECRET: CANARY.clientSecret,
        },
        now,
      ),
    )) as BotProcess
    const headers = {
      cookie: `session=${CANARY.cookie}; __Host-assay=${CANARY.cookie}`,
      'x-gitlab-token': CANARY.gitlab,
    }
    const at = `http://127.0.0.1:${bot.port}`
    const bearer = { ...headers, authorization: `Bearer ${CANARY.bearer}` }
    for (const path of [
      '/',
      `/sign-in/back?code=${CANARY.code}&state=${CANARY.state}`,
      `/x?code=${CANARY.code}`,
    ])
      await (await fetch(at + path, { headers: bearer, redirect: 'manual' })).arrayBuffer()
    for (const authorization of [`Bearer ${CANARY.bearer}`, `Bearer ${ALERT_TOKEN}`])
      await fetch(`${at}/alerts`, {
        method: 'POST',
        headers: { ...headers, authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ version: '4', alerts: [], commonAnnotations: { summary: CANARY.cookie } }),
      })
    await story.tell()

    const log = bot.log()
    const { privateKey } = story.github.world.apps[0]!
    const secrets = [
      ...Object.values(CANARY),
      ...Object.values(WRITTEN),
      SECRET,
      ALERT_TOKEN,
      story.argo.token,
      story.slack.token,
      ...privateKey.split('\n').filter(line => line.length > 40),
      ...story.github.world.tokens.keys(),
    ]
    expect(log).toContain('"message":"looked"')
    expect(secrets.filter(secret => log.includes(secret))).toEqual([])
    // Not a token of the App itself either.
    expect(log).not.toMatch(/eyJ[\w-]{10,}\./)
    const { github, argo, slack } = story
    const known = [github.url, github.world.storage.url, argo.url, slack.apiUrl].map(url => new URL(url).host)
    expect((await bot.places()).toSorted()).toEqual(known.toSorted())
  } finally {
    await story.close()
  }
})
