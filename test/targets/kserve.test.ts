import { describe, expect, it } from 'vitest'
import { kserve } from '../../src/targets/kserve.ts'
import type { ReleaseForTarget } from '../../src/targets/target.ts'
import { ARMS, CHAMPION, NEXT, RELEASE } from './cases.ts'
import { refusesManifests, refusesOptions, refusesSplits } from './refusals.ts'

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
    'mode: Serverless',
    'options.yml:1:7: `mode`: must be one of `Knative`, `Standard`',
  ],
  [
    'a name with a blank',
    'name: the churn',
    'options.yml:1:7: `name`: must be a Kubernetes name, in which `{model}`, `{environment}` and `{cluster}` may stand',
  ],
  [
    'both names of the mode',
    'mode: Knative\ncanary: Knative',
    'options.yml:2:9: `canary`: is the old name of `mode`: write one of them',
  ],
  ['a mistyped key', 'canry: Knative', 'options.yml:1:1: unknown key `canry` | fix: did you mean `canary`?'],
])

refusesManifests('kserve', [
  [
    'no such object',
    'kind: Service\napiVersion: v1\n',
    {},
    {},
    'f.yaml: there is no InferenceService of serving.kserve.io | fix: there are: Service (v1)',
  ],
  [
    'another API',
    'kind: InferenceService\napiVersion: machinelearning.seldon.io/v1\n',
    {},
    {},
    'f.yaml: there is no InferenceService of serving.kserve.io | fix: there are: InferenceService (machinelearning.seldon.io/v1)',
  ],
  [
    'several',
    `${service('a')}---\n${service('b')}`,
    {},
    {},
    'f.yaml: there are 2 InferenceService of serving.kserve.io | fix: set `name` to one of: a, b',
  ],
  [
    'another name',
    service('churn'),
    { name: 'chrun' },
    {},
    'f.yaml: there is no InferenceService called `chrun` | fix: did you mean `churn`?',
  ],
  [
    'no model',
    service('churn', 'spec: {predictor: {minReplicas: 1}}\n'),
    {},
    {},
    'f.yaml: no `storageUri` in `spec.predictor.model` | fix: `spec.predictor`: there are: minReplicas',
  ],
  [
    'a release without URI',
    service('churn'),
    {},
    { uri: undefined },
    'f.yaml: the release churn 42 has no model URI | fix: tell Assay where the packaging put the model, or set `write: image`',
  ],
  [
    'a canary that is there',
    service('churn', 'spec: {predictor: {canaryTrafficPercent: 5, model: {storageUri: s3://m/1}}}\n'),
    {},
    {},
    'f.yaml: the manifest has a canary, which the release would become a part of | fix: set `mode` to that of the service, or remove the canary from the manifest',
  ],
  [
    'a mode the service does not say',
    service('churn'),
    { mode: 'Knative' },
    {},
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is not there: the canary of Knative mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Knative` into the manifest, or correct `mode`',
  ],
  [
    'a mode the service is not in',
    inMode('Standard'),
    { mode: 'Knative' },
    {},
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is `Standard`: the canary of Knative mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Knative` into the manifest, or correct `mode`',
  ],
  [
    'the other mode',
    inMode('Serverless'),
    { mode: 'Standard' },
    {},
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is `Serverless`: the canary of Standard mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Standard` into the manifest, or correct `mode`',
  ],
  [
    'an image where there is none',
    service('churn'),
    { write: 'image' },
    {},
    'f.yaml: no `image` in `spec.predictor.model` | fix: `spec.predictor`: there are: model',
  ],
  [
    'several containers',
    service('churn', 'spec: {predictor: {containers: [{name: a}, {name: b}]}}\n'),
    { write: 'image' },
    {},
    'f.yaml: `spec.predictor.containers` has 2 containers | fix: set `container`; there are: a, b',
  ],
])

refusesSplits('kserve', [
  [
    'a service without a mode',
    service('churn'),
    {},
    'f.yaml: 42 shall get 5 % of the traffic, and nothing says how this service splits it | fix: set `mode` to that of the service: `Knative` or `Standard`',
  ],
  [
    'a mode the service is not in',
    inMode('Standard'),
    { mode: 'Knative' },
    'f.yaml: the annotation `serving.kserve.io/deploymentMode` is `Standard`: the canary of Knative mode may be ignored, and the release get all traffic | fix: write `serving.kserve.io/deploymentMode: Knative` into the manifest, or correct `mode`',
  ],
  [
    'two canaries',
    inMode('Standard', '  canary: [{trafficPercent: 1}, {trafficPercent: 2}]\n'),
    { mode: 'Standard' },
    'f.yaml: `spec.canary` has 2 entries | fix: remove all but one',
  ],
  [
    'a canary that is the champion already',
    inMode('Standard').replace('predictor: {', 'predictor: {name: v42, '),
    { mode: 'Standard' },
    'f.yaml: `spec.predictor.name` is `v42` already | fix: a version that serves already needs no canary; a new one needs a new name',
  ],
  [
    'a canary beside a container',
    service(
      'churn',
      'spec: {predictor: {sklearn: {storageUri: s3://m/1}}}\n',
      '{serving.kserve.io/deploymentMode: Standard}',
    ),
    { mode: 'Standard' },
    'f.yaml: a canary of Standard mode needs `spec.predictor.model`',
  ],
])

describe('kserve: a canary in Knative mode', () => {
  const options = { file: 'f.yaml', mode: 'Knative' }
  const edit = (text: string, release: ReleaseForTarget) =>
    kserve.edit(new Map([['f.yaml', text]]), release, options).get('f.yaml') ?? text
  const serving = inMode('Knative').replace('s3://m/1', CHAMPION.uri!)
  const begun = kserve.split!.edit(new Map([['f.yaml', serving]]), ARMS, options).get('f.yaml')!
  const percent = (text: string) => /canaryTrafficPercent: (\d+)/.exec(text)?.[1]

  it('keeps the traffic at the revision that served all along when it is taken back', () => {
    const back = edit(begun, CHAMPION)

    expect([percent(begun), percent(back)]).toEqual(['5', '0'])
    expect(back).toContain(CHAMPION.uri)
    expect(edit(back, CHAMPION)).toBe(back)
  })

  it('gives everything to the next release, and to a challenger that is promoted', () => {
    const next = edit(edit(begun, CHAMPION), NEXT)
    const promoted = edit(begun, RELEASE)

    expect([percent(next), percent(promoted)]).toEqual([undefined, undefined])
    expect([next, promoted].filter(text => text.includes('assay/canary'))).toEqual([])
    expect(edit(next, NEXT)).toBe(next)
  })

  it('begins another one after one was taken back', () => {
    const again = kserve
      .split!.edit(new Map([['f.yaml', edit(begun, CHAMPION)]]), { ...ARMS, challenger: NEXT }, options)
      .get('f.yaml')!

    expect(percent(again)).toBe('5')
    expect(again).toContain(NEXT.uri)
  })

  it('takes the 0 of a person away', () => {
    const by = serving.replace('predictor: {', 'predictor: {canaryTrafficPercent: 0, ')

    expect(edit(by, CHAMPION)).toBe(serving)
  })

  it('is read by the old name of the option', () => {
    const old = kserve.split!.edit(new Map([['f.yaml', serving]]), ARMS, {
      file: 'f.yaml',
      canary: 'Knative',
    })

    expect(old.get('f.yaml')).toBe(begun)
  })
})

describe('kserve: edits', () => {
  it('writes the model URI of the old way to name a framework', () => {
    const spec = 'spec: {predictor: {sklearn: {storageUri: s3://m/1}}}\n'
    const files = new Map([['f.yaml', service('churn', spec)]])

    const edited = kserve.edit(files, RELEASE, { file: 'f.yaml' })

    expect(edited.get('f.yaml')).toBe(service('churn', spec.replace('s3://m/1', RELEASE.uri!)))
  })

  it('ends a Knative canary by taking the field away', () => {
    const before = inMode('Knative').replace('predictor: {', 'predictor: {canaryTrafficPercent: 5, ')

    const edited = kserve.edit(new Map([['f.yaml', before]]), RELEASE, { file: 'f.yaml', mode: 'Knative' })

    expect(edited.get('f.yaml')).toBe(inMode('Knative').replace('s3://m/1', RELEASE.uri!))
  })

  it.each(['1.2.0', 'V2_rc.1+build', '20260520', 'main-3f9c2ab'])(
    'names the canary of version %s',
    version => {
      const files = new Map([['f.yaml', inMode('Standard')]])

      const challenger = { ...RELEASE, version }
      const edited = kserve.split!.edit(files, { ...ARMS, challenger }, { file: 'f.yaml', mode: 'Standard' })

      const name = /name: (v\S+|main\S+)/.exec(edited.get('f.yaml')!)?.[1]
      expect(name).toBe(
        { '1.2.0': 'v1-2-0', 'V2_rc.1+build': 'v2-rc-1-build', '20260520': 'v20260520' }[version] ?? version,
      )
    },
  )
})
