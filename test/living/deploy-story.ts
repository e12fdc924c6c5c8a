import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../src/commands/command/context.ts'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import { openPlainGit } from '../../src/forges/git/deploy-repository.ts'
import { createRepository, gitEnvironment } from '../support/git-repository.ts'
import { release } from '../support/releases.ts'
import { inShell } from './play.ts'

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: { merge: auto }
  production: { after: staging }
models:
  churn: { from: acme/late-flights }
`

/**
 * A deploy repository of the page, in `deploy.git` below the folder: the manifests of the example, and the second release of
 * churn serves in both environments.
 */
export async function deployedTwice(folder: string, context: Context): Promise<void> {
  const work = createRepository(join(folder, 'work'))
  const example = 'examples/deploy-repo/apps/churn'
  const manifests = readdirSync(example, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml'))
    .map(name => [`apps/churn/${name}`, readFileSync(join(example, name), 'utf8')])
  work.commit('Begin', { 'assay-deploy.yml': CONFIG, ...Object.fromEntries(manifests) })
  inShell('git clone -q --bare work deploy.git', folder)
  const first = release(1)
  const second = release(2, 'churn', { weighed: { against: 'champion', commit: first.commit } })
  for (const candidate of [first, second]) {
    const repository = await openPlainGit({ url: `file://${folder}/deploy.git`, env: gitEnvironment() })
    const address = { kind: 'git' as const, url: 'x', namedBy: 'job' as const }
    const access = { repository, close: () => repository.close() }
    const options = { model: 'churn', candidates: [candidate], dryRun: false }
    await promoteModel(context, access, { address, name: 'deploy', branch: 'main' }, options)
    await repository.close()
    approve(folder)
  }
}

/** A person merges the promotion into production. */
export function approve(folder: string): void {
  inShell(
    'git update-ref refs/heads/main refs/heads/assay/promote/production/churn',
    join(folder, 'deploy.git'),
  )
}
