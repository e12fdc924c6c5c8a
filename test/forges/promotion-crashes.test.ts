import { describe, expect, it } from 'vitest'
import type { PullRequests } from '../../src/forges/pull-requests.ts'
import { useGithub } from '../support/emulator.ts'
import { divided, rounds } from '../support/rounds.ts'
import { githubPlace } from './deploy-places.ts'
import { describeAtOnce } from './promotion-at-once.ts'
import { branchOf, dies, healedPull, listed, promote, proposed, right } from './promotion-job.ts'

const github = useGithub()

/** The job is killed at a request: what it sent may have taken effect, and nothing follows. */
function kill(request: number, takesEffect: boolean): void {
  github.fail({ fault: 'reset', takesEffect, after: request, times: 1 })
  github.fail({ fault: 'reset' })
}

describe.each([
  ['a first promotion', undefined],
  ['a newer release', 2],
])('%s, killed', (_, before) => {
  /** List, branches, files, tree, commit, move; creation, labels, reviewers, or list, update, list. */
  const kills = Array.from({ length: 9 }, (_, request) => [
    { request, effect: false },
    // What only reads has no effect.
    ...(request > 2 ? [{ request, effect: true }] : []),
  ])

  it.each(divided(kills.flat(), ({ request, effect }) => effect === (request % 2 === 1) || request < 3))(
    'at request $request, its effect there: $effect, is healed by the next run',
    async ({ request, effect }) => {
      const place = await githubPlace(github)
      if (before !== undefined) await promote(place, before)
      github.forget()
      kill(request, effect)

      const died = await dies(promote(place, 3))
      github.forget()
      const healed = await promote(place, 3)
      github.forget()
      const again = await promote(place, 3)

      expect(died || (before !== undefined && request >= 8)).toBe(true)
      expect(await proposed(place)).toEqual(right(3))
      expect(await place.branches(branchOf(place))).toEqual([branchOf(place)])
      const { open, closed } = await listed(place)
      expect(closed).toEqual([])
      expect(open).toMatchObject(healedPull(healed))
      expect(again.action).toBe('unchanged')
      expect(place.writes()).toEqual([])
    },
  )
})

describeAtOnce(() => githubPlace(github), rounds(4, 8, 20))

describe('a push in between', () => {
  it('by a person is left alone, not forced over', async () => {
    const place = await githubPlace(github)
    await promote(place, 2)
    let theirs = ''
    const repository = await place.connect()
    const push = async () => {
      theirs = await place.push(branchOf(place), { 'by-hand.txt': 'x' })
    }
    const racing = {
      ...repository,
      commitFiles: async (change: Parameters<typeof repository.commitFiles>[0]) => {
        if (theirs === '') await push()
        return repository.commitFiles(change)
      },
    }

    const outcome = await promote({ ...place, connect: async () => racing }, 3)

    expect(outcome).toMatchObject({ action: 'left_alone', commit: theirs })
    expect(await place.head(branchOf(place))).toBe(theirs)
  })

  it('gives up where a branch never comes to rest', async () => {
    const place = await githubPlace(github)
    const repository = await place.connect()
    const restless = { ...repository, commitFiles: async () => ({ kind: 'moved' as const, head: undefined }) }

    const outcome = promote({ ...place, connect: async () => restless }, 3)

    await expect(outcome).rejects.toMatchObject({ code: 'BRANCH_MOVES' })
  })
})

it('says that a newer run has overtaken it, where the text may be older than the files', async () => {
  const place = await githubPlace(github)
  await promote(place, 2)
  const repository = await place.connect()
  const pulls = repository.pullRequests as PullRequests
  let newer: Awaited<ReturnType<typeof promote>> | undefined
  const slow: PullRequests = {
    ...pulls,
    update: async (number, text) => {
      newer ??= await promote(place, 4)
      return pulls.update(number, text)
    },
  }

  const overtaken = await promote(
    { ...place, connect: async () => ({ ...repository, pullRequests: slow }) },
    3,
  )
  const stale = (await listed(place)).open?.title
  const healed = await promote(place, 4)

  expect(overtaken).toMatchObject({ action: 'skipped_older', commit: newer!.commit })
  expect(stale).toBe('churn 3 → production')
  expect(healed.action).toBe('updated')
  expect((await listed(place)).open?.title).toBe('churn 4 → production')
})
