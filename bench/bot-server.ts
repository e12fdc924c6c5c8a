import { generateKeyPairSync } from 'node:crypto'
import { writeSync } from 'node:fs'
import { Probot, Server } from 'probot'
import { githubHook } from '../bot/hooks/github.ts'
import { seenIds } from '../bot/hooks/seen.ts'
import { botLog } from '../bot/log.ts'
import { startLooks } from '../bot/looks.ts'
import { botMetrics } from '../bot/metrics.ts'
import { seenBranches } from '../src/commands/bot/branches.ts'
import { type Answered, startServer } from '../src/services/web/server.ts'

/**
 * One of two servers for deliveries, in a process of its own: `ours`, the bot's way from the socket to the answer with nobody who
 * looks, or `bare`, Probot's own server with a handler that does nothing. Told `cost`, it says what it has used so far.
 */
const [kind, secret = '', free = ''] = process.argv.slice(2)
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
const port = await (kind === 'ours' ? ours() : bare())

process.on('message', () => {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send!({ cpu: user + system, heap: process.memoryUsage().heapUsed })
})
process.send!({ port })

async function ours(): Promise<number> {
  const looks = startLooks({
    look: () => new Promise(() => {}),
    clock: { now: Date.now, after: () => () => {} },
    onEnd() {},
  })
  const metrics = botMetrics(looks.counts)
  const log = botLog(line => void writeSync(1, line), Date.now, [secret, privateKey])
  const hook = await githubHook({
    secrets: [secret],
    add: looks.add,
    branches: seenBranches(),
    seen: seenIds(),
    onInstallation() {},
    onDelivery(delivered) {
      metrics.delivered(delivered)
      log.line('info', 'delivery', delivered)
    },
  })
  const onAnswer = (answered: Answered) =>
    log.line('info', 'answered', { ...answered, ms: Math.round(answered.ms) })
  return (await startServer({ routes: [hook], host: '127.0.0.1', port: 0, onAnswer })).port
}

async function bare(): Promise<number> {
  const server = new Server({
    Probot: Probot.defaults({ appId: 1, privateKey, secret, logLevel: 'warn' }),
    host: '127.0.0.1',
    port: Number(free),
    webhookPath: '/hooks/github',
  })
  await server.load(app => void app.on('push', () => {}))
  await server.start()
  return Number(free)
}
