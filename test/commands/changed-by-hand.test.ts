import { normalize } from 'node:path/posix'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { run as inventory } from '../../src/commands/inventory.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { run as verify } from '../../src/commands/verify.ts'
import type { InventoryRow } from '../../src/core/promotion/inventory.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { DEPLOY, type DeployScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()

const [ONE, TWO, THREE] = ['2026-05-01-0000001', '2026-05-02-0000002', '2026-05-03-0000003']
const digestOf = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}`
const OPTIONS = { config: 'assay.yml', 'deploy-repo': 'x', 'deploy-branch': undefined }

const FORGES = deploys.onForges({ github, gitlab, plainGit: true })

describe.each(divided(FORGES, USUAL))('a manifest changed by hand on %s', (forge, open) => {
  /** Two releases in staging and the first in production; then somebody changes a manifest, which is as it was for the next test. */
  let scene: DeployScene
  let untouched: string
  beforeAll(async () => {
    scene = await open(DEPLOY)
    await scene.promote([scene.release(1)])
    await mergeOpen(scene, 'production')
    await scene.promote([scene.release(2)])
    untouched = await manifest(scene, 'staging')
  })
  afterEach(async () => {
    const path = `apps/${scene.model}/overlays/staging/kustomization.yaml`
    await scene.place.push(scene.place.base, { [path]: untouched, 'assay-deploy.yml': DEPLOY })
  })

  it('keeps its release from going on, however long it is there, until the manifest is as it was', async () => {
    const commit = await edit(scene, 'staging', text => text.replace(digestOf(2), digestOf(1)))

    const held = await scene.promote([scene.release(2)])
    await edit(scene, 'staging', text => text.replace(digestOf(1), digestOf(2)))
    const after = await scene.promote([scene.release(2)])

    const file = `apps/${scene.model}/overlays/staging/kustomization.yaml:5`
    const what = `changed by hand by AUTHOR in ${commit.slice(0, 7)}, MINUTE: ${file} images[name=${scene.model}].digest is ${shown(1)}, recorded is ${shown(2)}`
    expect(held.map(plain)).toEqual([
      `staging: left_alone, ${TWO} is recorded: ${what}`,
      `production: waits, in staging ${what}`,
    ])
    expect(after[0]).toBe(`staging: nothing, ${TWO} serves`)
    expect(after[1]).toMatch(/^production: unchanged, /)
  })

  it('shows in inventory and in verify', async () => {
    await edit(scene, 'staging', text => text.replace(digestOf(2), digestOf(1)))
    const asked = { ...OPTIONS, 'deploy-branch': scene.place.base, environment: undefined }

    const rows = (await inventory(scene.context, { ...asked, model: scene.model, format: 'json' })).json
    const table = await inventory(scene.context, { ...asked, model: scene.model, format: 'table' })
    const verified = await verify(scene.context, { ...asked, model: scene.model, timeout: 1, 'no-wait': true, release: undefined, 'dry-run': false })

    const [staging, production] = rows as InventoryRow[]
    expect(staging).toMatchObject({
      version: TWO,
      manifests: { kind: 'by_hand', changes: [{ key: `images[name=${scene.model}].digest`, line: 5, recorded: digestOf(2), there: digestOf(1) }] },
      waits: expect.stringMatching(/^changed by hand by /),
    })
    expect(production!.manifests).toBeUndefined()
    expect(production!.waits).toContain('in staging changed by hand by ')
    expect(table.text).toContain(`${TWO} (not what serves)`)
    expect(verified.exitCode).toBe(1)
    expect(verified.text).toMatch(new RegExp(`^✋ ${scene.model} ${TWO} in staging: changed by hand: changed by hand by `, 'm'))
    expect(verified.text).toContain(`· ${scene.model} ${ONE} in production: not watched`)
    expect(verified.outputs).toMatchObject({ live: 'false' })
  }) // biome-ignore format: long lines

  it.each([
    ['is gone', undefined, 'the file is not there'],
    ['is broken', 'images: [\n', 'not valid YAML'],
  ])('that %s is unknown, never live', async (_, text, reason) => {
    const path = `apps/${scene.model}/overlays/staging/kustomization.yaml`
    await scene.place.push(scene.place.base, { [path]: text })

    const lines = await scene.promote([scene.release(2)])

    expect(lines[0]).toContain(`staging: left_alone, ${TWO} is recorded: what serves is not known: `)
    expect(lines[0]).toContain(reason)
    expect(lines[1]).toContain('production: waits, in staging what serves is not known')
  })

  it('is not what other keys, comments and changed options are', async () => {
    await edit(
      scene,
      'staging',
      text => `${text.replace('# what serves', '# mine')}replicas: [{ name: x, count: 2 }]\n`,
    )
    const others = await scene.promote([scene.release(2)])
    const config = DEPLOY.replace("image: '{model}'", "image: '{model}', pin: both")
    const tagged = { name: 'registry.example/acme/churn', digest: digestOf(2), tag: 'v2' }
    await scene.place.push(scene.place.base, { 'assay-deploy.yml': config })

    const [staging] = await scene.promote([scene.release(2)])

    expect(others[0]).toBe(`staging: nothing, ${TWO} serves`)
    expect(tagged.digest).toBe(digestOf(2))
    // The recorded release has no tag, so the new options do not fit it: nobody touched the manifest.
    expect(staging).toBe(`staging: nothing, ${TWO} serves: the options changed since it was written`)
  })

  it('is not written over by a release that nobody approves, and the approver reads whose change it is', async () => {
    const commit = await edit(scene, 'staging', text => text.replace(digestOf(2), digestOf(1)))

    const [staging] = await scene.outcomes([scene.release(3)])
    const [again] = await scene.outcomes([scene.release(3)])

    expect(staging).toMatchObject({ action: 'proposed', version: THREE })
    expect(staging!.notes.map(plain)).toEqual([
      expect.stringContaining(`It replaces: changed by hand by AUTHOR in ${commit.slice(0, 7)}`),
    ])
    expect(again).toMatchObject({ action: 'unchanged' })
    expect(await scene.serving('staging')).toBe(TWO)
    expect(await manifest(scene, 'staging')).toContain(digestOf(1))
    if (forge === 'plain git') return
    const pull = await openPull(scene, 'staging')
    expect(plain(pull.body)).toContain(
      `Changed by hand since \`${TWO}\` was promoted, by AUTHOR in \`${commit.slice(0, 7)}\``,
    )
    expect(pull.body).toContain(`\`${digestOf(1)}\` stands there, \`${digestOf(2)}\` is recorded`)
    expect(pull.status).toMatchObject({
      state: 'success',
      description: expect.stringContaining('changed by hand'),
    })
    // A person's merge is the approval.
    await mergeOpen(scene, 'staging')
    expect((await scene.promote())[0]).toBe(`staging: nothing, ${THREE} serves`)
  })
})

