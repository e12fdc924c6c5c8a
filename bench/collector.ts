import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Row } from './main.ts'
import { median } from './measure.ts'

const TOKEN = '3f9c0e61b7d24a58'
/** Short and many: a machine that does other things meanwhile is slow for some of them, and for both servers of a round. */
const ROUNDS = 24
/** Rounds that are not counted: code is compiled in them. */
const FIRST = 4
const EVENTS = 1500
const MANY = 200_000
/** Milliseconds between two events of a connection: no server is behind, and each event wakes it and its sender. */
const PAUSE = 5

/**
 * What an event of 50 features with a token costs the collector, in processor time, against node's own server that throws the body
 * away, in turns; the same packed, against one that unpacks it; and what memory grows by. Run by itself it says the spread as well.
 */
export async function benchCollector(): Promise<Row[]> {
  const [ours, bare, gunzip] = [await start('ours'), await start('bare'), await start('gunzip')]
  try {
    const plain: number[] = []
    const packed: number[] = []
    for (const server of [ours, bare]) await server.send(false, 5000)
    for (const server of [ours, gunzip]) await server.send(true, 5000)
    for (let round = 0; round < ROUNDS; round++) {
      const ratios = [
        (await spent(ours, false)) / (await spent(bare, false)),
        (await spent(ours, true)) / (await spent(gunzip, true)),
      ] as const
      if (round < FIRST) continue
      plain.push(ratios[0])
      packed.push(ratios[1])
    }
    if (import.meta.main)
      for (const all of [plain, packed])
        console.log(
          all
            .sort()
            .map(one => one.toFixed(2))
            .join(' '),
        )
    await ours.send(false, MANY / 10)
    const before = await ours.used('heap')
    await ours.send(false, MANY)
    const after = await ours.used('heap')
    if (after.counted - before.counted !== MANY) throw new Error(`${after.counted - before.counted} counted`)
    const growth = (Math.max(0, after.heap - before.heap) / 2 ** 20) * (1e6 / MANY)
    return [
      { what: 'an event to the collector', value: median(plain), unit: '× one thrown away', bar: 1.4 },
      { what: 'a packed one', value: median(packed), unit: '× one unpacked and thrown away', bar: 1.4 },
      { what: 'memory of the collector for a million events', value: growth, unit: 'MiB more', bar: 20 },
    ]
  } finally {
    for (const { stop } of [ours, bare, gunzip]) stop()
  }
}

// --- internal ---

type Started = Awaited<ReturnType<typeof start>>

async function spent({ send, used }: Started, packed: boolean): Promise<number> {
  const before = await used('cpu')
  await send(packed, EVENTS, PAUSE)
  return (await used('cpu')).cpu - before.cpu
}

async function start(kind: 'ours' | 'bare' | 'gunzip') {
  const argv = ['--expose-gc', new URL('./collector-server.ts', import.meta.url).pathname, kind, TOKEN]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const { port } = await said<{ port: number }>(child)
  let sent = 0
  return {
    async send(packed: boolean, count: number, pause = 0) {
      // Each time its own connections: the servers close those that wait for long.
      const agent = new Agent({ keepAlive: true, maxSockets: 20 })
      let left = count
      const sender = async () => {
        while (left-- > 0) {
          await post(port, agent, packed, sent++)
          if (pause > 0) await sleep(pause)
        }
      }
      await Promise.all(Array.from({ length: 20 }, sender))
      agent.destroy()
    },
    used(what: 'cpu' | 'heap') {
      child.send(what)
      return said<{ cpu: number; heap: number; counted: number }>(child)
    },
    stop: () => child.disconnect(),
  }
}

async function said<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message')
  return message as T
}

function post(port: number, agent: Agent, packed: boolean, at: number): Promise<void> {
  const text = BODIES[at % BODIES.length]!.replace('ID', `id-${at}`)
  const body = packed ? gzipSync(text, { level: 1 }) : Buffer.from(text)
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    'content-length': body.length,
  }
  return new Promise((resolve, reject) => {
    request({ port, agent, method: 'POST', path: '/v1/events/bench/v1', headers }, response => {
      if (response.statusCode !== 202) reject(new Error(`${response.statusCode}`))
      response.resume().on('end', resolve)
    })
      .on('error', reject)
      .end(body)
  })
}

/** 1.7 kB each, as a row of a table is. */
const BODIES = Array.from({ length: 50 }, (_, row) => {
  const numbers = Array.from({ length: 40 }, (_, index) => [
    `number_${index}`,
    Number((Math.sin(row * 41 + index) * 5).toFixed(6)),
  ])
  const categories = Array.from({ length: 10 }, (_, index) => [
    `category_${index}`,
    `category ${(row + index) % 9}`,
  ])
  const features = Object.fromEntries([...numbers, ...categories])
  return JSON.stringify({ id: 'ID', model: 'bench', release: 'v1', features, score: row / 50 })
})

if (import.meta.main) for (const row of await benchCollector()) console.log(row)
