import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRelease } from '../../src/commands/release.ts'
import { releaseTag } from '../../src/core/mlflow/registration.ts'
import { parseRelease, renderRelease } from '../../src/core/release/record-file.ts'
import { plainPlace } from '../forges/deploy-places.ts'
import { withManifests } from '../support/manifests.ts'
import { type MlflowDouble, startMlflowDouble } from '../support/mlflow-double.ts'
import { DEPLOY, deployFiles, useDeploys } from './deploys.ts'
import { baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()
const deploys = useDeploys()
const TOKEN = 'zq81-Tr7Wm-45xK-uu2'
const IMAGE = `registry.example/acme/churn@sha256:${'1f'.repeat(32)}`

let mlflow: MlflowDouble
beforeAll(async () => {
  mlflow = await startMlflowDouble()
})
afterAll(() => mlflow.stop())
beforeEach(() => {
  mlflow.requests.length = 0
})

const tracked = (keys = '') => `mlflow: { server: '${mlflow.address}', experiment: e ${keys} }\n`

function pullRequest(lines: string, ci = {}, env = {}): Scene {
  const scene = scenes.pullRequest(
    baseFiles({ 'assay.yml': `${CONFIG}${lines}` }),
    { 'candidate.csv': slightlyBetter },
    ci,
  )
  scene.context.env = {
    ...scene.context.env,
    MLFLOW_TRACKING_URI: mlflow.address,
    MLFLOW_TRACKING_TOKEN: TOKEN,
    ...env,
  }
  return scene
}

describe('a run in MLflow', () => {
  it.each([
    [
      'whose token is for another server',
      { MLFLOW_TRACKING_URI: 'https://other.example' },
      'training would log elsewhere',
    ],
    ['whose token stands beside no server', { MLFLOW_TRACKING_URI: '' }, 'is not set'],
  ])('%s is not made, and the report says why', async (_, env, why) => {
    const scene = pullRequest(tracked(), {}, env)
    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().verdict).toBe('pass')
    expect(scene.result().mlflow?.problems.join()).toContain(why)
    expect(scene.read('assay-result/churn/report.md')).toMatch(/\*\*MLflow\*\*: ⚠️ Nothing was logged/)
    expect(mlflow.requests).toEqual([])
  })

  it('is not made in a dry run, nor where a pull request brings the server', async () => {
    const dry = pullRequest(tracked())
    await dry.run({ 'dry-run': true })
    const own = pullRequest('')
    own.repository.commit('track', { 'assay.yml': `${CONFIG}${tracked()}` })
    own.context.ci = { ...own.context.ci, headSha: own.repository.git('rev-parse', 'HEAD').trim() }
    await own.run()

    expect(mlflow.requests.filter(({ call }) => !call.startsWith('GET'))).toEqual([])
    expect(own.result().mlflow).toBeUndefined()
    expect(own.result().configuration.changes.join()).toContain('`mlflow`')
  })
})

describe('a release in MLflow', () => {
  it('is one version, however often it is released, and the record has it', async () => {
    const { url } = await openDeploy()
    const scene = pullRequest(
      `deploy: ${url}\npackage: { image: '${IMAGE}' }\n${tracked(', register: churn')}`,
      {
        ...{ pullRequest: undefined, baseSha: undefined, baseRef: undefined },
        ...{ serverUrl: 'https://git.example', actor: 'ada' },
      },
    )
    await scene.run({ 'no-release': true })
    const text = (await release(scene)).text
    await release(scene)

    const path = 'assay-result/churn/model-release.yaml'
    const record = parseRelease(scene.read(path), path)
    const { at } = scene.result().mlflow!
    expect(text).not.toContain('MLflow')
    expect(mlflow.versions).toHaveLength(1)
    expect(mlflow.versions[0]).toMatchObject({ name: 'churn', version: '1', source: `oci://${IMAGE}` })
    expect(record.mlflow).toEqual({ ...at, model: 'churn', version: '1' })
    const run = mlflow.runs.find(({ info }) => info.run_id === at?.run)
    expect(run?.data.tags).toContainEqual({ key: 'assay.release', value: record.version })
  })

  it('that cannot be registered is a release all the same, and says so', async () => {
    const { url } = await openDeploy()
    const scene = pullRequest(
      `deploy: ${url}\npackage: { image: '${IMAGE}' }\n${tracked(', register: churn')}`,
      {
        ...{ pullRequest: undefined, baseSha: undefined, baseRef: undefined },
        serverUrl: 'https://git.example',
      },
      { MLFLOW_TRACKING_URI: 'https://other.example' },
    )
    await scene.run({ 'no-release': true })
    const { exitCode, text } = await release(scene)

    expect(exitCode).toBe(0)
    expect(text).toMatch(/^MLflow: the release is not registered in MLflow: .*training would log elsewhere/m)
    expect(text).toContain('churn in staging')
  })
})

