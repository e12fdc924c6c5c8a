import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzip } from 'node:zlib'
import { startCollector } from '../src/commands/collecting/collector.ts'
import { renderProfile } from '../src/core/traffic/profile/profile-file.ts'
import { profileOfFifty } from './profile-of-fifty.ts'

/**
 * One of three servers for events, in a process of its own: `ours`, the collector as it is; `bare`, node's own that throws the body
 * away; `gunzip`, that which unpacks it and throws it away. Asked for `cpu` or `heap`, it says what it has used so far.
 */
const [kind, token = ''] = process.argv.slice(2)
const PROFILE = {
  ...profileOfFifty('bench'),
  score: { edges: [0.5], means: [0.25, 0.75], labels: { '0': [250, 250], '1': [250, 250] } },
}
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-collector-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const { port, counted } = await (kind === 'ours' ? ours() : bare(kind === 'gunzip'))

process.on('message', asked => void answer(asked as 'cpu' | 'heap'))
process.on('disconnect', () => process.exit())
process.send!({ port })

/** Once what has been answered is counted. The heap is cleared for its own figure alone: that is none of what events cost. */
async function answer(asked: 'cpu' | 'heap'): Promise<void> {
  await sleep(100)
  if (asked === 'heap') globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { heapUsed, external } = process.memoryUsage()
  process.send!({ cpu: user + system, heap: heapUsed + external, counted: counted() })
}

async function ours() {
  const place = join(folder, 'profiles/bench/v1')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'model-profile.json'), renderProfile(PROFILE))
  writeFileSync(join(folder, 'tokens'), token)
  const log = { info() {}, warn: (text: string) => console.error(text) }
  const collector = await startCollector(
    {
      profiles: join(folder, 'profiles'),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: folder,
    },
    { now: Date.now, log },
  )
  return {
    port: collector.port,
    counted: () => collector.traffic.counts({ minutes: 60 }, Date.now())[0]!.events.counted,
  }
}

async function bare(unpacks: boolean) {
  let taken = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    const end = () => {
      taken++
      response.writeHead(202).end()
    }
    if (unpacks) request.on('data', (chunk: Buffer) => chunks.push(chunk))
    else request.resume()
    request.on('end', () => (unpacks ? gunzip(Buffer.concat(chunks), end) : end()))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, counted: () => taken }
}
