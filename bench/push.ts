import { execFileSync, spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from '../test/support/registry.ts'
import type { Row } from './main.ts'
import { measureInTurns, median } from './measure.ts'

const BYTES = 4_000_000_000
const ROUNDS = 3

/**
 * A model of one file of 4 GB, packaged and pushed to Debian's registry, in turn with `skopeo copy --preserve-digests` of the same
 * layer, which neither hashes it before nor knows it: its cache of blobs is removed, and the registry is a new one each time. Needs
 * Debian's `skopeo` and 16 GB of disk.
 */
export async function benchPush(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-push-'))
  try {
    prepare(folder)
    const [ours, theirs]: [number[], number[]] = [[], []]
    let peak = 0
    for (let round = 0; round < ROUNDS; round++) {
      const pushed = await withRegistry(async host => {
        const { push } = measureInTurns(
          { push: { argv: command(folder), env: environment(folder, host) } },
          1,
        )
        if (round === 0)
          skopeo(
            'copy',
            '--preserve-digests',
            '--src-tls-verify=false',
            `docker://${host}/acme/churn:v1`,
            `oci:${folder}/layout:v1`,
          )
        return push!
      })
      ours.push(pushed.milliseconds)
      peak = Math.max(peak, pushed.peakMiB)
      await withRegistry(async host => {
        rmSync(join(folder, 'home'), { recursive: true, force: true })
        const start = performance.now()
        skopeo(
          'copy',
          '--preserve-digests',
          '--dest-tls-verify=false',
          `oci:${folder}/layout:v1`,
          `docker://${host}/acme/churn:v1`,
        )
        theirs.push(performance.now() - start)
      })
    }
    return [
      {
        what: '`package` of 4 GB to a registry',
        value: median(ours) / median(theirs),
        unit: '× skopeo copy',
        bar: 1.25,
      },
      { what: 'the same: peak memory', value: peak, unit: 'MiB', bar: 190 },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }

  function skopeo(...given: string[]): void {
    const env = { PATH: process.env.PATH, HOME: join(folder, 'home') }
    const ended = spawnSync('skopeo', ['--insecure-policy', ...given], { env, encoding: 'utf8' })
    if (ended.status !== 0) throw new Error(`skopeo: ${ended.error?.message ?? ended.stderr}`)
  }
}

// --- internal ---

function prepare(folder: string): void {
  mkdirSync(join(folder, 'model'))
  const file = openSync(join(folder, 'model/weights.safetensors'), 'w')
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))
  const zeros = Buffer.alloc(10_000_000)
  for (let at = 0; at < BYTES; at += zeros.length) writeSync(file, stream.update(zeros))
  closeSync(file)
  writeFileSync(join(folder, '.gitignore'), 'model\nhome\nlayout\n')
}

function command(folder: string): string[] {
  return [
    '-e',
    `process.chdir(${JSON.stringify(folder)});process.argv=[process.argv[0],'assay','package'];import(${JSON.stringify(join(process.cwd(), 'dist/cli.js'))})`,
  ]
}

/** The address of the registry is another each time: it is committed anew. */
function environment(folder: string, host: string): Record<string, string> {
  const git = (...given: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...given], {
      cwd: folder,
      stdio: 'pipe',
    })
  git('init', '--quiet')
  writeFileSync(
    join(folder, 'assay.yml'),
    `model: churn\nmetrics: metrics.json\ngates: [{ metric: auc, at_least: 0.5 }]\npackage: { image: "${host}/acme/churn:v1", files: [model/**] }\n`,
  )
  git('add', '.')
  git('commit', '--quiet', '--message', 'x')
  return { HOME: join(folder, 'home'), CI: '', GITHUB_ACTIONS: '' }
}

async function withRegistry<T>(work: (host: string) => Promise<T>): Promise<T> {
  const registry = await startRegistry()
  try {
    return await work(registry.host)
  } finally {
    await registry.stop()
  }
}
