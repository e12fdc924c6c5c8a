import { describe, expect, it } from 'vitest'
import { deviationIn } from '../../../src/commands/deploy/read/deviation.ts'
import { seenFiles } from '../../../src/commands/deploy/read/seen-files.ts'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { renderedBy } from '../../../src/commands/deploy/render/rendered-ways.ts'
import { changesOf } from '../../../src/commands/deploy/write/promotion.ts'
import { canaryFile } from '../../support/canaries.ts'
import { release } from '../../support/releases.ts'

/** An environment whose clusters have an overlay each, written by one promotion. */
const CONFIG = `path: apps/{model}/{environment}
target: kserve
options: { file: '{cluster}/service.yaml', mode: Standard }
also:
  - target: yaml
    options: { file: settings.yaml, set: [{ path: data.threshold, value: '{parameters.threshold}' }] }
clusters: [eu, us]
environments: { production: {} }
`
const of = (number: number) =>
  release(number, 'churn', { uri: `s3://models/churn/${number}`, parameters: { threshold: number / 10 } })
const service = (number: number) =>
  `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: churn\n  annotations: { serving.kserve.io/deploymentMode: Standard }\nspec:\n  predictor:\n    model: { modelFormat: { name: sklearn }, storageUri: s3://models/churn/${number} }\n`
const AT = 'apps/churn/production'
const FILES = new Map([
  [`${AT}/eu/service.yaml`, service(1)],
  [`${AT}/us/service.yaml`, service(1)],
  [`${AT}/settings.yaml`, 'data: { threshold: "0.1" }\n'],
])

describe('a promotion into several clusters', () => {
  const [place] = placesOf(parseDeploy(CONFIG), 'churn')
  const change = (path: string, changes: ReturnType<typeof changesOf>) =>
    changes.find(one => one.path === path)?.after

  it('writes the files of each at once, and what has no cluster in it once', () => {
    expect(place!.manifests).toEqual([...FILES.keys()])
    const changes = changesOf({ place: place!, from: of(1), to: of(2) }, FILES)

    for (const cluster of ['eu', 'us'])
      expect(change(`${AT}/${cluster}/service.yaml`, changes)).toBe(service(2))
    expect(change(`${AT}/settings.yaml`, changes)).toBe('data: { threshold: "0.2" }\n')
  })

  it('writes nothing where a cluster does not take it', () => {
    const files = new Map([...FILES].filter(([path]) => !path.includes('/us/')))

    expect(() => changesOf({ place: place!, to: of(2) }, files)).toThrow(
      expect.objectContaining({ code: 'TARGET_REFUSED', message: 'us/service.yaml was not changed' }),
    )
  })

  it('splits the traffic in each of them', () => {
    const file = canaryFile({ challenger: of(2), weight: 5, steps: [5, 25], sticky: 'none', unit: 'request' })
    const canary = { step: 'start' as const, file }
    const changes = changesOf({ place: place!, from: of(1), to: of(2), canary }, FILES)

    for (const cluster of ['eu', 'us'])
      expect(change(`${AT}/${cluster}/service.yaml`, changes)).toContain('trafficPercent: 5')
    expect(change(`${AT}/settings.yaml`, changes)).toBeUndefined()
  })

  it('tells what was changed by hand in one of them', () => {
    const there = new Map([...FILES, [`${AT}/us/service.yaml`, service(9)]])
    const seen = seenFiles(path => there.get(path))

    expect(deviationIn(place!, of(1), seen)).toEqual({
      changes: [expect.objectContaining({ file: `${AT}/us/service.yaml`, there: 's3://models/churn/9' })],
    })
  })

  it('is rendered by the kustomization of each', () => {
    const files = new Map([
      ...FILES,
      [`${AT}/eu/kustomization.yaml`, ''],
      [`${AT}/us/kustomization.yaml`, ''],
    ])

    expect(renderedBy(place!, files).map(({ path }) => path)).toEqual([
      `${AT}/eu/kustomization.yaml`,
      `${AT}/us/kustomization.yaml`,
    ])
  })
})
