import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Answered,
  type ServerOptions,
  startServer,
  type WebServer,
} from '../../../src/services/web/server.ts'

let servers: WebServer[] = []
afterEach(async () => {
  await Promise.all(servers.map(server => server.close(0)))
  servers = []
})

async function serve(options: Partial<ServerOptions> = {}) {
  const answered: Answered[] = []
  const faults: [string, unknown][] = []
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    routes: [
      {
        name: 'echo',
        method: 'POST',
        path: '/echo',
        cap: 1000,
        brings: 'work',
        answer: ({ body }) => ({ status: 200, text: `${body.length}` }),
      },
      {
        name: 'big',
        method: 'POST',
        path: '/big',
        cap: 10_000_000,
        answer: ({ body }) => ({ status: 200, text: `${body.length}` }),
      },
      { name: 'other', method: 'POST', path: '/other', cap: 10_000_000, answer: () => ({ status: 202 }) },
      { name: 'page', method: 'GET', path: '/page', answer: () => ({ status: 200, text: 'here' }) },
      {
        name: 'fault',
        method: 'GET',
        path: '/fault',
        answer: () => {
          throw Object.assign(new Error('ghs_CANARY'), { status: 304 })
        },
      },
      {
        name: 'later fault',
        method: 'POST',
        path: '/later',
        cap: 1000,
        answer: () => Promise.reject(new Error('ghs_CANARY')),
      },
      { name: 'empty', method: 'POST', path: '/empty', cap: 1000, answer: () => ({ status: 202, text: '' }) },
    ],
    onAnswer: one => void answered.push(one),
    onFault: (...fault) => void faults.push(fault),
    ...options,
  })
  servers.push(server)
  const url = `http://127.0.0.1:${server.port}`
  const ask = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init)
  const post = (path: string, body: string | Uint8Array | ReadableStream) =>
    ask(path, { method: 'POST', body, duplex: 'half' } as RequestInit)
  return { server, ask, post, answered, faults }
}

/** A body whose length nobody tells. */
function pieces(count: number, size: number): ReadableStream<Uint8Array> {
  let left = count
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(size))
      else controller.close()
    },
  })
}

/**
 * What a server says to bytes after which nothing more comes. From a thread of its own: in this one, connections are watched, and
 * half a request is held back.
 */
function raw(port: number, text: string): Promise<string> {
  const client = `
    const { parentPort, workerData: [port, text] } = require('node:worker_threads')
    let said = ''
    const socket = require('node:net').connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', piece => (said += piece)).on('error', () => {})
    socket.on('close', () => parentPort.postMessage(said))`
  const worker = new Worker(client, { eval: true, workerData: [port, text] })
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}

