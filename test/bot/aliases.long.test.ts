import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { releaseTag } from '../../src/core/mlflow/registration.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { type MlflowDouble, startMlflowDouble } from '../support/mlflow-double.ts'
import { release } from '../support/releases.ts'
import { delivery, push, sendAtOnce } from './deliveries.ts'
import { deployFiles, useBot } from './scene.ts'

/** The aliases of MLflow follow what people merge, by the bot. `mlflow.long.test.ts` holds the double to real servers. */

const TOKEN = 'zq81-Tr7Wm-45xK-uu2'
const env: Record<string, string> = { MLFLOW_TRACKING_TOKEN: TOKEN }
let mlflow: MlflowDouble
beforeAll(async () => {
  mlflow = await startMlflowDouble()
  env.MLFLOW_TRACKING_URI = mlflow.address
})
afterAll(() => mlflow.stop())
const scene = useBot({ env })
const DEPLOY = { owner: 'acme', repo: 'deploy' }
const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
mlflow: true
environments:
  staging: { merge: auto }
  production: { after: staging }
models: { fraud: { from: acme/model } }
`
let made: ReleaseRecord[]

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud', CONFIG, ['staging', 'production']) as Record<
    string,
    string
  >
  await scene.write('deploy', files)
  await scene.write('model', { 'assay.yml': 'model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\n' })
  const first = registered(release(2, 'fraud', { verdict: 'pass' }))
  made = [first, registered(after(3, first))]
})

/** A release that was weighed against the one that serves. */
function after(number: number, { commit }: ReleaseRecord): ReleaseRecord {
  return release(number, 'fraud', { verdict: 'pass', weighed: { against: 'champion', commit } })
}

/** The release with its version in MLflow. */
function registered(one: ReleaseRecord): ReleaseRecord {
  const version = String(mlflow.versions.length + 1)
  const record = {
    ...one,
    repository: `${scene.github.url}/acme/model`,
    mlflow: { server: mlflow.address, model: 'fraud', version },
  }
  const tags = [releaseTag(record)]
  mlflow.versions.push({ name: 'fraud', version, source: `oci://${one.image!.name}`, tags })
  return record
}

const aliases = () => Object.fromEntries(mlflow.aliases)
const sets = () =>
  mlflow.requests.filter(({ call }) => call.endsWith('POST /api/2.0/mlflow/registered-models/alias'))

async function mergeProduction(): Promise<void> {
  const { data } = await scene.ada.pulls.list({ ...DEPLOY, state: 'open' })
  await scene.ada.pulls.merge({ ...DEPLOY, pull_number: data[0]!.number })
  await scene.settled()
}

/** Everything is looked at once more. */
async function look(): Promise<void> {
  await sendAtOnce(scene.bot.port, [delivery('push', push('acme/deploy'))])
  await scene.settled()
}

describe('the aliases in MLflow', () => {
  it('follow what is merged: of staging by itself, of production by a person', async () => {
    await scene.letIn(made[0]!)
    await scene.settled()
    expect(aliases()).toEqual({ 'fraud challenger': '1' })

    await mergeProduction()

    expect(aliases()).toEqual({ 'fraud challenger': '1', 'fraud champion': '1' })
    expect([...new Set(sets().map(({ authorization }) => authorization))]).toEqual([`Bearer ${TOKEN}`])
  })

  it('are set once, whatever is looked at again', async () => {
    await look()

    expect(sets()).toHaveLength(2)
  })

  it('move with the next release, each when it is merged there', async () => {
    await scene.letIn(made[1]!)
    await scene.settled()
    expect(aliases()).toEqual({ 'fraud challenger': '2', 'fraud champion': '1' })

    await mergeProduction()

    expect(aliases()).toEqual({ 'fraud challenger': '2', 'fraud champion': '2' })
  })

  it('that nobody can set keep no promotion back, and the log says which were not', async () => {
    const third = registered(after(4, made[1]!))
    mlflow.versions.at(-1)!.tags = []

    await scene.letIn(third)
    await scene.settled()

    expect(aliases()).toEqual({ 'fraud challenger': '2', 'fraud champion': '2' })
    const { data } = await scene.ada.pulls.list({ ...DEPLOY, state: 'open' })
    expect(data.map(({ title }) => title)).toEqual([expect.stringContaining(third.version)])
    expect(scene.log()).toContain('version 3 of fraud is not of this release, by its tag')
    expect(scene.log()).not.toContain(TOKEN)
  })
})
