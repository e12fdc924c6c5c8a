import { describe, expect, it } from 'vitest'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { upTo, withinRepository } from '../../../src/core/deploy-config/within.ts'
import { isAssayError } from '../../../src/core/errors/errors.ts'
import { TARGETS } from '../../support/deploy-configs.ts'

const parse = (text: string) => parseDeployConfig(text, 'assay-deploy.yml', TARGETS).environments

function problemsOf(text: string): string[] {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!isAssayError(error, 'CONFIG_INVALID')) throw error
    return error.problems.map(({ what, where }) => `${where?.line}: ${what}`)
  }
}

const BRANCHES = `path: apps/{model}
target: kustomize
branch: env/{environment}
environments:
  staging: {}
  production: { after: staging }
`

const EXPERIMENT =
  '{ shares: [50, 50], until: 14d, decide: winner, unit: user, sticky: cookie, conversion: { outcome: bought, within: 1d, margin: 0.01 } }'

describe('where environments stand', () => {
  it('is a branch of each, with the records beside the manifests', () => {
    expect(parse(BRANCHES).map(({ name, site, records }) => [name, site, records])).toEqual([
      ['staging', { branch: 'env/staging' }, 'apps/{model}'],
      ['production', { branch: 'env/production' }, 'apps/{model}'],
    ])
  })

  it('is another repository with a token of its own, or beside the file', () => {
    const [staging, production] = parse(`path: apps/{model}/{environment}
target: kustomize
environments:
  staging: {}
  production:
    after: staging
    path: apps/{model}
    repository: acme/deploy-production
    token: ASSAY_DEPLOY_TOKEN_PRODUCTION
`)

    expect(staging!.site).toBeUndefined()
    expect(production).toMatchObject({
      site: { repository: 'acme/deploy-production', token: 'ASSAY_DEPLOY_TOKEN_PRODUCTION' },
      records: 'apps/{model}',
    })
  })

  it('never lets two of them have one folder on one branch', () => {
    expect(problemsOf(BRANCHES.replace('env/{environment}', 'deploy'))).toEqual([])
    expect(
      problemsOf(`${BRANCHES.replace('env/{environment}', 'deploy')}records: records/{model}\n`),
    ).toEqual(['7: the records of `production` and `staging` have the same folder: records/{model}'])
    expect(problemsOf(`${BRANCHES}records: records/{model}\n`)).toEqual([])
  })

  it.each([
    ['repository: acme/other', 'repository: acme/other, token: ASSAY_DEPLOY_TOKEN_OTHER'],
    ['repository: acme/other', 'repository: Acme/Other, branch: main'],
    ['repository: "https://git.example/other"', 'repository: "https://git.example/other.git"'],
  ])('never lets two of them have one folder in one repository: %s and %s', (one, other) => {
    const text = (second: string) =>
      `path: apps/{model}\ntarget: kustomize\nenvironments:\n  staging: { ${one} }\n  production: { ${second} }\n`

    expect(problemsOf(text(other))).toEqual([
      '1: the records of `production` and `staging` have the same folder: apps/{model}',
    ])
    expect(problemsOf(text(`${other}, path: 'prod/{model}'`))).toEqual([])
  })

  it.each([
    ['a variable that may be that of anything', 'token: AWS_SECRET_ACCESS_KEY, repository: acme/other'],
    ['a token for nothing', 'token: ASSAY_DEPLOY_TOKEN_PRODUCTION'],
    [
      'a token for an address that takes none',
      'repository: "git@git.example:acme/deploy.git", token: ASSAY_DEPLOY_TOKEN_PRODUCTION',
    ],
    ['a repository that is none, and nothing of its token', 'repository: 7, token: ASSAY_DEPLOY_TOKEN_OTHER'],
    ['a branch of promotions', 'branch: assay/production'],
    ['what is no branch', 'branch: "a..b"'],
    ['a path that no clone has', 'repository: ../deploy-production.git'],
    ['an address with a password', 'repository: "https://me:secret@git.example/deploy.git"'],
  ])('refuses %s, with its line', (_, keys) => {
    const problems = problemsOf(BRANCHES.replace('after: staging', `after: staging, ${keys}`))

    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^6: /)
  })

  it('refuses what reads one branch alone, wherever it is said', () => {
    const drift = 'drift: { prometheus: "https://prometheus.example" }'

    expect(problemsOf(`${BRANCHES}${drift}\n`)).toEqual([
      '7: `drift` holds for `staging`, which stands on another branch or in another repository',
      '7: `drift` holds for `production`, which stands on another branch or in another repository',
    ])
    expect(problemsOf(`${BRANCHES}canary: false\n`)).toEqual([])
    expect(problemsOf(BRANCHES.replace('staging: {}', `staging: { ${drift} }`))).toEqual([
      '5: `drift` holds for `staging`, which stands on another branch or in another repository',
    ])
    expect(
      problemsOf(`${BRANCHES}models:\n  churn: { experiment: ${EXPERIMENT}, skip: [staging] }\n`),
    ).toContainEqual(
      '8: `experiment` holds for `production`, which stands on another branch or in another repository',
    )
  })

  it('is left out where it is another repository, and what comes after it comes after what is before it', () => {
    const config = parseDeployConfig(
      `path: apps/{model}/{environment}
target: kustomize
environments:
  staging: {}
  canada: { after: staging, repository: acme/deploy-canada }
  world: { after: [canada, staging] }
`,
      'assay-deploy.yml',
      TARGETS,
    )

    expect(upTo(config, ['canada']).environments.map(({ name }) => name)).toEqual(['staging'])
    expect(withinRepository(config).environments.map(({ name, after }) => [name, after])).toEqual([
      ['staging', []],
      ['world', ['staging']],
    ])
  })
})
