import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Context, DeployAccess } from '../src/commands/command/context.ts'
import { promoteModel } from '../src/commands/deploy/promote/promote-model.ts'
import { openPlainGit } from '../src/forges/git/deploy-repository.ts'
import { githubClient } from '../src/forges/github/client.ts'
import { githubDeployRepository } from '../src/forges/github/deploy-repository.ts'
import { githubForge } from '../src/forges/github/forge.ts'
import { createRepository, gitEnvironment } from '../test/support/git-repository.ts'
import { startGitServer } from '../test/support/git-server.ts'
import { release } from '../test/support/releases.ts'
import type { Row } from './main.ts'
import { median } from './measure.ts'

/**
 * A promotion in a deploy repository of 10 files and of 10,000: API calls and time against a forge on loopback that answers at
 * once, and the time on a real git server on loopback against a bare `git ls-remote` and `git push` of one commit.
 */
export async function benchPromotion(): Promise<Row[]> {
  return [...(await benchForge()), ...(await benchGit())]
}

// --- internal ---

const SIZES = [10, 10_000] as const
const FORGE_ROUNDS = 61
const WARMING_ROUNDS = 30
const GIT_ROUNDS = 5
const MODEL = 'model-0'

const CONFIG = (merge: 'auto' | 'approval') => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
labels: [promotion]
reviewers: [maintainer]
environments:
  staging: { merge: ${merge} }
`

function filesOf(count: number, merge: 'auto' | 'approval'): [string, string][] {
  const manifest = (model: string) =>
    `images:\n  - name: ${model}\n    newName: registry.example/acme/churn\n    digest: sha256:${'0'.repeat(64)}\n`
  const models = Array.from({ length: count - 1 }, (_, at): [string, string] => [
    `apps/model-${at}/overlays/staging/kustomization.yaml`,
    manifest(`model-${at}`),
  ])
  return [['assay-deploy.yml', CONFIG(merge)], ...models]
}

async function benchForge(): Promise<Row[]> {
  const rows: Row[] = []
  for (const merge of ['approval', 'auto'] as const) {
    const forges = await Promise.all(SIZES.map(count => startForge(filesOf(count, merge))))
    const times = SIZES.map((): number[] => [])
    const asked = SIZES.map(() => ({ calls: 0, bytes: 0 }))
    // The first rounds only warm the code up.
    for (let round = -WARMING_ROUNDS; round < FORGE_ROUNDS; round++)
      for (const [at, { access, take }] of forges.entries()) {
        const milliseconds = await timed(() => promote(access(), 2))
        asked[at] = await take()
        if (round >= 0) times[at]!.push(milliseconds)
      }
    for (const { stop } of forges) stop()
    const [small, large] = times as [number[], number[]]
    const ratio = median(large.map((one, at) => one / small[at]!))
    const words = merge === 'auto' ? 'merged at once' : 'proposed'
    console.log(
      `a promotion that is ${words}: ${SIZES.map((count, at) => `${count} files: ${asked[at]!.calls} calls, ${asked[at]!.bytes} bytes, ${median(times[at]!).toFixed(2)} ms`).join('; ')}`,
    )
    const [few, many] = asked.map(({ calls }) => calls) as [number, number]
    if (few !== many) throw new Error(`${few} calls with 10 files, ${many} with 10,000`)
    rows.push(
      {
        what: `promotion ${words}, 10,000 files`,
        value: many,
        unit: 'API calls',
        bar: 10,
      },
      {
        what: `promotion ${words}, 10,000 files`,
        value: ratio,
        unit: '× time of 10 files',
        bar: 1.1,
      },
    )
  }
  return rows
}

async function startForge(files: [string, string][]) {
  const worker = new Worker(new URL('./deploy-forge.ts', import.meta.url), { workerData: { files } })
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const url = `http://127.0.0.1:${port}`
  return {
    access: (): DeployAccess => {
      const client = githubClient({
        token: 'not-a-real-token',
        apiUrl: url,
        safety: { wait: async () => {} },
      })
      return {
        repository: githubDeployRepository(client, 'o/r'),
        forge: githubForge(client, 'o/r'),
        close: async () => {},
      }
    },
    take: async () =>
      (await (await fetch(url, { method: 'DELETE' })).json()) as { calls: number; bytes: number },
    stop: () => void worker.terminate(),
  }
}