describe('the server', () => {
  it('answers by whole path and method', async () => {
    const { ask, post } = await serve()

    expect(await (await ask('/page?code=x')).text()).toBe('here')
    expect(await (await post('/echo', 'abc')).text()).toBe('3')
    expect((await ask('/page/')).status).toBe(404)
    expect((await ask('//page')).status).toBe(404)
    expect((await ask('/page', { method: 'HEAD' })).status).toBe(200)
    const wrong = await ask('/echo')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('WH-014: refuses a body above the cap while it streams, and its length at once', async () => {
    const { post } = await serve()

    expect((await post('/echo', new Uint8Array(1000))).status).toBe(200)
    expect((await post('/echo', new Uint8Array(1001))).status).toBe(413)
    expect((await post('/echo', pieces(10, 100))).status).toBe(200)
    expect((await post('/echo', pieces(11, 100))).status).toBe(413)
    expect((await post('/echo', pieces(1000, 60_000))).status).toBe(413)
  })

  it('holds no more bytes of all bodies than it may, and forgets those of the answered', async () => {
    const { post } = await serve({ bodies: 100_000 })

    expect((await post('/big', new Uint8Array(200_000))).status).toBe(503)
    for (let times = 0; times < 5; times++)
      expect((await post('/big', new Uint8Array(90_000))).status).toBe(200)
  })

  it('gives up the oldest body that is not whole where there is no room, and none of another route', async () => {
    const { server, post, answered } = await serve({ bodies: 100_000 })
    const givenUp = () => answered.filter(one => one.route === 'big' && one.status === 503).length
    const half = `POST /big HTTP/1.1\r\nhost: x\r\ncontent-length: 90000\r\n\r\n${'x'.repeat(60_000)}`
    const stalled = [raw(server.port, half), raw(server.port, half)]
    await vi.waitFor(() => expect(givenUp()).toBe(1), 10_000)

    expect((await post('/other', new Uint8Array(90_000))).status).toBe(202)
    expect(givenUp()).toBe(1)
    expect((await post('/big', new Uint8Array(90_000))).status).toBe(200)
    expect(givenUp()).toBe(2)
    await server.close(0)
    await Promise.all(stalled)
  })

  it.each([
    ['a head', 'POST /echo HTTP/1.1\r\nhost: x\r\n'],
    ['a body', 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab'],
  ])(
    'WH-015: waits for the rest of %s no longer than its deadline, and answers others meanwhile',
    async (_, text) => {
      const { server, ask } = await serve({ deadlines: { head: 200, request: 300 } })
      const slow = raw(server.port, text)

      expect((await ask('/page')).status).toBe(200)
      expect(await slow).toMatch(/^(HTTP\/1\.1 408 |$)/)
    },
  )

  it('says nothing of a fault but that there was one, whatever status the error has', async () => {
    const { ask, post, faults } = await serve()
    for (const answer of [await ask('/fault'), await post('/later', 'x')])
      expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error\n'])

    expect(faults.map(([route]) => route)).toEqual(['fault', 'later fault'])
  })

  it('answers without a text by no text, whatever the body came in', async () => {
    const { post } = await serve()
    for (const body of ['', 'abc', pieces(3, 100)]) {
      const answer = await post('/empty', body)
      expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
        202,
        '0',
        '',
      ])
      expect(answer.headers.get('content-type')).toBeNull()
    }
  })

  it('tells of a request its method, route, status and time, and nothing else', async () => {
    const { ask, answered } = await serve()
    await ask('/page?code=CANARY', { headers: { cookie: 'CANARY', authorization: 'bearer CANARY' } })
    await ask('/CANARY')

    expect(answered).toEqual([
      { method: 'GET', route: 'page', status: 200, ms: expect.any(Number) },
      { method: 'GET', route: 'none', status: 404, ms: expect.any(Number) },
    ])
  })

  it('takes no work while it drains, and ends although somebody stays connected', async () => {
    const { server, ask, post } = await serve()
    await ask('/page')
    const stays = raw(server.port, 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab')
    server.drain()

    const refused = await post('/echo', 'abc')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
    expect((await ask('/page')).status).toBe(200)

    await server.close(50)
    await stays
    await expect(ask('/page')).rejects.toThrow()
  })
})

describe('a route that refuses', () => {
  it('reads nothing of a body, and is told of those that cannot be read', async () => {
    const told: [string, number][] = []
    let read = 0
    const { server } = await serve({
      routes: [
        {
          name: 'part',
          method: 'POST',
          path: '/in/*/*',
          cap: 10,
          refuse: head => (head.header('authorization') === 'yes' ? undefined : { status: 401 }),
          onUnread: ({ rest }, status) => void told.push([rest, status]),
          answer({ rest }) {
            read++
            return { status: 200, text: rest }
          },
        },
      ],
    })
    const post = async (path: string, body: string, headers = {}) => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', body, headers })
      return [answer.status, await answer.text()]
    }

    expect(await post('/in/a/b', 'x'.repeat(100_000))).toEqual([401, 'Unauthorized\n'])
    expect(read).toBe(0)
    expect(await post('/in/a/b', 'x', { authorization: 'yes' })).toEqual([200, 'a/b'])
    expect(await post('/in/a/b', 'x'.repeat(11), { authorization: 'yes' })).toEqual([
      413,
      'Payload Too Large\n',
    ])
    expect(told).toEqual([['a/b', 413]])
    for (const path of ['/in/a', '/in/a/', '/in//b', '/in/a/b/c', '/in'])
      expect((await post(path, 'x'))[0]).toBe(404)
  })
})
