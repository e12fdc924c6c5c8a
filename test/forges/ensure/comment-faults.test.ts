import { describe, expect, it } from 'vitest'
import { parseMarker } from '../../../src/core/text/marker.ts'
import { useGithub } from '../../support/emulator.ts'
import type { Fault } from '../../support/faults.ts'
import { useGitlab } from '../../support/gitlab.ts'
import { rounds } from '../../support/rounds.ts'
import { commentJobs, marked } from '../comment-job.ts'
import { commentPlaces } from '../comment-places.ts'

describe.each(commentPlaces(useGithub(), useGitlab()))('on %s', (_, place) => {
  const { job, ensure, bodies, writes } = commentJobs(place)

  describe('more than one comment', () => {
    it('MD-023: of a crash are healed: the oldest is kept, the others go, and that is all', async () => {
      const { number } = await place.pullRequest()
      for (const order of ['98.1', '99.1', '97.1']) await place.write(number, marked(order, order), 'bot')
      const [oldest] = await place.read(number)

      const healed = await ensure({ pullRequest: number })
      const after = await place.read(number)
      place.forget()
      const again = await ensure({ pullRequest: number })

      expect(healed.action).toBe('updated')
      expect(after).toMatchObject([{ id: oldest!.id, body: marked('**Pass**') }])
      expect(again.action).toBe('unchanged')
      expect(writes()).toEqual([])
    })

    it('that cannot be deleted is told, and the oldest is written all the same', async () => {
      const { number } = await place.pullRequest()
      for (const order of ['98.1', '99.1']) await place.write(number, marked(order, order), 'bot')
      place.fail({ method: 'DELETE', path: place.one, fault: 403 })

      const ensured = await ensure({ pullRequest: number })

      const told = /^a second comment could not be deleted \(http.+\): \[DELETE\] .+ 403/
      expect(ensured).toMatchObject({ action: 'updated', reason: expect.stringMatching(told) })
      expect(await bodies(number)).toEqual([marked('**Pass**'), marked('99.1', '99.1')])
    })

    it('MD-024: deleted between finding and updating: a new one is created', async () => {
      const { number } = await place.pullRequest()
      await ensure({ pullRequest: number })
      const [comment] = await place.read(number)
      await ensure({ pullRequest: number })
      await place.remove(number, comment!.id)
      place.fail({ method: 'GET', path: place.comments, fault: 'stale', times: 1 })

      const ensured = await ensure({ pullRequest: number, order: '101.1' })

      expect(ensured.action).toBe('created')
      expect(await bodies(number)).toEqual([marked('**Pass**', '101.1')])
    })

    it('never comes of three jobs at the same time', async () => {
      for (let round = 0; round < rounds(4, 8, 20); round++) {
        const { number } = await place.pullRequest()

        const ensured = await Promise.all(
          ['100.1', '101.1', '102.1'].map(order => ensure({ pullRequest: number, order, body: order })),
        )

        const left = await place.read(number)
        expect(left).toHaveLength(1)
        expect(['created', 'updated', 'skipped_older']).toEqual(
          expect.arrayContaining(ensured.map(one => one.action)),
        )
      }
    })

    it('is avoided by an older job that created later: its own comment gives way', async () => {
      const { number } = await place.pullRequest()
      await place.write(number, 'talk')
      await ensure({ pullRequest: number, model: 'other' })
      place.fail({ method: 'GET', path: place.comments, fault: 'stale', times: 1 })
      await place.write(number, marked('newer', '200.1'), 'bot')

      const ensured = await ensure({ pullRequest: number, order: '100.1' })

      expect(ensured.action).toBe('skipped_older')
      expect((await bodies(number)).filter(body => parseMarker(body)?.model === 'late-flights')).toEqual([
        marked('newer', '200.1'),
      ])
    })
  })

  describe('a creation that fails', () => {
    const unsure: Fault[] = [500, 502, 503, 504, 'hang', 'reset', 'html', 'truncated', 'empty', 'no-id']

    it.each(unsure.flatMap(fault => [true, false].map(takesEffect => ({ fault, takesEffect }))))(
      'once leaves exactly one comment: $fault, the forge had written it: $takesEffect',
      async rule => {
        const { number } = await place.pullRequest()
        place.fail({ method: 'POST', path: place.comments, times: 1, ...rule })

        const ensured = await ensure({ pullRequest: number })

        expect(ensured.action).toBe('created')
        expect(await bodies(number)).toEqual([marked('**Pass**')])
      },
    )

    it.each(['502', 'no name'])('once leaves one comment though the list lags behind (%s)', async name => {
      const { number } = await place.pullRequest()
      place.fail({ method: 'POST', path: place.comments, fault: 502, times: 1, takesEffect: true })
      place.fail({ method: 'GET', path: place.comments, fault: 'stale', times: 4 })

      const ensured = await job()({ pullRequest: number, author: name === 'no name' ? undefined : place.bot })

      expect(ensured.url).toBeDefined()
      expect(await bodies(number)).toEqual([marked('**Pass**')])
    })

    it('FF-015: not at all, with a list that lags behind for good, is not repeated', async () => {
      const { number } = await place.pullRequest()
      place.fail({ method: 'GET', path: place.comments, fault: 'stale' })

      const ensured = await ensure({ pullRequest: number })

      expect(ensured.action).toBe('created')
      expect(writes()).toEqual(['POST'])
    })

    it('for good is an error and not a success', async () => {
      const { number } = await place.pullRequest()
      place.fail({ method: 'POST', path: place.comments, fault: 502 })

      await expect(ensure({ pullRequest: number })).rejects.toMatchObject({ code: 'FORGE_UNAVAILABLE' })
      expect(writes()).toEqual(['POST', 'POST'])
    })

    it('is none when only the look at the others fails', async () => {
      const { number } = await place.pullRequest()
      place.fail({ method: 'GET', path: place.comments, fault: 500, after: 1 })

      const ensured = await ensure({ pullRequest: number })

      expect(ensured).toMatchObject({ action: 'created', reason: expect.stringContaining('500') })
    })
  })

  describe('a list that cannot be had', () => {
    it.each([500, 404, 409, 'html', 'truncated', 'hang', 'reset'] as Fault[])(
      'FF-014: does not count as "no comment yet" (%s)',
      async fault => {
        const { number } = await place.pullRequest()
        await ensure({ pullRequest: number })
        place.forget()
        place.fail({ method: 'GET', fault })

        await expect(ensure({ pullRequest: number, order: '101.1' })).rejects.toMatchObject({
          name: 'AssayError',
        })

        expect(writes()).toEqual([])
      },
    )
  })
})
