import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { ask } from '../../../emulator/ask.ts'
import type { StartStoryBot, StoryBot } from './bots.ts'

/** At which request: `POST /repos/acme/model/check-runs`. It has its effect or not; nobody hears the answer. */
export interface Death {
  isAt(request: string, body: string): boolean
  hasEffect: boolean
}

/** Who hears of a death. */
export interface Dying {
  onDeath(bot: StoryBot): void
  /** A request that had its effect, whose answer did not come, or may not be noted in an issue. */
  onUnheard?(request: string): void
}

/** Those of its settings that say where the bot writes. */
const PLACES = ['ASSAY_BOT_GITHUB_API_URL', 'ASSAY_BOT_SLACK_API_URL']

/**
 * A bot that dies at a request to the forge or to Slack: nothing that it does after that has an effect, and what it knew is gone.
 * Without a death it lives.
 */
export function mortal(
  start: StartStoryBot,
  death: Death | undefined,
  { onDeath, onUnheard }: Dying,
): StartStoryBot {
  return async (env, now) => {
    let isDead = false
    /** Answered since an issue was written: what it says of them may not be there yet. */
    let unnoted: string[] = []
    let bot: StoryBot | undefined
    const listener = (to: string) => async (request: IncomingMessage, response: ServerResponse) => {
      const body = (await buffer(request)).toString()
      const name = `${request.method} ${request.url}`
      if (isDead) return void request.socket.destroy()
      if (!death?.isAt(name, body)) {
        const given = await pass(to, request, body)
        if (isDead) {
          onUnheard?.(name)
          return void request.socket.destroy()
        }
        unnoted = /^PATCH .*\/issues\/\d+$/.test(name) ? [] : [...unnoted, name]
        return void response.writeHead(given.status, given.headers).end(given.body)
      }
      isDead = true
      for (const one of unnoted) onUnheard?.(one)
      if (death.hasEffect) onUnheard?.(name)
      // It may not even have begun: whoever starts it hears of its death then.
      if (bot) void die(bot)
      if (death.hasEffect) await pass(to, request, body)
      request.socket.destroy()
    }
    const fronts = await Promise.all(
      PLACES.filter(place => env[place] !== undefined).map(place => openFront(place, env[place]!, listener)),
    )
    const close = () => {
      for (const { server } of fronts) {
        server.closeAllConnections()
        server.close()
      }
    }
    const die = async (one: StoryBot) => {
      onDeath(one)
      await one.kill()
      close()
    }
    const begun = await start(
      { ...env, ...Object.fromEntries(fronts.map(({ place, url }) => [place, url])) },
      now,
    )
    bot = {
      ...begun,
      async stop() {
        await begun.stop()
        close()
      },
    }
    if (isDead) queueMicrotask(() => void die(bot!))
    return bot
  }
}

// --- internal ---

type Listener = (to: string) => (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What lies before a place, and has its path. */
async function openFront(place: string, to: string, listener: Listener) {
  const { origin, pathname } = new URL(to)
  const server = createServer(listener(origin))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { place, server, url: `http://127.0.0.1:${port}${pathname.replace(/\/$/, '')}` }
}

function pass(to: string, { method = 'GET', url, headers }: IncomingMessage, body: string) {
  const { 'content-length': _, connection: __, host: ___, 'transfer-encoding': ____, ...kept } = headers
  return ask(`${to}${url}`, { method, headers: kept as Record<string, string>, body })
}
