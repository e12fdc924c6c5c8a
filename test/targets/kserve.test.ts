import { describe, expect, it } from 'vitest'
import { kserve } from '../../src/targets/kserve.ts'
import { RELEASE } from './cases.ts'
import { refusesManifests, refusesOptions } from './refusals.ts'

function service(
  name: string,
  rest = 'spec: {predictor: {model: {storageUri: s3://m/1}}}\n',
  annotations = '{}',
): string {
  const head = 'kind: InferenceService\napiVersion: serving.kserve.io/v1beta1\n'
  return `${head}metadata:\n  name: ${name}\n  annotations: ${annotations}\n${rest}`
}

function inMode(mode: string, rest = ''): string {
  const spec = `spec:\n  predictor: {model: {storageUri: s3://m/1}}\n${rest}`
  return service('churn', spec, `{serving.kserve.io/deploymentMode: ${mode}}`)
}

refusesOptions('kserve', [
  [
    'an unknown field to write',
    'write: storageUri',
    'options.yml:1:8: `write`: must be one of `uri`, `image`',
  ],
  [
    'the old name of a mode',
    'canary: Serverless',
    'options.yml:1:9: `canary`: must be one of `Knative`, `Standard`',
  ],
  ['a name with capitals', 'name: Churn', 'options.yml:1:7: `name`: must be a Kubernetes name'],
  ['a mistyped key', 'canry: Knative', 'options.yml:1:1: unknown key `canry` | fix: did you mean `canary`?'],
])

refusesManifests('kserve', [
  [
    'no such object',
    'kind: Service\napiVersion: v1\n',
    {},
    { weight: undefined },
    'f.yaml: there is no InferenceService of serving.kserve.io | fix: there are: Service (v1)',
  ],
  [
    'another API',
    'kind: InferenceService\napiVersion: machinelearning.seldon.io/v1\n',
    {},
    { weight: undefined },
    'f.yaml: there is no InferenceService of serving.kserve.io | fix: there are: InferenceService (machinelearning.seldon.io/v1)',
  ],
  [
    'several',
    `${service('a')}---\n${service('b')}`,
    {},
    { weight: undefined },
    'f.yaml: there are 2 InferenceService of serving.kserve.io | fix: set `name` to one of: a, b',
  ],
  [
    'another name',
    service('churn'),
    { name: 'chrun' },
    { weight: undefined },
    'f.yaml: there is no InferenceService called `chrun` | fix: did you mean `churn`?',
  ],
  [
    'no model',
    service('churn', 'spec: {predictor: {minReplicas: 1}}\n'),
    {},
    { weight: undefined },
    'f.yaml: no `storageUri` in `spec.predictor.model` | fix: `spec.predictor`: there are: minReplicas',
  ],
  [
    'a release without URI',
    service('churn'),
    {},
    { weight: undefined, uri: undefined },
    'f.yaml: the release churn 42 has no model URI | fix: tell Assay where the packaging put the model, or set `write: image`',
  ],
  [
    'a canary that is not said',
    service('churn'),
    {},
    {},
    'f.yaml: the release shall get 5 % of the traffic, but this service has no canary | fix: set `canary` to the mode of the service: `Knative` or `Standard`',
  ],
  [
    'a canary that is there',
    service('churn', 'spec: {predictor: {canaryTrafficPercent: 5, model: {storageUri: s3://m/1}}}\n'),
    {},
    { weight: undefined },
    'f.yaml: the manifest has a canary, which the release would become a part of | fix: set `canary` to the mode of the service, or remove it from the manifest',
  ],
  [
    'a mode the service does not say',
    service('churn'),
    { canary: 'Knative' },
    {},
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is not there: the canary of Knative mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Knative` into the manifest, or correct `canary`',
  ],
  [
    'a mode the service is not in',
    inMode('Standard'),
    { canary: 'Knative' },
    {},
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is `Standard`: the canary of Knative mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Knative` into the manifest, or correct `canary`',
  ],
  [
    'the other mode',
    inMode('Serverless'),
    { canary: 'Standard' },
    {},
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is `Serverless`: the canary of Standard mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Standard` into the manifest, or correct `canary`',
  ],
  [
    'two canaries',
    inMode('Standard', '  canary: [{trafficPercent: 1}, {trafficPercent: 2}]\n'),
    { canary: 'Standard' },
    {},
    'f.yaml: `spec.canary` has 2 entries | fix: remove all but one',
  ],
  [
    'a canary that is the champion already',
    inMode('Standard').replace('predictor: {', 'predictor: {name: v42, '),
    { canary: 'Standard' },
    {},
    'f.yaml: `spec.predictor.name` is `v42` already | fix: a version that serves already needs no canary; a new one needs a new name',
  ],
  [
    'a canary beside a container',
    service(
      'churn',
      'spec: {predictor: {sklearn: {storageUri: s3://m/1}}}\n',
      '{serving.kserve.io/deploymentMode: Standard}',
    ),
    { canary: 'Standard' },
    {},
    'f.yaml: a canary of Standard mode needs `spec.predictor.model`',
  ],
  [
    'an image where there is none',
    service('churn'),
    { write: 'image' },
    { weight: undefined },
    'f.yaml: no `image` in `spec.predictor.model` | fix: `spec.predictor`: there are: model',
  ],
  [
    'several containers',
    service('churn', 'spec: {predictor: {containers: [{name: a}, {name: b}]}}\n'),
    { write: 'image' },
    { weight: undefined },
    'f.yaml: `spec.predictor.containers` has 2 containers | fix: set `container`; there are: a, b',
  ],
])

describe('kserve: edits', () => {
  it('writes the model URI of the old way to name a framework', () => {
    const spec = 'spec: {predictor: {sklearn: {storageUri: s3://m/1}}}\n'
    const files = new Map([['f.yaml', service('churn', spec)]])

    const edited = kserve.edit(files, { ...RELEASE, weight: undefined }, { file: 'f.yaml' })

    expect(edited.get('f.yaml')).toBe(service('churn', spec.replace('s3://m/1', RELEASE.uri!)))
  })

  it('ends a Knative canary by taking the field away', () => {
    const before = inMode('Knative').replace('predictor: {', 'predictor: {canaryTrafficPercent: 5, ')

    const edited = kserve.edit(
      new Map([['f.yaml', before]]),
      { ...RELEASE, weight: 100 },
      { file: 'f.yaml', canary: 'Knative' },
    )

    expect(edited.get('f.yaml')).toBe(inMode('Knative').replace('s3://m/1', RELEASE.uri!))
  })

  it.each(['1.2.0', 'V2_rc.1+build', '20260520', 'main-3f9c2ab'])(
    'names the canary of version %s',
    version => {
      const files = new Map([['f.yaml', inMode('Standard')]])

      const edited = kserve.edit(files, { ...RELEASE, version }, { file: 'f.yaml', canary: 'Standard' })

      const name = /name: (v\S+|main\S+)/.exec(edited.get('f.yaml')!)?.[1]
      expect(name).toBe(
        { '1.2.0': 'v1-2-0', 'V2_rc.1+build': 'v2-rc-1-build', '20260520': 'v20260520' }[version] ?? version,
      )
    },
  )
})
