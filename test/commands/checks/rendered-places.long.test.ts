import { afterAll, describe, expect, it } from 'vitest'
import { checkDeployFile } from '../../../src/commands/checks/targets.ts'
import { isManifest, isTagFile } from '../../../src/core/deploy-config/starter/carriers/carriers.ts'
import { starterDeployConfig } from '../../../src/core/deploy-config/starter/starter-deploy-config.ts'
import { deploymentOf } from '../../examples/layout-manifests.ts'
import { LAYOUTS } from '../../examples/layouts.ts'
import { writtenFolder } from '../../examples/written-folder.ts'
import { testFolder } from '../../support/git-repository.ts'
import { missing } from '../../support/tools.ts'

const { folder, remove } = testFolder()
afterAll(remove)
const why = missing('kustomize', 'version') || missing('helm', 'version')

/** Of what stands elsewhere, is read by a controller, or by a program that Assay does not start. */
const NOT_RENDERED: Record<string, RegExp> = {
  'kustomize components over a base in another repository':
    /refers to `https:\/\/github\.com\/acme\/bases\/\/serving\?ref=v1\.2\.0`, which is outside$/,
  'a file that holds a tag alone': /envs\/\w+\/churn\.tag is read by no kustomization and no chart here$/,
}

const OLD = `sha256:${'0'.repeat(64)}`
const IMAGE = 'ghcr.io/acme/churn'
const ENTRY = `images:\n  - name: ${IMAGE}\n    digest: ${OLD}\n`
const OVERLAYS = `path: apps/{model}/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments: { staging: {}, production: { after: staging } }\n`
const BASE = {
  'apps/churn/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'apps/churn/base/deployment.yaml': deploymentOf('churn', IMAGE),
}

async function found(files: Record<string, string>) {
  const at = writtenFolder(folder, files)
  const { findings, places } = (await checkDeployFile({ folder: at, env: { PATH: process.env.PATH } }))!
  const of = (level: string) => findings.filter(one => one.level === level).map(({ text }) => text)
  return { ok: of('ok'), warnings: of('warning'), problems: of('problem'), places }
}