describeOnce('a manifest changed by hand', () => {
  it('begins the soak anew, also once it is as it was', async () => {
    const scene = await deploys.onGithub(
      github,
      DEPLOY.replace('after: staging', 'after: staging, soak: 24h'),
    )
    await scene.promote([scene.release(1)])
    let now = Date.now()
    scene.context.now = () => now
    // Commits know seconds.
    await sleep(1100)
    await edit(scene, 'staging', text => text.replace(digestOf(1), digestOf(9)))
    await edit(scene, 'staging', text => text.replace(digestOf(9), digestOf(1)))
    const { repository } = await scene.access()
    const manifest = `apps/${scene.model}/overlays/staging/kustomization.yaml`
    const head = (await scene.place.head(scene.place.base))!
    const [last] = (await repository.fileHistory(head, [manifest], 1)).get(manifest)!

    now = last!.at + 24 * 3_600_000 - 1
    const before = await scene.promote()
    now = last!.at + 24 * 3_600_000
    const after = await scene.promote()

    expect(before[1]).toMatch(/^production: waits, soak in staging until /)
    expect(after[1]).toMatch(/^production: proposed, /)
  })

  it('is no champion to a rollback: the release is restored, and other keys as they are', async () => {
    const scene = await deploys.onGithub(github, ENVIRONMENT, ['production'])
    await scene.promote([scene.release(1)])
    await mergeOpen(scene, 'production')
    await edit(scene, 'production', text => `${text.replace(digestOf(1), digestOf(9))}# mine\n`)
    await scene.promote([scene.release(2)])
    await mergeOpen(scene, 'production')

    await rollback(scene)
    await mergeOpen(scene, 'production')

    const restored = await manifest(scene, 'production')
    expect(await scene.serving('production')).toBe(ONE)
    expect(restored).toContain(digestOf(1))
    expect(restored).not.toContain(digestOf(9))
    expect(restored).toContain('# mine\n')
    expect((await scene.promote())[0]).not.toContain('changed by hand')
  })

  it('is replaced by a rollback that says so', async () => {
    const scene = await deploys.onGithub(github, ENVIRONMENT, ['production'])
    for (const number of [1, 2]) {
      await scene.promote([scene.release(number)])
      await mergeOpen(scene, 'production')
    }
    await edit(scene, 'production', text => text.replace(digestOf(2), digestOf(9)))

    await rollback(scene)

    const { body } = await openPull(scene, 'production')
    expect(body).toContain(`Changed by hand since \`${TWO}\` was promoted, by `)
    expect(body).toContain(`\`${digestOf(9)}\` stands there`)
    await mergeOpen(scene, 'production')
    expect(await manifest(scene, 'production')).toContain(digestOf(1))
  })
})

