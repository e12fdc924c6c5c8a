import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { applicationsWith } from '../../../../src/core/promotion/effect/helm-application.ts'

const VALUES = 'apps/churn/overlays/staging/values.yaml'
const FILE = 'argocd/churn.yaml'
const application = (spec: object, name = 'churn-staging') =>
  stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name }, spec })
const source = (helm: object, more: object = {}) => ({
  source: { repoURL: 'https://git.example/deploy', path: 'apps/churn/chart', helm, ...more },
})
const found = (text: string) => applicationsWith(text, FILE, VALUES)

describe('the values of a chart, as an Application puts them together', () => {
  it('are its files in their order, then its own, then parameters', () => {
    const helm = {
      valueFiles: ['values.yaml', '../overlays/staging/values.yaml', '/common/values.yaml'],
      ignoreMissingValueFiles: true,
      values: 'a: 1',
      valuesObject: { image: { tag: 'x' } },
      parameters: [
        { name: 'image.tag', value: 'a,b' },
        { name: 'n', value: '1', forceString: true },
      ],
      releaseName: 'churn',
    }

    expect(found(application(source(helm)))).toEqual([
      {
        file: FILE,
        name: 'churn',
        chart: 'apps/churn/chart',
        values: ['apps/churn/chart/values.yaml', VALUES, 'common/values.yaml'],
        ignoreMissing: true,
        inline: '{"image":{"tag":"x"}}',
        parameters: ['--set', 'image.tag=a\\,b', '--set-string', 'n=1'],
      },
    ])
  })

  it('may lie in a source that lends them', () => {
    const repoURL = 'https://git.example/deploy'
    const chart = { repoURL, path: 'apps/churn/chart', helm: { valueFiles: [`$values/${VALUES}`] } }
    const lent = (lender: string) => application({ sources: [chart, { repoURL: lender, ref: 'values' }] })

    expect(found(lent(repoURL))).toMatchObject([{ chart: 'apps/churn/chart', values: [VALUES] }])
    expect(found(lent('https://git.example/other'))).toEqual([])
  })

  it("are the chart's own too, where nothing is named", () => {
    const own = application(source({}, { path: 'apps/churn/overlays/staging' }))

    expect(found(own)).toMatchObject([{ chart: 'apps/churn/overlays/staging', values: [] }])
  })

  it.each([
    ['of another file', application(source({ valueFiles: ['../overlays/production/values.yaml'] }))],
    ['of a folder of manifests', application({ source: { path: 'apps/churn/overlays' } })],
    ['of another kind', stringify({ kind: 'AppProject', spec: source({ valueFiles: [`/${VALUES}`] }) })],
    ['that is no YAML', 'kind: Application\nspec: [\n'],
    ['that is empty', ''],
  ])('are none in a text %s', (_, text) => {
    expect(found(text)).toEqual([])
  })

  it.each([
    ['on the web', ['https://x.example/values.yaml', `/${VALUES}`], 'https://x.example/values.yaml of argocd/churn.yaml is not in this repository'],
    ['by a pattern', ['../overlays/*/values.yaml'], 'argocd/churn.yaml names its files of values by a pattern, ../overlays/*/values.yaml'],
  ])('are not known where files are named %s', (_, valueFiles, reason) => {
    expect(found(application(source({ valueFiles })))).toEqual([{ file: FILE, reason }])
  }) // biome-ignore format: one table

  it('are those that an ApplicationSet generates for the file', () => {
    const set = (valueFiles: string[], helm: object = {}) =>
      stringify({
        kind: 'ApplicationSet',
        metadata: { name: 'models' },
        spec: {
          template: {
            metadata: { name: '{{model}}-{{env}}' },
            spec: {
              source: { path: 'apps/{{ model }}/chart', helm: { valueFiles, releaseName: '{{x}}', ...helm } },
            },
          },
        },
      })

    const files = ['../common.yaml', '../overlays/{{.env}}/values.yaml', '/envs/{{ .env }}.yaml']
    expect(found(set(files))).toMatchObject([
      {
        chart: 'apps/churn/chart',
        values: ['apps/churn/common.yaml', VALUES, 'envs/staging.yaml'],
      },
    ])
    expect(found(set([...files, '/{{region}}.yaml']))).toMatchObject([
      { reason: 'nobody knows what {{region}} is in argocd/churn.yaml' },
    ])
    // So many in one name fit in more ways than anybody can try.
    expect(found(set([`/${'{{a}}-{{b}}-{{c}}-'.repeat(10)}values.yaml`]))).toEqual([])
    expect(found(set(files, { parameters: [{ name: 'a', value: '{{b}}' }] }))).toMatchObject([
      { reason: expect.stringContaining('{{b}}') },
    ])
  })

  it('never throw, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, path) => {
        for (const kind of ['Application', 'ApplicationSet'])
          applicationsWith(stringify({ kind, spec: value }), FILE, path)
        applicationsWith(application(source({ valueFiles: [path] })), FILE, VALUES)
      }),
    )
  })
})
