import { join } from 'node:path/posix'
import { describe, expect, it } from 'vitest'
import { rendererFor } from '../../src/commands/deploy/write/render.ts'
import type { AssayError } from '../../src/core/errors/errors.ts'
import { useGithub } from '../support/emulator.ts'
import { some } from '../support/rounds.ts'
import { missing } from '../support/tools.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

const github = useGithub()
const deploys = useDeploys()
const noKustomize = missing('kustomize', 'version')
const noHelm = missing('helm', 'version')

const NAME = 'registry.example/acme/churn'
const OLD = `sha256:${'0'.repeat(64)}`
const HAND = `sha256:${'9'.repeat(64)}`
const digestOf = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}`
const config = (target: string, options: string) =>
  `path: apps/{model}/{environment}\ntarget: ${target}\noptions: ${options}\nenvironments:\n  staging: {}\n  production: { merge: auto }\n`
const deployment = (image: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: churn }\nspec:\n  selector: { matchLabels: { app: churn } }\n  template:\n    metadata: { labels: { app: churn } }\n    spec:\n      containers:\n        - name: server\n          image: ${image}\n`
const rollout = (image: string) =>
  deployment(image).replace('apps/v1', 'argoproj.io/v1alpha1').replace('Deployment', 'Rollout')
const service = (uri: string) =>
  `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: churn }\nspec:\n  predictor:\n    model: { modelFormat: { name: sklearn }, storageUri: ${uri} }\n`
const SET = (path: string) => `{ file: deployment.yaml, set: [{ path: ${path}, value: '{image}' }] }`
const IMAGE = '[spec, template, spec, containers, { name: server }, image]'

/** What promoting a release into staging of this folder says; with the renderers or without. */
async function promoted(
  deploy: string,
  files: Record<string, string>,
  {
    render = true,
    kustomizations = files,
  }: { render?: boolean; kustomizations?: Record<string, string> } = {},
): Promise<string> {
  const scene = await sceneWith(deploy, kustomizations)
  const options = render ? { render: rendererFor(scene.context) } : {}
  try {
    const release = scene.release(2, { uri: 's3://models/churn/2' })
    const tagged = { ...release, image: { ...release.image!, tag: 'v2' } }
    const lines = await scene.promote([tagged], options)
    expect(await branchesOf(scene)).toContain(`assay/promote/staging/${scene.model}`)
    return lines.join('\n')
  } catch (error) {
    const { code, problems } = error as AssayError
    expect(await branchesOf(scene)).toEqual([])
    expect(await scene.serving('production')).toBeUndefined()
    return problems
      .filter(({ where }) => !where?.file?.includes('/production/'))
      .map(({ where, what }) => `${code} ${where?.file}:${where?.line ?? '-'} ${what}`)
      .join('\n')
      .replaceAll(`apps/${scene.model}/`, '')
  }
}

/** Branches of promotions of its model: others are in the same repository. */
async function branchesOf({ place, model }: DeployScene): Promise<string[]> {
  return (await place.branches('assay/promote/')).filter(name => name.endsWith(`/${model}`))
}

async function sceneWith(deploy: string, files: Record<string, string>): Promise<DeployScene> {
  const scene = await deploys.onGithub(github, deploy)
  const placed = (environment: string) =>
    Object.entries(files).map(([path, text]): [string, string] => [
      path.startsWith('base/')
        ? `apps/${scene.model}/${path}`
        : join(`apps/${scene.model}/${environment}`, path),
      text.replaceAll('ENV', environment).replaceAll('MODEL', scene.model),
    ])
  await scene.place.push(
    scene.place.base,
    Object.fromEntries([...placed('staging'), ...placed('production')]),
  )
  return Object.assign(scene, { context: Object.assign(scene.context, { env: { PATH: process.env.PATH } }) })
}

const KUSTOMIZE = config('kustomize', `{ image: churn, registries: [registry.example/acme/] }`)
const BASE = {
  'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'base/deployment.yaml': deployment('churn'),
}
const OVERLAY = (more = '') =>
  `resources: [../base]\nimages:\n  - name: churn\n    newName: ${NAME}\n    digest: ${OLD}\n${more}`

