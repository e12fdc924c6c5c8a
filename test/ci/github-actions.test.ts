import { describe, expect, it } from 'vitest'
import { githubActions } from '../../src/ci/github-actions.ts'

const HEAD = 'a'.repeat(40)
const BASE = 'b'.repeat(40)
const MERGE = 'c'.repeat(40)

const env = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'octo/model',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '17000000001',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_STEP_SUMMARY: '/home/runner/_temp/summary.md',
  GITHUB_SHA: MERGE,
}
const repository = { full_name: 'octo/model', default_branch: 'main' }

function pullRequest(changes: { repo?: { full_name: string } | null; login?: string; ref?: string } = {}) {
  const { repo = { full_name: 'octo/model' }, login = 'ada', ref = 'feature' } = changes
  return {
    repository,
    pull_request: {
      number: 7,
      user: { login },
      head: { sha: HEAD, ref, repo },
      base: { sha: BASE, ref: 'main', repo: { full_name: 'octo/model' } },
    },
  }
}
const read = (name: string, event: unknown, more: Record<string, string | undefined> = {}) =>
  githubActions({ ...env, GITHUB_EVENT_NAME: name, ...more }, event)

describe('GitHub Actions', () => {
  it('on a pull request: its own head, not the merge made for testing', () => {
    expect(read('pull_request', pullRequest(), { GITHUB_REF: 'refs/pull/7/merge' })).toEqual({
      name: 'GitHub Actions',
      forge: 'github',
      repository: 'octo/model',
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      pullRequest: 7,
      headSha: HEAD,
      headBranch: 'feature',
      baseRef: 'main',
      baseSha: BASE,
      defaultBranch: 'main',
      runUrl: 'https://github.com/octo/model/actions/runs/17000000001/attempts/2',
      runOrder: '17000000001.2',
      fromFork: false,
      forkTokenReadsOnly: true,
      checkoutFix: expect.stringContaining('on the event `pull_request`'),
      summaryFile: '/home/runner/_temp/summary.md',
    })
  })

  it.each([
    ['another repository', pullRequest({ repo: { full_name: 'mallory/model' } }), true],
    ['a fork that is gone', pullRequest({ repo: null }), true],
    ['Dependabot, whose token is read-only', pullRequest({ login: 'dependabot[bot]' }), true],
    ['a person who pushes to it', pullRequest({ login: 'not-dependabot[bot]' }), false],
  ])('knows a pull request of %s', (_, event, fromFork) => {
    expect(read('pull_request', event)).toMatchObject({ pullRequest: 7, fromFork })
    expect(read('pull_request_target', event)).toMatchObject({ headSha: HEAD, fromFork })
  })

  it('takes the author of the pull request, not the actor, who can be anybody', () => {
    expect(read('pull_request', pullRequest(), { GITHUB_ACTOR: 'dependabot[bot]' }).fromFork).toBe(false)
  })

  it.each(['pull_request_review', 'pull_request_review_comment', 'pull_request_of_tomorrow'])(
    'on %s: as on the pull request itself',
    name => {
      const fork = pullRequest({ repo: { full_name: 'mallory/model' } })

      expect(read(name, pullRequest())).toMatchObject({ pullRequest: 7, headSha: HEAD, fromFork: false })
      expect(read(name, fork)).toMatchObject({ pullRequest: 7, baseRef: 'main', fromFork: true })
    },
  )

  it.each(['push', 'status', 'workflow_dispatch'])(
    'on %s for the ref of a pull request: a pull request that may come from anybody',
    name => {
      const facts = read(name, { repository }, { GITHUB_REF: 'refs/pull/7/merge' })

      expect(facts).toMatchObject({ pullRequest: 7, fromFork: true })
    },
  )

  it('on a push: the branch and its commit', () => {
    const facts = read('push', { repository }, { GITHUB_REF: 'refs/heads/release/1.0' })

    expect(facts).toMatchObject({ branch: 'release/1.0', headSha: MERGE })
    expect(facts.pullRequest).toBeUndefined()
  })

  it('on a tag: no branch', () => {
    expect(read('push', { repository }, { GITHUB_REF: 'refs/tags/v1' }).branch).toBeUndefined()
  })

  it('in a merge queue: the commit of the group', () => {
    const event = { repository, merge_group: { head_sha: HEAD, base_sha: BASE, base_ref: 'refs/heads/main' } }

    expect(read('merge_group', event)).toMatchObject({ headSha: HEAD, baseSha: BASE, baseRef: 'main' })
  })

  it('after another workflow: its commit, and the pull request only where it is of this commit', () => {
    const run = (pull_requests: unknown, full_name = 'octo/model') => ({
      repository,
      workflow_run: { head_sha: HEAD, head_repository: { full_name }, pull_requests },
    })
    const ours = { number: 7, head: { sha: HEAD }, base: { ref: 'main', sha: BASE } }
    const stale = { number: 8, head: { sha: MERGE }, base: { ref: 'main', sha: BASE } }

    expect(read('workflow_run', run([stale, ours]))).toMatchObject({
      headSha: HEAD,
      pullRequest: 7,
      fromFork: false,
    })
    expect(read('workflow_run', run([ours, { ...ours, number: 9 }])).pullRequest).toBeUndefined()
    expect(read('workflow_run', run([], 'mallory/model'))).toMatchObject({ headSha: HEAD, fromFork: true })
  })

  it('on a comment: the pull request, and no commit, because GITHUB_SHA is another branch’s', () => {
    const facts = read('issue_comment', { repository, issue: { number: 7, pull_request: { url: 'u' } } })

    expect(facts.pullRequest).toBe(7)
    expect(facts.headSha).toBeUndefined()
  })

  it('on a comment of an issue: no pull request', () => {
    expect(read('issue_comment', { repository, issue: { number: 7 } }).pullRequest).toBeUndefined()
  })

  it('started by hand: like a push', () => {
    const facts = read('workflow_dispatch', { repository }, { GITHUB_REF: 'refs/heads/main' })

    expect(facts).toMatchObject({ branch: 'main', headSha: MERGE })
  })

  it('on GitHub Enterprise: its addresses', () => {
    const ghe = { GITHUB_API_URL: 'https://ghe.example/api/v3', GITHUB_SERVER_URL: 'https://ghe.example' }

    expect(read('pull_request', pullRequest(), ghe)).toMatchObject({
      apiUrl: 'https://ghe.example/api/v3',
      runUrl: expect.stringMatching(/^https:\/\/ghe\.example\/octo\/model\/actions/),
    })
  })

  it.each([undefined, null, [], 'text', { pull_request: 'x' }, { pull_request: { number: '7' } }])(
    'without a usable event (%j): the number from GITHUB_REF',
    event => {
      const facts = read('pull_request', event, { GITHUB_REF: 'refs/pull/7/merge', GITHUB_BASE_REF: 'main' })

      expect(facts).toMatchObject({ pullRequest: 7, baseRef: 'main' })
      expect(facts.headSha).toBeUndefined()
    },
  )
})

