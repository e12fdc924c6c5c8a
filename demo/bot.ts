import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Person } from './cast.ts'
import { DemoError } from './demo-error.ts'
import type { Github } from './emulator.ts'
import { endsWithUs } from './ends-with-us.ts'
import { freePort } from './free-port.ts'

/** The bot as its own process, beside the emulator. */
export interface Bot {
  /** Where the page is. */
  url: string
  /** The page as somebody sees it who signed in, once it shows `model`. */
  pageFor(person: Person, model: string): Promise<string>
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface BotOptions {
  /** Told of each piece of its log. */
  onLog(text: string): void
  /** Options of Node. */
  node?: readonly string[]
  /** More of its settings. */
  env?: Record<string, string>
  /** That of one which was there before. Default: one that is free. */
  port?: number
}

/** Starts the bot with the App of the emulator, whose events go to it from now on. */
export async function startBot(github: Github, options: BotOptions): Promise<Bot> {
  const { onLog, node = [], env = {}, port = await freePort() } = options
  const { app } = github
  const url = `http://127.0.0.1:${port}`
  const secret = randomBytes(32).toString('hex')
  const child = endsWithUs(
    spawn(process.execPath, [...node, BOT], {
      // What the machine has set beside it is for others.
      env: {
        PATH: process.env.PATH,
        ASSAY_BOT_APP_ID: app.clientId,
        ASSAY_BOT_PRIVATE_KEY: app.privateKey,
        ASSAY_BOT_WEBHOOK_SECRET: secret,
        ASSAY_BOT_GITHUB_API_URL: github.url,
        ASSAY_BOT_PAGE_URL: url,
        ASSAY_BOT_CLIENT_SECRET: app.clientSecret,
        HOST: '127.0.0.1',
        PORT: String(port),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  let log = ''
  const listens = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        onLog(piece)
        log = (log + piece).slice(-10_000)
        if (log.includes(' listens"')) resolve()
      })
    void ended.then(() =>
      reject(new DemoError(`The bot did not start:\n\n${log}`, 'Its last words are above.')),
    )
  })
  await listens
  github.hook({ url: `${url}/hooks/github`, secret })
  return {
    url,
    async pageFor(person, model) {
      const cookie = await signIn(github, url, person)
      const end = performance.now() + PATIENCE_MS
      for (;;) {
        const answer = await fetch(url, { headers: { cookie } })
        const html = await answer.text()
        if (answer.ok && html.includes(`/models/${model}`)) return html
        if (performance.now() > end)
          throw new DemoError(`The bot's page does not show ${model} (${answer.status}).`, 'Look at bot.log.')
        await new Promise(resolve => setTimeout(resolve, 250))
      }
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}

// --- internal ---

const BOT = fileURLToPath(new URL('../bot/main.ts', import.meta.url))
/** Milliseconds in which it has looked at the repositories, also on a machine that has much else to do. */
const PATIENCE_MS = 300_000

/** As a browser does it: to GitHub, where the person says yes, and back with a code. */
async function signIn(github: Github, url: string, { login }: Person): Promise<string> {
  const begun = await fetch(`${url}/sign-in`, { redirect: 'manual' })
  const asked = new URL(begun.headers.get('location')!)
  asked.searchParams.set('login', login)
  const there = await fetch(asked, { redirect: 'manual' })
  const back = await fetch(there.headers.get('location')!, {
    redirect: 'manual',
    headers: { cookie: cookieOf(begun) },
  })
  const session = cookieOf(back)
  if (session === '')
    throw new DemoError(`${login} could not sign in to the bot's page.`, `At ${github.url}.`)
  return session
}

function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0]!)
    .filter(cookie => !cookie.endsWith('='))
    .join('; ')
}
