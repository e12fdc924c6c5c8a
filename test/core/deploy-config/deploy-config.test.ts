import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDeploy } from '../../../src/commands/deploy/read/state.ts'
import { configFor } from '../../../src/core/deploy-config/deploy-config.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { TARGETS } from '../../support/deploy-configs.ts'
import { cases } from '../../support/rounds.ts'

const MINIMAL = `path: apps/{model}/overlays/{environment}
target: kustomize
environments:
  staging: { merge: auto }
  production: { after: staging }
`
const parse = (text: string) => parseDeployConfig(text, 'assay-deploy.yml', TARGETS)

describe('parseDeployConfig', () => {
  it('reads five lines: everything else has a careful default', () => {
    const { environments } = parse(MINIMAL)

    expect(environments.map(({ name, merge }) => [name, merge])).toEqual([
      ['staging', 'auto'],
      ['production', 'approval'],
    ])
    expect(environments[1]).toMatchObject({
      after: ['staging'],
      path: 'apps/{model}/overlays/{environment}',
      target: 'kustomize',
      options: {},
      soak: 0,
      verdicts: ['pass'],
      freeze: [],
      reviewers: [],
      labels: [],
    })
  })

  it('puts environments in the order of promotion, whatever the order in the file', () => {
    const { environments } = parse(
      MINIMAL.replace(
        / {2}staging[\s\S]*/,
        '  us: { after: [b, a] }\n  eu: { after: a }\n  b: {}\n  a: { after: b }\n',
      ),
    )

    expect(environments.map(({ name }) => name)).toEqual(['b', 'a', 'us', 'eu'])
  })

  it('lets an environment have its own of what stands at the top; options go with their target', () => {
    const { environments } = parse(`path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: model }
soak: 30m
environments:
  staging: {}
  production:
    path: clusters/{environment}/{model}
    target: helm-values
    options: { file: values.yaml, path: image.tag }
    soak: 1.5d
    argocd: { server: 'https://argocd.example' }
`)

    expect(environments[0]).toMatchObject({ target: 'kustomize', options: { image: 'model' }, soak: 1800 })
    expect(environments[1]).toMatchObject({
      target: 'helm-values',
      options: { file: 'values.yaml', path: 'image.tag' },
      soak: 129_600,
      argocd: { server: 'https://argocd.example', project: 'default' },
    })
  })

  it.each([
    [
      'a mistyped key',
      MINIMAL.replace('merge', 'merg'),
      ['4:14: unknown key `merg` in `environments.staging` (did you mean `merge`?)'],
    ],
    [
      'an unknown environment',
      MINIMAL.replace('after: staging', 'after: stagin'),
      ['5:24: `production` comes after `stagin`, which is no environment (did you mean `staging`?)'],
    ],
    [
      'a cycle',
      MINIMAL.replace('merge: auto', 'after: production'),
      [
        '4:21: no release can enter: `staging` comes after `production` comes after `staging` (take one of them out of `after`)',
      ],
    ],
    [
      'an environment after itself',
      MINIMAL.replace('after: staging', 'after: production'),
      ['5:24: no release can enter: `production` comes after `production` (take one of them out of `after`)'],
    ],
    [
      'an unknown target, once for all',
      MINIMAL.replace('kustomize', 'kustomise'),
      ['2:9: unknown target `kustomise` (did you mean `kustomize`?)'],
    ],
    [
      'options the target does not have',
      MINIMAL.replace('merge: auto', 'options: { imag: x }'),
      ['4:25: unknown key `imag` in `environments.staging.options` (did you mean `image`?)'],
    ],
    [
      'a path for no target',
      MINIMAL.replace('target: kustomize\n', ''),
      [
        '3:3: `staging` has no `target` (give it one, or all environments at the top of the file)',
        '4:3: `production` has no `target` (give it one, or all environments at the top of the file)',
      ],
    ],
    [
      'no environment',
      MINIMAL.replace(/environments:[\s\S]*/, 'environments: {}\n'),
      ['3:1: `environments`: at least one environment'],
    ],
    [
      'a mistake of the schema, and the rules beside it',
      MINIMAL.replace('merge: auto', 'merge: alone').replace('after: staging', 'after: stagin'),
      [
        expect.stringMatching(/^4:\d+: `environments.staging.merge`: must be one of `auto`, `approval`$/),
        '5:24: `production` comes after `stagin`, which is no environment (did you mean `staging`?)',
      ],
    ],
    [
      'two mistakes in one text, and the rules beside it',
      MINIMAL.replace(/^path: .*$/m, 'path: apps/{modle}').replace('kustomize', 'kustomise'),
      [
        '1:7: `path`: `{modle}` is no placeholder: there are `{model}` and `{environment}`',
        '2:9: unknown target `kustomise` (did you mean `kustomize`?)',
      ],
    ],
    [
      'a name that is no environment',
      MINIMAL.replace('staging: {', 'Staging/eu: {').replace(', after: staging', ''),
      ['4:3: an environment name is lower-case letters, digits and `-`'],
    ],
    [
      'a time zone that is none',
      MINIMAL.replace('merge: auto', 'freeze: [{ from: fri 16:00, to: mon 08:00, time_zone: Berlin }]'),
      ['4:68: `environments.staging.freeze.0.time_zone`: a time zone such as `Europe/Berlin`'],
    ],
    [
      'a window of two forms',
      MINIMAL.replace('merge: auto', 'freeze: [{ from: fri 16:00, to: 08:00 }]'),
      [
        '4:23: `from: fri 16:00` and `to: 08:00` are not of one form: both a time, both a weekday with a time, or both a date',
      ],
    ],
    [
      'a window that ends before it begins',
      MINIMAL.replace('merge: auto', 'freeze: [{ from: 2026-12-24, to: 2026-12-20 }]'),
      ['4:23: `to: 2026-12-20` is not after `from: 2026-12-24`'],
    ],
    [
      'a window without end',
      MINIMAL.replace('merge: auto', 'freeze: [{ from: 08:00, to: 08:00 }]'),
      ['4:23: `from` and `to` are the same: nothing could ever enter'],
    ],
    [
      'a day that is none',
      MINIMAL.replace('merge: auto', 'freeze: [{ from: 2026-02-30, to: 2026-03-02 }]'),
      ['4:23: `2026-02-30` is no day of the calendar'],
    ],
    [
      'a soak until no date',
      MINIMAL.replace('merge: auto', 'soak: 9999999999d'),
      ['4:20: `environments.staging.soak`: a duration of at most `400d`'],
    ],
    [
      'a soak that is none',
      MINIMAL.replace('merge: auto', 'soak: 2 days'),
      ['4:20: `environments.staging.soak`: a duration such as `30m`, `24h` or `3d`'],
    ],
    [
      'a verdict that is none',
      MINIMAL.replace('merge: auto', 'verdicts: [ok]'),
      [
        '4:25: `environments.staging.verdicts.0`: must be one of `pass`, `inconclusive`, `not_comparable`, `fail`',
      ],
    ],
    [
      'one folder for the records of two environments',
      MINIMAL.replace(/^path/m, "records: 'releases/{model}'\npath"),
      [
        '1:10: the records of `production` and `staging` have the same folder: releases/{model} (put `{environment}` into `records`)',
      ],
    ],
    [
      'an own path that is that of another environment',
      MINIMAL.replace('after: staging', "after: staging, path: 'apps/{model}/overlays/staging'"),
      [
        '5:39: the records of `production` and `staging` have the same folder: apps/{model}/overlays/staging (put `{environment}` into `path`)',
      ],
    ],
    [
      'what else is written by no target',
      MINIMAL.replace('merge: auto', 'merge: auto, also: [{ target: yml }]'),
      ['4:44: unknown target `yml` (did you mean `yaml`?)'],
    ],
    [
      'options that a target of `also` does not take',
      `${MINIMAL}also: [{ target: kserve, options: { file: a.yaml, fiel: b.yaml } }]\n`,
      ['6:51: unknown key `fiel` in `also.0.options` (did you mean `file`?)'],
    ],
    [
      'records that are not of one model',
      MINIMAL.replace(/^path/m, 'records: releases/{environment}\npath'),
      ['1:10: `records`: must have `{model}` as one of its folders: what it tells of is one model'],
    ],
    ['an empty file', '', ['1: the file is empty (name at least one environment under `environments`)']],
  ])('names the line of %s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  it.each([
    ['DY-002: ../deploy-evil/{model}/{environment}'],
    ['DY-002: apps/../../{model}/{environment}'],
    ['DY-005: .github/{model}/{environment}'],
    ['DY-005: .git/{model}/{environment}'],
    ['/apps/{model}/{environment}'],
    ['apps//{model}/{environment}'],
    ['apps/{model}/{environment}/'],
    ['C:\\apps/{model}/{environment}'],
    ['apps/{model}/.{environment}'],
    ['./apps'],
    [''],
    ['apps/{model}/{environment}/{region}'],
    ['apps/{{model}}/{environment}'],
    ['apps/{model}/{environment}/*'],
    ['apps/{model}/$HOME/{environment}'],
    ['~/{model}/{environment}'],
  ])('refuses the path %s', path => {
    const text = MINIMAL.replace(/path: .*/, `path: '${path.replace(/^DY-00\d: /, '')}'`)

    expect(problems(text).length).toBeGreaterThan(0)
    expect(problems(text).every(problem => problem.startsWith('1:7: `path`: '))).toBe(true)
  })

  it.each([
    ['apps/{model}/overlays/{environment}', 'apps/{model}/overlays/{environment}'],
    ['envs/{environment}', 'envs/{environment}/releases/{environment}/{model}'],
    ['charts/{model}', 'charts/{model}/releases/{environment}/{model}'],
    ['apps/x-{model}/{environment}', 'apps/x-{model}/{environment}/releases/{environment}/{model}'],
    ['k8s', 'k8s/releases/{environment}/{model}'],
    ['.', 'releases/{environment}/{model}'],
  ])('keeps the records of %s in %s', (path, records) => {
    const { environments } = parse(MINIMAL.replace(/path: .*/, `path: '${path}'`))

    expect(environments.map(one => one.records)).toEqual([records, records])
  })

  it('takes the path of one environment for its own, and that of a model beside records that stay', () => {
    const config = parse(
      MINIMAL.replace('merge: auto', "merge: auto, path: 'stage/{model}'").concat(
        'models: { old: { path: legacy, environments: { staging: { path: legacy/staging } } } }\n',
      ),
    )

    expect(config.environments.map(one => one.records)).toEqual([
      'stage/{model}',
      'apps/{model}/overlays/{environment}',
    ])
    expect(configFor(config, 'old').environments.map(({ path, records }) => [path, records])).toEqual([
      ['legacy/staging', 'stage/{model}'],
      ['legacy', 'apps/{model}/overlays/{environment}'],
    ])
  })

  it.each(
    ['docs/deploy-configuration.md', 'docs/canary.md'].flatMap(page =>
      [...readFileSync(page, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!),
    ),
  )('reads the example of the documentation: %s', text => {
    expect(() => parseDeploy(text)).not.toThrow()
  })

  it('never ends in anything but a configuration or an error with places', () => {
    const lines = readFileSync('docs/deploy-configuration.md', 'utf8').split('\n')
    const anyText = fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 20 })), {
      maxLength: 30,
    })

    fc.assert(
      fc.property(anyText, found => {
        const ended = problems(found.join('\n'))

        expect(Array.isArray(ended)).toBe(true)
      }),
      cases(300),
    )
  })
})

