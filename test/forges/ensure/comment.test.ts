import { describe, expect, it } from 'vitest'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubForge } from '../../../src/forges/github/forge.ts'
import { BOT, REPOSITORY, TOKENS, useGithub } from '../../support/emulator.ts'
import { useGitlab } from '../../support/gitlab.ts'
import { commentJob, commentJobs, marked } from '../comment-job.ts'
import { commentPlaces } from '../comment-places.ts'

const github = useGithub()

describe.each(commentPlaces(github, useGitlab()))('on %s', (_, place) => {
  const { job, ensure, bodies, writes } = commentJobs(place)

  describe('the comment of a model', () => {
    it('is created with its marker', async () => {
      const { number } = await place.pullRequest()

      const ensured = await ensure({ pullRequest: number })

      expect(ensured).toEqual({
        action: 'created',
        url: expect.stringMatching(new RegExp(`/(issues|merge_requests)/${number}#(issuecomment-|note_)`)),
      })
      expect(await bodies(number)).toEqual([marked('**Pass**')])
    })

    it('is updated in place by the next run', async () => {
      const { number } = await place.pullRequest()
      await ensure({ pullRequest: number })
      const [before] = await place.read(number)

      const ensured = await ensure({ pullRequest: number, order: '101.1', body: '**Fail**' })

      expect(ensured).toMatchObject({ action: 'updated' })
      expect(await place.read(number)).toMatchObject([{ id: before!.id, body: marked('**Fail**', '101.1') }])
    })

    it('is not written again when nothing changed', async () => {
      const { number } = await place.pullRequest()
      await ensure({ pullRequest: number, body: '**Pass**\r\n\r\ntext \n\n' })
      place.forget()

      const ensured = await ensure({ pullRequest: number, body: '**Pass**\n\ntext' })

      expect(ensured).toMatchObject({ action: 'unchanged' })
      expect(writes()).toEqual([])
    })

    it('keeps task lists, mathematics and links as written', async () => {
      const { number } = await place.pullRequest()
      const body =
        '- [ ] open\n- [x] done\n\n$x_1$ and $$\\sum_i x_i$$ [a](https://b.c) <details>\n\n| a |\n|-:|\n'

      await ensure({ pullRequest: number, body })

      expect(await bodies(number)).toEqual([marked(body)])
    })

    it('of an older run does not take the place of a newer one', async () => {
      const { number } = await place.pullRequest()
      await ensure({ pullRequest: number, order: '101.2', body: 'newer' })
      place.forget()

      const older = await ensure({ pullRequest: number, order: '101.1', body: 'older' })

      expect(older).toMatchObject({ action: 'skipped_older', reason: expect.stringContaining('101.2') })
      expect(writes()).toEqual([])
      expect(await bodies(number)).toEqual([marked('newer', '101.2')])
    })

    it('is found behind 40 other comments', async () => {
      const { number } = await place.pullRequest()
      for (let count = 0; count < 20; count++) await place.write(number, `talk ${count}`)
      await ensure({ pullRequest: number })
      for (let count = 0; count < 20; count++) await place.write(number, `more talk ${count}`)

      const ensured = await ensure({ pullRequest: number, order: '101.1' })

      expect(ensured).toMatchObject({ action: 'updated' })
      expect(await place.read(number)).toHaveLength(41)
    })

    it('stands beside that of another model', async () => {
      const { number } = await place.pullRequest()

      for (const order of ['1.1', '2.1'])
        for (const model of ['late-flights', 'late'])
          await ensure({ pullRequest: number, model, order, body: model })

      expect(await bodies(number)).toEqual([
        marked('late-flights', '2.1', 'late-flights'),
        marked('late', '2.1', 'late'),
      ])
    })

    it('of the most characters fits, a longer one is refused before it is sent', async () => {
      const { number } = await place.pullRequest()

      const fits = await ensure({ pullRequest: number, body: 'x'.repeat(place.most) })
      place.forget()
      const tooLong = await ensure({ pullRequest: number, order: '101.1', body: 'x'.repeat(place.most + 1) })

      expect(fits).toMatchObject({ action: 'created' })
      expect(tooLong).toEqual({
        action: 'refused',
        reason: `the report has ${place.most + 1} characters, a comment takes ${place.most}`,
      })
      expect(place.requests()).toEqual([])
    })

    it('is refused in words to a read-only token', async () => {
      const { number } = await place.pullRequest()

      const ensured = await job('readOnly')({ pullRequest: number })

      expect(ensured).toMatchObject({
        action: 'refused',
        reason: expect.stringMatching(place.refusal),
      })
    })
  })

  describe('comments of others', () => {
    it('that quote the marker are left alone', async () => {
      const { number } = await place.pullRequest()
      const quote = `> ${marked('**Fail**')}\n\nI do not agree. ${marked('x')}`
      await place.write(number, quote)
      await place.write(number, quote, 'bot')

      const ensured = await ensure({ pullRequest: number })

      expect(ensured).toMatchObject({ action: 'created' })
      expect(await bodies(number)).toEqual([quote, quote, marked('**Pass**')])
    })

    it('MD-019: with a forged marker are never edited, deleted or taken for ours', async () => {
      const { number } = await place.pullRequest()
      const forged = marked('hello', '999999.1')
      await place.write(number, forged, 'outsider')

      const ensured = await ensure({ pullRequest: number })

      expect(ensured).toMatchObject({ action: 'created' })
      expect(await bodies(number)).toEqual([forged, marked('**Pass**')])
    })

    it('MD-020: with a forged marker on the first page do not hide ours at place 250', async () => {
      const { number } = await place.pullRequest()
      await place.write(number, marked('forged'), 'outsider')
      for (let count = 2; count < 250; count++) await place.write(number, `talk ${count}`)
      await ensure({ pullRequest: number })
      for (let count = 0; count < 150; count++) await place.write(number, `more talk ${count}`)

      for (const order of ['101.1', '102.1', '103.1'])
        await ensure({ pullRequest: number, order, body: order })

      const ours = (await place.read(number)).filter(comment => comment.author === place.bot)
      expect(ours).toMatchObject([{ body: marked('103.1', '103.1') }])
    })

    it('MD-022: a verdict that a maintainer wrote into ours is written over, an order only delays us', async () => {
      const { number } = await place.pullRequest()
      await ensure({ pullRequest: number, body: '**Fail**' })
      const [own] = await place.read(number)
      await place.edit(number, own!.id, marked('**Pass** (edited)'))

      const again = await ensure({ pullRequest: number, body: '**Fail**' })
      const restored = await bodies(number)
      await place.edit(number, own!.id, marked('**Pass** (edited)', '999999999.1'))
      const held = await ensure({ pullRequest: number, order: '101.1', body: '**Fail**' })

      expect(again.action).toBe('updated')
      expect(restored).toEqual([marked('**Fail**')])
      expect(held).toMatchObject({ action: 'skipped_older', reason: expect.stringContaining('999999999.1') })
    })
  })

  describe('the account of a person', () => {
    it('is asked for where it is a person’s', async () => {
      const { number } = await place.pullRequest()
      const person = job('person')
      await person({ pullRequest: number })

      const ensured = await person({ pullRequest: number, order: '101.1' })

      expect(ensured.action).toBe('updated')
      expect(await place.read(number)).toMatchObject([{ author: place.person }])
    })
  })
})