describe('the aliases in MLflow', () => {
  it('follow what serves, once', async () => {
    const { scene, one, two } = await served()
    const first = await promote(scene)
    const after = new Map(mlflow.aliases)
    mlflow.requests.length = 0
    const second = await promote(scene)

    const versionIn = (number: typeof one) => number.mlflow!.version!
    expect(after.get(`${scene.model} champion`)).toBe(versionIn(one))
    expect(after.get(`${scene.model} challenger`)).toBe(versionIn(two))
    expect(first.filter(line => line.includes('is champion in MLflow'))).toHaveLength(1)
    expect(second.filter(line => line.includes('in MLflow'))).toEqual([])
    expect(mlflow.requests.filter(({ call }) => call.startsWith('POST'))).toEqual([])
  })

  it('are not moved to a version that is not of the release, nor by a server that the record names', async () => {
    const { scene, one } = await served()
    mlflow.versions.find(({ version }) => version === one.mlflow!.version)!.tags = []
    const foreign = await promote(scene)
    mlflow.requests.length = 0
    const elsewhere = await promote(scene, { MLFLOW_TRACKING_URI: 'https://other.example' })
    const nowhere = await promote(scene, {})

    expect(mlflow.aliases.has(`${scene.model} champion`)).toBe(false)
    expect(foreign.join()).toContain('is not of this release')
    expect(elsewhere.join()).toContain('names another server')
    expect(nowhere.join()).toContain('is not set')
    expect(mlflow.requests).toEqual([])
  })
})

// --- internal ---

async function openDeploy(): Promise<{ url: string }> {
  const config = DEPLOY.replace('  production: { after: staging }\n', '').replace(
    ', registries: [registry.example/acme/]',
    '',
  )
  const place = await plainPlace(undefined, scenes.folder, {
    files: deployFiles('churn', config, ['staging']),
  })
  const address = join(scenes.folder, 'deploy.git')
  rmSync(address, { force: true })
  symlinkSync(join(scenes.folder, place.repository!), address)
  return { url: `file://${address}` }
}

function release({ context }: Scene) {
  return runRelease(context, {
    config: 'assay.yml',
    model: undefined,
    output: 'assay-result',
    image: undefined,
    uri: undefined,
    'release-version': undefined,
    'deploy-repo': undefined,
    'deploy-branch': undefined,
    'dry-run': false,
  })
}

/** Release 1 in production and release 2 in staging, each registered. */
async function served() {
  const scene = await deploys.onGit(
    `mlflow: true\n${DEPLOY.replace('staging: { merge: auto }', 'staging: {}')}`,
  )
  const registered = (number: number) => {
    const record = scene.release(number)
    const version = String(mlflow.versions.length + 1)
    mlflow.versions.push({ name: scene.model, version, source: 's', tags: [releaseTag(record)] })
    return { ...record, mlflow: { server: mlflow.address, model: scene.model, version } }
  }
  const [one, two] = [registered(1), registered(2)]
  const at = (environment: string) => `apps/${scene.model}/overlays/${environment}/model-release.yaml`
  await scene.place.push(
    scene.place.base,
    withManifests({ [at('production')]: renderRelease(one), [at('staging')]: renderRelease(two) }),
  )
  return { scene, one, two }
}

/** What it logs. */
async function promote(
  { context, model, place }: Awaited<ReturnType<typeof deploys.onGit>>,
  env: Record<string, string> = { MLFLOW_TRACKING_URI: mlflow.address },
): Promise<string[]> {
  const lines: string[] = []
  const say = (text: string) => void lines.push(text)
  await runPromote(
    { ...context, env, log: { ...context.log, info: say, warn: say } },
    {
      config: 'assay.yml',
      model,
      environment: undefined,
      output: 'assay-result',
      hold: false,
      reason: undefined,
      'release-hold': false,
      'deploy-repo': 'acme/deploy',
      'deploy-branch': place.base,
      'dry-run': false,
    },
  )
  return lines
}
