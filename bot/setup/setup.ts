import { randomBytes } from 'node:crypto'
import { AssayError, isAssayError } from '../../src/core/errors/errors.ts'
import { visible } from '../../src/core/text/visible-text.ts'
import { appOfCode, type MadeApp } from '../../src/forges/github/app/manifest.ts'
import { proxyFor } from '../../src/forges/http/proxy.ts'
import type { Safety } from '../../src/forges/http/safe-calls.ts'
import { startServer, type WebAnswer, type WebRequest } from '../../src/services/web/server.ts'
import { isEqual } from '../../src/services/web/sessions.ts'
import { addressesOf } from './addresses.ts'
import { beginPage, endPage } from './begin-page.ts'
import { appManifest } from './manifest.ts'
import type { SetupOptions } from './options.ts'
import { createSecretsFile } from './secrets-file.ts'

/** The world around `assay-bot setup`. */
export interface SetupWorld {
  env: Readonly<Record<string, string | undefined>>
  /** One line for the person at the terminal. */
  say(line: string): void
  /** The path of this program, as that person would write it. */
  program: string
  /** Aborted: that person gave up. */
  signal: AbortSignal
  safety?: Safety
  /** Milliseconds that the browser has. */
  patience?: number
}

/**
 * Has GitHub make the App, by its manifest flow: a page on loopback sends a browser there with all that the App has to be, and
 * it comes back with a code that buys the App's secrets once. They go into one file, and nowhere else.
 *
 * @throws AssayError `BOT_SETUP`, `PROXY_INVALID`; those of the forge. Then no file is left
 */
export async function setUp(options: SetupOptions, world: SetupWorld): Promise<void> {
  const { output } = options
  const { say } = world
  const { apiUrl, serverUrl, isPublic } = addressesOf(options.github)
  // Before there is an App whose code could not be taken to GitHub.
  proxyFor(new URL(apiUrl), world.env)
  const file = await createSecretsFile(output)
  try {
    const app = await made(options, world)
    await file.write({
      ASSAY_BOT_APP_ID: app.clientId,
      ASSAY_BOT_PRIVATE_KEY: app.privateKey,
      ASSAY_BOT_WEBHOOK_SECRET: app.webhookSecret,
      ASSAY_BOT_PAGE_URL: options.url,
      ASSAY_BOT_CLIENT_SECRET: app.clientSecret,
      ...(!isPublic && { ASSAY_BOT_GITHUB_API_URL: apiUrl, ASSAY_BOT_GITHUB_URL: serverUrl }),
    })
    say(`The App is made: ${visible(app.url)}`)
    say(
      `Its secrets are in ${output}, which only you may read. GitHub tells them once, and they were shown nowhere.`,
    )
    say('')
    say('Next:')
    say(`  1. Install it on the deploy repositories and on those of the models: ${visible(installUrl(app))}`)
    say(`  2. Start the bot where ${options.url} leads to: node --env-file=${output} ${world.program}`)
    say(
      `     In Kubernetes: kubectl create secret generic assay-bot --from-env-file=${output}, then deploy/bot.`,
    )
    say('  3. Put the file where you keep secrets, and remove it here.')
  } catch (error) {
    await file.remove()
    throw error
  }
}

// --- internal ---

/** Ten minutes: somebody may have to sign in first. The code is good for an hour. */
const PATIENCE_MS = 600_000

/** Waits for the browser to come back with a code. */
async function made(
  { url, organization, name, github, port }: SetupOptions,
  { env, say, signal, safety, patience = PATIENCE_MS }: SetupWorld,
): Promise<MadeApp> {
  const { apiUrl, serverUrl } = addressesOf(github)
  const state = secret()
  // Others on this machine reach loopback too: only who reads this terminal knows the path, and without it nobody learns the state.
  const path = `/${secret()}`
  const { promise, resolve, reject } = Promise.withResolvers<MadeApp>()
  let isTaken = false
  let origin = ''
  /** A name that leads to loopback is no way in here. */
  const isOurs = (request: WebRequest) => request.header('host') === new URL(origin).host
  const begin = (request: WebRequest): WebAnswer => {
    if (!isOurs(request)) return { status: 404 }
    const register = new URL(
      organization === undefined
        ? `${serverUrl}/settings/apps/new`
        : `${serverUrl}/organizations/${organization}/settings/apps/new`,
    )
    register.searchParams.set('state', state)
    return beginPage(appManifest({ name, url, back: `${origin}${path}/made` }), register)
  }
  const back = async (request: WebRequest): Promise<WebAnswer> => {
    const [given, codes] = [request.query.getAll('state'), request.query.getAll('code')]
    if (!isOurs(request)) return { status: 404 }
    if (given.length !== 1 || !isEqual(given[0]!, state) || codes.length !== 1 || !CODE.test(codes[0]!))
      return endPage(400, 'Not taken', 'This was begun elsewhere. Nothing was changed.')
    if (isTaken) return endPage(409, 'Not taken', 'It came back before. Look at the terminal.')
    isTaken = true
    try {
      const app = await appOfCode(codes[0]!, { apiUrl, env, ...(safety && { safety }) })
      resolve(app)
      return endPage(
        200,
        'The App is made',
        'Its secrets are in the file that the terminal names.',
        installUrl(app),
      )
    } catch (error) {
      reject(isAssayError(error) ? withAdvice(error) : error)
      return endPage(502, 'Not done', 'The terminal says why.')
    }
  }
  const server = await listen(port, [
    { name: 'begin', method: 'GET', path, answer: begin },
    { name: 'made', method: 'GET', path: `${path}/made`, answer: back },
  ])
  origin = `http://127.0.0.1:${server.port}`
  const late = setTimeout(
    () => reject(gaveUp(`nobody came back from GitHub within ${Math.round(patience / 60_000)} minutes`)),
    patience,
  )
  const stopped = () => reject(gaveUp('it was stopped'))
  signal.addEventListener('abort', stopped, { once: true })
  try {
    say(`Open ${origin}${path}`)
    say(
      `From another machine: ssh -L ${server.port}:127.0.0.1:${server.port} <this one>, then the same address there.`,
    )
    say('')
    return await promise
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', stopped)
    await server.close(2000)
  }
}

const CODE = /^[\w-]{1,200}$/

function secret(): string {
  return randomBytes(24).toString('base64url')
}

function installUrl({ url }: MadeApp): string {
  return `${url}/installations/new`
}

function gaveUp(what: string): AssayError {
  return new AssayError({
    code: 'BOT_SETUP',
    title: 'No App was set up',
    problems: [
      {
        what,
        fix: 'begin anew; where GitHub says that it made the App, delete it there first, since its secrets are lost',
      },
    ],
  })
}

/** The code is used up by whoever asked first, also where the answer was lost. */
function withAdvice(error: AssayError): AssayError {
  return error.with({
    title: `The secrets of the App could not be fetched: ${error.message}`,
    worked: 'GitHub has made the App. Delete it in its settings, and begin anew.',
  })
}

async function listen(port: number, routes: Parameters<typeof startServer>[0]['routes']) {
  try {
    return await startServer({ routes, host: '127.0.0.1', port })
  } catch (error) {
    const { code = 'no reason' } = error as NodeJS.ErrnoException
    throw new AssayError({
      code: 'BOT_SETUP',
      title: 'No App was set up',
      problems: [
        { what: `127.0.0.1:${port} cannot be listened on (${code})`, fix: 'choose another with `--port`' },
      ],
      cause: error,
    })
  }
}
