import { describe, expect, it } from 'vitest'
import { gitlab } from '../../src/ci/gitlab.ts'

const COMMIT = 'a'.repeat(40)
const BASE = 'b'.repeat(40)

const env = {
  GITLAB_CI: 'true',
  CI_PROJECT_PATH: 'ml/teams/model',
  CI_API_V4_URL: 'https://gitlab.example/api/v4',
  CI_SERVER_URL: 'https://gitlab.example',
  CI_DEFAULT_BRANCH: 'main',
  CI_COMMIT_SHA: COMMIT,
  CI_PIPELINE_ID: '5001',
  CI_JOB_ID: '70002',
  CI_JOB_URL: 'https://gitlab.example/ml/teams/model/-/jobs/70002',
}
const mergeRequest = {
  CI_MERGE_REQUEST_IID: '12',
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
  CI_MERGE_REQUEST_DIFF_BASE_SHA: BASE,
  CI_MERGE_REQUEST_PROJECT_PATH: 'ml/teams/model',
  CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'ml/teams/model',
}

describe('GitLab CI', () => {
  it('in a merge request', () => {
    expect(gitlab({ ...env, ...mergeRequest, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: '' })).toEqual({
      name: 'GitLab CI',
      forge: 'gitlab',
      repository: 'ml/teams/model',
      apiUrl: 'https://gitlab.example/api/v4',
      serverUrl: 'https://gitlab.example',
      pullRequest: 12,
      headSha: COMMIT,
      baseRef: 'main',
      baseSha: BASE,
      defaultBranch: 'main',
      runUrl: 'https://gitlab.example/ml/teams/model/-/jobs/70002',
      runOrder: '5001.70002',
      fromFork: false,
      forkTokenReadsOnly: false,
      checkoutFix: expect.stringContaining('keep its own checkout'),
    })
  })

  it('in a merged-results pipeline: the tip of the source branch', () => {
    const tip = 'd'.repeat(40)

    expect(gitlab({ ...env, ...mergeRequest, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: tip }).headSha).toBe(tip)
  })

  it('in a merge request from a fork', () => {
    const fork = { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'mallory/model' }

    expect(gitlab({ ...env, ...fork }).fromFork).toBe(true)
  })

  it('in a pull request of GitHub that GitLab builds: the rules of its target, no token for a fork', () => {
    const tip = 'd'.repeat(40)
    const external = {
      ...env,
      CI_COMMIT_BRANCH: 'feature',
      CI_EXTERNAL_PULL_REQUEST_IID: '7',
      CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY: 'octo/model',
      CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY: 'octo/model',
      CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA: tip,
      CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA: BASE,
    }

    const facts = gitlab(external)

    expect(facts).toMatchObject({ headSha: tip, baseRef: 'main', baseSha: BASE, fromFork: false })
    expect(facts.pullRequest).toBeUndefined()
    expect(facts.branch).toBeUndefined()
    expect(
      gitlab({ ...external, CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY: 'mallory/model' }).fromFork,
    ).toBe(true)
  })

  it('on a branch', () => {
    const facts = gitlab({ ...env, CI_COMMIT_BRANCH: 'main' })

    expect(facts).toMatchObject({ branch: 'main', headSha: COMMIT })
    expect(facts).not.toHaveProperty('fromFork')
    expect(facts).not.toHaveProperty('pullRequest')
  })
})
