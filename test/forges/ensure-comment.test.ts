import { describe, expect, it } from 'vitest'
import { isOlder, parseMarker, renderMarker } from '../../src/core/marker.ts'
import { type CommentRequest, ensureComment } from '../../src/forges/ensure-comment.ts'
import { githubForge } from '../../src/forges/github.ts'
import { githubClient } from '../../src/forges/github-client.ts'
import { BOT, REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import type { Fault } from '../support/faults.ts'

const github = useGithub()
const noWait = { wait: async () => {} }

type Request = Partial<CommentRequest> & { pullRequest: number }

/** One job of a CI: a client of its own. Without an author nobody has told it who it is. */
function job(token: string = TOKENS.workflow) {
  const client = githubClient({ token, apiUrl: github.url, safety: { ...noWait, deadline: 1000 } })
  const forge = githubForge(client, REPOSITORY)
  return (request: Request) =>
    ensureComment(forge, { model: 'late-flights', order: '100.1', body: '**Pass**', ...request }, noWait)
}
const ensure = (request: Request) => job()({ author: BOT, ...request })

const marked = (body: string, order = '100.1', model = 'late-flights') =>
  `${renderMarker({ model, order })}\n${body}`
const bodies = async (pullRequest: number) =>
  (await github.comments(pullRequest)).map(comment => comment.body)
const writes = () =>
  github.requests.filter(request => request.method !== 'GET').map(request => request.method)

describe('the comment of a model', () => {
  it('is created with its marker', async () => {
    const { number } = await github.pullRequest()

    const ensured = await ensure({ pullRequest: number })

    expect(ensured).toEqual({
      action: 'created',
      url: expect.stringContaining(`/issues/${number}#issuecomment-`),
    })
    expect(await bodies(number)).toEqual([marked('**Pass**')])
  })

  it('is updated in place by the next run', async () => {
    const { number } = await github.pullRequest()
    await ensure({ pullRequest: number })
    const [before] = await github.comments(number)

    const ensured = await ensure({ pullRequest: number, order: '101.1', body: '**Fail**' })

    expect(ensured).toMatchObject({ action: 'updated' })
    expect(await github.comments(number)).toMatchObject([
      { id: before!.id, body: marked('**Fail**', '101.1') },
    ])
  })

  it('is not written again when nothing changed', async () => {
    const { number } = await github.pullRequest()
    await ensure({ pullRequest: number, body: '**Pass**\r\n\r\ntext \n\n' })
    github.forget()

    const ensured = await ensure({ pullRequest: number, body: '**Pass**\n\ntext' })

    expect(ensured).toMatchObject({ action: 'unchanged' })
    expect(writes()).toEqual([])
  })

  it('keeps task lists, mathematics and links as written', async () => {
    const { number } = await github.pullRequest()
    const body =
      '- [ ] open\n- [x] done\n\n$x_1$ and $$\\sum_i x_i$$ [a](https://b.c) <details>\n\n| a |\n|-:|\n'

    await ensure({ pullRequest: number, body })

    expect(await bodies(number)).toEqual([marked(body)])
  })

  it('of an older run does not take the place of a newer one', async () => {
    const { number } = await github.pullRequest()
    await ensure({ pullRequest: number, order: '101.2', body: 'newer' })
    github.forget()

    const older = await ensure({ pullRequest: number, order: '101.1', body: 'older' })

    expect(older).toMatchObject({ action: 'skipped_older', reason: expect.stringContaining('101.2') })
    expect(writes()).toEqual([])
    expect(await bodies(number)).toEqual([marked('newer', '101.2')])
  })

  it('is found behind 40 other comments', async () => {
    const { number } = await github.pullRequest()
    for (let count = 0; count < 20; count++) await github.comment(number, `talk ${count}`)
    await ensure({ pullRequest: number })
    for (let count = 0; count < 20; count++) await github.comment(number, `more talk ${count}`)

    const ensured = await ensure({ pullRequest: number, order: '101.1' })

    expect(ensured).toMatchObject({ action: 'updated' })
    expect(await github.comments(number)).toHaveLength(41)
  })

  it('stands beside that of another model', async () => {
    const { number } = await github.pullRequest()

    for (const order of ['1.1', '2.1'])
      for (const model of ['late-flights', 'late'])
        await ensure({ pullRequest: number, model, order, body: model })

    expect(await bodies(number)).toEqual([
      marked('late-flights', '2.1', 'late-flights'),
      marked('late', '2.1', 'late'),
    ])
  })

  it('of 60,000 characters fits, one of 70 KB is refused before it is sent', async () => {
    const { number } = await github.pullRequest()

    const fits = await ensure({ pullRequest: number, body: 'x'.repeat(60_000) })
    github.forget()
    const tooLong = await ensure({ pullRequest: number, order: '101.1', body: 'x'.repeat(70_000) })

    expect(fits).toMatchObject({ action: 'created' })
    expect(tooLong).toEqual({
      action: 'refused',
      reason: 'the report has 70000 characters, a comment takes 60000',
    })
    expect(github.requests).toEqual([])
  })

  it('is refused in words to a read-only token', async () => {
    const { number } = await github.pullRequest()

    const ensured = await job(TOKENS.readOnly)({ pullRequest: number })

    expect(ensured).toMatchObject({
      action: 'refused',
      reason: expect.stringMatching(/Resource not accessible.*`workflow_run`/),
    })
  })
})

describe('comments of others', () => {
  it('that quote the marker are left alone', async () => {
    const { number } = await github.pullRequest()
    const quote = `> ${marked('**Fail**')}\n\nI do not agree. ${marked('x')}`
    await github.comment(number, quote)
    await github.comment(number, quote, TOKENS.workflow)

    const ensured = await ensure({ pullRequest: number })

    expect(ensured).toMatchObject({ action: 'created' })
    expect(await bodies(number)).toEqual([quote, quote, marked('**Pass**')])
  })

  it('MD-019: with a forged marker are never edited, deleted or taken for ours', async () => {
    const { number } = await github.pullRequest()
    const forged = marked('hello', '999999.1')
    await github.comment(number, forged, TOKENS.outsider)

    const ensured = await ensure({ pullRequest: number })

    expect(ensured).toMatchObject({ action: 'created' })
    expect(await bodies(number)).toEqual([forged, marked('**Pass**')])
  })

  it('MD-020: with a forged marker on the first page do not hide ours at place 250', async () => {
    const { number } = await github.pullRequest()
    await github.comment(number, marked('forged'), TOKENS.outsider)
    for (let count = 2; count < 250; count++) await github.comment(number, `talk ${count}`)
    await ensure({ pullRequest: number })
    for (let count = 0; count < 150; count++) await github.comment(number, `more talk ${count}`)

    for (const order of ['101.1', '102.1', '103.1']) await ensure({ pullRequest: number, order, body: order })

    const ours = (await github.comments(number)).filter(comment => comment.user.login === BOT)
    expect(ours).toMatchObject([{ body: marked('103.1', '103.1') }])
  })

  it('MD-022: a verdict that a maintainer wrote into ours is written over, an order only delays us', async () => {
    const { number } = await github.pullRequest()
    await ensure({ pullRequest: number, body: '**Fail**' })
    const [own] = await github.comments(number)
    await github.editComment(own!.id, marked('**Pass** (edited)'))

    const again = await ensure({ pullRequest: number, body: '**Fail**' })
    const restored = await bodies(number)
    await github.editComment(own!.id, marked('**Pass** (edited)', '999999999.1'))
    const held = await ensure({ pullRequest: number, order: '101.1', body: '**Fail**' })

    expect(again.action).toBe('updated')
    expect(restored).toEqual([marked('**Fail**')])
    expect(held).toMatchObject({ action: 'skipped_older', reason: expect.stringContaining('999999999.1') })
  })
})

describe('an account that the forge does not name', () => {
  it('finds the comments of the CI’s own account', async () => {
    const { number } = await github.pullRequest()
    const unnamed = job(TOKENS.noChecks)
    await unnamed({ pullRequest: number })

    const ensured = await unnamed({ pullRequest: number, order: '101.1' })

    expect(ensured.action).toBe('updated')
    expect(await github.comments(number)).toHaveLength(1)
  })

  it('leaves what outsiders forged alone', async () => {
    const { number } = await github.pullRequest()
    await github.comment(number, marked('forged'), TOKENS.outsider)

    const ensured = await job(TOKENS.noChecks)({ pullRequest: number })

    expect(ensured.action).toBe('created')
    expect(await bodies(number)).toEqual([marked('forged'), marked('**Pass**')])
  })

  it('is asked for where it is a person’s', async () => {
    const { number } = await github.pullRequest()
    const person = job(TOKENS.person)
    await person({ pullRequest: number })

    const ensured = await person({ pullRequest: number, order: '101.1' })

    expect(ensured.action).toBe('updated')
    expect(await github.comments(number)).toMatchObject([{ user: { login: 'octo' } }])
  })
})

describe('more than one comment', () => {
  it('MD-023: of a crash are healed: the oldest is kept, the others go, and that is all', async () => {
    const { number } = await github.pullRequest()
    for (const order of ['98.1', '99.1', '97.1'])
      await github.comment(number, marked(order, order), TOKENS.workflow)
    const [oldest] = await github.comments(number)

    const healed = await ensure({ pullRequest: number })
    const after = await github.comments(number)
    github.forget()
    const again = await ensure({ pullRequest: number })

    expect(healed.action).toBe('updated')
    expect(after).toMatchObject([{ id: oldest!.id, body: marked('**Pass**') }])
    expect(again.action).toBe('unchanged')
    expect(writes()).toEqual([])
  })

  it('MD-024: deleted between finding and updating: a new one is created', async () => {
    const { number } = await github.pullRequest()
    await ensure({ pullRequest: number })
    const [comment] = await github.comments(number)
    await ensure({ pullRequest: number })
    await github.deleteComment(comment!.id)
    github.fail({ method: 'GET', path: /comments$/, fault: 'stale', times: 1 })

    const ensured = await ensure({ pullRequest: number, order: '101.1' })

    expect(ensured.action).toBe('created')
    expect(await bodies(number)).toEqual([marked('**Pass**', '101.1')])
  })

  it('never comes of three jobs at the same time (20 rounds)', async () => {
    for (let round = 0; round < 20; round++) {
      const { number } = await github.pullRequest()

      const ensured = await Promise.all(
        ['100.1', '101.1', '102.1'].map(order => ensure({ pullRequest: number, order, body: order })),
      )

      const left = await github.comments(number)
      expect(left).toHaveLength(1)
      expect(['created', 'updated', 'skipped_older']).toEqual(
        expect.arrayContaining(ensured.map(one => one.action)),
      )
    }
  })

  it('is avoided by an older job that created later: its own comment gives way', async () => {
    const { number } = await github.pullRequest()
    await github.comment(number, 'talk')
    await ensure({ pullRequest: number, model: 'other' })
    github.fail({ method: 'GET', path: /comments$/, fault: 'stale', times: 1 })
    await github.comment(number, marked('newer', '200.1'), TOKENS.workflow)

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
      const { number } = await github.pullRequest()
      github.fail({ method: 'POST', path: /comments$/, times: 1, ...rule })

      const ensured = await ensure({ pullRequest: number })

      expect(ensured.action).toBe('created')
      expect(await bodies(number)).toEqual([marked('**Pass**')])
    },
  )

  it.each(['502', 'no name'])('once leaves one comment though the list lags behind (%s)', async name => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'POST', path: /comments$/, fault: 502, times: 1, takesEffect: true })
    github.fail({ method: 'GET', path: /comments$/, fault: 'stale', times: 4 })

    const ensured = await job()({ pullRequest: number, author: name === 'no name' ? undefined : BOT })

    expect(ensured.url).toBeDefined()
    expect(await bodies(number)).toEqual([marked('**Pass**')])
  })

  it('FF-015: not at all, with a list that lags behind for good, is not repeated', async () => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'GET', path: /comments$/, fault: 'stale' })

    const ensured = await ensure({ pullRequest: number })

    expect(ensured.action).toBe('created')
    expect(writes()).toEqual(['POST'])
  })

  it('for good is an error and not a success', async () => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'POST', path: /comments$/, fault: 502 })

    await expect(ensure({ pullRequest: number })).rejects.toMatchObject({ code: 'FORGE_UNAVAILABLE' })
    expect(writes()).toEqual(['POST', 'POST'])
  })

  it('is none when only the look at the others fails', async () => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'GET', path: /comments$/, fault: 500, after: 1 })

    const ensured = await ensure({ pullRequest: number })

    expect(ensured).toMatchObject({ action: 'created', reason: expect.stringContaining('500') })
  })
})

describe('a list that cannot be had', () => {
  it.each([500, 404, 409, 'html', 'truncated', 'hang', 'reset'] as Fault[])(
    'FF-014: does not count as "no comment yet" (%s)',
    async fault => {
      const { number } = await github.pullRequest()
      await ensure({ pullRequest: number })
      github.forget()
      github.fail({ method: 'GET', fault })

      await expect(ensure({ pullRequest: number, order: '101.1' })).rejects.toMatchObject({
        name: 'AssayError',
      })

      expect(writes()).toEqual([])
    },
  )
})

it('orders runs by number, not by letters', () => {
  expect(isOlder('9.1', '10.1')).toBe(true)
  expect(isOlder('10.1', '10.1')).toBe(false)
})