describe('what counts as changed by hand', () => {
  const DIGEST = digestOf(2)
  const NAME = 'registry.example/acme/churn'
  const deployment = (image: string, more = '') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: churn }\nspec:\n  template:\n    spec:\n      containers:\n        - name: server\n          image: ${image}\n${more}`
  const YAML = `path: apps/{model}/overlays/{environment}\ntarget: yaml\noptions: { file: deployment.yaml, set: [{ path: [spec, template, spec, containers, { name: server }, image], value: '{image}' }] }\nenvironments:\n  staging: { merge: auto }\n`
  type Texts = Record<string, string | undefined>

  /** How the manifests stand once the second release is there and `change` was pushed. */
  async function standing(
    config: string,
    files: Texts,
    change: (texts: Texts) => Texts,
    pushes: string[] = [],
  ) {
    const scene = await deploys.onGithub(github, config)
    const folder = `apps/${scene.model}/overlays/staging`
    const placed = (texts: Texts) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [normalize(`${folder}/${name}`), text]))
    const { base } = scene.place
    await scene.place.push(base, placed(files))
    const two = scene.release(2)
    const tagged = { ...two, uri: 's3://models/2', image: { ...two.image!, tag: 'v2' } }
    await scene.promote([tagged])
    const now: Texts = {}
    for (const name of ['kustomization.yaml', 'deployment.yaml', 'inference-service.yaml'])
      now[name] = await scene.read(`${folder}/${name}`)
    const changed = change(now)
    if (Object.keys(changed).length > 0) await scene.place.push(base, placed(changed))
    for (const text of pushes) await scene.place.push(base, { 'assay-deploy.yml': text })
    const asked = { ...OPTIONS, 'deploy-branch': base, environment: undefined, model: scene.model }
    const { json } = await inventory(scene.context, { ...asked, format: 'json' })
    return (json as InventoryRow[])[0]!.manifests
  }

  const MERGE = (image: string, container = 'server', name = 'churn') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec: { template: { spec: { containers: [{ name: ${container}, image: '${image}' }] } } }\n`
  const JSON_PATCH = (image: string, index = 0) =>
    `- { op: replace, path: /spec/template/spec/containers/${index}/image, value: '${image}' }\n`
  const inline = (patch: string, target = '') =>
    `patches:\n  - ${target}patch: |-\n${patch.replace(/^/gm, '      ')}\n`
  const BASE = {
    '../../base/kustomization.yaml': 'resources: [deployment.yaml]\n',
    '../../base/deployment.yaml': `${deployment('MODEL')}        - name: proxy\n          image: envoy:1\n`,
  }
  const OVERLAY = `resources: [../../base]\nimages:\n  - { name: MODEL, newName: ${NAME}, digest: '${DIGEST}' }\n`
  const BESIDE = {
    'deployment.yaml': deployment(`${NAME}@${digestOf(1)}`),
    'kustomization.yaml': 'resources: [deployment.yaml]\n',
  }
  const HOT = `${NAME}:hot`
  const OTHER = 'registry.example/acme/hotfix:1'
  const KSERVE = YAML.replace(/target: yaml\noptions: .*/, 'target: kserve')
  const SERVICE = {
    'inference-service.yaml':
      'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: churn }\nspec:\n  predictor:\n    model: { modelFormat: { name: sklearn }, storageUri: s3://models/1 }\n',
    'kustomization.yaml': 'resources: [inference-service.yaml]\n',
  }

  type Patch = [
    name: string,
    config: string,
    files: Texts,
    change: Record<string, string>,
    found: string | undefined,
  ]
  const PATCHES: Patch[] = [
    ['in the overlay', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline(MERGE(HOT)) }, HOT],
    ['in the overlay, without its base', DEPLOY, {}, { 'kustomization.yaml': OVERLAY.replace('resources: [../../base]\n', '') + inline(MERGE(HOT)) }, HOT],
    ['of another repository, by its index', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline(JSON_PATCH(OTHER), 'target: { kind: Deployment }\n    ') }, OTHER],
    ['in a file', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}patches: [{ path: hotfix.yaml }]\n`, 'hotfix.yaml': MERGE(HOT) }, HOT],
    ['in a file, the old way', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}patchesStrategicMerge: [hotfix.yaml]\n`, 'hotfix.yaml': MERGE(OTHER) }, OTHER],
    ['of JSON, the old way', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}patchesJson6902: [{ target: { kind: Deployment, name: churn, version: v1 }, path: hotfix.yaml }]\n`, 'hotfix.yaml': JSON_PATCH(HOT) }, HOT],
    ['in a component', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}components: [../../hotfix]\n`, '../../hotfix/kustomization.yaml': `kind: Component\n${inline(MERGE(HOT))}` }, HOT],
    ['that is an image of a component', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}components: [../../hotfix]\n`, '../../hotfix/kustomization.yaml': `kind: Component\nimages: [{ name: MODEL, newName: registry.example/acme/hotfix, newTag: '1' }]\n` }, OTHER],
    ['that is an image of a component beside a manifest', YAML, BESIDE, { 'kustomization.yaml': 'resources: [deployment.yaml]\ncomponents: [../../hotfix]\n', '../../hotfix/kustomization.yaml': `kind: Component\nimages: [{ name: ${NAME}, newTag: hot }]\n` }, HOT],
    ['is none: a component with images that come before', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}components: [../../hotfix]\n`, '../../hotfix/kustomization.yaml': `kind: Component\nimages: [{ name: MODEL, newTag: hot }]\n` }, undefined],
    ['above the overlay', DEPLOY, BASE, { '../kustomization.yaml': `resources: [staging]\n${inline(MERGE(HOT))}` }, HOT],
    ['beside a manifest', YAML, BESIDE, { 'kustomization.yaml': `resources: [deployment.yaml]\n${inline(MERGE(HOT))}` }, HOT],
    ['of another digest', YAML, BESIDE, { 'kustomization.yaml': `resources: [deployment.yaml]\n${inline(JSON_PATCH(`${NAME}@${digestOf(9)}`))}` }, `${NAME}@${digestOf(9)}`],
    ['of the whole list', YAML, BESIDE, { 'kustomization.yaml': `resources: [deployment.yaml]\n${inline(`- { op: replace, path: /spec/template/spec/containers, value: [{ name: server, image: '${OTHER}' }] }\n`)}` }, OTHER],
    ['of a model URI', KSERVE, SERVICE, { 'kustomization.yaml': `resources: [inference-service.yaml]\n${inline('- { op: replace, path: /spec/predictor/model/storageUri, value: s3://models/hot }\n')}` }, 's3://models/hot'],
    ['is none of the release: a sidecar', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline(MERGE('envoy:2', 'proxy')) }, undefined],
    ['is none: a sidecar by its index', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline(JSON_PATCH('envoy:2', 1)) }, undefined],
    ['is none: another Deployment', YAML, BESIDE, { 'kustomization.yaml': `resources: [deployment.yaml]\n${inline(MERGE(HOT, 'server', 'shadow'))}` }, undefined],
    ['is none: images come after patches', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline(MERGE('MODEL:hot')) }, undefined],
    ['is none: the release itself', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline(MERGE(`${NAME}@${DIGEST}`)) }, undefined],
    ['is none: replicas', DEPLOY, BASE, { 'kustomization.yaml': OVERLAY + inline('- { op: replace, path: /spec/replicas, value: 3 }\n') }, undefined],
    ['is none: a file that is not there', DEPLOY, BASE, { 'kustomization.yaml': `${OVERLAY}patches: [{ path: gone.yaml }]\n` }, undefined],
    ['is none: no kustomization that reads it', YAML, BESIDE, { 'kustomization.yaml': `resources: [other.yaml]\n${inline(MERGE(HOT))}` }, undefined],
  ] // biome-ignore format: one table

  // Every third in the usual run.
  it.each(divided(PATCHES, (_, at) => at % 3 === 0))('a patch %s', async (_, config, files, change, there) => {
    let model = 'x'
    const named = (texts: Texts) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text?.replaceAll('MODEL', model)]))
    const found = await standing(config, files, now => {
      model = /name: (churn-\d+)/.exec(now['kustomization.yaml'] ?? '')?.[1] ?? model
      return named({ ...files, ...(now['deployment.yaml'] && { 'deployment.yaml': now['deployment.yaml'] }), ...(now['inference-service.yaml'] && { 'inference-service.yaml': now['inference-service.yaml'] }), ...change })
    })

    if (there === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject({ kind: 'by_hand', by: { author: 'octo' }, changes: [{ there, file: expect.stringMatching(/kustomization|hotfix|inference/) }] })
  }) // biome-ignore format: one table

  it.each<[name: string, config: string, files: Texts, change: Texts, at: { file: string; there: string }]>([
    ['an entry after that of the target', DEPLOY, {}, { 'kustomization.yaml': `images:\n  - { name: MODEL, newName: ${NAME}, digest: '${DIGEST}' }\n  - { name: ${NAME}, digest: '${digestOf(9)}' }\n` }, { file: 'kustomization.yaml', there: `${NAME}@${digestOf(9)}` }],
    ['a kustomization beside', YAML, { 'deployment.yaml': deployment(`${NAME}:1`) }, { 'kustomization.yaml': `resources: [deployment.yaml]\nimages: [{ name: ${NAME}, newTag: hot }]\n` }, { file: 'kustomization.yaml', there: `${NAME}:hot` }],
    ['a kustomization above', DEPLOY, {}, { '../kustomization.yaml': `resources: [staging]\nimages: [{ name: ${NAME}, newTag: hot }]\n` }, { file: '../kustomization.yaml', there: `${NAME}:hot` }],
  ])('is %s that makes another image', async (_, config, files, change, { file, there }) => {
    const found = await standing(config, files, now => {
      const model = /name: (churn-\d+)/.exec(now['kustomization.yaml'] ?? '')?.[1]
      return Object.fromEntries(
        Object.entries(change).map(([name, text]) => [name, text!.replace('MODEL', model ?? 'x')]),
      )
    })

    expect(found).toMatchObject({ kind: 'by_hand', by: { author: 'octo' }, changes: [{ there }] })
    expect(JSON.stringify(found)).toContain(file.replace('../', 'overlays/'))
  }) // biome-ignore format: one table

  it('is not an image that others share, as long as it is that of the release', async () => {
    const shared =
      (image = '&image ') =>
      (now: Texts) => ({
        'deployment.yaml': `${now['deployment.yaml']!.replace('image: ', `image: ${image}`)}      initContainers: [{ name: fill, image: *image }]\n`,
      })
    const files = { 'deployment.yaml': deployment(`${NAME}@${digestOf(1)}`) }

    expect(await standing(YAML, files, shared())).toBeUndefined()
    const other = (now: Texts) => ({
      'deployment.yaml': shared()(now)['deployment.yaml'].replace(DIGEST, digestOf(9)),
    })
    expect(await standing(YAML, files, other)).toMatchObject({ kind: 'by_hand' })
  })

  it.each<[name: string, config: string, files: Texts]>([
    ['name another file', DEPLOY.replace("image: '{model}'", "image: '{model}', file: other.yaml"), {}],
    ['name another file that is there', DEPLOY.replace("image: '{model}'", "image: '{model}', file: other.yaml"), { 'other.yaml': 'images: []\n' }],
    ['are of another target', YAML, { 'deployment.yaml': deployment(`${NAME}@${digestOf(1)}`) }],
    ['were followed by many changes', DEPLOY.replace("image: '{model}'", "image: '{model}', pin: both"), {}],
  ])('are not options that %s', async (_, config, files) => {
    const pushes = [...Array(7).keys()].map(number => `${config}# ${number}\n`)

    expect(await standing(DEPLOY, files, () => ({}), pushes)).toMatchObject({ kind: 'options' })
  }) // biome-ignore format: one table
})

