import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import { builtCli } from '../support/built-cli.ts'
import { createRepository, testFolder } from '../support/git-repository.ts'
import { type RegistryProgram, startRegistry, type TestRegistry } from '../support/registry.ts'
import { rounds } from '../support/rounds.ts'
import { SLOW } from '../support/slow.ts'
import { missing } from '../support/tools.ts'

// Pushes of 150 MB, each of them cut.
vi.setConfig({ testTimeout: SLOW })

/**
 * `assay package`, killed after so many bytes have gone to the registry, and run again: the same digest, no finished layer sent
 * again, a cut one gone on with where the registry has kept it, and no tag before the end.
 */

const MiB = 1024 * 1024
/** Of each registry; once a week as many as is promised. */
const KILLS = rounds(7, 7, 20)
/** Two layers of their own, and one that small files share. */
const FILES = { 'a.bin': 65 * MiB, 'b.bin': 66 * MiB, 'c.bin': 20 * MiB, 'd.txt': 5 }
const TOTAL = Object.values(FILES).reduce((all, size) => all + size, 0)
/** What was on the way when it was killed: buffers of both ends, and of the proxy between. */
const ON_THE_WAY = 8 * MiB

const { folder, remove } = testFolder()
afterAll(remove)

/** Stands before a registry, and counts what goes to it. */
function countingProxy(target: () => number) {
  let passed = 0
  let limit = Number.POSITIVE_INFINITY
  let reached = () => {}
  const server = createServer(socket => {
    const through = connect(target(), '127.0.0.1')
    socket.on('data', piece => {
      passed += piece.length
      if (passed >= limit) {
        limit = Number.POSITIVE_INFINITY
        reached()
      }
    })
    socket.pipe(through).pipe(socket)
    for (const [one, other] of [
      [socket, through],
      [through, socket],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
  })
  return {
    start: () => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)),
    stop: () => server.close(),
    host: () => `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Bytes that have passed since it was asked last. */
    taken() {
      const taken = passed
      passed = 0
      return taken
    },
    after(bytes: number, act: () => void) {
      limit = bytes
      reached = act
    },
  }
}

describe.each<{ program: RegistryProgram; asks: string[]; goesOn: boolean }>([
  { program: 'docker-registry', asks: [], goesOn: false },
  { program: 'registry', asks: ['--version'], goesOn: true },
  { program: 'crane', asks: ['version'], goesOn: false },
])('a package that is killed, on $program', ({ program, asks, goesOn }) => {
  const absent = missing(program, ...asks)
  let registry: TestRegistry | undefined
  const proxy = countingProxy(() => Number(registry!.host.split(':')[1]))
  beforeAll(() => proxy.start())
  afterAll(async () => {
    await registry?.stop()
    proxy.stop()
  })

  /** A new one each time: some have all blobs in one place, whatever repository they are pushed to. */
  async function another(): Promise<string> {
    await registry?.stop()
    registry = await startRegistry({ program })
    return registry.host
  }

  it.skipIf(absent)(
    `sends no finished layer again, at ${KILLS} random places`,
    async () => {
      const repository = createRepository(join(folder, program))
      const cache = join(folder, `${program}-cache`)
      mkdirSync(join(repository.folder, 'model'))
      for (const [index, [name, size]] of Object.entries(FILES).entries()) {
        const file = openSync(join(repository.folder, 'model', name), 'w')
        for (let at = 0; at < size; at += MiB)
          writeSync(file, Buffer.alloc(Math.min(MiB, size - at), `${index}${at}`))
        closeSync(file)
      }
      writeFileSync(join(repository.folder, '.gitignore'), 'model\n')
      const push = async (name: string, started: (child: ChildProcess) => void) => {
        repository.commit(name, { 'assay.yml': configOf(`${proxy.host()}/${name}:v1`) })
        return () => packaged(repository.folder, cache, started)
      }
      const first = await another()
      await (await push('acme/whole', () => {}))()
      const layers = await layersOf(first, 'acme/whole')
      expect(layers).toHaveLength(3)
      const chance = mulberry32(7)
      const twice: number[] = []

      for (let round = 0; round < KILLS; round++) {
        const host = await another()
        const name = `acme/kill-${round}`
        // At random, in the round's own part of what is sent.
        const at = Math.floor(((round + chance()) / KILLS) * TOTAL)
        proxy.taken()
        const run = await push(name, child => proxy.after(at, () => child.kill('SIGKILL')))
        await run()
        expect(await tagsOf(host, name)).toEqual([])
        const finished = await thereOf(host, name, layers)

        const again = await packaged(repository.folder, cache, () => {})

        expect(again.code).toBe(0)
        expect(await layersOf(host, name)).toEqual(layers)
        // One whose last byte had come may have been finished by the registry since.
        expect(again.log.filter(line => line.endsWith('there already')).length).toBeGreaterThanOrEqual(
          finished,
        )
        twice.push(proxy.taken() - TOTAL)
        // Nothing but of the layer that was cut.
        expect(twice.at(-1)).toBeLessThan((goesOn ? 0 : 66 * MiB) + ON_THE_WAY)
      }
      console.info(`${program}: sent twice, in MiB: ${twice.map(bytes => Math.round(bytes / MiB)).join(' ')}`)
    },
    1_800_000,
  )

  async function packaged(cwd: string, cache: string, started: (child: ChildProcess) => void) {
    const child = spawn(process.execPath, [builtCli(), 'package'], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cache, XDG_CACHE_HOME: cache },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started(child)
    const text: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => text.push(`${piece}`))
    const code = await new Promise<number | null>(resolve => child.once('close', resolve))
    return { code, log: text.join('').split('\n') }
  }
})

const configOf = (image: string) =>
  `model: churn\nmetrics: metrics.json\ngates: [{ metric: auc, at_least: 0.5 }]\npackage: { image: "${image}", files: [model/**] }\n`

async function layersOf(host: string, name: string): Promise<string[]> {
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' }
  const response = await fetch(`http://${host}/v2/${name}/manifests/v1`, { headers })
  return ((await response.json()) as { layers: { digest: string }[] }).layers.map(({ digest }) => digest)
}

/** How many of the layers a repository has. */
async function thereOf(host: string, name: string, layers: readonly string[]): Promise<number> {
  const answers = await Promise.all(
    layers.map(digest => fetch(`http://${host}/v2/${name}/blobs/${digest}`, { method: 'HEAD' })),
  )
  return answers.filter(({ status }) => status === 200).length
}

async function tagsOf(host: string, name: string): Promise<string[]> {
  const response = await fetch(`http://${host}/v2/${name}/tags/list`)
  return ((await response.json()) as { tags?: string[] | null }).tags ?? []
}
