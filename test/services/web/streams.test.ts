import { afterEach, describe, expect, it } from 'vitest'
import { type Answered, startServer, type WebServer } from '../../../src/services/web/server.ts'
import type { StreamLimits } from '../../../src/services/web/streams.ts'

let servers: WebServer[] = []
afterEach(async () => {
  await Promise.all(servers.map(server => server.close(0)))
  servers = []
})

async function serve(streams: Partial<StreamLimits> = {}) {
  const tells = new Set<(data: string) => void>()
  const answered: Answered[] = []
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    streams,
    onAnswer: one => void answered.push(one),
    routes: [
      {
        name: 'events',
        method: 'GET',
        path: '/events',
        answer: () => ({
          status: 200,
          events: {
            open(tell) {
              tells.add(tell)
              return () => void tells.delete(tell)
            },
          },
        }),
      },
    ],
  })
  servers.push(server)
  const ask = (init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}/events`, init)
  const tell = (data: string) => {
    for (const one of tells) one(data)
  }
  return { server, ask, tell, tells, answered }
}

/** What is read until it holds a text, or the end. */
async function until(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = ''
  while (!text.includes(wanted)) {
    const { value, done } = await reader.read()
    if (done) return `${text}(end)`
    text += Buffer.from(value).toString()
  }
  return text
}

/** As soon as it holds: what the other end of a connection does takes a moment. */
async function once(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}

describe('a stream of events', () => {
  it('tells what happens, line by line whatever stands in it, and forgets who has gone', async () => {
    const { ask, tell, tells, answered } = await serve()
    const answer = await ask()
    const reader = answer.body!.getReader()

    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-accel-buffering')).toBe('no')
    tell('r1 r2')
    tell('a\n\ndata: b\rc')
    expect(await until(reader, 'c\n\n')).toBe('retry: 3000\n\ndata: r1 r2\n\ndata: a data: b c\n\n')
    await reader.cancel()
    await once(() => tells.size === 0)
    expect(answered).toEqual([{ method: 'GET', route: 'events', status: 200, ms: expect.any(Number) }])
  })

  it('shows that it lives, and ends after its time', async () => {
    const { ask, tells } = await serve({ beat: 10, longest: 1000 })
    const reader = (await ask()).body!.getReader()

    expect(await until(reader, 'never')).toMatch(/^retry: 3000\n\n(:\n\n)+\(end\)$/)
    await once(() => tells.size === 0)
  })

  it('is one of so many, and opens none for who asks for the head alone', async () => {
    const { ask, tells } = await serve({ most: 2 })
    const [first] = [await ask(), await ask()]
    const third = await ask()

    expect([third.status, third.headers.get('retry-after'), tells.size]).toEqual([503, '30', 2])
    const head = await ask({ method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), tells.size]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      2,
    ])
    await first!.body!.cancel()
    await once(() => tells.size === 1)
    expect((await ask()).status).toBe(200)
  })

  it('cuts whoever does not read, and holds no more for them', async () => {
    const { ask, tell, tells } = await serve({ unread: 1000 })
    const slow = await ask()
    const much = 'x'.repeat(100_000)
    for (let times = 0; times < 500 && tells.size > 0; times++) {
      tell(much)
      await new Promise(resolve => setImmediate(resolve))
    }

    expect(tells.size).toBe(0)
    await slow.body!.cancel().catch(() => {})
  })

  it('lets 50 go at once when the server drains, takes no other, and waits for none of them', async () => {
    const { server, ask, tells } = await serve()
    const readers = await Promise.all(Array.from({ length: 50 }, async () => (await ask()).body!.getReader()))
    expect(tells.size).toBe(50)
    server.drain()

    const ends = await Promise.all(readers.map(reader => until(reader, 'never')))
    expect(new Set(ends)).toEqual(new Set(['retry: 3000\n\n(end)']))
    expect((await ask()).status).toBe(503)
    const started = performance.now()
    await server.close(60_000)
    expect(performance.now() - started).toBeLessThan(30_000)
    expect(tells.size).toBe(0)
  })
})