// --- internal ---

describe('who must have signed', () => {
  it.each([
    ['{}', 'needs `key` or `by`'],
    [
      '{ by: { issuer: https://a, subject: b }, key: a.pub }',
      'says both `key` and `by`: leave one of them out',
    ],
  ])('is a key or an identity: %s', (signed, words) => {
    const text = MINIMAL.replace('merge: auto', `policy: { signed: ${signed} }`)

    expect(problems(text)).toEqual([
      expect.stringContaining(`\`environments.staging.policy.signed\`: ${words}`),
    ])
  })
})

function problems(text: string): string[] {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    expect(error.code).toBe('CONFIG_INVALID')
    return error.problems.map(
      ({ what, where, fix }) =>
        `${positionWords(where).replace('assay-deploy.yml:', '')}: ${what}${fix ? ` (${fix})` : ''}`,
    )
  }
}

describe('models that differ', () => {
  const HEAD = 'path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: all }\n'
  const ENVIRONMENTS =
    'environments:\n  staging: {}\n  eu: { after: staging }\n  us: { after: [staging, eu], reviewers: [kim] }\n'
  const parse = (models: string) =>
    parseDeployConfig(`${HEAD}${ENVIRONMENTS}models:\n${models}`, 'assay-deploy.yml', TARGETS)
  const of = (models: string, model: string) =>
    configFor(parse(models), model).environments.map(
      ({ name, after, target, options }) =>
        `${name} < ${after.join(' ')}: ${target} ${JSON.stringify(options)}`,
    )

  it('have their own target and options; all others have those of the file', () => {
    const models = '  fraud: { target: yaml, options: { file: a.yaml, path: b } }\n'

    expect(of(models, 'fraud')).toEqual([
      'staging < : yaml {"file":"a.yaml","path":"b"}',
      'eu < staging: yaml {"file":"a.yaml","path":"b"}',
      'us < staging eu: yaml {"file":"a.yaml","path":"b"}',
    ])
    expect(of(models, 'churn')[0]).toBe('staging < : kustomize {"image":"all"}')
    expect(of(models, 'constructor')[0]).toBe('staging < : kustomize {"image":"all"}')
  })

  it('may differ in one environment only', () => {
    expect(of('  fraud: { environments: { eu: { options: { image: other } } } }\n', 'fraud')).toEqual([
      'staging < : kustomize {"image":"all"}',
      'eu < staging: kustomize {"image":"other"}',
      'us < staging eu: kustomize {"image":"all"}',
    ])
  })

  it('skip environments; what comes after those comes after what is before them', () => {
    expect(of('  fraud: { skip: [staging] }\n', 'fraud')).toEqual([
      'eu < : kustomize {"image":"all"}',
      'us < eu: kustomize {"image":"all"}',
    ])
    expect(of('  fraud: { skip: [eu] }\n', 'fraud')[1]).toBe('us < staging: kustomize {"image":"all"}')
  })

  it('have every problem named with its line', () => {
    const models =
      '  fraud: { target: yml, skip: [stagin] }\n  other: { target: yaml, options: { fle: a.yaml } }\n'
    let problems: string[] = []
    try {
      parse(models)
    } catch (error) {
      problems = (error as AssayError).problems.map(
        ({ what, where, fix }) => `${where?.line}: ${what}; ${fix ?? ''}`,
      )
    }

    expect(problems).toContain('9: `stagin` is no environment; did you mean `staging`?')
    expect(problems.some(one => one.startsWith('9: unknown target `yml`'))).toBe(true)
    expect(problems.some(one => one.startsWith('10: unknown key `fle`'))).toBe(true)
  })
})
