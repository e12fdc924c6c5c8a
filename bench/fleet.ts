import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sourcesOf } from '../src/commands/drift/sources.ts'
import { watcherOf } from '../src/commands/watching/watcher.ts'
import type { Row } from './main.ts'
import { measureInTurns } from './measure.ts'
import { profileOfFifty } from './profile-of-fifty.ts'

const MODELS = 500

/** One tick of `assay watch` over 500 models of 50 features, asked of what answers as Prometheus does: our part of it. */
export async function benchFleet(): Promise<Row[]> {
  const { tick } = measureInTurns({ tick: { argv: [new URL(import.meta.url).pathname, 'tick'] } }, 3)
  return [
    {
      what: `a tick of \`watch\`, ${MODELS} models × 50 features: processor time`,
      value: tick!.cpuMilliseconds / 1000,
      unit: 's',
      bar: 10,
    },
    { what: 'the same: peak memory', value: tick!.peakMiB, unit: 'MiB', bar: 300 },
  ]
}

// --- internal ---

async function tick(): Promise<void> {
  const server = spawn(process.execPath, [new URL('./fleet-server.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(server, 'message')) as [{ port: number }]
  const world = { env: {}, now: Date.now, folder: process.cwd() }
  const sources = sourcesOf(world as never, { job: { prometheus: `http://127.0.0.1:${port}` } })
  const log = { info() {}, warn: (text: string) => console.error(text) }
  const watched = Array.from({ length: MODELS }, (_, at) => {
    const model = `model-${at}`
    return { model, environment: 'production', release: 'v1', profile: profileOfFifty(model) }
  })
  const watcher = watcherOf({
    readWatched: async () => watched,
    sources: () => sources,
    now: Date.now,
    log,
  })
  await watcher.look()
  server.disconnect()
  const unseen = watcher.all().find(({ verdict }) => verdict.state !== 'steady')
  if (unseen || watcher.all().length !== MODELS)
    throw new Error(`${unseen?.model}: ${unseen?.verdict.state}, ${unseen?.verdict.unseen}`)
}

if (import.meta.main) {
  if (process.argv[2] === 'tick') await tick()
  else for (const row of await benchFleet()) console.log(row)
}
