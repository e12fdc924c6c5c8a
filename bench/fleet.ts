import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { renderRelease } from '../src/core/release/record-file.ts'
import { profileHash, renderProfile } from '../src/core/traffic/profile/profile-file.ts'
import { release } from '../test/support/releases.ts'
import type { Row } from './main.ts'
import { median, PRELOAD } from './measure.ts'
import { profileOfFifty } from './profile-of-fifty.ts'

const MODELS = 500
const ROUNDS = 3

/**
 * `assay watch` as it is shipped, beside a deploy repository of 500 models of 50 features: it starts, looks at each of them once by
 * what answers as Prometheus does, and answers a scrape. Our part of it.
 */
export async function benchFleet(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fleet-'))
  const server = spawn(process.execPath, [new URL('./fleet-server.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    writeRepository(folder)
    const [{ port }] = (await once(server, 'message')) as [{ port: number }]
    const looks: Look[] = []
    for (let round = 0; round < ROUNDS; round++) looks.push(await look(folder, port))
    return [
      {
        what: `a tick of \`watch\`, ${MODELS} models × 50 features, with its start and a scrape: processor time`,
        value: median(looks.map(({ cpuSeconds }) => cpuSeconds)),
        unit: 's',
        bar: 10,
      },
      {
        what: 'the same: peak memory',
        value: Math.max(...looks.map(({ peakMiB }) => peakMiB)),
        unit: 'MiB',
        bar: 300,
      },
    ]
  } finally {
    server.disconnect()
    rmSync(folder, { recursive: true })
  }
}

// --- internal ---

interface Look {
  cpuSeconds: number
  peakMiB: number
}

async function look(folder: string, prometheus: number): Promise<Look> {
  const cli = new URL('../dist/cli.js', import.meta.url).pathname
  const own = await freePort()
  const from = ['--prometheus', `http://127.0.0.1:${prometheus}`, '--tokens', 'tokens']
  const watch = ['watch', '--json', '--port', String(own), ...from]
  const child = spawn(process.execPath, ['--require', PRELOAD, cli, ...watch], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told = text(child.stdout)
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', some => {
      said += some
      if (said.includes('listens on')) resolve()
    })
    child.on('close', code => reject(new Error(`watch ended with ${code}: ${said}`)))
  })
  const scraped = await fetch(`http://127.0.0.1:${own}/metrics`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  const steady = (await scraped.text()).match(/^assay_drift_state{.*state="steady"} 1$/gm)?.length
  child.kill('SIGTERM')
  await once(child, 'close')
  if (steady !== MODELS) throw new Error(`${steady} models are steady: ${(await told).slice(0, 1000)}`)
  const numberOf = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(said)?.[1])
  return { cpuSeconds: numberOf('CPU') / 1e6, peakMiB: numberOf('PEAK') / 1024 }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const TOKEN = '9d1f0c77be52a3486e'

function writeRepository(folder: string): void {
  const lines = ['path: environments/{environment}/{model}', 'target: kserve']
  const more = ['options: { file: inference-service.yaml }', 'environments: { production: {} }', '']
  writeFileSync(join(folder, 'assay-deploy.yml'), [...lines, ...more].join('\n'))
  writeFileSync(join(folder, 'tokens'), `${TOKEN}\n`)
  for (let at = 0; at < MODELS; at++) {
    const model = `model-${at}`
    const profile = profileOfFifty(model)
    const place = join(folder, 'environments/production', model)
    const of = { hash: profileHash(profile), rows: profile.rows, features: profile.features.length }
    mkdirSync(place, { recursive: true })
    writeFileSync(
      join(place, 'model-release.yaml'),
      renderRelease(release(7, model, { version: 'v1', profile: of })),
    )
    writeFileSync(join(place, 'model-profile.yaml'), renderProfile(profile))
  }
}

if (import.meta.main) for (const row of await benchFleet()) console.log(row)
