import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { join, resolve } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { waitUntil } from '../support/alertmanager.ts'
import { testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'

/** The servers of examples/late-flights, and what they tell the collector. */

const { folder, remove } = testFolder()
afterAll(remove)
const FLIGHT = { hour: 18, weekday: 5, distance: 900, origin: 'JFK', destination: 'SEA' }
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|\+00:00)$/
const model = join(folder, 'model.json')
writeFileSync(model, JSON.stringify({ features: ['hour', 'distance'], weights: { bias: -1, hour: 0.4 } }))

describe.skipIf(missing('python3', '--version'))('a server of late-flights', () => {
  it.each([
    ['Node', process.execPath, ['serve.mjs', '--model', model]],
    ['Python', 'python3', ['serve.py', model]],
  ])(
    'in %s tells each flight, with the token as its file has it: with a newline',
    async (_, command, args) => {
      const told: { token: string | undefined; events: unknown }[] = []
      const collector = createServer(async (request, response) => {
        told.push({ token: request.headers.authorization, events: await json(request) })
        response.writeHead(202).end()
      })
      const collecting = await listening(collector)
      const port = await freePort()
      const server = spawn(command, args, {
        cwd: resolve('examples/late-flights'),
        env: {
          PATH: process.env.PATH,
          PYTHONDONTWRITEBYTECODE: '1',
          PORT: String(port),
          ASSAY_EVENTS_URL: `http://127.0.0.1:${collecting}/v1/events/late-flights/v1`,
          ASSAY_EVENTS_TOKEN: '9d1f0c77be52a3486e\n',
        },
        stdio: 'ignore',
      })
      const ended = once(server, 'exit')
      try {
        let score: unknown
        const predicted = async () => {
          const headers = { 'x-user': 'user-81' }
          const asked = { method: 'POST', headers, body: JSON.stringify(FLIGHT) }
          const answer = await fetch(`http://127.0.0.1:${port}/predict`, asked)
          score = ((await answer.json()) as { score: number }).score
          return answer.ok
        }
        await waitUntil(predicted, async () => 'it does not answer')
        await waitUntil(
          async () => told.length > 0,
          async () => 'nothing is told',
        )

        expect(told).toEqual([
          {
            token: 'Bearer 9d1f0c77be52a3486e',
            events: [{ time: expect.stringMatching(ISO), unit: 'user-81', features: FLIGHT, score }],
          },
        ])
      } finally {
        server.kill()
        await ended
        collector.close()
      }
    },
  )
})

// --- internal ---

async function listening(server: {
  listen(port: number, host: string, done: () => void): unknown
  address(): unknown
}) {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createNetServer()
  const port = await listening(server)
  await new Promise(done => server.close(done))
  return port
}
