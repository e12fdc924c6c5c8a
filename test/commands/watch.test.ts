import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { useGithub } from '../support/emulator.ts'
import { profileOf } from '../support/profiles.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

/** What a promotion writes so that its release is watched. */

const github = useGithub()
const deploys = useDeploys()

const WATCH =
  '{ profile: true, events: "http://assay-collector-events", network_policy: true, rules: counts }'
const config = (watch: string | null) => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
${watch === null ? '' : `watch: ${watch}\n`}environments:
  staging: { merge: auto }
  production: { after: staging, merge: auto, target: kserve, options: {} }
`
const LET_IN = (model: string) =>
  `models:\n  ${model}: { from: [acme/late-flights, acme/churn, octo/model] }\n`
const SERVICE = `# the team's
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { name: churn }
spec:
  predictor:
    model: { storageUri: s3://models/churn/0 } # what serves
`

/** A deploy repository with a kustomization in staging and a plain folder with an InferenceService in production. */
async function watched(watch: string | null = WATCH): Promise<DeployScene> {
  const scene = await deploys.onGithub(github, config(watch))
  const production = `apps/${scene.model}/overlays/production`
  await scene.place.push(scene.place.base, {
    [`${production}/kustomization.yaml`]: undefined,
    [`${production}/inference-service.yaml`]: SERVICE,
  })
  return scene
}

function withProfile(scene: DeployScene, number: number, wide = 0) {
  const [age] = profileOf().features
  const features = Array.from({ length: 1 + wide }, (_, index) => ({
    ...age!,
    name: `f${index}`,
    edges: [20, 40, 60 + number],
  })) as ReturnType<typeof profileOf>['features']
  const text = renderProfile(profileOf({ features }))
  const hash = createHash('sha256').update(text).digest('hex')
  const record = scene.release(number, {
    uri: `s3://models/churn/${number}`,
    profile: { hash, rows: 1000, features: features.length },
  })
  return { text, record }
}

const at = ({ model, read }: DeployScene, environment: string, file: string) =>
  read(`apps/${model}/overlays/${environment}/${file}`)
// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
const objects = (text: string | undefined): any[] =>
  parseAllDocuments(text ?? '').flatMap(document => document.toJS() ?? [])
const named = (text: string | undefined) => objects(text).map(one => `${one.kind} ${one.metadata.name}`)