// --- internal ---

const ENVIRONMENT = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  production: {}
`

function rollback({ context, model, place }: DeployScene) {
  return runRollback(context, {
    ...OPTIONS,
    model,
    environment: 'production',
    to: undefined,
    reason: 'prices were wrong',
    'deploy-branch': place.base,
    'dry-run': false,
  })
}

const shown = (number: number) => digestOf(number)

/** Without what differs from forge to forge and from run to run. */
function plain(text: string): string {
  return text
    .replace(/by (\S+) in (`?[0-9a-f]{7})/g, 'by AUTHOR in $2')
    .replace(/\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/g, 'MINUTE')
}

async function manifest(scene: DeployScene, environment: string): Promise<string> {
  return (await scene.read(`apps/${scene.model}/overlays/${environment}/kustomization.yaml`))!
}

async function edit(
  scene: DeployScene,
  environment: string,
  change: (text: string) => string,
): Promise<string> {
  const path = `apps/${scene.model}/overlays/${environment}/kustomization.yaml`
  return scene.place.push(scene.place.base, { [path]: change(await manifest(scene, environment)) })
}

async function openPull({ access, model, place }: DeployScene, environment: string) {
  const { repository } = await access()
  return (await repository.pullRequests!.ofBranch(`assay/promote/${environment}/${model}`, place.base)).open!
}

/** A person merges what waits for approval. */
async function mergeOpen(scene: DeployScene, environment: string): Promise<void> {
  const { repository } = await scene.access()
  const branch = `assay/promote/${environment}/${scene.model}`
  if (repository.pullRequests) {
    const { number, head } = await openPull(scene, environment)
    await repository.pullRequests.merge(number, head)
    return
  }
  const [base, head] = (await repository.readBranches([scene.place.base, branch])).values()
  await repository.moveBranch({ branch: scene.place.base, from: base!.commit, to: head!.commit })
}
