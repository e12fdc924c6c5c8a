import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { configFor } from '../../../src/core/deploy-config/deploy-config.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { TARGETS } from '../../support/deploy-configs.ts'

const SPLITS = {
  yaml: { sticky: ['cookie', 'header'], movedBy: 'commits' },
  'helm-values': { sticky: ['none'], movedBy: 'commits' },
  kserve: { sticky: ['none'], movedBy: 'commits' },
} as const

const GOOD = `path: apps/{model}/overlays/{environment}
target: yaml
options: { file: a.yaml, path: b }
environments:
  staging: {}
  production:
    after: staging
    drift: { collector: 'http://collector:8080' }
    canary:
      steps: [5, 25]
      unit: user
      sticky: cookie
      for: 12h
      horizon: 7d
      conversion: { outcome: bought, within: 24h, margin: 0.005 }
      guardrails: [errors, latency]
      latency_ms: 250
`
const parse = (text: string) => parseDeployConfig(text, 'assay-deploy.yml', TARGETS, SPLITS)

describe('releases that enter in steps', () => {
  it('do so where it is said, with careful defaults for the rest', () => {
    const { environments } = parse(GOOD)

    expect(environments.map(({ canary }) => canary?.steps)).toEqual([undefined, [5, 25]])
    expect(environments[1]!.canary).toMatchObject({ on_harm: 'merge', on_inconclusive: 'hold' })
  })

  it('may be said of a model, of one in an environment, and taken away again', () => {
    const models = `models:
  slow: { canary: { steps: [1], unit: user, sticky: header x-user, conversion: { outcome: bought, within: 1h, margin: 0.01 } } }
  plain: { environments: { production: { canary: false } } }
`
    const counted = GOOD.replace(
      '  staging: {}',
      "  staging: { drift: { collector: 'http://collector:8080' } }",
    )
    const config = parse(counted + models)
    const stepsOf = (model: string) =>
      configFor(config, model).environments.map(({ canary }) => canary?.steps)

    expect(stepsOf('churn')).toEqual([undefined, [5, 25]])
    expect(stepsOf('slow')).toEqual([[1], [1]])
    expect(stepsOf('plain')).toEqual([undefined, undefined])
  })

  it.each<[string, [string, string], string[]]>([
    [
      'no unit counted by the end',
      ['within: 24h', 'within: 7d'],
      ['15: `within: 7d` is not shorter than `horizon: 7d` (line 14): by the end of a step nothing'],
    ],
    [
      'a step longer than its horizon',
      ['for: 12h', 'for: 8d'],
      ['13: `for: 8d` is longer than `horizon: 7d` (line 14)'],
    ],
    ['steps that fall', ['[5, 25]', '[25, 5]'], ['10: `steps: [25, 5]` do not ascend']],
    ['the same step twice', ['[5, 25]', '[5, 5]'], ['10: `steps: [5, 5]` do not ascend']],
    ['a step of nothing', ['[5, 25]', '[0, 25]'], ['10: `environments.production.canary.steps.0`']],
    ['a step of everything', ['[5, 25]', '[5, 100]'], ['10: `environments.production.canary.steps.1`']],
    [
      'users that nothing keeps',
      ['sticky: cookie', 'sticky: none'],
      [
        '11: `unit: user` does not fit `sticky: none` (line 12): each request is drawn anew',
        '12: `sticky: none` is nothing that the target `yaml` (line 2) of `production` can do',
      ],
    ],
    [
      'requests that are kept together',
      ['unit: user', 'unit: request'],
      ['11: `unit: request` does not fit `sticky: cookie` (line 12): the requests of a user go together'],
    ],
    [
      'a target that cannot split',
      ['  production:\n', '  production:\n    target: kustomize\n    options: {}\n'],
      ['11: releases enter `production` in steps, and its target `kustomize` (line 7) cannot split traffic'],
    ],
    [
      'outcomes that nobody counts',
      ["    drift: { collector: 'http://collector:8080' }\n", ''],
      ['8: nobody counts `bought`, `errors`, `latency` in `production`'],
    ],
    [
      'an unknown guardrail',
      ['[errors, latency]', '[errors, cpu]'],
      ['16: `environments.production.canary.guardrails.1`'],
    ],
    [
      'what is slow, and no guardrail for it',
      ['[errors, latency]', '[errors]'],
      ['17: `latency_ms: 250` is of the guardrail `latency`, which is none of `guardrails` (line 16)'],
    ],
    [
      'a way that is none',
      ['sticky: cookie', 'sticky: header'],
      ['12: `environments.production.canary.sticky`'],
    ],
    [
      'a horizon of no date',
      ['horizon: 7d', 'horizon: 9999999999d'],
      ['14: `environments.production.canary.horizon`: a duration from `1s` to `400d`'],
    ],
    [
      'a step of no time',
      ['for: 12h', 'for: 0s'],
      ['13: `environments.production.canary.for`: a duration from `1s` to `400d`'],
    ],
    [
      'a margin that no traffic would tell',
      ['margin: 0.005', 'margin: 1e-320'],
      [
        '15: `environments.production.canary.conversion.margin`: a difference of shares from 0.0001: a smaller one no traffic would tell',
      ],
    ],
    [
      'a margin in percent',
      ['margin: 0.005', 'margin: 5'],
      [
        '15: `environments.production.canary.conversion.margin`: 5 allows any loss there can be, so it can never fail: write a share: 0.05 is 5 points',
      ],
    ],
    [
      'a margin that nothing is beyond',
      ['margin: 0.005', 'margin: 1'],
      [
        '15: `environments.production.canary.conversion.margin`: 1 allows any loss there can be, so it can never fail: of a share 0.05 is 5 points',
      ],
    ],
    [
      'a guardrail named twice',
      ['[errors, latency]', '[errors, latency, errors]'],
      ['16: `environments.production.canary.guardrails.2`: `errors` stands there twice'],
    ],
    ['no margin', [', margin: 0.005', ''], ['15: `environments.production.canary.conversion.margin`']],
    [
      'an unknown key',
      ['unit: user', 'unit: user\n      speed: 5'],
      ['12: unknown key `speed` in `environments.production.canary`'],
    ],
  ])('are refused with: %s', (_, [from, to], expected) => {
    const found = problems(GOOD.replace(from, to))

    expect(found).toHaveLength(expected.length)
    for (const [at, words] of expected.entries()) expect(found[at]).toContain(words)
  })

  it.each<[string, string, string[]]>([
    [
      '{ steps: [5] }',
      'most of it missing',
      [
        '`e.canary.unit`: must be one of `user`, `request`',
        '`e.canary.sticky`: is missing (expected string)',
        '`e.canary.conversion`: is missing (expected object)',
      ],
    ],
    [
      '{ stepz: [5], unit: request, sticky: none, conversion: { outcome: bought, within: 1h, margin: 0.01 } }',
      'a slip of the pen',
      ['`e.canary.steps`: is missing (expected array)', 'unknown key `stepz` in `e.canary`'],
    ],
    [
      '{ steps: [5], unit: request, sticky: none, outcome: bought, within: 24h, margin: 0.02 }',
      'keys that stand a level too high',
      [
        '`e.canary.conversion`: is missing (expected object)',
        ...['outcome', 'within', 'margin'].map(key => `unknown key \`${key}\` in \`e.canary\``),
      ],
    ],
    ['true', 'a yes', ['`e.canary`: expected object or `false`']],
    ['', 'nothing', ['`e.canary` has no value']],
  ])('are told every problem of `canary: %s`, %s', (canary, _, expected) => {
    const text = GOOD.replace('{}', '{ canary: false }').replace(/canary:\n[\s\S]*/, `canary: ${canary}\n`)
    const found = problems(text).map(one => one.replace('environments.production.', 'e.'))

    expect(found).toHaveLength(expected.length)
    for (const words of expected) expect(found.join('\n')).toContain(`9: ${words}`)
  })

  it("are refused where KServe's logger alone tells of the traffic, and cannot tell of a guardrail", () => {
    const kserve = GOOD.replace('target: yaml', 'target: kserve')
      .replace('{ file: a.yaml, path: b }', '{ file: a.yaml }')
      .replace('unit: user', 'unit: request')
      .replace('sticky: cookie', 'sticky: none')
      .replace('latency]', 'latency, missing_outcome]')
    const logged = kserve.replace(
      '    drift:',
      "    watch: { events: 'http://assay-collector-events.assay' }\n    drift:",
    )

    expect(problems(kserve)).toEqual([])
    expect(problems(logged)).toEqual([
      "17: nothing counts `errors` and `latency` of `production`: by `watch.events` (line 8) its traffic is told of by KServe's logger, which tells what was asked and answered, and neither a failure nor how long it took",
    ])
    expect(problems(logged.replace('[errors, latency,', '[').replace('      latency_ms: 250\n', ''))).toEqual(
      [],
    )
  })

  it('are refused the same where a route leads to two InferenceServices whose loggers tell of the traffic', () => {
    const targets = { ...TARGETS, istio: z.record(z.string(), z.unknown()) }
    const splits = { ...SPLITS, istio: { sticky: ['cookie'], movedBy: 'commits' } } as const
    const arm = (target: string) => `{ target: ${target}, options: { file: a.yaml } }`
    const routed = (challenger: string, watch: string) =>
      GOOD.replace('target: yaml', 'target: istio')
        .replace(
          '{ file: a.yaml, path: b }',
          `{ file: r.yaml, champion: ${arm('kserve')}, challenger: ${challenger} }`,
        )
        .replace('    drift:', `    watch: ${watch}\n    drift:`)
    const asked = (text: string) => () => parseDeployConfig(text, 'assay-deploy.yml', targets, splits)
    const events = "{ events: 'http://assay-collector-events.assay' }"

    for (const challenger of [arm('kserve'), arm('yaml')])
      expect(asked(routed(challenger, events))).toThrow(
        expect.objectContaining({
          problems: [
            expect.objectContaining({
              what: expect.stringMatching(
                /^nothing counts `errors` and `latency` of `production`: by `watch.events` \(line 8\) .* KServe's logger/,
              ),
            }),
          ],
        }),
      )
    expect(asked(routed(arm('kserve'), '{}'))).not.toThrow()
    const plain = routed(arm('yaml'), events).replace(
      `champion: ${arm('kserve')}`,
      `champion: ${arm('yaml')}`,
    )
    expect(asked(plain)).not.toThrow()
  })

  it('are refused of a model whose own logger cannot tell of a guardrail', () => {
    const models = `models:
  fraud:
    target: kserve
    options: { file: a.yaml }
    watch: { events: 'http://assay-collector-events.assay' }
    canary: { steps: [5], unit: request, sticky: none, conversion: { outcome: bought, within: 1h, margin: 0.01 }, guardrails: [errors] }
`

    expect(problems(GOOD.replace('staging: {}', 'staging: { canary: false }') + models)).toEqual(
      expect.arrayContaining([
        expect.stringContaining(
          '23: nothing counts `errors` of `production`: by `watch.events` (line 22) its traffic is told of by KServe',
        ),
      ]),
    )
  })

  it('are refused where a controller takes the steps and nobody could tell where it is with them', () => {
    const moved = { yaml: { sticky: ['cookie'], movedBy: 'controller' } } as const
    const asked = (text: string) => () => parseDeployConfig(text, 'assay-deploy.yml', TARGETS, moved)

    expect(asked(GOOD)).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            what: expect.stringMatching(/^the controller of the target `yaml` \(line 2\) takes the steps in/),
          }),
        ],
      }),
    )
    const seen = GOOD.replace('target:', 'argocd: { server: https://argocd.example }\ntarget:')
    expect(asked(seen)()).toMatchObject({ controllers: ['yaml'] })
  })

  it('are refused of a model whose own target cannot split, naming both lines', () => {
    const models = 'models:\n  fraud:\n    target: kustomize\n    options: {}\n'

    expect(problems(GOOD + models)).toEqual([
      expect.stringContaining(
        '9: releases enter `production` in steps, and its target `kustomize` (line 20) cannot split traffic',
      ),
    ])
  })

  it('are all refused at once: what is wrong elsewhere hides nothing of a model', () => {
    const models = `models:
  slow: { canary: { steps: [9, 3], unit: user, sticky: cookie, conversion: { outcome: bought, within: 1h, margin: 0.01 } } }
  other: { reviewer: [ann] }
  fraud: { target: kustomize, options: {} }
`
    const text = GOOD.replace('  staging: {}', '  staging: { soka: 1h, target: [] }')

    expect(problems(text + models).map(one => one.slice(0, 60))).toEqual([
      '5: unknown key `soka` in `environments.staging`',
      expect.stringContaining('5: `environments.staging.target`'),
      '9: releases enter `production` in steps, and its target `kus',
      expect.stringContaining('19: nobody counts `bought` in `staging`'),
      '19: `steps: [9, 3]` do not ascend',
      '20: unknown key `reviewer` in `models.other`',
    ])
  })
})

// --- internal ---

function problems(text: string): string[] {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems.map(
      ({ what, where }) => `${positionWords(where).replace(/assay-deploy\.yml:(\d+):\d+/, '$1')}: ${what}`,
    )
  }
}
