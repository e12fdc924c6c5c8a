import { expect, it } from 'vitest'
import { ALERT_TOKEN } from './alert-scene.ts'
import { SECRET } from './deliveries.ts'
import { type BotProcess, startProcess } from './story/own-process.ts'
import { WRITTEN } from './story/steps.ts'
import { openStory } from './story/story.ts'

/**
 * What is secret, or somebody else's text, through a whole story with the bot as a process of its own: in none of its output, which
 * is its log, its metrics and its pages.
 */

const CANARY = {
  cookie: 'canary-cookie-4410',
  bearer: 'canary-bearer-8813',
  gitlab: 'canary-gitlab-2207',
  code: 'canary-code-9031',
  state: 'canary-state-5518',
}

it('writes no secret and no text of others, and talks to nobody but the forge, Argo CD and Slack', async () => {
  const story = await openStory()
  try {
    const { privateKey, clientSecret } = story.github.world.apps[0]!
    const bot = (await story.join((env, now) =>
      startProcess(
        {
          ...env,
          METRICS_PORT: '0',
          ASSAY_BOT_PAGE_URL: 'https://assay.example.com',
          ASSAY_BOT_CLIENT_SECRET: clientSecret!,
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

    story.github.control.browse('ada')
    const session = await signedIn(at)
    const pages = ['/', '/?q=fraud', '/page.csv', '/models/fraud', '/models/none', '/activity', '/health']
    const shown = new Map<string, string>()
    for (const path of pages)
      shown.set(path, await everythingOf(await fetch(at + path, { headers: { ...bearer, cookie: session } })))
    shown.set(
      '/metrics',
      await everythingOf(await fetch(`http://127.0.0.1:${await bot.metricsPort()}/metrics`)),
    )
    shown.set('the log', bot.log())
    // They are there, and say what they are for.
    const there = {
      '/': 'Needs you',
      '/page.csv': 'fraud,',
      '/models/fraud': 'staging',
      '/metrics': 'assay_bot_',
    }
    for (const [path, words] of Object.entries({ ...there, '/activity': 'acme/', '/health': 'Last event' }))
      expect(shown.get(path), path).toContain(words)
    expect(shown.get('the log')).toContain('"message":"looked"')

    const secrets = [
      ...Object.values(CANARY),
      ...Object.values(WRITTEN),
      clientSecret!,
      SECRET,
      ALERT_TOKEN,
      story.argo.token,
      story.slack.token,
      session.split('=')[1]!,
      ...privateKey.split('\n').filter(line => line.length > 40),
      ...story.github.world.tokens.keys(),
    ]
    const told = [...shown].flatMap(([place, text]) =>
      secrets.filter(secret => text.includes(secret)).map(secret => `${secret} in ${place}`),
    )
    expect(told).toEqual([])
    // Not a token of the App itself either.
    for (const [place, text] of shown) expect(text, place).not.toMatch(/eyJ[\w-]{10,}\./)
    const { github, argo, slack } = story
    const known = [github.url, github.world.storage.url, argo.url, slack.apiUrl].map(url => new URL(url).host)
    expect((await bot.places()).toSorted()).toEqual(known.toSorted())
  } finally {
    await story.close()
  }
})

// --- internal ---

/** The cookie of somebody who has signed in with the forge; the browser comes back to an address that leads here. */
async function signedIn(at: string): Promise<string> {
  const manual = { redirect: 'manual' } as const
  const start = await fetch(`${at}/sign-in`, manual)
  const asked = await fetch(start.headers.get('location')!, manual)
  const back = new URL(asked.headers.get('location')!)
  const cookie = cookiesOf(start)
  const answer = await fetch(at + back.pathname + back.search, { ...manual, headers: { cookie } })
  return answer.headers
    .getSetCookie()
    .map(one => one.split(';')[0]!)
    .find(one => one.includes('session='))!
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map(one => one.split(';')[0])
    .join('; ')
}

/** Headers too. */
async function everythingOf(answer: Response): Promise<string> {
  return `${answer.status} ${JSON.stringify([...answer.headers])}\n${await answer.text()}`
}