async function benchGit(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const server = await startGitServer(folder)
  try {
    const urls = SIZES.map(count => {
      createBare(join(folder, `files-${count}`), filesOf(count, 'auto'))
      return server.url(`files-${count}/.git`)
    })
    const promoted = SIZES.map((): number[] => [])
    const floors = SIZES.map((): number[] => [])
    for (let round = 0; round < GIT_ROUNDS; round++)
      for (const [at, url] of urls.entries()) {
        floors[at]!.push(await timed(pusher(folder, url, round)))
        promoted[at]!.push(
          await timed(async () => {
            const repository = await openPlainGit({ url, env: { ...process.env, ...gitEnvironment() } })
            await promote({ repository, close: () => repository.close() }, round + 2)
          }),
        )
      }
    console.log(
      `a promotion on plain git: ${SIZES.map((count, at) => `${count} files: ${median(promoted[at]!).toFixed(0)} ms, ls-remote + push ${median(floors[at]!).toFixed(0)} ms`).join('; ')}`,
    )
    return [
      {
        what: 'promotion on plain git, 10,000 files',
        value: median(promoted[1]!) / 1000,
        unit: 's',
        bar: 2,
      },
      {
        what: 'promotion on plain git, 10,000 files',
        value: median(promoted[1]!) / median(floors[1]!),
        unit: '× ls-remote + push',
        bar: 15,
      },
    ]
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, maxRetries: 3 })
  }
}

function createBare(folder: string, files: [string, string][]): void {
  const repository = createRepository(folder)
  repository.git('config', 'http.receivepack', 'true')
  repository.git('config', 'receive.denyCurrentBranch', 'ignore')
  repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  repository.git('add', '--all')
  repository.git('commit', '--quiet', '--message', 'first')
}

/** A commit that is ready in a clone; what is timed is `git ls-remote` and `git push` of it. */
function pusher(folder: string, url: string, round: number): () => Promise<void> {
  const name = `floor-${round}-${url.replace(/\W+/g, '-')}`
  const env = { ...gitEnvironment(), GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@example.com' }
  const all = { ...env, GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@example.com' }
  const local = url.replace(/^http:\/\/[^/]+/, folder)
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${local}`, name], { cwd: folder })
  const cwd = join(folder, name)
  execFileSync('git', ['commit', '--quiet', '--allow-empty', '--message', 'x'], { cwd, env: all })
  return async () => {
    await run('git', ['ls-remote', '--quiet', url, 'refs/heads/main'], { cwd, env })
    await run('git', ['push', '--quiet', url, `HEAD:refs/heads/floor-${round}`], { cwd, env })
  }
}

const run = promisify(execFile)

async function promote(access: DeployAccess, number: number): Promise<void> {
  const deploy = {
    address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const },
    name: 'deploy',
    branch: 'main',
  }
  const { commit } = release(number - 1)
  const candidate = release(number, MODEL, { weighed: { against: 'champion', commit } })
  try {
    const [done] = await promoteModel(
      CONTEXT,
      access,
      { ...deploy, branch: 'main' },
      {
        model: MODEL,
        candidates: [candidate],
        dryRun: false,
      },
    )
    if (done?.action !== 'merged' && done?.action !== 'proposed')
      throw new Error(`nothing was promoted: ${done?.words}`)
  } finally {
    await access.close()
  }
}

const CONTEXT = { now: () => Date.parse('2026-06-01T12:00:00Z') } as Context

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

if (import.meta.main) for (const row of await benchPromotion()) console.log(row)
