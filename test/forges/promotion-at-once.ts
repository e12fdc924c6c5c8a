import { describe, expect, it } from 'vitest'
import type { PullRequests } from '../../src/forges/pull-requests.ts'
import type { DeployPlace } from './deploy-places.ts'
import { branchOf, promote, proposed, right } from './promotion-job.ts'

/** What holds of runs at once on a forge with pull requests, so many times. */
export function describeAtOnce(open: () => Promise<DeployPlace>, rounds: number): void {
  describe('runs at once', () => {
    it('never mix two candidates, and the newest wins', { timeout: 120_000 }, async () => {
      for (let round = 0; round < rounds; round++) {
        const place = await open()

        const outcomes = await Promise.all(
          [promote(place, 2), promote(place, 3)].sort(() => (round % 2) - 0.5),
        )

        const healing = await promote(place, 3)
        const { pullRequests } = await place.connect()
        const { open: shown } = await (pullRequests as PullRequests).ofBranch(branchOf(place), place.base)
        expect(await proposed(place)).toEqual(right(3))
        expect(shown).toMatchObject({ title: 'churn 3 → production', head: healing.commit })
        expect(outcomes.map(({ action }) => action)).not.toContain('left_alone')
        expect((await promote(place, 2)).action).toBe('skipped_older')
      }
    })

    it('make one pull request of the same', { timeout: 120_000 }, async () => {
      for (let round = 0; round < rounds; round++) {
        const place = await open()

        const outcomes = await Promise.all([promote(place, 2), promote(place, 2), promote(place, 2)])

        expect(new Set(outcomes.map(({ pullRequest }) => pullRequest?.number)).size).toBe(1)
        expect(await proposed(place)).toEqual(right(2))
        expect((await promote(place, 2)).action).toBe('unchanged')
      }
    })
  })
}