describe.skipIf(noKustomize)('a promotion, rendered by kustomize', () => {
  it('is proposed where the release is in what is rendered', async () => {
    const there = { ...BASE, 'kustomization.yaml': OVERLAY() }

    expect(await promoted(KUSTOMIZE, there)).toContain('staging: proposed')
    expect(
      await promoted(config('argo-rollouts', '{}'), {
        'kustomization.yaml': 'resources: [rollout.yaml]\n',
        'rollout.yaml': rollout(`${NAME}@${OLD}`),
      }),
    ).toContain('staging: proposed')
  })

  it.each<[name: string, deploy: string, files: Record<string, string>, message: RegExp]>([
    ['an entry that no image has the name of', KUSTOMIZE, { ...BASE, 'base/deployment.yaml': deployment('other'), 'kustomization.yaml': OVERLAY() }, /^PROMOTION_WITHOUT_EFFECT base\/deployment\.yaml:11 the image of .*is not in what is rendered: Deployment\/churn has the image other\n/],
    ['a patch after the images of a component', KUSTOMIZE, { ...BASE, 'kustomization.yaml': `resources: [${'../base'}]\nimages:\n  - name: churn\n    newName: ${NAME}\n    digest: ${OLD}\npatches:\n  - target: { kind: Deployment }\n    patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: ${NAME.replace('churn', 'hot')}@${HAND}\n` }, /^PROMOTION_WITHOUT_EFFECT staging\/kustomization\.yaml:/],
    ['an image beside a Rollout', config('argo-rollouts', '{}'), { 'kustomization.yaml': `resources: [rollout.yaml]\nimages:\n  - name: ${NAME}\n    digest: ${HAND}\n`, 'rollout.yaml': rollout(`${NAME}@${OLD}`) }, /^PROMOTION_WITHOUT_EFFECT staging\/kustomization\.yaml:3 `images\[0\]` makes .*@sha256:9{64} of the image/],
    ['a patch beside a Deployment', config('yaml', SET(IMAGE)), { 'kustomization.yaml': 'resources: [deployment.yaml]\npatches: [{ path: hotfix.yaml }]\n', 'deployment.yaml': deployment(`${NAME}@${OLD}`), 'hotfix.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: churn }\nspec:\n  template:\n    spec:\n      containers:\n        - name: server\n          image: ${NAME}@${HAND}\n` }, /^PROMOTION_WITHOUT_EFFECT staging\/hotfix\.yaml:9 the image of .*: Deployment\/churn has the image .*@sha256:9{64}$/],
    ['a patch of a model URI', config('kserve', '{}'), { 'kustomization.yaml': 'resources: [inference-service.yaml]\npatches:\n  - target: { kind: InferenceService }\n    patch: |-\n      - op: replace\n        path: /spec/predictor/model/storageUri\n        value: s3://models/churn/hot\n', 'inference-service.yaml': service('s3://models/churn/1') }, /^PROMOTION_WITHOUT_EFFECT staging\/kustomization\.yaml:7 the model URI of .*: InferenceService\/churn has the storageUri s3:\/\/models\/churn\/hot$/],
    ['a kustomization that does not read the file', config('argo-rollouts', '{}'), { 'kustomization.yaml': 'resources: [other.yaml]\n', 'other.yaml': deployment('x:1'), 'rollout.yaml': rollout(`${NAME}@${OLD}`) }, /^PROMOTION_WITHOUT_EFFECT staging\/other\.yaml:11 the image of .*is not in what is rendered/],
  ])('is refused for %s', async (_, deploy, files, message) => {
    expect(await promoted(deploy, files)).toMatch(message)
  }) // biome-ignore format: one table
})

describe.skipIf(noHelm)('a promotion, rendered by helm', () => {
  const VALUES = config('helm-values', `{ set: [{ path: image.digest, value: '{image.digest}' }] }`)
  const chart = (template: string) => ({
    'Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
    'templates/deployment.yaml': deployment(template),
    'values.yaml': `image:\n  repository: ${NAME}\n  digest: ${OLD}\n`,
  })

  it('is proposed where the chart uses the value, and refused where it does not', async () => {
    const used = chart('"{{ .Values.image.repository }}@{{ .Values.image.digest }}"')
    const unused = chart(`"{{ .Values.image.repository }}:stable"`)

    expect(await promoted(VALUES, used)).toContain('staging: proposed')
    expect(await promoted(VALUES, unused)).toMatch(
      /^PROMOTION_WITHOUT_EFFECT staging\/templates\/deployment\.yaml:11 the image of .*is not in what is rendered: Deployment\/churn has the image registry\.example\/acme\/churn:stable$/,
    )
  })
})

describe.skipIf(noHelm)('a promotion into one of several files of values of an Application', () => {
  const VALUES = config('helm-values', `{ set: [{ path: image.digest, value: '{image.digest}' }] }`)
  const IMAGE_OF = '"{{ .Values.image.repository }}@{{ .Values.image.digest }}"'
  const application = (environment: string, helm: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: churn-${environment} }\nspec:\n  source:\n    repoURL: https://git.example/acme/deploy\n    path: apps/MODEL/base/chart\n    helm:\n${helm.replace(/^/gm, '      ')}\n`

  /** The chart has another repository than the file that names the release's; both lie in the folder of the model. */
  async function layered(helm: string, more: Record<string, string> = {}): Promise<string> {
    const chart = {
      'base/chart/Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
      'base/chart/values.yaml': 'image:\n  repository: registry.example/none\n',
      'base/chart/templates/deployment.yaml': deployment(IMAGE_OF),
      'base/common.yaml': `image:\n  repository: ${NAME}\n  digest: ${HAND}\n`,
    }
    const files = { ...chart, 'values.yaml': `image:\n  digest: ${OLD}\n`, ...more }
    return promoted(VALUES, {
      ...files,
      'application.yaml': application('ENV', helm),
    })
  }

  it.each(
    some([
    ['of a common one before it', 'valueFiles: [../common.yaml, ../../ENV/values.yaml]'],
    ['of one that is not there after it', 'ignoreMissingValueFiles: true\nvalueFiles: [../common.yaml, ../../ENV/values.yaml, ../none.yaml]'],
    ['of an object that says something else', 'valueFiles: [../common.yaml, ../../ENV/values.yaml]\nvaluesObject: { replicas: 2 }'],
    ['of parameters', `valueFiles: [../../ENV/values.yaml]\nparameters: [{ name: image.repository, value: ${NAME} }]`],
  ] as const, (_, at) => at % 2 === 0))('is proposed beside the values %s', async (_, helm) => {
    expect(await layered(helm)).toContain('staging: proposed')
  })

  it.each(
    some([
    ['a later file', 'valueFiles: [../../ENV/values.yaml, ../common.yaml]', /^PROMOTION_WITHOUT_EFFECT base\/common\.yaml:3 the image of .*@sha256:9{64}$/m],
    ['values of the Application', `valueFiles: [../common.yaml, ../../ENV/values.yaml]\nvalues: |\n  image: { digest: '${HAND}' }`, /^PROMOTION_WITHOUT_EFFECT staging\/application\.yaml:\d+ the image of .*@sha256:9{64}$/],
    ['a parameter', `valueFiles: [../common.yaml, ../../ENV/values.yaml]\nparameters:\n  - name: image.digest\n    value: ${HAND}`, /^PROMOTION_WITHOUT_EFFECT staging\/application\.yaml:\d+ the image of .*@sha256:9{64}$/],
  ] as const, (_, at) => at % 2 === 0))('is refused where %s names another image', async (_, helm, message) => {
    expect(await layered(helm)).toMatch(message)
  })

  it('is not judged where a file that is named is nowhere', async () => {
    const helm = 'valueFiles: [../../ENV/values.yaml, ../none.yaml]'

    expect(await layered(helm)).toContain('staging: proposed')
  })
}) // biome-ignore format: tables

describe('a promotion of a healthy layout', () => {
  const CR = (spec: string) =>
    `apiVersion: example.com/v1\nkind: Model\nmetadata: { name: churn }\nspec: ${spec}\n`
  const cr = (path: string, value: string) =>
    config('yaml', `{ file: cr.yaml, set: [{ path: ${path}, value: '${value}' }] }`)
  const ANNOTATED = `{ file: deployment.yaml, set: [{ path: ${IMAGE}, value: '{image}' }, { path: [metadata, annotations, model-uri], value: '{uri}' }] }`
  const BESIDE = { 'kustomization.yaml': 'resources: [cr.yaml]\n' }

  it.skipIf(noKustomize).each<[name: string, deploy: string, files: Record<string, string>]>([
    ['with a mirror of the registry', config('yaml', SET(IMAGE)), { 'kustomization.yaml': `resources: [deployment.yaml]\nimages:\n  - name: ${NAME}\n    newName: mirror.example/cache/acme/churn\n`, 'deployment.yaml': deployment(`${NAME}@${OLD}`) }],
    ['with the URI in an annotation', config('yaml', ANNOTATED), { 'kustomization.yaml': 'resources: [deployment.yaml]\n', 'deployment.yaml': deployment(`${NAME}@${OLD}`).replace('{ name: churn }', '{ name: churn, annotations: { model-uri: s3://x/1 } }') }],
    ['with a digest beside the name', cr('spec.digest', '{image.digest}'), { ...BESIDE, 'cr.yaml': CR(`{ image: ${NAME}, digest: '${OLD}' }`) }],
    ['with a tag beside the name', cr('spec.version', '{image.tag}'), { ...BESIDE, 'cr.yaml': CR(`{ image: ${NAME}, version: v1 }`) }],
    ['with the image in an argument', cr('[spec, args, 0]', '--image={image}'), { ...BESIDE, 'cr.yaml': CR(`{ image: runner:1, args: ['--image=${NAME}@${OLD}'] }`) }],
    ['below a folder that deploys something else', config('yaml', SET(IMAGE)), { 'deployment.yaml': deployment(`${NAME}@${OLD}`), '../kustomization.yaml': `resources: [other]\nimages: [{ name: ${NAME}, newTag: hot }]\n` }],
  ])('%s is proposed', async (_, deploy, files) => {
    expect(await promoted(deploy, files)).toContain('staging: proposed')
  }) // biome-ignore format: one table

  it.skipIf(noHelm).each<[name: string, uri: string, more: string]>([
    [
      'a secret',
      '',
      '---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { URI: {{ .Values.model.uri | b64enc }} }\n',
    ],
    [
      'an argument, without its scheme',
      '',
      '          args: ["{{ trimPrefix "s3://" .Values.model.uri }}"]\n',
    ],
    ['an annotation', 'annotations: { uri: "{{ .Values.model.uri }}" }, ', ''],
  ])('with the URI in %s of a chart is proposed', async (_, annotations, more) => {
    const image = '"{{ .Values.image.repository }}@{{ .Values.image.digest }}"'
    const set = `[{ path: image.digest, value: '{image.digest}' }, { path: model.uri, value: '{uri}' }]`
    const files = {
      'Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
      'templates/deployment.yaml': deployment(image).replace('metadata: { labels', `metadata: { ${annotations}labels`) + more,
      'values.yaml': `image:\n  repository: ${NAME}\n  digest: ${OLD}\nmodel: { uri: s3://a/1 }\n`,
    } // biome-ignore format: two lines

    expect(await promoted(config('helm-values', `{ set: ${set} }`), files)).toContain('staging: proposed')
  })
})

describe('a promotion without a renderer', () => {
  const ROLLOUTS = config('argo-rollouts', '{}')

  it.each<[name: string, deploy: string, files: Record<string, string>]>([
    ['beside a Rollout', ROLLOUTS, { 'kustomization.yaml': `# mine\nresources: [rollout.yaml]\nimages:\n  - name: ${NAME}\n    digest: ${HAND}\n` }],
    ['under another name of the file', ROLLOUTS, { Kustomization: `resources:\n  - rollout.yaml\nimages:\n  - { name: ${NAME}, digest: '${HAND}' }\n` }],
    ['by another name of the image', ROLLOUTS, { 'kustomization.yml': `a: 1\nresources: [./rollout.yaml]\nimages:\n  - name: ${NAME}\n    newName: registry.example/acme/hot\n` }],
    ['by a tag', ROLLOUTS, { 'kustomization.yaml': `b: 1\nresources: [rollout.yaml]\nimages:\n  - name: ${NAME}\n    newTag: v1\n` }],
    ['in the folder above', ROLLOUTS, { '../kustomization.yaml': `c: 1\nresources: [staging, production/rollout.yaml, staging/rollout.yaml]\nimages:\n  - name: ${NAME}\n    digest: ${HAND}\n` }],
    ['after the entry that the target writes', KUSTOMIZE, { 'kustomization.yaml': `images:\n  - { name: churn, newName: ${NAME}, digest: '${OLD}' }\n  - { name: other }\n  - name: ${NAME}\n    digest: ${HAND}\n` }],
  ])('is refused where `images` name another one %s', async (_, deploy, files) => {
    const all = { 'rollout.yaml': rollout(`${NAME}@${OLD}`), ...files }

    expect(await promoted(deploy, all, { render: false })).toMatch(
      /^PROMOTION_WITHOUT_EFFECT (?:staging\/)?[Kk]ustomization(\.ya?ml)?:4 `images\[[02]\]` makes /,
    )
  }) // biome-ignore format: one table

  it.each<[name: string, text: string]>([
    ['name it as it is', `resources: [rollout.yaml]\nimages:\n  - name: ${NAME}\n`],
    ['name another', `resources: [rollout.yaml]\nimages:\n  - name: other\n    digest: ${HAND}\n`],
    ['name the release', `resources: [rollout.yaml]\nimages:\n  - name: ${NAME}\n    digest: ${digestOf(2)}\n`],
    ['are of a kustomization that does not read it', `resources: [x.yaml]\nimages:\n  - name: ${NAME}\n    digest: ${HAND}\n`],
  ])('is proposed where `images` %s', async (_, text) => {
    const all = { 'rollout.yaml': rollout(`${NAME}@${OLD}`), 'kustomization.yaml': text }

    expect(await promoted(ROLLOUTS, all, { render: false })).toContain('staging: proposed')
  }) // biome-ignore format: one table
})
