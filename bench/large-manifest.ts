import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { renderRelease } from '../src/core/release/record-file.ts'
import { createRepository, gitEnvironment } from '../test/support/git-repository.ts'
import { release } from '../test/support/releases.ts'
import type { Row } from './main.ts'
import { measureInTurns } from './measure.ts'

/** `promote` as a process, where a megabyte of keys stands beside the image in the kustomization of each environment. */
export function benchLargeManifest(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-large-'))
  try {
    const deploy = createRepository(join(folder, 'deploy'))
    for (const [path, text] of files()) {
      mkdirSync(dirname(join(folder, 'deploy', path)), { recursive: true })
      writeFileSync(join(folder, 'deploy', path), text)
    }
    deploy.git('config', 'receive.denyCurrentBranch', 'ignore')
    deploy.git('add', '--all')
    deploy.git('commit', '--quiet', '--message', 'first')
    const main = join(process.cwd(), 'dist/cli.js')
    const asked = ['--deploy-repo', `file://${join(folder, 'deploy')}`, '--output', 'out']
    const script = `process.chdir(${JSON.stringify(folder)});process.argv=[process.argv[0],'assay','promote',...${JSON.stringify(asked)}];require(${JSON.stringify(main)})`
    const { promote } = measureInTurns(
      { promote: { argv: ['-e', script], env: { ...gitEnvironment(), GITHUB_ACTIONS: '' } as never } },
      1,
    )
    return [
      { what: 'promote with 1 MB of keys: peak memory', value: promote!.peakMiB, unit: 'MiB', bar: 200 },
    ]
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 3 })
  }
}

// --- internal ---

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: { merge: auto }
  production: { after: staging }
`

/** As many keys as are read, of a megabyte in all. */
const KEYS = Array.from({ length: 14_900 }, (_, at) => `  key-${at}: ${'x'.repeat(57)}\n`).join('')

function files(): [string, string][] {
  const folders = (['staging', 'production'] as const).flatMap((environment, at): [string, string][] => {
    const serves = release(2 - at)
    const overlay = `apps/churn/overlays/${environment}`
    const image = `images:\n  - { name: churn, newName: registry.example/acme/churn, digest: '${serves.image!.digest}' }\n`
    return [
      [`${overlay}/kustomization.yaml`, `${image}commonAnnotations:\n${KEYS}`],
      [`${overlay}/model-release.yaml`, renderRelease(serves)],
    ]
  })
  return [['assay-deploy.yml', CONFIG], ...folders]
}

if (import.meta.main) for (const row of benchLargeManifest()) console.log(row)
