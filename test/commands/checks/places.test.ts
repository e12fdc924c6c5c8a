import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkDeployFile } from '../../../src/commands/checks/targets.ts'
import { deploymentOf } from '../../examples/layout-manifests.ts'
import { writtenFolder } from '../../examples/written-folder.ts'
import { createRepository, testFolder } from '../../support/git-repository.ts'
import { goldenText } from '../../targets/cases.ts'

const { folder, remove } = testFolder()
afterAll(remove)

const OLD = `sha256:${'0'.repeat(64)}`
const IMAGE = 'ghcr.io/acme/churn'
const ENVIRONMENTS = 'environments: { staging: {}, production: { after: staging } }\n'
const OVERLAYS = `path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\n${ENVIRONMENTS}`
const overlay = (name: string, resources = 'resources: [../../base]\n') =>
  `${resources}images:\n  - name: ghcr.io/acme/${name}\n    digest: ${OLD}\n`
const baseOf = (name: string) => ({
  [`apps/${name}/base/kustomization.yaml`]: 'resources: [deployment.yaml]\n',
  [`apps/${name}/base/deployment.yaml`]: deploymentOf(name, `ghcr.io/acme/${name}`),
})

/** Without a renderer: what can be told by reading. */
async function found(files: Record<string, string>, env: Record<string, string> = { PATH: '' }) {
  const at = writtenFolder(folder, files)
  const { findings, places } = (await checkDeployFile({ folder: at, env }))!
  const of = (level: string) => findings.filter(one => one.level === level).map(({ text }) => text)
  return { ok: of('ok'), warnings: of('warning'), problems: of('problem'), places, at }
}

