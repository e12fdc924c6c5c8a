import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReleaseRecord } from '../src/core/release/record.ts'
import { renderRelease } from '../src/core/release/record-file.ts'
import type { Row } from './main.ts'
import { measureInTurns } from './measure.ts'

const MODELS = 1000
const ENVIRONMENTS = ['staging', 'production-eu', 'production-us']
const ROUNDS = 5

/**
 * `assay inventory` of 1,000 models in 3 environments, in a clone, a third of the models with a release that waits: against
 * a bare script that lists the same commit with `git ls-tree -r` and reads the same 3,000 records without a look at them.
 */
export function benchInventory(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  try {
    makeDeployRepository(folder)
    const go = `process.chdir(${JSON.stringify(folder)});`
    const cli = join(process.cwd(), 'dist/cli.js')
    const { floor, inventory } = measureInTurns(
      {
        floor: { argv: ['-e', go + READ_ALL] },
        inventory: {
          argv: [
            '-e',
            `${go}process.argv=[process.argv[0],'assay','inventory'];require(${JSON.stringify(cli)})`,
          ],
          env: { GITHUB_ACTIONS: '', GITLAB_CI: '', JENKINS_URL: '' },
        },
      },
      ROUNDS,
    )
    return [
      { what: 'inventory of 1,000 models × 3', value: inventory!.milliseconds / 1000, unit: 's', bar: 2 },
      {
        what: 'inventory of 1,000 models × 3',
        value: inventory!.milliseconds / floor!.milliseconds,
        unit: '× listing and reading the files',
        bar: 12,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// --- internal ---

const READ_ALL = `const { execFileSync } = require('node:child_process'), { readFileSync } = require('node:fs')
const listed = execFileSync('git', ['ls-tree', '-r', '-z', '--name-only', 'HEAD'], { maxBuffer: 1e9 })
for (const path of String(listed).split('\\0')) if (path.endsWith('/model-release.yaml')) readFileSync(path)`

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}' }
environments:
  staging: { merge: auto }
  production-eu: { after: staging, soak: 24h }
  production-us: { after: [staging, production-eu], soak: 2d }
`

/** Three rounds of releases: all models everywhere, a third of them again everywhere, that third once more in staging. */
function makeDeployRepository(folder: string): void {
  const person = { NAME: 'bench', EMAIL: 'bench@example.com' }
  const env = Object.entries(person).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ])
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, { cwd: folder, env: { ...process.env, ...Object.fromEntries(env) } })
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(folder, 'assay-deploy.yml'), CONFIG)
  for (let round = 0; round < 3; round++) {
    const environments = round < 2 ? ENVIRONMENTS : ENVIRONMENTS.slice(0, 1)
    for (let model = 0; model < MODELS; model += round === 0 ? 1 : 3)
      for (const environment of environments) {
        const overlay = join(folder, `apps/model-${model}/overlays/${environment}`)
        mkdirSync(overlay, { recursive: true })
        writeFileSync(join(overlay, 'model-release.yaml'), renderRelease(record(`model-${model}`, round)))
        writeFileSync(join(overlay, 'kustomization.yaml'), kustomization(record(`model-${model}`, round)))
      }
    git('add', '--all')
    git('commit', '--quiet', '--message', `round ${round}`)
  }
}

/** The manifest says what the record says. */
function kustomization({ model, image }: ReleaseRecord): string {
  return `images: [{ name: ${model}, newName: ${image!.name}, digest: '${image!.digest}' }]\n`
}

function record(model: string, round: number): ReleaseRecord {
  const commit = round.toString(16).padStart(40, '0')
  const metric = (value: number) => ({ value, interval: [value - 0.01, value + 0.01] as [number, number] })
  return {
    schema: 1,
    model,
    version: `2026-05-1${round}-${commit.slice(0, 7)}`,
    commit,
    committed: `2026-05-1${round}T08:00:00Z`,
    repository: `https://forge.example/acme/${model}`,
    created: `2026-05-1${round}T09:00:00Z`,
    by: 'ada',
    owner: 'ml-platform',
    verdict: 'pass',
    image: { name: `registry.example/acme/${model}`, digest: `sha256:${commit.padStart(64, '0')}` },
    data: [`data/train.csv md5 ${'1f'.repeat(16)}`],
    parameters: { learning_rate: 0.05, max_depth: 6 },
    gates: [{ name: 'roc_auc at least 0.8', verdict: 'pass' }],
    metrics: Object.fromEntries(
      Array.from({ length: 10 }, (_, at): [string, ReleaseRecord['metrics'][string]] => [
        `metric_${at}`,
        { ...metric(0.8 + at / 100), level: 0.95, direction: 'higher' },
      ]),
    ),
    assay: '0.1.0',
  }
}

if (import.meta.main) for (const row of benchInventory()) console.log(row)
