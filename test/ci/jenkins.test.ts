import { describe, expect, it } from 'vitest'
import { jenkins } from '../../src/ci/jenkins.ts'

const COMMIT = 'a'.repeat(40)
const env = {
  JENKINS_URL: 'https://jenkins.example/',
  BUILD_URL: 'https://jenkins.example/job/model/job/PR-7/3/',
  BUILD_NUMBER: '3',
  GIT_COMMIT: COMMIT,
  GIT_URL: 'https://github.com/octo/model.git',
}

describe('Jenkins', () => {
  it('in a pull request of a multibranch project', () => {
    const change = {
      CHANGE_ID: '7',
      CHANGE_TARGET: 'main',
      CHANGE_URL: 'https://github.com/octo/model/pull/7',
      BRANCH_NAME: 'PR-7',
    }

    expect(jenkins({ ...env, ...change })).toEqual({
      name: 'Jenkins',
      forge: 'github',
      repository: 'octo/model',
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      pullRequest: 7,
      headSha: COMMIT,
      baseRef: 'main',
      runUrl: 'https://jenkins.example/job/model/job/PR-7/3/',
      runOrder: '3.1',
      fromFork: false,
    })
  })

  it('in a pull request from a fork', () => {
    expect(jenkins({ ...env, CHANGE_ID: '7', CHANGE_FORK: 'mallory' }).fromFork).toBe(true)
  })

  it.each([
    ['https://ghe.example/ml/model/pull/3', 'github', 'ml/model', 'https://ghe.example/api/v3'],
    [
      'https://git.example/ml/teams/model/-/merge_requests/3',
      'gitlab',
      'ml/teams/model',
      'https://git.example/api/v4',
    ],
  ])('takes the forge from the page of the change: %s', (CHANGE_URL, forge, repository, apiUrl) => {
    expect(jenkins({ ...env, CHANGE_ID: '3', CHANGE_URL })).toMatchObject({ forge, repository, apiUrl })
  })

  it.each([
    ['git@github.com:octo/model.git', 'github', 'https://github.com'],
    ['ssh://git@github.com:22/octo/model', 'github', 'https://github.com'],
    ['https://user:secret@github.com/octo/model.git', 'github', 'https://github.com'],
    ['https://gitlab.com/octo/model.git/', 'gitlab', 'https://gitlab.com'],
    ['https://git.example:8443/octo/model', undefined, 'https://git.example:8443'],
  ])('takes the repository from the remote %s, without credentials', (GIT_URL, forge, serverUrl) => {
    const facts = jenkins({ ...env, GIT_URL, GIT_BRANCH: 'origin/main' })

    expect(facts).toMatchObject({ repository: 'octo/model', serverUrl, branch: 'main' })
    expect(facts.forge).toBe(forge)
    expect(JSON.stringify(facts)).not.toContain('secret')
  })

  it.each([undefined, '', '/srv/git/model.git', 'file:///srv/git/model.git', '--upload-pack=touch x'])(
    'knows no repository from the remote %j',
    GIT_URL => {
      expect(jenkins({ ...env, GIT_URL })).not.toHaveProperty('repository')
    },
  )
})