describe('check in a deploy repository', () => {
  it('says of each model and environment what a promotion would change, and that nobody has rendered it', async () => {
    const files = {
      'assay-deploy.yml': OVERLAYS,
      ...baseOf('churn'),
      'apps/churn/overlays/staging/kustomization.yaml': overlay('churn'),
      'apps/churn/overlays/production/kustomization.yaml': overlay('churn'),
    }

    const { problems, warnings, places, at } = await found(files)

    expect(problems).toEqual([])
    expect(warnings).toEqual(
      ['staging', 'production'].map(
        name =>
          `churn in ${name}: apps/churn/overlays/${name}/kustomization.yaml:4 images[name=${IMAGE}].digest sha256:000000000000… → sha256:a55aa55aa55a…; not rendered, so nobody knows whether it comes through: kustomize is not on the PATH`,
      ),
    )
    expect(places.map(({ model, environment }) => [model, environment])).toEqual([
      ['churn', 'staging'],
      ['churn', 'production'],
    ])
    const after = readdirSync(at, { recursive: true, withFileTypes: true })
      .filter(one => one.isFile())
      .map(one => join(one.parentPath, one.name).slice(at.length + 1))
    expect(Object.fromEntries(after.map(path => [path, readFileSync(join(at, path), 'utf8')]))).toEqual(files)
  })

  it('names all that is wrong at once, by file and line', async () => {
    const { problems } = await found({
      'assay-deploy.yml': OVERLAYS,
      ...baseOf('churn'),
      'apps/churn/overlays/staging/kustomization.yaml': overlay('churn'),
      'apps/fraud/overlays/staging/kustomization.yaml': overlay('other'),
      'apps/fraud/overlays/production/kustomization.yaml': 'images: [\n',
      'apps/vision/overlays/staging/kustomization.yaml': overlay('vision', ''),
      'apps/vision/overlays/production/kustomization.yaml':
        'images:\n  - name: ghcr.io/acme/vision\n    newName: "{{ image }}"\n    digest: x\n',
    })

    expect(problems).toEqual([
      'churn in production: apps/churn/overlays/production/kustomization.yaml: the file is not there (create it, or correct its name in the options)',
      expect.stringMatching(
        /^fraud in staging: apps\/fraud\/overlays\/staging\/kustomization\.yaml: no `ghcr\.io\/acme\/fraud` in `images` /,
      ),
      expect.stringMatching(
        /^fraud in production: apps\/fraud\/overlays\/production\/kustomization\.yaml:\d/,
      ),
      expect.stringMatching(
        /^vision in production: apps\/vision\/overlays\/production\/kustomization\.yaml:3: the release brings the image ghcr\.io\/acme\/vision, the manifest has /,
      ),
    ])
  })

  it('finds two models, and two environments, that write the same value', async () => {
    const two = await found({
      'assay-deploy.yml': `path: envs/{environment}\ntarget: kustomize\noptions: { image: ghcr.io/acme/serving }\n${ENVIRONMENTS}models: { churn: {}, fraud: {} }\n`,
      'envs/staging/kustomization.yaml': overlay('serving', ''),
      'envs/production/kustomization.yaml': overlay('serving', ''),
    })
    const one = await found({
      'assay-deploy.yml': `path: charts/{model}\ntarget: helm-values\noptions: { set: [{ path: image.digest, value: '{image.digest}' }] }\n${ENVIRONMENTS}`,
      'charts/churn/values.yaml': `image: { digest: "${OLD}" }\n`,
    })

    expect(two.problems).toEqual(
      ['staging', 'production'].map(name =>
        expect.stringMatching(
          new RegExp(
            `^envs/${name}/kustomization\\.yaml:3 .* is written by churn in ${name}, fraud in ${name}: `,
          ),
        ),
      ),
    )
    expect(one.problems).toEqual([
      'charts/churn/values.yaml:1 image.digest is written by churn in staging, churn in production: what is promoted into one serves in the others at once (put `{environment}` into `path` or `file`)',
    ])
  })

  it('finds an overlay of another environment that is built upon what a promotion edits', async () => {
    const { problems } = await found({
      'assay-deploy.yml':
        `path: apps/{model}/base\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments: { staging: {} }\nmodels: {}\n`.replace(
          'environments: { staging: {} }',
          ENVIRONMENTS.trim(),
        ),
      'apps/churn/base/kustomization.yaml': overlay('churn', 'resources: [deployment.yaml]\n'),
      'apps/churn/base/deployment.yaml': deploymentOf('churn', IMAGE),
      'apps/churn/overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
      'apps/churn/overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    })

    expect(problems).toContain(
      'churn in staging: apps/churn/base/kustomization.yaml:4: apps/churn/overlays/prod/kustomization.yaml of production is built upon it: what is promoted into staging serves in production at once (have the target write into a file that only staging has, such as an entry of `images` in its overlay)',
    )
  })

  it('knows an environment that names the branch of the file itself for one that stands beside it', async () => {
    const repository = createRepository(join(folder, 'branched'))
    repository.commit('begin', {
      'assay-deploy.yml': `target: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\npath: 'apps/{model}'\nenvironments: { staging: { path: 'apps/{model}', records: 'releases/{model}' }, production: { after: staging, branch: main } }\n`,
      'apps/churn/kustomization.yaml': overlay('churn', ''),
    })

    const { findings } = (await checkDeployFile({
      folder: repository.folder,
      env: { PATH: process.env.PATH },
    }))!

    expect(findings.filter(({ level }) => level === 'problem').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^apps\/churn\/kustomization\.yaml:3 .* is written by churn in staging, churn in production: /,
      ),
    ])
  })

  it('takes a file for a model only where a release goes in', async () => {
    const { warnings, problems, places } = await found({
      'assay-deploy.yml': `path: k8s\nrecords: releases/{environment}/{model}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\nenvironments: { production: {} }\n`,
      'k8s/churn.yaml': deploymentOf('churn', `${IMAGE}@${OLD}`),
      'k8s/service.yaml': 'kind: Service\nspec: { ports: [] }\n',
    })

    expect(problems).toEqual([])
    expect(places.map(({ model }) => model)).toEqual(['churn'])
    expect(warnings).toContainEqual(
      expect.stringMatching(/^service is taken for no model: service in production: k8s\/service\.yaml/),
    )
  })

  it('takes no file for a model where another is known to stand in it', async () => {
    const { warnings, problems, places } = await found({
      'assay-deploy.yml': `path: k8s\nrecords: releases/{environment}/{model}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\nenvironments: { production: {} }\nmodels: { migrate: { options: { file: job.yaml, set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] } } }\n`,
      'k8s/churn.yaml': deploymentOf('churn', `${IMAGE}@${OLD}`),
      'k8s/job.yaml': deploymentOf('migrate', `ghcr.io/acme/migrate@${OLD}`),
    })

    expect(problems).toEqual([])
    expect(places.map(({ model }) => model)).toEqual(['churn', 'migrate'])
    expect(warnings).toContain('job is taken for no model: another stands in k8s/job.yaml')
  })

  it('proves nothing of values that Argo CD puts into a chart', async () => {
    const { ok, warnings } = await found({
      'assay-deploy.yml': `path: argocd\nrecords: releases/{environment}/{model}\ntarget: yaml\noptions: { file: '{model}-app.yaml', set: [{ path: spec.source.helm.valuesObject.image.tag, value: '{image.tag}' }] }\nenvironments: { production: {} }\n`,
      'argocd/churn-app.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: churn }\nspec: { source: { chart: serving, helm: { valuesObject: { image: { tag: v1 } } } } }\n',
    })

    expect(ok).toHaveLength(1)
    expect(warnings).toEqual([
      expect.stringMatching(
        /not rendered, .*: what Argo CD renders of the Application in argocd\/churn-app\.yaml is not known here$/,
      ),
    ])
  })

  it('proves the first step of a canary beside what serves, or says why it would be refused', async () => {
    const canary =
      'canary: { steps: [5], unit: request, sticky: none, conversion: { outcome: bought, within: 1h, margin: 0.01 } }\n'
    const { ok, problems, places } = await found({
      'assay-deploy.yml': `argocd: { server: 'https://argocd.example.com' }\npath: serving/{model}\ntarget: kserve\n${canary}environments: { production: { drift: { collector: 'https://collector.example.com' } } }\nmodels:\n  churn: { options: { mode: Standard } }\n  fraud: {}\n  ranking: { target: argo-rollouts, options: { file: rollout.yaml, container: server } }\n`,
      'serving/churn/inference-service.yaml': goldenText({ target: 'kserve', name: 'standard' }, 'before'),
      'serving/fraud/inference-service.yaml': goldenText({ target: 'kserve', name: 'standard' }, 'before'),
      'serving/ranking/rollout.yaml': goldenText({ target: 'argo-rollouts', name: 'controller' }, 'before'),
    })

    expect(ok.find(text => text.startsWith('churn in production: '))).toMatch(
      /storageUri \S+ → s3:\/\/models\/assay-check\/churn; where one serves, the next gets 5 % at first: serving\/churn\/inference-service\.yaml:\d+ .*spec\.canary nothing → .*"trafficPercent":5/,
    )
    expect(ok.find(text => text.startsWith('ranking in production: '))).toMatch(
      / at first: .*rollout\.yaml:\d+ .*setWeight/,
    )
    expect(problems).toEqual([
      'fraud in production: serving/fraud/inference-service.yaml: where one serves, the next gets 5 % at first, and that is refused: assay-next shall get 5 % of the traffic, and nothing says how this service splits it (set `mode` to that of the service: `Knative` or `Standard`)',
    ])
    expect(places.map(({ model, split }) => [model, split?.weight])).toEqual([
      ['churn', 5],
      ['fraud', undefined],
      ['ranking', 5],
    ])
  })

  it('names a file that cannot be read for models, and proves the rest', async () => {
    const { problems, places } = await found({
      'assay-deploy.yml': `path: serving\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: 'models.{model}.digest', value: '{image.digest}' }] }\n${ENVIRONMENTS}`,
      'serving/values-staging.yaml': `models: { churn: { digest: "${OLD}" } }\n`,
      'serving/values-production.yaml': 'models: {\n',
    })

    expect(places.find(({ environment }) => environment === 'staging')!.edits).toHaveLength(1)
    expect(problems).toEqual([
      expect.stringMatching(/^churn in production: serving\/values-production\.yaml:\d/),
    ])
  })

  it('names a file whose name is almost right', async () => {
    const { problems } = await found({ 'assay-deploy.yaml': OVERLAYS })

    expect(problems).toEqual([
      'assay-deploy.yaml: nothing reads a file of that name (call it assay-deploy.yml)',
    ])
  })

  it('says where a model would stand when there is none', async () => {
    const { warnings, problems } = await found({ 'assay-deploy.yml': OVERLAYS })

    expect(problems).toEqual([])
    expect(warnings).toEqual([
      'no model is here yet, so nothing is proved: it would stand in apps/{model}/overlays/staging/kustomization.yaml, apps/{model}/overlays/production/kustomization.yaml',
    ])
  })
})
