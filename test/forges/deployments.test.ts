import { describe, expect, it } from 'vitest'
import type { Deployment, Deployments } from '../../src/forges/deployments.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubDeployments } from '../../src/forges/github/deployments.ts'
import { gitlabClient } from '../../src/forges/gitlab/client.ts'
import { gitlabDeployments } from '../../src/forges/gitlab/deployments.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { UNTIMED } from '../support/faults.ts'
import { PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'

const github = useGithub()
const gitlab = useGitlab()
const safety = UNTIMED
const gitlabAs = (token: string) => gitlabClient({ token, apiUrl: gitlab.url, safety })

interface Place {
  deployments(account: 'bot' | 'readOnly'): Deployments
  commit(): Promise<string>
  /** State of each deployment of a commit. */
  states(commit: string): string[]
  requests(): { method: string }[]
  fail: typeof github.fail
  forget(): void
}

const PLACES: [string, Place][] = [
  [
    'GitHub',
    {
      deployments: account =>
        githubDeployments(
          githubClient({
            token: account === 'bot' ? TOKENS.workflow : TOKENS.readOnly,
            apiUrl: github.url,
            safety,
          }),
          REPOSITORY,
        ),
      commit: async () => (await github.pullRequest()).headSha,
      states: sha =>
        github.deployments.filter(one => one.sha === sha).map(one => one.statuses.at(-1)?.state ?? 'none'),
      requests: () => github.requests,
      fail: rule => github.fail(rule),
      forget: () => github.forget(),
    },
  ],
  [
    'GitLab',
    {
      deployments: account => gitlabDeployments(gitlabAs(TOKEN[account]), PROJECT),
      commit: async () => (await gitlab.mergeRequest()).headSha,
      states: commit =>
        gitlab.double
          .state()
          .projects[PROJECT]!.deployments.filter(({ sha }) => sha === commit)
          .map(({ status }) => status),
      requests: () => gitlab.requests,
      fail: rule => gitlab.fail(rule),
      forget: () => gitlab.forget(),
    },
  ],
]

describe.each(PLACES)('a deployment on %s', (_, place) => {
  const of = (commit: string, changes: Partial<Deployment> = {}): Deployment => ({
    environment: 'production',
    commit,
    branch: 'main',
    task: 'deploy:churn',
    state: 'running',
    url: 'https://ci.example.com/1',
    description: 'churn 2',
    ...changes,
  })
  const writes = () => place.requests().filter(({ method }) => method !== 'GET').length

  it('is one, whatever is recorded how often, and goes from running to its end', async () => {
    const commit = await place.commit()
    const { ensure } = place.deployments('bot')

    expect(await ensure(of(commit))).toBeUndefined()
    const begun = place.states(commit)
    place.forget()
    await ensure(of(commit))
    const again = writes()
    await ensure(of(commit, { state: 'success' }))
    await place.deployments('bot').ensure(of(commit, { state: 'success' }))

    expect(begun).toEqual([expect.stringMatching(/^(running|in_progress)$/)])
    expect(again).toBe(0)
    expect(place.states(commit)).toEqual(['success'])
  })

  it('is another one in another environment and of another commit', async () => {
    const [one, two] = [await place.commit(), await place.commit()]
    const { ensure } = place.deployments('bot')

    for (const environment of ['staging', 'production']) await ensure(of(one, { environment }))
    await ensure(of(two, { state: 'failed' }))

    expect(place.states(one)).toHaveLength(2)
    expect(place.states(two)).toEqual([expect.stringMatching(/^fail/)])
  })

  it.each([502, 'reset', 'html'] as const)('whose answer was lost is not made twice (%s)', async fault => {
    for (const takesEffect of [true, false]) {
      const commit = await place.commit()
      place.fail({ method: 'POST', path: /\/deployments$/, fault, takesEffect, times: 1 })

      await place.deployments('bot').ensure(of(commit))

      expect(place.states(commit)).toHaveLength(1)
    }
  })

  it('is refused in words to a token that may not', async () => {
    const commit = await place.commit()

    const refused = await place.deployments('readOnly').ensure(of(commit))

    expect(refused?.refused).toMatch(/`deployments: write`|the scope `api`/)
    expect(place.states(commit)).toEqual([])
  })

  it('that cannot be looked for is an error, not another one', async () => {
    const commit = await place.commit()
    place.fail({ method: 'GET', fault: 500 })

    await expect(place.deployments('bot').ensure(of(commit))).rejects.toMatchObject({
      code: 'FORGE_UNAVAILABLE',
    })
    expect(writes()).toBe(0)
  })
})

it('that has ended does not run again on GitLab, which is no error', async () => {
  const commit = (await gitlab.mergeRequest()).headSha
  const { ensure } = gitlabDeployments(gitlabAs(TOKEN.bot), PROJECT)
  const one = { environment: 'late', commit, branch: 'main', task: 'x', description: '' } as const
  await ensure({ ...one, state: 'success' })

  expect(await ensure({ ...one, state: 'running' })).toBeUndefined()
  expect(gitlab.double.state().projects[PROJECT]!.deployments.at(-1)).toMatchObject({ status: 'success' })
})
