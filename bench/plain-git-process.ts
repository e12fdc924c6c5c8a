import { execFile, execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { renderRelease } from '../src/core/release/record-file.ts'
import { createBare, gitEnvironment, testFolder } from '../test/support/git-repository.ts'
import { startGitServer } from '../test/support/git-server.ts'
import { withManifests } from '../test/support/manifests.ts'
import { release } from '../test/support/releases.ts'
import type { Row } from './main.ts'
import { median } from './measure.ts'

/**
 * `assay promote` as a whole process, which lands one release in the next environment on a real git server on loopback, in a
 * repository of 10 files and of 10,000.
 */
export async function benchPlainGitProcess(): Promise<Row[]> {
  const { folder, remove } = testFolder()
  const server = await startGitServer(folder)
  try {
    const times = SIZES.map((): number[] => [])
    for (const size of SIZES) seed(join(folder, `files-${size}.git`), size)
    for (let round = 0; round < ROUNDS; round++)
      for (const [at, size] of SIZES.entries()) {
        const name = `round-${round}-${size}.git`
        cpSync(join(folder, `files-${size}.git`), join(folder, name), { recursive: true })
        times[at]!.push(await promoted(server.url(name)))
      }
    const [few, many] = times.map(median) as [number, number]
    console.log(
      `assay promote on plain git, whole process: 10 files: ${few.toFixed(2)} s; 10,000: ${many.toFixed(2)} s`,
    )
    const what = 'promotion on plain git, whole process, 10,000 files'
    return [
      { what, value: many, unit: 's', bar: 1.2 },
      { what, value: many / few, unit: '× time of 10 files', bar: 1.3 },
    ]
  } finally {
    await server.close()
    remove()
  }
}

// --- internal ---

const SIZES = [10, 10_000] as const
const ROUNDS = 5
const MODEL = 'churn'

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: {}
  production: { after: staging, merge: auto }
`

function seed(folder: string, count: number): void {
  createBare(folder)
  const record = (environment: string) => `apps/${MODEL}/overlays/${environment}/model-release.yaml`
  const { commit } = release(1, MODEL)
  const own = withManifests({
    [record('staging')]: renderRelease(release(2, MODEL, { weighed: { against: 'champion', commit } })),
    [record('production')]: renderRelease(release(1, MODEL)),
  })
  const others = Array.from({ length: count - 5 }, (_, at): [string, string] => [
    `apps/other-${at}/overlays/staging/a.yaml`,
    'a: 1\n',
  ])
  const files = Object.entries({ 'assay-deploy.yml': CONFIG, ...own, ...Object.fromEntries(others) })
  const input = [
    'commit refs/heads/main\ncommitter Ada <ada@example.com> 1772362800 +0000\ndata 1\nx\n',
    ...files.map(([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`),
  ]
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: folder,
    env: gitEnvironment(),
    input: input.join(''),
  })
}

/** Seconds that it takes. @throws Error where nothing is landed */
async function promoted(url: string): Promise<number> {
  const start = performance.now()
  const { stdout } = await run(
    process.execPath,
    [resolve('dist/cli.js'), 'promote', MODEL, '--deploy-repo', url, '--json'],
    { env: { ...process.env, ...gitEnvironment() } },
  )
  const seconds = (performance.now() - start) / 1000
  const { promotions } = JSON.parse(stdout) as { promotions: { environment: string; action: string }[] }
  if (promotions.find(({ environment }) => environment === 'production')?.action !== 'merged')
    throw new Error(`nothing was landed: ${stdout}`)
  return seconds
}

const run = promisify(execFile)

if (import.meta.main) for (const row of await benchPlainGitProcess()) console.log(row)
