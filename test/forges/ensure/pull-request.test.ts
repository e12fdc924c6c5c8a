import { describe, expect, it } from 'vitest'
import type { BranchHead } from '../../../src/core/git/commit-seal.ts'
import { ensurePullRequest } from '../../../src/forges/ensure/pull-request.ts'
import type { PullRequests } from '../../../src/forges/pull-requests.ts'
import { useGithub } from '../../support/emulator.ts'
import { useGitlab } from '../../support/gitlab.ts'
import type { DeployPlace } from '../deploy-places.ts'
import { githubPromotions, gitlabPromotions } from '../promotion-forges.ts'
import { branchOf, IMAGE, noWait, promote, proposed, pullRequest, RECORD, right } from '../promotion-job.ts'

const github = useGithub()
const gitlab = useGitlab()

const remove = async (place: DeployPlace) => {
  const from = (await place.head(branchOf(place)))!
  await (await place.connect()).moveBranch({ branch: branchOf(place), from, to: undefined })
}

describe.each([
  ['GitHub', githubPromotions(github)],
  ['GitLab', gitlabPromotions(gitlab)],
])('on %s', (_, forge) => {
  async function begin() {
    const place = await forge.place()
    const pulls = (await place.connect()).pullRequests as PullRequests
    return { place, pulls, list: () => pulls.ofBranch(branchOf(place), place.base) }
  }

  describe('a promotion', () => {
    it('is one commit on the base and one pull request, in few calls', async () => {
      const { place, list } = await begin()

      const made = await promote(place, 2)

      const calls = forge.requests().length
      const { open, closed } = await list()
      expect(made).toMatchObject({ action: 'created', notes: [], commit: await place.head(branchOf(place)) })
      expect(await proposed(place)).toEqual(right(2))
      expect(open).toMatchObject({
        number: made.pullRequest!.number,
        title: 'churn 2 → production',
        body: `Release 2 in ${made.commit}\n\n| a | b |\r\n`,
        labels: ['promotion'],
        reviewers: ['maintainer'],
        head: made.commit,
      })
      expect(closed).toEqual([])
      expect(calls).toBeLessThanOrEqual(forge.calls.first)
    })

    it('takes as many calls in a repository of 500 files', async () => {
      const small = await begin()
      const large = await forge.place()
      const files = Array.from({ length: 500 }, (_, at) => [`apps/m${at}/x.yaml`, 'a: 1\n'])
      await large.push(large.base, Object.fromEntries(files))

      forge.forget()
      await promote(small.place, 2)
      const few = forge.requests().length
      forge.forget()
      await promote(large, 2)

      expect(forge.requests().length).toBe(few + forge.calls.wide)
    })

    it('writes nothing the second time', async () => {
      const { place } = await begin()
      const first = await promote(place, 2)
      forge.forget()

      const second = await promote(place, 2)

      expect(second).toEqual({ ...first, action: 'unchanged' })
      expect(place.writes()).toEqual([])
      expect(forge.requests().length).toBeLessThanOrEqual(forge.calls.again)
    })

    it('looks up neither branch nor pull request where both were seen a moment ago', async () => {
      const { place, list } = await begin()
      const first = await promote(place, 2)
      const heads = await (await place.connect()).readBranches([place.base, branchOf(place)])
      const seen = { base: heads.get(place.base)!, head: heads.get(branchOf(place)), pulls: await list() }
      forge.forget()
      await promote(place, 2)
      const calls = forge.requests().length
      forge.forget()

      expect(await promote(place, 2, seen)).toEqual({ ...first, action: 'unchanged' })
      expect(forge.requests().length).toBeLessThanOrEqual(calls - 2)
    })

    it('is updated in place when a newer release comes', async () => {
      const { place, list } = await begin()
      const first = await promote(place, 2)

      const second = await promote(place, 3)

      expect(second).toMatchObject({ action: 'updated', pullRequest: first.pullRequest })
      expect(await proposed(place)).toEqual(right(3))
      expect((await list()).open).toMatchObject({ title: 'churn 3 → production', head: second.commit })
    })

    it('is made anew on the newest base', async () => {
      const { place } = await begin()
      await promote(place, 2)
      await place.push(place.base, { 'README.md': '# Changed\n' })

      const again = await promote(place, 2)

      expect(again.action).toBe('updated')
      expect(await proposed(place)).toEqual(right(2))
      expect((await place.files(again.commit!))['README.md']).toBe('# Changed\n')
    })

    it('does not give way to an older release', async () => {
      const { place } = await begin()
      await promote(place, 3)
      forge.forget()

      const late = await promote(place, 2)

      expect(late.action).toBe('skipped_older')
      expect(place.writes()).toEqual([])
      expect(await proposed(place)).toEqual(right(3))
    })

    it.each([
      ['a commit on top', (place: DeployPlace) => place.push(branchOf(place), { 'by-hand.txt': 'x' })],
      [
        'an amended commit with our message',
        async (place: DeployPlace) => {
          const { message } = await place.commit((await place.head(branchOf(place)))!)
          return place.push(branchOf(place), { [RECORD]: 'by hand\n' }, { from: place.base, message })
        },
      ],
    ])('is left alone when a person pushed %s', async (_, push) => {
      const { place, list } = await begin()
      const made = await promote(place, 2)
      const theirs = await push(place)
      forge.forget()

      const again = await promote(place, 3)

      expect(again).toMatchObject({ action: 'left_alone', commit: theirs, pullRequest: made.pullRequest })
      expect(again.reason).toContain('not Assay')
      expect(place.writes()).toEqual([])
      expect(await place.head(branchOf(place))).toBe(theirs)
      expect((await list()).open?.title).toBe('churn 2 → production')
    })

    it('is left alone when a person pushes while it is written: what they pushed stays', async () => {
      const { place, list } = await begin()
      const made = await promote(place, 2)
      const repository = await place.connect()
      const request = pullRequest(repository, place, 3)
      let theirs: string | undefined
      const edit = async (base: BranchHead) => {
        theirs ??= await place.push(branchOf(place), { 'by-hand.txt': 'x' })
        return request.edit(base)
      }

      const again = await ensurePullRequest(
        { repository, pullRequests: repository.pullRequests as PullRequests },
        { ...request, edit },
        noWait,
      )

      expect(again).toMatchObject({ action: 'left_alone', commit: theirs, pullRequest: made.pullRequest })
      expect(await place.head(branchOf(place))).toBe(theirs)
      expect((await list()).open?.title).toBe('churn 2 → production')
    })

    it('does not take a branch that a person makes while it is written', async () => {
      const { place, list } = await begin()
      const repository = await place.connect()
      const request = pullRequest(repository, place, 2)
      let theirs: string | undefined
      const edit = async (base: BranchHead) => {
        theirs ??= await place.push(branchOf(place), { 'by-hand.txt': 'x' }, { from: place.base })
        return request.edit(base)
      }

      const made = await ensurePullRequest(
        { repository, pullRequests: repository.pullRequests as PullRequests },
        { ...request, edit },
        noWait,
      )

      expect(made).toMatchObject({ action: 'left_alone', commit: theirs })
      expect(await place.head(branchOf(place))).toBe(theirs)
      expect((await list()).open).toBeUndefined()
    })

    it('is closed unmerged, twice as well as once', async () => {
      const { place, pulls, list } = await begin()
      const { number } = (await promote(place, 2)).pullRequest!

      await pulls.close(number)
      await pulls.close(number)

      const { open, closed } = await list()
      expect(open).toBeUndefined()
      expect(closed).toMatchObject([{ number, state: 'closed' }])
    })

    it('that was merged stays merged, closed or not', async () => {
      const { place, pulls, list } = await begin()
      const { pullRequest, commit } = await promote(place, 2)
      await pulls.merge(pullRequest!.number, commit!)

      await pulls.close(pullRequest!.number)

      expect((await list()).closed).toMatchObject([{ number: pullRequest!.number, state: 'merged' }])
    })

    it('is not proposed again when a person closed it, until a newer release comes or it is opened again', async () => {
      const { place, list } = await begin()
      const made = await promote(place, 2)
      const number = made.pullRequest!.number
      await forge.close(place, number)
      forge.forget()

      const again = await promote(place, 2)
      const writes = place.writes()
      await forge.reopen(place, number)
      const reopened = await promote(place, 2)
      await forge.close(place, number)
      const newer = await promote(place, 3)

      expect(again).toMatchObject({ action: 'rejected', pullRequest: made.pullRequest })
      expect(writes).toEqual([])
      expect(reopened.action).toBe('unchanged')
      expect(newer).toMatchObject({ action: 'created' })
      expect(newer.pullRequest!.number).not.toBe(number)
      expect((await list()).open?.number).toBe(newer.pullRequest!.number)
    })

    it('writes over the commits of a person once their pull request is closed: they are kept in it', async () => {
      const { place } = await begin()
      const made = await promote(place, 2)
      await place.push(branchOf(place), { 'by-hand.txt': 'x' })
      await forge.close(place, made.pullRequest!.number)

      const newer = await promote(place, 3)

      expect(newer.action).toBe('created')
      expect(await proposed(place)).toEqual(right(3))
    })

    it.each(['merged', 'merged and its branch deleted'])('CR-006, CR-007: that was %s is done', async how => {
      const { place, pulls, list } = await begin()
      const made = await promote(place, 2)
      await pulls.merge(made.pullRequest!.number, made.commit!)
      if (how !== 'merged') await remove(place)
      forge.forget()

      const again = await promote(place, 2)

      expect(again).toEqual({ action: 'nothing_to_do', notes: [] })
      expect(place.writes()).toEqual([])
      expect((await list()).open).toBeUndefined()
    })

    it('CR-002: adopts a branch without a pull request', async () => {
      const { place, list } = await begin()
      forge.fail({ ...forge.creation, fault: 422 })
      await expect(promote(place, 2)).rejects.toMatchObject({
        code: 'FORGE_REJECTED',
        worked: expect.stringContaining(branchOf(place)),
      })
      forge.forget()

      const again = await promote(place, 2)

      expect(again.action).toBe('created')
      expect(place.writes().filter(forge.isCommit)).toEqual([])
      expect((await list()).open?.head).toBe(again.commit)
    })

    it('is asked for once where the forge does not take it, and again where it does not know the branch yet', async () => {
      const creations = (place: DeployPlace) =>
        place.writes().filter(write => /\/(pulls|merge_requests)$/.test(write)).length
      const { place } = await begin()
      forge.fail({ ...forge.creation, fault: 422, message: 'No commits between main and assay' })
      await expect(promote(place, 2)).rejects.toMatchObject({
        problems: [{ fix: expect.stringContaining('nothing to propose') }],
      })
      expect(creations(place)).toBe(1)
      forge.forget()
      const message = 'Validation Failed: [{"resource":"PullRequest","field":"head","code":"invalid"}]'
      forge.fail({ ...forge.creation, fault: 422, message, times: 2 })

      expect((await promote(place, 2)).action).toBe('created')
      expect(creations(place)).toBe(3)
    })

    it('says so when the forge takes no labels and reviewers, and asks once', async () => {
      const { place } = await begin()
      forge.fail({ ...forge.labels, fault: 403 })
      forge.fail({ ...forge.reviewers, fault: 422 })

      const made = await promote(place, 2)
      forge.forget()
      const again = await promote(place, 2)
      const third = await promote(place, 2)

      expect(made.action).toBe('created')
      expect(made.notes).toEqual([
        expect.stringContaining('labels promotion'),
        expect.stringContaining('reviewers maintainer'),
      ])
      expect([again.notes, third.notes]).toEqual([[], []])
      expect(place.writes().length).toBe(2)
    })

    it('does not ask again for a reviewer that somebody took off while another is there', async () => {
      const { place } = await begin()
      const { number } = (await promote(place, 2)).pullRequest!
      await forge.askFor(place, number, ['outsider'], ['maintainer'])
      forge.forget()

      await promote(place, 2)

      expect(place.writes()).toEqual([])
    })

    it('heals a text that somebody wrote over', async () => {
      const { place, list } = await begin()
      const { number } = (await promote(place, 2)).pullRequest!
      await forge.write(place, number, { title: 'oops', body: '' })

      const again = await promote(place, 2)

      expect(again.action).toBe('updated')
      expect((await list()).open?.title).toBe('churn 2 → production')
    })

    it('takes no pull request of a fork for its own', async () => {
      const { place, pulls } = await begin()
      const made = await promote(place, 2)
      const opened = await forge.openFromFork(place, `${branchOf(place)}x`, made.commit!)

      expect(opened).toBe(true)
      expect(await pulls.ofBranch(`${branchOf(place)}x`, place.base)).toEqual({ open: undefined, closed: [] })
    })

    it('merges the head that was weighed, and no other', async () => {
      const { place, pulls } = await begin()
      const made = await promote(place, 2)
      const { number } = made.pullRequest!
      await place.push(place.base, { 'README.md': '# Changed\n' })
      const theirs = await place.push(branchOf(place), { 'by-hand.txt': 'x' })

      const refused = await pulls.merge(number, made.commit!)
      const merged = await pulls.merge(number, theirs)
      const twice = await pulls.merge(number, theirs)

      expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining(theirs) })
      expect(merged).toEqual({ kind: 'merged', commit: await place.head(place.base) })
      expect(twice).toEqual(merged)
      const files = await place.files((await place.head(place.base))!)
      expect(files).toMatchObject({ 'README.md': '# Changed\n', 'by-hand.txt': 'x' })
    })

    it('waits for checks: their state is read, and a merge before is refused with the forge’s reason', async () => {
      const { place, pulls, list } = await begin()
      const made = await promote(place, 2)
      const before = (await list()).open?.checks
      forge.setStatus(place, made.commit!, 'pending')

      const refused = await pulls.merge(made.pullRequest!.number, made.commit!)

      const after = (await list()).open?.checks
      forge.forget()
      expect([before, after]).toEqual(['none', 'pending'])
      expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining(forge.waits) })
    })

    it.each(['hang', 'reset', 502] as const)('knows a merge whose answer was lost (%s)', async fault => {
      const { place, pulls } = await begin()
      const made = await promote(place, 2)
      forge.fail({ ...forge.merge, fault, takesEffect: true, times: 1 })

      const merged = await pulls.merge(made.pullRequest!.number, made.commit!)

      expect(merged).toEqual({ kind: 'merged', commit: await place.head(place.base) })
    })

    it('keeps the rest of the line and the other files as they are', async () => {
      const { place } = await begin()

      const { commit } = await promote(place, 7)

      expect((await place.files(commit!))[IMAGE]).toBe(
        'images:\n  - name: churn\n    newTag: "7"  # champion\n',
      )
    })
  })
})
