import { describe, expect, it } from 'vitest'
import { Span } from '../../../src/core/deploy-config/canary.ts'
import { configFor } from '../../../src/core/deploy-config/deploy-config.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { TARGETS } from '../../support/deploy-configs.ts'

const SPLITS = {
  yaml: { sticky: ['cookie', 'header'], movedBy: 'commits' },
  'helm-values': { sticky: ['none'], movedBy: 'commits' },
} as const

const GOOD = `path: apps/{model}/overlays/{environment}
target: yaml
options: { file: a.yaml, path: b }
environments:
  staging: {}
  production:
    drift: { collector: 'http://collector:8080' }
    experiment:
      shares: [60, 40]
      until: 14d
      decide: winner
      unit: user
      sticky: cookie
      conversion: { outcome: bought, within: 24h, margin: 0.005 }
      guardrails: [errors]
`
const CANARY =
  'canary: { steps: [5], unit: user, sticky: cookie, conversion: { outcome: bought, within: 1h, margin: 0.01 } }'
const parse = (text: string) => parseDeployConfig(text, 'assay-deploy.yml', TARGETS, SPLITS)

describe('an experiment', () => {
  it('is a canary of one step that takes just so long, and decides', () => {
    const { environments } = parse(GOOD)

    expect(environments.map(({ canary }) => canary?.decide)).toEqual([undefined, 'winner'])
    expect(environments[1]!.canary).toMatchObject({ steps: [40], for: '14d', on_harm: 'merge' })
  })

  it('of the longest time there may be has a horizon that can be read', () => {
    const { canary } = parse(GOOD.replace('14d', '366d')).environments[1]!

    expect(Span.safeParse(canary!.horizon).success).toBe(true)
  })

  it('may be taken from a model, which may have a canary in its place', () => {
    const models = `models:
  plain: { experiment: false }
  slow: { experiment: false, environments: { production: { ${CANARY} } } }
`
    const config = parse(GOOD + models)
    const canaryFor = (model: string) => configFor(config, model).environments[1]!.canary

    expect(canaryFor('churn')?.decide).toBe('winner')
    expect(canaryFor('plain')).toBeUndefined()
    expect([canaryFor('slow')?.steps, canaryFor('slow')?.decide]).toEqual([[5], undefined])
  })

  it.each<[string, [string, string], string[]]>([
    ['shares of more than all', ['[60, 40]', '[60, 50]'], ['9: `environments.production.experiment.shares`']],
    ['three shares', ['[60, 40]', '[60, 20, 20]'], ['9: `environments.production.experiment.shares`']],
    [
      'a share of nothing',
      ['[60, 40]', '[100, 0]'],
      ['9: `environments.production.experiment.shares.0`', 'shares.1`'],
    ],
    [
      'an end that is an instant',
      ['until: 14d', 'until: 2026-06-01'],
      ['10: `environments.production.experiment.until`'],
    ],
    [
      'an end before anything is counted',
      ['until: 14d', 'until: 12h'],
      ['14: `within: 24h` is not shorter than `until: 12h` (line 10): by the end of a step nothing'],
    ],
    [
      'an end after every date',
      ['until: 14d', 'until: 1000000000000000000000d'],
      ['10: `environments.production.experiment.until`: a duration from `1s` to `366d`'],
    ],
    [
      'several mistakes at once',
      [
        'shares: [60, 40]\n      until: 14d\n      decide: winner',
        'shares: [50.5, 49.5]\n      until: 2026-12-31\n      decide: champion',
      ],
      [
        '9: `environments.production.experiment.shares.0`',
        '9: `environments.production.experiment.shares.1`',
        '10: `environments.production.experiment.until`: a duration such as',
        '11: `environments.production.experiment.decide`: must be one of `winner`, `none`',
      ],
    ],
    ['nothing to decide', ['      decide: winner\n', ''], ['8: `environments.production.experiment.decide`']],
    [
      'users that nothing keeps',
      ['sticky: cookie', 'sticky: none'],
      [
        '12: `unit: user` does not fit `sticky: none` (line 13)',
        '13: `sticky: none` is nothing that the target',
      ],
    ],
    [
      'a target that cannot split',
      ['  production:\n', '  production:\n    target: kustomize\n    options: {}\n'],
      ['10: `production` has an experiment, and its target `kustomize` (line 7) cannot split traffic'],
    ],
    [
      'a canary for the same releases',
      ['  production:\n', `  production:\n    ${CANARY}\n`],
      ['7: `production` has a `canary` and an `experiment` (line 9) for the same releases'],
    ],
    [
      'a canary for the same releases of one model',
      ['environments:\n', `models: { fraud: { ${CANARY} } }\nenvironments:\n`],
      [
        '4: nobody counts `bought` in `staging`',
        '4: `production` has a `canary` and an `experiment` (line 9) for the same releases',
      ],
    ],
    ['steps', ['until: 14d', 'until: 14d\n      steps: [5]'], ['11: unknown key `steps`']],
  ])('is refused with: %s', (_, [from, to], expected) => {
    const found = problems(GOOD.replace(from, to))

    for (const words of expected) expect(found.join('\n')).toContain(words)
    expect(found).toHaveLength(expected.length)
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
