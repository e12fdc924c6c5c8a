import { describe, expect, it } from 'vitest'
import { restoredAt } from '../../../src/commands/deploy/read/standing.ts'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { renderCanary } from '../../../src/core/release/canary-file.ts'
import { kserve } from '../../../src/targets/kserve.ts'
import { canaryFile } from '../../support/canaries.ts'
import { release } from '../../support/releases.ts'

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kserve
options: { file: service.yaml, mode: Knative }
environments:
  staging:
    drift: { collector: 'http://collector:8080' }
    canary: { steps: [5], unit: request, sticky: none, conversion: { outcome: bought, within: 1h, margin: 0.01 } }
`
const SERVICE = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: churn
  annotations: { serving.kserve.io/deploymentMode: Knative }
spec: { predictor: { model: { modelFormat: { name: sklearn }, storageUri: s3://models/churn/1 } } }
`
const OPTIONS = { file: 'service.yaml', mode: 'Knative' }
const [one, two] = [1, 2].map(number => release(number, 'churn', { uri: `s3://models/churn/${number}` }))

describe('a release that another was tried beside', () => {
  const [place] = placesOf(parseDeploy(CONFIG), 'churn')
  const [manifest] = place!.manifests
  const tried = canaryFile({ challenger: two!, unit: 'request', sticky: 'none', steps: [5] })
  const arms = { champion: one!, challenger: two!, weight: 5, steps: [5], sticky: 'none' as const }
  const split = kserve.split!.edit(new Map([['service.yaml', SERVICE]]), arms, OPTIONS).get('service.yaml')!
  const back = kserve.edit(new Map([['service.yaml', split]]), one!, OPTIONS).get('service.yaml')!
  const version = (commit: string, at: number, text: string | undefined) => ({ commit, at, text })
  const manifests = [version('c3', 30, back), version('c2', 20, split), version('c1', 10, SERVICE)]
  const ask = (canaries: ReturnType<typeof version>[]) =>
    restoredAt(
      {
        fileHistory: async () =>
          new Map([
            [manifest!, manifests],
            [place!.triedFiles[0]!, canaries],
          ]),
      },
      place!,
      one!,
      { commit: 'c3', files: new Map([[manifest!, back]]), from: 5 },
    )

  it('goes on with its soak: nobody changed what serves', async () => {
    expect(await ask([version('c3', 30, undefined), version('c2', 20, renderCanary(tried))])).toBeUndefined()
  })

  it('begins it anew where somebody had split the traffic by hand', async () => {
    expect(await ask([])).toBe(30)
  })
})
