import { describe, expect, it } from 'vitest'
import { deviationIn } from '../../../src/commands/deploy/read/deviation.ts'
import { seenFiles } from '../../../src/commands/deploy/read/seen-files.ts'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../../src/commands/deploy/write/promotion.ts'
import { canaryFile } from '../../support/canaries.ts'
import { release } from '../../support/releases.ts'

/** What is written beside the target of an environment. */
const CONFIG = `path: kserve
target: kserve
options: { file: service.yaml, mode: Standard }
also:
  - target: yaml
    options: { file: settings.yaml, set: [{ path: data.threshold, value: '{parameters.threshold}' }] }
environments: { production: {} }
models:
  plain: { target: yaml, options: { file: plain.yaml, set: [{ path: uri, value: '{uri}' }] } }
  own: { also: [] }
`
const of = (number: number) =>
  release(number, 'churn', { uri: `s3://models/churn/${number}`, parameters: { threshold: number / 10 } })
const service = (more = '') =>
  `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: churn\n  annotations: { serving.kserve.io/deploymentMode: Standard }\nspec:\n  predictor:\n    model: { modelFormat: { name: sklearn }, storageUri: s3://models/churn/1 }\n${more}`
const settings = (threshold: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: churn }\ndata: { threshold: "${threshold}" }\n`
const FILES = new Map<string, string>([
  ['kserve/service.yaml', service()],
  ['kserve/settings.yaml', settings('0.1')],
])

describe('what else is written', () => {
  const config = parseDeploy(CONFIG)
  const place = placesOf(config, 'churn')[0]!

  it('is of the place of a model that has the same target, and not of another', () => {
    const manifestsOf = (model: string) => placesOf(config, model).map(({ manifests }) => manifests)

    expect(manifestsOf('churn')).toEqual([['kserve/service.yaml', 'kserve/settings.yaml']])
    expect(manifestsOf('plain')).toEqual([['kserve/plain.yaml']])
    expect(manifestsOf('own')).toEqual([['kserve/service.yaml']])
  })

  it('is changed by hand like the rest', () => {
    const seen = (text: string) =>
      deviationIn(
        place,
        of(1),
        seenFiles(path => new Map([...FILES, ['kserve/settings.yaml', text]]).get(path)),
      )

    expect(seen(settings('0.1'))).toEqual({ changes: [] })
    expect(seen(settings('0.9'))).toEqual({
      changes: [
        { file: 'kserve/settings.yaml', line: 4, key: 'data.threshold', recorded: '0.1', there: '0.9' },
      ],
    })
  })

  it('says what serves while another release is tried', () => {
    const file = canaryFile({ challenger: of(2), weight: 5, steps: [5, 25], sticky: 'none', unit: 'request' })
    const canary = { step: 'start' as const, file }

    const changes = changesOf({ place, from: of(1), to: of(2), canary }, FILES)

    expect(changes.find(({ path }) => path === 'kserve/settings.yaml')).toBeUndefined()
    const after = changes.find(({ path }) => path === 'kserve/service.yaml')!.after!
    expect(after).toContain('trafficPercent: 5')
    const whole = changesOf({ place, from: of(1), to: of(2) }, FILES)
    expect(whole.find(({ path }) => path === 'kserve/settings.yaml')?.after).toBe(settings('0.2'))
  })

  it('is refused with the name of its file, and nothing is written then', () => {
    const files = new Map([...FILES].slice(0, 1))

    expect(() => changesOf({ place, to: of(2) }, files)).toThrow(
      expect.objectContaining({ code: 'TARGET_REFUSED', message: 'settings.yaml was not changed' }),
    )
  })
})
