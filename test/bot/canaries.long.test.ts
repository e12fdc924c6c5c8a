import { expect, it } from 'vitest'
import { SECRET } from './deliveries.ts'
import { type BotProcess, startProcess } from './story/own-process.ts'
import { openStory, WRITTEN } from './story/story.ts'

/** What is secret, or somebody else's text, through a whole story with the bot as a process of its own: in none of its output. */

const CANARY = {
  clientSecret: '5d0f6c1be7a94a8892c3e16b7f40d95ea1b2c8d7',
  alertToken: 'Kq7v-2mXe-90pL-Wz4t-Hc8r',
  argocd: 'eyJjYW5hcnkiOjF9.argocd-canary',
  cookie: 'canary-cookie-4410',
  bearer: 'canary-bearer-8813',
  gitlab: 'canary-gitlab-2207',
  code: 'canary-code-9031',
  state: 'canary-state-5518',
}

it('writes no secret and no text of others, and talks to nobody but the forge', async () => {
  const story = await openStory()
  try {
    const bot = (await story.join((env, now) =>
      startProcess(
        {
          ...env,
          METRICS_PORT: '0',
          ASSAY_BOT_PAGE_URL: 'https://assay.example.com',
          ASSAY_BOT_CLIENT_SECRET: CANARY.clientSecret,
          ASSAY_BOT_ALERT_TOKENS: `${CANARY.alertToken}=acme/model:fraud`,
          ARGOCD_AUTH_TOKEN: CANARY.argocd,
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
    for (const authorization of [`Bearer ${CANARY.bearer}`, `Bearer ${CANARY.alertToken}`])
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
      ...privateKey.split('\n').filter(line => line.length > 40),
      ...story.github.world.tokens.keys(),
    ]
    expect(log).toContain('"message":"looked"')
    expect(secrets.filter(secret => log.includes(secret))).toEqual([])
    // Not a token of the App itself either.
    expect(log).not.toMatch(/eyJ[\w-]{10,}\./)
    const known = [story.github.url, story.github.world.storage.url].map(url => new URL(url).host)
    expect((await bot.places()).toSorted()).toEqual(known.toSorted())
  } finally {
    await story.close()
  }
})
