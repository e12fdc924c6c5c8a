import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { renderCanary } from '../../../src/core/release/canary-file.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { waitUntil } from '../../support/alertmanager.ts'
import { canaryFile } from '../../support/canaries.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'

/** From an outcome at the collector to the open page of its canary: both as processes of their own. */

const TOKEN = '9d1f0c77be52a3486e'
const HEADERS = { authorization: `Bearer ${TOKEN}` }
/** Ten times what is promised: this machine may have other things to do. */
const DEADLINE_MS = 50_000
const { folder, remove } = testFolder()
const deploy = join(folder, 'deploy')
const CHAMPION = release(1)
const CANARY = canaryFile({ weight: 50, steps: [50] })
const started: ChildProcess[] = []
let collector: Awaited<ReturnType<typeof begin>>
let watch: Awaited<ReturnType<typeof begin>>

async function begin(command: string, options: Record<string, string>, env: object = {}) {
  const port = String(await freePort())
  const argv = Object.entries({ ...options, port }).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../../cli/main.ts'), command, ...argv],
    {
      env: { PATH: process.env.PATH, HOME: folder, ...env },
      cwd: deploy,
    },
  )
  started.push(child)
  const one = { child, port, said: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      one.said += chunk
    })
  await waitUntil(
    async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status === 200,
    async () => one.said,
  )
  return one
}

beforeAll(async () => {
  const place = join(deploy, 'environments/production/churn')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'model-release.yaml'), renderRelease(CHAMPION))
  writeFileSync(join(place, 'model-profile.yaml'), renderProfile(profileOf()))
  writeFileSync(join(place, 'model-canary.yaml'), renderCanary(CANARY))
  writeFileSync(
    join(deploy, 'assay-deploy.yml'),
    `path: environments/{environment}/{model}
target: kserve
options: { file: inference-service.yaml }
environments: { production: {} }
`,
  )
  writeFileSync(join(folder, 'tokens'), TOKEN)
  const tokens = join(folder, 'tokens')
  collector = await begin('collect', {
    profiles: deploy,
    tokens,
    locks: join(folder, 'locks'),
    'canary-settle': '1s',
  })
  const env = {
    ASSAY_COLLECTOR_TOKEN: TOKEN,
    ASSAY_COLLECTOR_URL: `http://127.0.0.1:${collector.port}`,
  }
  watch = await begin('watch', { tokens }, env)
})
afterAll(async () => {
  // One that was killed in a test has ended before: of that nobody hears again.
  const going = started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
  const ended = going.map(child => once(child, 'exit'))
  for (const child of going) child.kill('SIGKILL')
  await Promise.all(ended)
  remove()
})

const at = (path: string) =>
  fetch(`http://127.0.0.1:${watch.port}${path}`, { headers: HEADERS, signal: AbortSignal.timeout(10_000) })
const pageText = async () => (await at('/canary/churn/production')).text()
async function post(path: string, body: object): Promise<void> {
  const init = { method: 'POST', headers: HEADERS, body: JSON.stringify(body) }
  expect((await fetch(`http://127.0.0.1:${collector.port}${path}`, init)).status).toBe(202)
}
const meet = (unit: string, { version }: { version: string }) =>
  post('/v1/events', { model: 'churn', release: version, unit, features: {} })

/** As an open page: hears what the stream tells, and asks for the page where that is of it, until it says something. */
async function shown(words: string): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { value } = await told.next()
    if (value === undefined) throw new Error('the stream has ended')
    if (value === 'data: churn/production' && (await pageText()).includes(words))
      return performance.now() - began
  }
}
let told: AsyncGenerator<string>

it('shows contacts and outcomes within seconds, and is grey once the collector is gone', async () => {
  expect(await pageText()).toContain('Canary of churn in production')
  const stream = await fetch(`http://127.0.0.1:${watch.port}/events`, { headers: HEADERS })
  told = linesOf(stream)

  // The first to meet the challenger says that there are two; from then on it is counted.
  await meet('first', CANARY.challenger)
  await sleep(2000)
  for (let unit = 0; unit < 20; unit++) await meet(`u${unit}`, unit % 2 ? CANARY.challenger : CHAMPION)
  const contact = await shown('20 users: 10 met the challenger, 10 the champion')

  const times: number[] = []
  for (let outcome = 1; outcome <= 5; outcome++) {
    await post('/v1/outcomes', { model: 'churn', unit: `u${outcome}`, outcome: 'bought' })
    times.push(await shown(`${outcome} outcome${outcome === 1 ? '' : 's'} so far`))
  }
  collector.child.kill('SIGKILL')
  const grey = await shown('class="measured stale"')
  const seconds = (times: number[]) => times.map(time => (time / 1000).toFixed(1)).join(', ')
  console.info(
    `on the page after: contact ${seconds([contact])} s, outcomes ${seconds(times)} s, grey ${seconds([grey])} s`,
  )
  expect(Math.max(contact, ...times, grey)).toBeLessThan(DEADLINE_MS)
})

/** What is told, line by line. */
async function* linesOf({ body }: Response): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    rest += chunk
    const lines = rest.split('\n')
    rest = lines.pop()!
    yield* lines.filter(line => line.startsWith('data: '))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
