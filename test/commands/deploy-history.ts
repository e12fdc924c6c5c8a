import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRepository, gitEnvironment } from '../support/git-repository.ts'
import { withManifests } from '../support/manifests.ts'

/** One commit of a deploy repository: when it was made and what it writes; undefined removes. Manifests follow their records. */
export type HistoryStep = readonly [at: string, files: Readonly<Record<string, string | undefined>>]

/** A deploy repository with a history of given times: a clone of it with the last commit checked out, and its address. */
export function deployHistory(folder: string, steps: readonly HistoryStep[]): { clone: string; url: string } {
  const { url } = createRepository(folder)
  for (const [at, files] of steps) commitAt(folder, at, files)
  return { clone: folder, url }
}

export function commitAt(folder: string, at: string, files: HistoryStep[1]): void {
  for (const [path, text] of Object.entries(withManifests(files))) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    if (text === undefined) rmSync(file)
    else writeFileSync(file, text)
  }
  const person = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: at }
  const env = Object.entries(person).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ])
  const options = { cwd: folder, env: { ...gitEnvironment(), ...Object.fromEntries(env) } }
  execFileSync('git', ['add', '--all'], options)
  execFileSync('git', ['commit', '--quiet', '--allow-empty', '--message', `at ${at}`], options)
}

export const recordOf = (model: string, environment: string) =>
  `apps/${model}/overlays/${environment}/model-release.yaml`

/** Staging, and production after a day in it. */
export const DEPLOY_CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}' }
environments:
  staging: { merge: auto }
  production: { after: staging, soak: 24h }
`