describe('an account that GitHub does not name', () => {
  const safety = { wait: async () => {} }
  const unnamedJob = () =>
    commentJob(githubForge(githubClient({ token: TOKENS.noChecks, apiUrl: github.url, safety }), REPOSITORY))

  it('finds the comments of the CI’s own account', async () => {
    const { number } = await github.pullRequest()
    const unnamed = unnamedJob()
    await unnamed({ pullRequest: number })

    const ensured = await unnamed({ pullRequest: number, order: '101.1' })

    expect(ensured.action).toBe('updated')
    expect(await github.comments(number)).toHaveLength(1)
  })

  it('writes a comment of its own beside one that it may not write over; a named account is refused', async () => {
    const { number } = await github.pullRequest()
    await unnamedJob()({ pullRequest: number })
    github.fail({ fault: 403, method: 'PATCH' })

    const named = await unnamedJob()({ pullRequest: number, order: '101.1', author: BOT })
    const unnamed = await unnamedJob()({ pullRequest: number, order: '102.1' })

    expect([named.action, unnamed.action]).toEqual(['refused', 'created'])
    // Its own comment names the account, so the older one is known to be of the same.
    expect(unnamed.reason).toContain('could not look for a second comment')
    expect((await github.comments(number)).map(({ body }) => body)).toEqual([
      marked('**Pass**'),
      marked('**Pass**', '102.1'),
    ])
  })

  it('leaves what outsiders forged alone', async () => {
    const { number } = await github.pullRequest()
    await github.comment(number, marked('forged'), TOKENS.outsider)

    const ensured = await unnamedJob()({ pullRequest: number })

    expect(ensured.action).toBe('created')
    expect((await github.comments(number)).map(({ body }) => body)).toEqual([
      marked('forged'),
      marked('**Pass**'),
    ])
  })
})
