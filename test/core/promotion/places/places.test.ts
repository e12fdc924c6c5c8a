import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefName } from '../../../../src/core/git/names.ts'
import {
  folderOf,
  holdPath,
  parsePromotionBranch,
  promotionBranch,
  recordFinder,
  recordPath,
} from '../../../../src/core/promotion/places/places.ts'
import { deployConfig } from '../../../support/deploy-configs.ts'
import { cases } from '../../../support/rounds.ts'

const CONFIG = deployConfig(
  'staging: {}',
  "production: { after: staging, path: 'clusters/{environment}-1/{model}/x.y/{model}' }",
)
const [STAGING, PRODUCTION] = CONFIG.environments
/** Manifests in common, and records by the default. */
const SHARED = { ...STAGING!, path: '.', records: 'releases/{environment}/{model}' }
const model = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)

describe('places in a deploy repository', () => {
  it('are what the templates say', () => {
    expect(recordPath(STAGING!, 'churn')).toBe('apps/churn/overlays/staging/model-release.yaml')
    expect(recordPath(PRODUCTION!, 'churn')).toBe('clusters/production-1/churn/x.y/churn/model-release.yaml')
    expect(holdPath(STAGING!, 'churn')).toBe('apps/churn/overlays/staging/model-hold.yaml')
    expect(folderOf(SHARED, 'churn')).toBe('.')
    expect(recordPath(SHARED, 'churn')).toBe('releases/staging/churn/model-release.yaml')
    expect(recordFinder({ ...CONFIG, environments: [SHARED] })(recordPath(SHARED, 'churn'))).toEqual({
      environment: 'staging',
      model: 'churn',
    })
  })

  it.each(['../x', 'a/b', '.git', '', 'a\nb', '$1'])('refuse the model %j', name => {
    expect(() => folderOf(STAGING!, name)).toThrow(RangeError)
    expect(() => promotionBranch('staging', name)).toThrow(RangeError)
  })

  it('are found again from their path', () => {
    const find = recordFinder(CONFIG)

    fc.assert(
      fc.property(model, fc.constantFrom(...CONFIG.environments), (name, environment) => {
        expect(find(recordPath(environment, name))).toEqual({ environment: environment.name, model: name })
      }),
    )
  })

  it.each([
    'apps/churn/overlays/staging/other.yaml',
    'apps/churn/overlays/production/model-release.yaml',
    'x/apps/churn/overlays/staging/model-release.yaml',
    'apps/churn/overlays/staging/model-releaseXyaml',
    'apps/a/b/overlays/staging/model-release.yaml',
    'apps/../overlays/staging/model-release.yaml',
    'clusters/production-1/churn/x.y/fraud/model-release.yaml',
    'clusters/production-1/churn/x-y/churn/model-release.yaml',
  ])('are not found in %s', path => {
    expect(recordFinder(CONFIG)(path)).toBeUndefined()
  })
})

describe('the branch of a promotion', () => {
  it('is one a git server takes, another for every model and environment, and is read back', () => {
    fc.assert(
      fc.property(model, model, fc.constantFrom('staging', 'production'), (one, other, environment) => {
        const branch = promotionBranch(environment, one)

        expect(isRefName(branch)).toBe(true)
        expect(parsePromotionBranch(branch)).toEqual({ environment, model: one })
        expect(promotionBranch(environment, other) === branch).toBe(one === other)
      }),
      {
        ...cases(1000),
        examples: [
          ['a..b', 'a.b', 'staging'],
          ['x.lock', 'x', 'staging'],
          ['x.', 'x', 'staging'],
        ],
      },
    )
  })

  it.each([
    'main',
    'assay/promote/staging',
    'assay/promote/staging/a/b',
    'assay/promote/Staging/a',
    'assay/promote/staging/a%2Eb',
  ])('is none: %s', branch => {
    expect(parsePromotionBranch(branch)).toBeUndefined()
  })
})
