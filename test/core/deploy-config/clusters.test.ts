import { describe, expect, it } from 'vitest'
import { applicationsOf } from '../../../src/core/deploy-config/argocd.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { TARGETS } from '../../support/deploy-configs.ts'

const HEAD = `path: apps/{model}/overlays/{environment}
target: kustomize
`
const ARGO = 'argocd: { server: https://argocd.example, project: ml }\n'
const parse = (text: string) =>
  parseDeployConfig(text, 'assay-deploy.yml', TARGETS, {
    kserve: { sticky: ['none'], movedBy: 'controller' },
  }).environments.at(-1)!

const names = (text: string) =>
  applicationsOf(parse(text), 'churn').map(
    ({ cluster, server, name, project }) => `${cluster} ${server} ${project} ${name}`,
  )

describe('the Applications of an environment', () => {
  it('are one for each of its clusters, by their names', () => {
    const text = `${HEAD}${ARGO}environments:\n  production: { clusters: [eu, us] }\n`

    expect(names(text)).toEqual([
      'eu https://argocd.example ml churn-production-eu',
      'us https://argocd.example ml churn-production-us',
    ])
  })

  it('are as a cluster says where it differs', () => {
    const argo = ARGO.replace(' }', ", application: 'argo-{cluster}/{model}' }")
    const text = `${HEAD}${argo}environments:
  production:
    clusters:
      eu: {}
      us: { server: https://argocd-us.example, project: ml-us }
      edge: { application: '{model}-{environment}-{cluster}-0' }
`
    expect(names(text)).toEqual([
      'eu https://argocd.example ml argo-eu/churn',
      'us https://argocd-us.example ml-us argo-us/churn',
      'edge https://argocd.example ml churn-production-edge-0',
    ])
  })

  it('is one without a cluster where there are none, and none without Argo CD', () => {
    expect(names(`${HEAD}${ARGO}environments:\n  production: {}\n`)).toEqual([
      'undefined https://argocd.example ml churn-production',
    ])
    expect(names(`${HEAD}environments:\n  production: {}\n`)).toEqual([])
  })
})

describe('clusters that say nothing are refused:', () => {
  it.each<[string, string, string, string]>([
    [
      'the same Application twice',
      ARGO.replace(' }', ", application: '{model}' }"),
      'clusters: [eu, us]',
      'the clusters `eu` and `us` of `production` have the same Application, {model}',
    ],
    ['nobody to ask', '', 'clusters: [eu, us]', 'nothing is different between the clusters of `production`'],
    [
      'a placeholder without them',
      ARGO.replace(' }', ", application: '{model}-{cluster}' }"),
      'merge: auto',
      '`{cluster}` stands in what `production` is written by or asked for, and it has no `clusters`',
    ],
    ['none', ARGO, 'clusters: []', 'clusters'],
    ['a name that is none', ARGO, 'clusters: [EU]', 'lower-case letters'],
    [
      'a controller in each',
      `${ARGO}`,
      'clusters: [eu, us], target: kserve, options: { file: a.yaml }, canary: { steps: [10], unit: request, sticky: none, conversion: { outcome: bought, within: 10m, margin: 0.01 } }',
      'leaves the steps of a canary to a controller, and `production` has one in each',
    ],
  ])('%s', (_, argo, keys, words) => {
    const text = `${HEAD}${argo}environments:\n  production: { ${keys} }\n`
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        problems: expect.arrayContaining([
          expect.objectContaining({ what: expect.stringContaining(words), where: expect.anything() }),
        ]),
      }),
    )
  })
})