describe('watch', () => {
  it('goes with the release, is the same a second time, and back with a rollback', async () => {
    const scene = await watched()
    const { model } = scene
    const [one, two] = [withProfile(scene, 1), withProfile(scene, 2)]

    await scene.promote([one.record], { profile: one.text })
    await scene.promote()
    const staging = await at(scene, 'staging', 'model-watch.yaml')
    expect(named(staging)).toEqual([
      `ConfigMap assay-profile-${model}`,
      `ConfigMap assay-${model}`,
      `PrometheusRule assay-${model}`,
    ])
    expect(objects(staging)[0].data).toEqual({ release: one.record.version, 'model-profile.json': one.text })
    expect(await at(scene, 'staging', 'kustomization.yaml')).toContain('resources:\n  - model-watch.yaml\n')
    const production = await at(scene, 'production', 'model-watch.yaml')
    expect(named(production)).toEqual([
      `ConfigMap assay-profile-${model}`,
      `NetworkPolicy assay-events-${model}`,
      `PrometheusRule assay-${model}`,
    ])
    const service = await at(scene, 'production', 'inference-service.yaml')
    const url = (version: string) => `http://assay-collector-events/v1/events/${model}/${version}`
    expect(objects(service)[0].spec.predictor.logger).toEqual({ mode: 'all', url: url(one.record.version) })
    expect(service).toContain('# what serves')

    const writes = scene.place.writes().length
    await scene.promote()
    expect(scene.place.writes()).toHaveLength(writes)

    await scene.promote([two.record], { profile: two.text })
    await scene.promote()
    const next = await at(scene, 'production', 'model-watch.yaml')
    expect(next).not.toContain(one.record.version)
    expect(objects(next)[0].data['model-profile.json']).toBe(two.text)

    await runRollback(scene.context, {
      config: 'assay.yml',
      model,
      environment: 'production',
      to: one.record.version,
      reason: 'prices were wrong',
      'deploy-repo': 'octo/model',
      'deploy-branch': scene.place.base,
      'dry-run': false,
    })
    const { repository } = await scene.access()
    const open = (
      await repository.pullRequests!.ofBranch(`assay/promote/production/${model}`, scene.place.base)
    ).open!
    await repository.pullRequests!.merge(open.number, open.head)
    expect(await at(scene, 'production', 'model-watch.yaml')).toBe(production)
    expect(await at(scene, 'production', 'inference-service.yaml')).toBe(service)
  })

  it('is taken away by the next promotion where nothing is asked for any more, and nothing else is', async () => {
    const scene = await watched()
    const before = await at(scene, 'staging', 'kustomization.yaml')
    const [one, two] = [withProfile(scene, 1), withProfile(scene, 2)]
    await scene.promote([one.record], { profile: one.text })
    await scene.promote()

    await scene.place.push(scene.place.base, { 'assay-deploy.yml': config('{}') + LET_IN(scene.model) })
    await scene.promote([two.record], { profile: two.text })
    await scene.promote()

    for (const environment of ['staging', 'production'])
      expect([environment, await at(scene, environment, 'model-watch.yaml')]).toEqual([
        environment,
        undefined,
      ])
    const image = /digest: \S+/
    expect((await at(scene, 'staging', 'kustomization.yaml'))!.replace(image, '')).toBe(
      before!.replace(image, ''),
    )
    expect(await at(scene, 'production', 'inference-service.yaml')).toBe(
      SERVICE.replace('churn/0', 'churn/2'),
    )
  })

  it('without a word of it touches nothing, and asks for nothing', async () => {
    const scene = await watched(null)
    const kept = { 'model-watch.yaml': 'kind: Own\n' }
    await scene.place.push(scene.place.base, {
      [`apps/${scene.model}/overlays/staging/model-watch.yaml`]: kept['model-watch.yaml'],
    })
    scene.forget()
    await scene.promote([scene.release(1, { uri: 's3://models/churn/1' })])
    const asked = github.requests.filter(one => JSON.stringify(one).includes('model-watch'))

    expect(await at(scene, 'staging', 'model-watch.yaml')).toBe(kept['model-watch.yaml'])
    expect(asked).toHaveLength(0)
  })

  it('carries a large profile packed, and says in the pull request what is watched and what is missing', async () => {
    const scene = await watched()
    const { text, record } = withProfile(scene, 1, 700)
    await scene.place.push(scene.place.base, {
      'assay-deploy.yml': `${config(WATCH).replace('production: { after: staging, merge: auto', 'production: { after: staging')}${LET_IN(scene.model)}`,
      [`apps/${scene.model}/overlays/production/inference-service.yaml`]: SERVICE.replace(
        '    model:',
        '    logger: { url: http://audit/log }\n    model:',
      ),
    })
    await scene.promote([record], { profile: text })
    await scene.promote()

    const [config_] = objects(await at(scene, 'staging', 'model-watch.yaml'))
    const packed = Buffer.from(config_.binaryData['model-profile.json.gz'], 'base64')
    expect(gunzipSync(packed).toString()).toBe(text)
    expect(config_.data).toEqual({ release: record.version })
    const { repository } = await scene.access()
    const { open } = await repository.pullRequests!.ofBranch(
      `assay/promote/production/${scene.model}`,
      scene.place.base,
    )
    expect(open!.body).toContain(
      `**Watching**: \`apps/${scene.model}/overlays/production/model-watch.yaml\` has its profile, who may send them, rules for Prometheus for it; 703 features with 4,214 bins: 4,214 × 4 + 703 × 10 + 12 of outcomes + 32 of events + 23 of latency = 23,953 series.`,
    )
    expect(open!.body).toContain(
      'sends to another address, and was left alone: nothing is counted of this model until it sends to /v1/events/',
    )
    expect(open!.body).toContain('23,953 series are more than')
    expect(open!.body).not.toContain('model-profile.json')
  })
})