describe.skipIf(why)('check in a deploy repository, with the real programs', () => {
  it.each(LAYOUTS.filter(({ apart }) => !apart))(
    'proves $name',
    async ({ name, deploy, files, models, lines = 1 }) => {
      const { ok, warnings, problems, places } = await found({ ...files, 'assay-deploy.yml': deploy })

      expect(problems).toEqual([])
      const environments = deploy.includes('staging') ? 2 : 1
      expect(places).toHaveLength(models.length * environments)
      for (const place of places) expect(place.edits).toHaveLength(lines)
      const reason = NOT_RENDERED[name]
      if (reason) {
        expect(warnings).toHaveLength(places.length)
        for (const one of warnings) expect(one).toMatch(reason)
      } else {
        expect(warnings).toEqual([])
        expect(ok.filter(one => one.includes('renders it from'))).toHaveLength(places.length)
      }
    },
  )

  it.each(LAYOUTS.filter(({ apart }) => !apart))(
    'proves what init --deploy writes of $name',
    async ({ name, files, models }) => {
      const texts = new Map(Object.entries(files).filter(([path]) => isManifest(path) || isTagFile(path)))
      const { text } = starterDeployConfig({ files: Object.keys(files), texts, branches: [] })!
      const { problems, places } = await found({ ...files, 'assay-deploy.yml': text })

      expect(problems).toEqual([])
      expect([...new Set(places.map(one => one.model))].sort()).toEqual(models)
      if (!NOT_RENDERED[name]) for (const one of places) expect(one.rendered).toHaveLength(1)
    },
  )

  it('finds Applications of two environments with one file of values', async () => {
    const application = (name: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: ${name} }\nspec:\n  source: { repoURL: https://git.example/deploy, path: charts/churn, helm: { valueFiles: [values-shared.yaml] } }\n`
    const { problems } = await found({
      'assay-deploy.yml': `path: charts/{model}\ntarget: helm-values\noptions: { file: values-shared.yaml, set: [{ path: image.digest, value: '{image.digest}' }] }\nenvironments: { staging: {}, prod: { after: staging } }\n`,
      'charts/churn/Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
      'charts/churn/templates/deployment.yaml': deploymentOf(
        'churn',
        '"ghcr.io/acme/churn@{{ .Values.image.digest }}"',
      ),
      'charts/churn/values-shared.yaml': `image: { digest: "${OLD}" }\n`,
      'argocd/staging.yaml': application('churn-staging'),
      'argocd/production.yaml': application('churn-production'),
    })

    expect(problems).toContain(
      'churn in staging: charts/churn/values-shared.yaml:1: the Application churn-production of prod has these values too: what is promoted into staging serves in prod at once (give staging a file of values of its own, and name that in `file`)',
    )
  })

  it('finds an edit without effect, where what counts stands elsewhere', async () => {
    const patched = `resources: [../base]\n${ENTRY}patches:\n  - target: { kind: Deployment }\n    patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: ${IMAGE.replace('churn', 'hot')}:stable\n`
    const { problems, ok } = await found({
      'assay-deploy.yml': OVERLAYS,
      ...BASE,
      'apps/churn/staging/kustomization.yaml': `resources: [../base]\n${ENTRY}`,
      'apps/churn/production/kustomization.yaml': patched,
    })

    expect(ok).toHaveLength(2)
    expect(problems).toEqual([
      expect.stringMatching(
        /^churn in production: apps\/churn\/production\/kustomization\.yaml: the image of assay-check, .* is not in what is rendered: Deployment\/churn has the image ghcr\.io\/acme\/hot:stable/,
      ),
    ])
  })

  it('renders the chart of a HelmRelease, or says why not', async () => {
    const release = (source: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: churn }\nspec:\n  chart: { spec: { chart: ./charts/churn, sourceRef: { kind: ${source}, name: deploy } } }\n  values: { image: { digest: "${OLD}" } }\n`
    const { problems, warnings } = await found({
      'assay-deploy.yml': `path: clusters/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: spec.values.image.digest, value: '{image.digest}' }] }\nenvironments: { staging: {}, production: { after: staging } }\n`,
      'charts/churn/Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
      'charts/churn/templates/deployment.yaml': deploymentOf('churn', `${IMAGE}:stable`),
      'clusters/staging/churn.yaml': release('GitRepository'),
      'clusters/production/churn.yaml': release('HelmRepository'),
    })

    expect(problems).toEqual([
      expect.stringMatching(
        /^churn in staging: (clusters\/staging\/churn|charts\/churn\/templates\/deployment)\.yaml(:\d+)?: the image of assay-check, .* is not in what is rendered/,
      ),
    ])
    expect(warnings).toEqual([
      expect.stringMatching(
        /^churn in production: .*not rendered.*the chart \.\/charts\/churn of the HelmRelease churn of clusters\/production\/churn\.yaml comes from a HelmRepository$/,
      ),
    ])
  })

  it('knows the image of a HelmRelease that an overlay gives a tag alone, by its base', async () => {
    const release = (values: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: churn }\nspec:\n  chart: { spec: { chart: serving, sourceRef: { kind: HelmRepository, name: acme } } }\n  values: { image: { ${values} } }\n`
    const { problems, warnings } = await found({
      'assay-deploy.yml': `path: apps/{environment}\ntarget: yaml\nrecords: releases/{environment}/{model}\noptions: { file: '{model}-values.yaml', set: [{ path: spec.values.image.tag, value: '{image.tag}' }] }\nenvironments: { production: {} }\n`,
      'apps/base/kustomization.yaml': 'resources: [churn.yaml]\n',
      'apps/base/churn.yaml': release(`repository: ${IMAGE}, tag: v1`),
      'apps/production/kustomization.yaml': 'resources: [../base]\npatches: [{ path: churn-values.yaml }]\n',
      'apps/production/churn-values.yaml': release('tag: v1'),
    })

    expect(problems).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(/ comes from a HelmRepository$/)])
  })

  it('tells an overlay that follows an edited base from one that has an image of its own', async () => {
    const at = (own: string) => ({
      'assay-deploy.yml': `path: apps/{model}/base\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments: { staging: {} }\n`,
      ...BASE,
      'apps/churn/base/kustomization.yaml': `resources: [deployment.yaml]\n${ENTRY}`,
      'apps/churn/staging/kustomization.yaml': 'resources: [../base]\n',
      'apps/churn/demo/kustomization.yaml': `resources: [../base]\n${own}`,
    })

    const follows = await found(at(''))
    const has = await found(at(ENTRY.replace('0000', '1111')))

    expect(follows.warnings).toEqual([
      'churn in staging: apps/churn/base/kustomization.yaml:4: apps/churn/demo/kustomization.yaml is built upon it, and changes too',
    ])
    expect(has.warnings).toEqual([])
  })

  const BY_TAG = `path: charts/{model}\ntarget: helm-values\noptions: { set: [{ path: image.tag, value: '{image.tag}' }] }\nenvironments: { production: {} }\n`
  const CHART = {
    'charts/serving/Chart.yaml': 'apiVersion: v2\nname: serving\nversion: 1.0.0\n',
    'charts/serving/values.yaml': 'image: { tag: v1 }\n',
    'charts/serving/templates/deployment.yaml': deploymentOf('churn', `"${IMAGE}:{{ .Values.image.tag }}"`),
  }

  it('takes the tag of an image that is called otherwise than the chart', async () => {
    const { ok, problems } = await found({ 'assay-deploy.yml': BY_TAG, ...CHART })

    expect(problems).toEqual([])
    expect(ok[1]).toContain('image.tag v1 → assay-tag; helm renders it from charts/serving/values.yaml')
  })

  it('proves nothing of a chart that is a part of another', async () => {
    const { ok, warnings } = await found({
      'assay-deploy.yml': BY_TAG,
      ...CHART,
      'Chart.yaml': 'apiVersion: v2\nname: all\nversion: 1.0.0\n',
      'values.yaml': 'serving: { image: { tag: v2 } }\n',
    })

    expect(ok).toHaveLength(1)
    expect(warnings).toEqual([
      expect.stringMatching(
        /not rendered, .*: charts\/serving is a part of the chart of \., whose values count before those of its parts$/,
      ),
    ])
  })
})
