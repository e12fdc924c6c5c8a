import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Row } from './main.ts'
import { median } from './measure.ts'

const SECRET = '3f9c0e61b7d24a58'
const ROUNDS = 5
const DELIVERIES = 2000

/** What a delivery costs the bot against Probot's own server, in turns, and what is left of ten thousand in the heap. */
export async function benchBot(): Promise<Row[]> {
  const [ours, bare] = [await start('ours'), await start('bare')]
  try {
    const ratios: number[] = []
    for (const server of [ours, bare]) await server.deliver(1000)
    const before = await ours.cost()
    for (let round = 0; round < ROUNDS; round++) ratios.push((await spent(ours)) / (await spent(bare)))
    const after = await ours.cost()
    return [
      { what: 'a delivery to the bot, processor time', value: median(ratios), unit: '× bare Probot', bar: 1 },
      {
        what: `heap after ${ROUNDS * DELIVERIES} deliveries`,
        value: (after.heap - before.heap) / 2 ** 20,
        unit: 'MiB more',
        bar: 10,
      },
    ]
  } finally {
    for (const { stop } of [ours, bare]) stop()
  }
}

// --- internal ---

type Started = Awaited<ReturnType<typeof start>>

async function spent({ deliver, cost }: Started): Promise<number> {
  const before = await cost()
  await deliver(DELIVERIES)
  return (await cost()).cpu - before.cpu
}

async function start(kind: 'ours' | 'bare') {
  const argv = [
    '--expose-gc',
    new URL('./bot-server.ts', import.meta.url).pathname,
    kind,
    SECRET,
    `${await freePort()}`,
  ]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const { port } = await said<{ port: number }>(child)
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  return {
    async deliver(count: number) {
      await Promise.all(Array.from({ length: count }, (_, at) => deliver(port, agent, at)))
    },
    cost() {
      child.send('cost')
      return said<{ cpu: number; heap: number }>(child)
    },
    stop() {
      agent.destroy()
      child.kill()
    },
  }
}

async function said<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message')
  return message as T
}

function deliver(port: number, agent: Agent, at: number): Promise<void> {
  const body = payload(at % 40)
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  }
  return new Promise((resolve, reject) => {
    request({ port, agent, method: 'POST', path: '/hooks/github', headers }, response => {
      if (response.statusCode! > 299) reject(new Error(`${response.statusCode}`))
      response.resume().on('end', resolve)
    })
      .on('error', reject)
      .end(body)
  })
}

/** As large as an event of a run usually is. */
function payload(number: number): Buffer {
  const repository = { id: 1, full_name: `acme/deploy-${number}`, default_branch: 'main' }
  const commits = Array.from({ length: 40 }, (_, at) => ({
    id: `${at}`.padStart(40, '0'),
    message: 'x'.repeat(350),
  }))
  return Buffer.from(JSON.stringify({ ref: 'refs/heads/main', repository, installation: { id: 9 }, commits }))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
