import { describe, expect, it } from 'vitest'
import { jenkins, withClone } from '../../src/ci/jenkins.ts'

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
      forkTokenReadsOnly: false,
      checkoutFix: 'check out with `checkout scm`, and nothing else before Assay',
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

  it('takes the word of the pipeline for a host of its own, and no other word', () => {
    const remote = { ...env, GIT_URL: 'https://git.example/octo/model.git' }

    expect(jenkins({ ...remote, ASSAY_FORGE: 'gitlab' })).toMatchObject({
      forge: 'gitlab',
      apiUrl: 'https://git.example/api/v4',
    })
    expect(jenkins({ ...remote, ASSAY_FORGE: 'github' }).apiUrl).toBe('https://git.example/api/v3')
    expect(jenkins({ ...remote, ASSAY_FORGE: 'constructor' })).not.toHaveProperty('forge')
    expect(jenkins({ ...env, ASSAY_FORGE: 'gitlab' }).forge).toBe('github')
    expect(jenkins({ ...env, GIT_URL: 'https://constructor/octo/model.git' })).not.toHaveProperty('forge')
  })

  it('knows the default branch where the project does', () => {
    expect(jenkins({ ...env, BRANCH_NAME: 'trunk', BRANCH_IS_PRIMARY: 'true' })).toMatchObject({
      branch: 'trunk',
      defaultBranch: 'trunk',
    })
    expect(jenkins({ ...env, BRANCH_NAME: 'other' })).not.toHaveProperty('defaultBranch')
  })

  it('has a summary where a step of the library reads it', () => {
    expect(jenkins({ ...env, ASSAY_STEP_FOLDER: '/ws@tmp/step' }).summaryFile).toBe('/ws@tmp/step/summary.md')
    expect(jenkins(env)).not.toHaveProperty('summaryFile')
  })

  it('JK-002: believes no target branch that is an option of git', () => {
    expect(() => jenkins({ ...env, CHANGE_ID: '7', CHANGE_TARGET: '--upload-pack=id' })).toThrow(
      expect.objectContaining({ code: 'CI_FACTS_INVALID' }),
    )
    expect(jenkins({ ...env, CHANGE_ID: '7', CHANGE_BRANCH: 'x";id;"' })).not.toHaveProperty('branch')
  })

  it.each([undefined, '', '/srv/git/model.git', 'file:///srv/git/model.git', '--upload-pack=touch x'])(
    'knows no repository from the remote %j',
    GIT_URL => {
      expect(jenkins({ ...env, GIT_URL })).not.toHaveProperty('repository')
    },
  )
})

describe('the clone of a Jenkins build', () => {
  const [merge, head, target, older] = ['1', '2', '3', '4'].map(digit => digit.repeat(40)) as [
    string,
    string,
    string,
    string,
  ]
  const change = { CHANGE_ID: '7', BRANCH_NAME: 'PR-7', GIT_COMMIT: merge }

  it.each([
    ['a merge that Jenkins made: the head is its first parent', change, [head, target], head, head],
    ['the head itself, a merge that a person made', change, [head, target], merge, merge],
    ['the head itself', change, [older], merge, merge],
    ['a reference of an older build', change, [head, target], older, merge],
    ['a target that was fast-forwarded to: nothing to tell', change, [older], undefined, merge],
    ['a reference to the target is no head', change, [head, target], target, merge],
    ['a branch build', { BRANCH_NAME: 'main', GIT_COMMIT: older }, [head, target], head, merge],
  ])('%s', (_, given, parents, tracked, expected) => {
    expect(withClone(given, { head: merge, parents, tracked }).GIT_COMMIT).toBe(expected)
  })

  it.each([
    ['what Jenkins checked out', merge, [head, target], undefined],
    ['a merge of it', head, [head, target], undefined],
    ['a commit that Jenkins did not check out', older, [head, target], older],
    ['whatever is there, where Jenkins does not say', undefined, [head], undefined],
  ])('in a pull request whose head was not fetched: %s', (_, GIT_COMMIT, parents, other) => {
    const given = withClone({ ...change, GIT_COMMIT }, { head: merge, parents })

    expect(given.ASSAY_OTHER_COMMIT).toBe(other)
  })

  it('tells the repository where a scripted pipeline does not, and is not asked where it does', () => {
    const clone = { remoteUrl: 'https://github.com/octo/model.git', head, parents: [] }

    expect(jenkins(withClone({}, clone))).toMatchObject({ repository: 'octo/model', headSha: head })
    expect(jenkins(withClone({ GIT_URL: 'git@gitlab.com:a/b.git' }, clone)).repository).toBe('a/b')
  })

  it('of a merge request of GitLab, merged with its target', () => {
    const env = {
      CHANGE_ID: '7',
      CHANGE_URL: 'https://gitlab.example/ml/model/-/merge_requests/7',
      CHANGE_TARGET: 'main',
      BRANCH_NAME: 'MR-7-merge',
    }

    expect(jenkins(withClone(env, { head: merge, parents: [head, target], tracked: head }))).toMatchObject({
      forge: 'gitlab',
      repository: 'ml/model',
      apiUrl: 'https://gitlab.example/api/v4',
      pullRequest: 7,
      headSha: head,
    })
  })
})
