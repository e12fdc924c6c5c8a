import { describe, expect, it } from 'vitest'
import type { BranchHead } from '../../../src/core/git/commit-seal.ts'
import { landBranch } from '../../../src/forges/ensure/branch.ts'
import { ensurePullRequest, type PullRequestRequest } from '../../../src/forges/ensure/pull-request.ts'
import type { PullRequests } from '../../../src/forges/pull-requests.ts'
import { useGithub } from '../../support/emulator.ts'
import type { FaultRule } from '../../support/faults.ts'
import { type DeployPlace, githubPlace } from '../deploy-places.ts'
import { githubPromotions } from '../promotion-forges.ts'
import { branchOf, noWait, promote, pullRequest } from '../promotion-job.ts'

const github = useGithub()
const forge = githubPromotions(github)
/** The first look is shown all the time: the pull request with the head that it had then. */
const LAGS: FaultRule = { path: /^\/graphql PullRequests$/, fault: 'stale', after: 1 }
const NOT_SEEN = 'Validation Failed: [{"resource":"PullRequest","field":"head","code":"invalid"}]'

interface Different {
  request?: Partial<PullRequestRequest>
  pulls?: Partial<PullRequests>
  wait?: () => Promise<void>
}

/** One run of the command that differs from others in this. */
async function run(place: DeployPlace, version: number, { request, pulls, wait = noWait.wait }: Different) {
  const repository = await place.connect()
  const pullRequests = { ...(repository.pullRequests as PullRequests), ...pulls }
  const asked = { ...pullRequest(repository, place, version), ...request }
  return ensurePullRequest({ repository, pullRequests }, asked, { wait })
}

/** Pauses that nobody sits through, and how many calls were made while each lasted. After the second all faults are over. */
function twoPauses(place: DeployPlace) {
  const meanwhile: number[] = []
  const wait = async () => {
    const before = github.requests.length
    for (let trip = 0; trip < 2; trip++) await place.head(place.base)
    meanwhile.push(github.requests.length - before)
    if (meanwhile.length === 2) github.forget()
  }
  return { meanwhile, wait }
}

describe('on GitHub, a promotion', () => {
  it('waits for a branch that is not seen yet, and asks nothing meanwhile', async () => {
    const place = await githubPlace(github)
    github.fail({ ...forge.creation, fault: 422, message: NOT_SEEN })
    const { meanwhile, wait } = twoPauses(place)

    expect(await run(place, 2, { wait })).toMatchObject({ action: 'created', notes: [] })
    expect(meanwhile).toEqual([0, 0])
  })

  it.each([
    ['what the forge said', NOT_SEEN, 'FORGE_REJECTED', 'field'],
    ['that it is listed nowhere', 'A pull request already exists', 'PULL_REQUEST_NOT_FOUND', 'lists none'],
  ])('that cannot be proposed for good says %s', async (_, message, code, said) => {
    const place = await githubPlace(github)
    github.fail({ ...forge.creation, fault: 422, message })

    await expect(promote(place, 2)).rejects.toMatchObject({
      code,
      problems: [{ what: expect.stringContaining(said) }],
    })
  })

  it('waits for a pull request that lags behind its branch, and asks nothing meanwhile', async () => {
    const place = await githubPlace(github)
    const { pullRequest } = await promote(place, 2)
    github.fail(LAGS)
    const { meanwhile, wait } = twoPauses(place)

    expect(await run(place, 3, { wait })).toMatchObject({ action: 'updated', pullRequest, notes: [] })
    expect(meanwhile).toEqual([0, 0])
  })

  it('writes into no pull request that has another head for good', async () => {
    const place = await githubPlace(github)
    const first = await promote(place, 2)
    github.fail(LAGS)

    const second = await promote(place, 3)

    expect(second).toMatchObject({
      action: 'skipped_older',
      commit: first.commit,
      reason: expect.stringContaining(`has moved on to ${first.commit!.slice(0, 7)}`),
    })
    expect(place.writes().filter(write => write.startsWith('PATCH'))).toEqual([])
  })

  it('gives in where somebody writes over its text four times', async () => {
    const place = await githubPlace(github)
    await promote(place, 2)
    const pulls = (await place.connect()).pullRequests as PullRequests
    const theirs = { title: 'Mine', body: 'Hands off' }
    let written = 0
    const update: PullRequests['update'] = async (number, text) => {
      const updated = await pulls.update(number, text)
      written++
      await pulls.update(number, theirs)
      return updated
    }

    expect((await run(place, 3, { pulls: { update } })).action).toBe('updated')
    expect(written).toBe(4)
  })

  it.each([
    ['labels', { labels: ['promotion'], reviewers: [] }, 'labels promotion'],
    ['reviewers', { labels: [], reviewers: ['maintainer'] }, 'reviewers maintainer'],
  ])(
    'asks for %s alone where it is to, and says at once that it got none, new or not',
    async (_, request, note) => {
      const place = await githubPlace(github)
      github.fail({ ...forge.labels, fault: 403 })
      github.fail({ ...forge.reviewers, fault: 422 })

      for (const action of ['created', 'unchanged'])
        expect(await run(place, 2, { request })).toMatchObject({
          action,
          notes: [expect.stringContaining(note)],
        })
    },
  )

  it('ends with the error of whoever writes its text', async () => {
    const place = await githubPlace(github)
    const broken = new TypeError('no such column')
    const render = () => {
      throw broken
    }

    await expect(run(place, 2, { request: { render } })).rejects.toBe(broken)
  })
})

describe('on GitHub, a branch that somebody moves each time', () => {
  const restless = (branch: string) => ({
    code: 'BRANCH_MOVES',
    problems: [{ what: `the branch ${branch} was moved by somebody else 20 times in a row` }],
  })

  it('is given up, as often as is said', async () => {
    const place = await githubPlace(github)
    const branch = branchOf(place)
    const repository = await place.connect()
    let times = 0
    const edit = async ({ commit }: BranchHead) => {
      const isThere = times++ % 2 === 1
      if (isThere) await repository.moveBranch({ branch, from: commit, to: undefined })
      else await place.branch(branch, commit)
      return { files: [{ path: 'a.txt', content: 'a' }], message: 'x' }
    }

    await expect(run(place, 2, { request: { edit } })).rejects.toMatchObject(restless(branch))
    expect(times).toBe(20)
  })

  it('is given up where the change goes to the base itself, too', async () => {
    const place = await githubPlace(github)
    const repository = await place.connect()
    let times = 0
    const edit = async () => {
      await place.push(place.base, { 'README.md': `# ${++times}\n` })
      return { files: [{ path: 'a.txt', content: 'a' }], message: 'x' }
    }

    await expect(
      landBranch(repository, { ...pullRequest(repository, place, 2), edit }),
    ).rejects.toMatchObject(restless(place.base))
    expect(times).toBe(20)
  })
})
