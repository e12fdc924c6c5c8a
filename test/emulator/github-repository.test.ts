import { beforeAll, describe, expect, it } from 'vitest'
import { ASSAY_APP, openChange, useAppWorld } from '../support/app-world.ts'
import { openapiResponseProblems } from '../support/openapi.ts'

const world = useAppWorld({
  users: [{ login: 'ada' }, { login: 'wim' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: [
    { owner: 'acme', name: 'model', auto_init: true, private: true, people: { wim: 'write' } },
    { owner: 'acme', name: 'page', auto_init: true },
  ],
  apps: [{ ...ASSAY_APP, installations: [{ id: 1, account: 'acme' }] }],
})
const MODEL = { owner: 'acme', repo: 'model' }
let number: number

beforeAll(async () => {
  number = await openChange(world, MODEL)
})

describe('issues', () => {
  it('are found by marker and label, and pull requests are among them', async () => {
    const bot = (await world.token()).rest
    const body = 'Text <!-- assay-alert:churn/production -->'
    const { data: issue } = await bot.issues.create({ ...MODEL, title: 'Drift', body, labels: ['assay'] })
    await bot.issues.create({ ...MODEL, title: 'Other', body: 'assay-alert:other/production' })
    const found = await bot.search.issuesAndPullRequests({
      q: 'repo:acme/model is:issue is:open author:app/assay "assay-alert:churn/production" in:body',
    })
    expect(found.data.items.map(item => item.number)).toEqual([issue.number])
    const { data: labelled } = await bot.issues.listForRepo({ ...MODEL, labels: 'assay' })
    expect(labelled.map(item => item.number)).toEqual([issue.number])
    const { data: all } = await bot.issues.listForRepo(MODEL)
    expect(all.find(item => item.number === number)?.pull_request).toBeDefined()
    await bot.issues.update({ ...MODEL, issue_number: issue.number, state: 'closed' })
    await world.github.settled()
    expect(world.told()).toEqual(['issues.opened', 'issues.opened', 'issues.closed'])
    const { data: open } = await bot.issues.listForRepo({ ...MODEL, labels: 'assay' })
    expect(open).toEqual([])
  })

  it('of private repositories are found by nobody whose token does not reach them', async () => {
    const blind = await world.token({ repositories: ['page'] })
    const { data } = await blind.rest.search.issuesAndPullRequests({ q: 'repo:acme/model is:issue' })
    expect(data.total_count).toBe(0)
  })
})

describe('statuses and deployments', () => {
  it('belong to their repository, and the newest of a context counts', async () => {
    const bot = (await world.token()).rest.repos
    const { data: main } = await world.person('ada').rest.git.getRef({ ...MODEL, ref: 'heads/main' })
    const sha = main.object.sha
    await bot.createCommitStatus({ ...MODEL, sha, state: 'pending', context: 'assay', description: 'soaks' })
    await bot.createCommitStatus({ ...MODEL, sha, state: 'success', context: 'assay', description: 'done' })
    const { data: combined } = await bot.getCombinedStatusForRef({ ...MODEL, ref: 'main' })
    expect(openapiResponseProblems('GET', '/repos/acme/model/commits/main/status', 200, combined)).toEqual([])
    expect(combined).toMatchObject({ state: 'success', total_count: 1, sha })
    const { data: all } = await bot.listCommitStatusesForRef({ ...MODEL, ref: sha })
    expect(all.map(({ description }) => description)).toEqual(['done', 'soaks'])
    await bot.createDeployment({ ...MODEL, ref: sha, environment: 'staging', required_contexts: [] })
    expect((await bot.listDeployments({ ...MODEL, environment: 'staging' })).data).toHaveLength(1)
    expect((await bot.listDeployments({ owner: 'acme', repo: 'page' })).data).toEqual([])
  })
})

describe('a pull request', () => {
  it('shows its commits with who wrote them, and the files it changes, as its branch is now', async () => {
    const wim = world.person('wim').rest
    const { data: written } = await wim.repos.createOrUpdateFileContents({
      ...MODEL,
      path: 'b.txt',
      branch: 'change',
      message: 'b',
      content: '',
    })
    const bot = (await world.token()).rest
    const { data: commits } = await bot.pulls.listCommits({ ...MODEL, pull_number: number })
    const path = `/repos/acme/model/pulls/${number}`
    expect(openapiResponseProblems('GET', `${path}/commits`, 200, commits)).toEqual([])
    expect(commits.map(one => [one.commit.message, one.author?.login, one.committer?.login])).toEqual([
      ['a', 'ada', 'ada'],
      ['b', 'wim', 'wim'],
    ])
    expect(commits.at(-1)?.sha).toBe(written.commit.sha)
    const { data: files } = await bot.pulls.listFiles({ ...MODEL, pull_number: number })
    expect(openapiResponseProblems('GET', `${path}/files`, 200, files)).toEqual([])
    expect(files.map(({ filename, status }) => [filename, status])).toEqual([
      ['a.txt', 'added'],
      ['b.txt', 'added'],
    ])
  })
})

describe('refs', () => {
  it('are made once: the second claim of the same name is refused', async () => {
    const bot = (await world.token()).rest
    const { data: main } = await bot.git.getRef({ ...MODEL, ref: 'heads/main' })
    const claim = { ...MODEL, ref: 'refs/heads/assay/retrain-churn-1.0.0', sha: main.object.sha }
    const made = await Promise.allSettled([1, 2, 3].map(() => bot.git.createRef(claim)))
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = made.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toMatchObject({
      status: 422,
      message: expect.stringContaining('Reference already exists'),
    })
    await bot.git.createRef({ ...claim, ref: 'refs/assay/claims/assay/retrain-churn-1.0.0/1' })
    await world.github.settled()
    expect(world.told()).toEqual(['push'])
  })
})
