import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { ask } from '../../../emulator/ask.ts'
import type { StartStoryBot, StoryBot } from './bots.ts'

/** At which request: `POST /repos/acme/model/check-runs`. It has its effect or not; nobody hears the answer. */
export interface Death {
  isAt(request: string): boolean
  hasEffect: boolean
}

/**
 * A bot that dies at a request to the forge: nothing that it does after that has an effect, and what it knew is gone.
 * Without a death it lives.
 */
export function mortal(
  start: StartStoryBot,
  forge: string,
  death: Death | undefined,
  onDeath: (bot: StoryBot) => void,
): StartStoryBot {
  return async (env, now) => {
    let isDead = false
    let bot: StoryBot | undefined
    const server = createServer(async (request, response) => {
      const body = await buffer(request)
      if (isDead) return void request.socket.destroy()
      if (!death?.isAt(`${request.method} ${request.url}`)) {
        const given = await pass(forge, request, body)
        if (isDead) return void request.socket.destroy()
        return void response.writeHead(given.status, given.headers).end(given.body)
      }
      isDead = true
      // It may not even have begun: whoever starts it hears of its death then.
      if (bot) void die(bot)
      if (death.hasEffect) await pass(forge, request, body)
      request.socket.destroy()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const die = async (one: StoryBot) => {
      onDeath(one)
      await one.kill()
      server.closeAllConnections()
      server.close()
    }
    const begun = await start({ ...env, ASSAY_BOT_GITHUB_API_URL: url }, now)
    bot = {
      ...begun,
      async stop() {
        await begun.stop()
        server.closeAllConnections()
        server.close()
      },
    }
    if (isDead) queueMicrotask(() => void die(bot!))
    return bot
  }
}

// --- internal ---

function pass(forge: string, { method = 'GET', url, headers }: IncomingMessage, body: Buffer) {
  const { 'content-length': _, connection: __, host: ___, 'transfer-encoding': ____, ...kept } = headers
  return ask(`${forge}${url}`, { method, headers: kept as Record<string, string>, body: body.toString() })
}