describe('a workflow_run of a fork', () => {
  const event = (branch: string, pulls: object[] = []) => ({
    repository: { full_name: 'octo/model' },
    workflow_run: {
      head_sha: 'a'.repeat(40),
      head_branch: branch,
      pull_requests: pulls,
      head_repository: { full_name: 'ada/model', owner: { login: 'ada' } },
    },
  })
  const facts = (payload: object) => githubActions({ GITHUB_EVENT_NAME: 'workflow_run' }, payload)

  it('has no pull request, but the branch and commit that lead to it', () => {
    expect(facts(event('fix/#1'))).toMatchObject({
      head: 'ada:fix/#1',
      headSha: 'a'.repeat(40),
      fromFork: true,
    })
    expect(facts(event('fix')).pullRequest).toBeUndefined()
  })

  it('needs no branch where GitHub names the pull request', () => {
    const pull = { number: 7, head: { sha: 'a'.repeat(40) }, base: { ref: 'main', sha: 'b'.repeat(40) } }

    expect(facts(event('fix', [pull]))).toMatchObject({ pullRequest: 7 })
    expect(facts(event('fix', [pull])).head).toBeUndefined()
  })

  it.each(['-x', 'a b', 'a..b', 'a\nb'])('refuses a branch that git would not have: %j', branch => {
    expect(() => facts(event(branch))).toThrow(expect.objectContaining({ code: 'CI_FACTS_INVALID' }))
  })
})
