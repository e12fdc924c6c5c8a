import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBot } from '../../bot/start.ts'
import { handClock, settled } from './clock.ts'
import { delivery, push, SECRET } from './deliveries.ts'

/** A GitHub that has been asked something, and answers when the test lets it. */
const held: (() => void)[] = []
const github = createServer((request, response) => {
  request.resume()
  if (request.url?.startsWith('/app/installations'))
    return void response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
  held.push(() =>
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}'),
  )
})
beforeAll(() => new Promise<void>(resolve => github.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  github.closeAllConnections()
  github.close()
})
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

async function scene() {
  const clock = handClock()
  let log = ''
  const apiUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`
  const bot = await startBot({
    settings: {
      github: { appId: '1', privateKey, secrets: [SECRET], apiUrl, serverUrl: apiUrl },
      host: '127.0.0.1',
      port: 0,
      warnings: [],
    },
    env: {},
    write: line => {
      log += line
    },
    clock,
  })
  const url = `http://127.0.0.1:${bot.port}`
  const deliver = async () => {
    const { headers, body } = delivery('push', push())
    return (await fetch(`${url}/hooks/github`, { method: 'POST', headers, body: new Uint8Array(body) }))
      .status
  }
  const status = async (path: string) => (await fetch(`${url}${path}`)).status
  expect(await deliver()).toBe(202)
  await clock.pass(1000)
  while (held.length === 0) await settled()
  return { bot, clock, deliver, status, log: () => log }
}

describe('a bot that is told to end', () => {
  it('WH-012: has answered before it looked, however long a look takes', async () => {
    const { bot, deliver, log } = await scene()

    expect(await deliver()).toBe(202)
    expect(bot.counts()).toEqual({ waiting: 0, running: 1, paused: 0 })
    expect(log()).not.toContain('looked')
    for (const answer of held.splice(0)) answer()
    await bot.stop()
  })

  it('takes no more work, is not ready, and lets the look that runs end', async () => {
    const { bot, deliver, status, log } = await scene()
    expect(await status('/readyz')).toBe(200)
    let ended = false
    const stopping = bot.stop().then(() => {
      ended = true
    })

    expect([await deliver(), await status('/readyz'), await status('/healthz')]).toEqual([503, 503, 200])
    expect(ended).toBe(false)
    held.pop()!()
    await stopping

    expect(log()).toContain('BOT_NOT_INSTALLED')
    await expect(status('/healthz')).rejects.toThrow()
  })

  it('ends within 25 seconds, whatever a forge does', async () => {
    const { bot, clock } = await scene()
    const began = clock.now()
    let ended = false
    const stopping = bot.stop().then(() => {
      ended = true
    })
    while (!ended && clock.now() - began < 25_000) await clock.pass(1000)
    // Then only the server is closed, in its own 2 s.
    await stopping

    expect(clock.now() - began).toBeLessThanOrEqual(23_000)
    held.pop()!()
  })
})
