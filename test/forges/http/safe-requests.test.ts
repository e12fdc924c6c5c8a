import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { REPOSITORY, TOKENS, useGithub } from '../../support/emulator.ts'
import { type Fault, isoDate } from '../../support/faults.ts'
import { clientAt, create, list, readme } from '../client.ts'

const github = useGithub()
const [owner, repo] = REPOSITORY.split('/') as [string, string]

describe('a request that fails for a moment', () => {
  const passing: Fault[] = [500, 502, 503, 504, 'reset', 'html', 'truncated', 'empty', 'hang', 'drip', 429]

  it.each(passing)('is repeated when it only reads (%s)', async fault => {
    github.fail({ fault, times: 2 })
    const { rest, pauses } = clientAt(github.url)

    const answer = await readme(rest)

    expect(answer.data).toMatchObject({ name: 'README.md' })
    expect(github.requests).toHaveLength(3)
    expect(pauses).toHaveLength(2)
  })

  it('is repeated when it only updates', async () => {
    const { number } = await github.pullRequest()
    const { id } = await github.comment(number, 'before', TOKENS.workflow)
    github.fail({ method: 'PATCH', fault: 502, times: 1, takesEffect: true })
    const { rest } = clientAt(github.url)

    await rest.issues.updateComment({ owner, repo, comment_id: id, body: 'after' })

    expect(await github.comments(number)).toMatchObject([{ body: 'after' }])
  })

  it.each([500, 502, 503, 504, 'reset', 'html', 'truncated', 'empty', 'hang', 'drip'] as Fault[])(
    'is not repeated when it creates (%s)',
    async fault => {
      const { number } = await github.pullRequest()
      github.fail({ method: 'POST', fault, takesEffect: true })
      const { rest, pauses } = clientAt(github.url)

      const answer = create(rest, number)

      await expect(answer).rejects.toBeInstanceOf(AssayError)
      expect(pauses).toEqual([])
      expect(await github.comments(number)).toHaveLength(1)
    },
  )

  it('is given up after four requests', async () => {
    github.fail({ fault: 502 })
    const { rest, pauses } = clientAt(github.url)

    const answer = list(rest)

    await expect(answer).rejects.toMatchObject({
      code: 'FORGE_UNAVAILABLE',
      problems: [{ what: '[GET] /repos/octo/model/issues/1/comments: 502 Simulated 502' }],
    })
    expect(github.requests).toHaveLength(4)
    expect(pauses).toEqual([1000, 2000, 4000])
  })

  it('does not make the next request wait longer', async () => {
    github.fail({ fault: 502, times: 3 })
    const { rest, pauses } = clientAt(github.url)
    await readme(rest)
    github.fail({ fault: 502, times: 3 })

    await readme(rest)

    expect(pauses).toEqual([1000, 2000, 4000, 1000, 2000, 4000])
  })

  it.each([400, 403, 404, 405, 409, 410, 422, 451])('is not repeated after %i', async status => {
    github.fail({ fault: status })
    const { rest } = clientAt(github.url)

    await expect(list(rest)).rejects.toBeInstanceOf(AssayError)

    expect(github.requests).toHaveLength(1)
  })
})

describe('a request without an end', () => {
  it('FF-007: a server that never answers is left after the deadline', async () => {
    github.fail({ fault: 'hang' })
    const { rest } = clientAt(github.url, { deadline: 50, backoff: [], expires: AbortSignal.timeout })

    await expect(list(rest)).rejects.toMatchObject({
      code: 'FORGE_TIMEOUT',
      problems: [{ what: expect.stringMatching(/no complete answer from 127\.0\.0\.1:\d+ within 0\.05 s/) }],
    })
  })

  it('FF-008: a body that drips is left after the deadline', async () => {
    github.fail({ fault: 'drip' })
    const { rest } = clientAt(github.url, { deadline: 200, backoff: [], expires: AbortSignal.timeout })

    await expect(list(rest)).rejects.toMatchObject({ code: 'FORGE_TIMEOUT' })
  })
})

describe('an answer that is none', () => {
  it.each(['html', 'truncated', 'empty'] as const)('FF-009: %s is an error, not a success', async fault => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'POST', fault })

    await expect(create(clientAt(github.url).rest, number)).rejects.toMatchObject({
      code: 'FORGE_BAD_ANSWER',
    })
  })

  it.each([301, 302, 303, 307, 308])(
    'a write that is redirected with %i is not sent elsewhere',
    async status => {
      const { number } = await github.pullRequest()
      github.fail({
        method: 'POST',
        fault: status,
        headers: { location: '/repos/octo/other/issues/1/comments' },
      })

      await expect(create(clientAt(github.url).rest, number)).rejects.toMatchObject({
        code: 'FORGE_MOVED',
        problems: [{ what: expect.stringContaining(`${status} redirected to /repos/octo/other`) }],
      })
      expect(github.requests).toHaveLength(1)
    },
  )
})

describe('a rate limit', () => {
  it('is waited for as long as Retry-After says, for a creation too, because nothing was done', async () => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'POST', fault: 'secondary-limit', times: 1, headers: { 'retry-after': '7' } })
    const { rest, pauses } = clientAt(github.url)

    await create(rest, number)

    expect(pauses).toEqual([7000])
    expect(await github.comments(number)).toHaveLength(1)
  })

  it('is waited for as long as before any repeat where Retry-After says 0', async () => {
    github.fail({ fault: 429, times: 2, headers: { 'retry-after': '0' } })
    const { rest, pauses } = clientAt(github.url)

    await readme(rest)

    expect(pauses).toEqual([1000, 2000])
  })

  it('takes Retry-After as a date by the clock of the server', async () => {
    const server = Date.parse('2031-01-01T00:00:00Z')
    const headers = { date: isoDate(server), 'retry-after': isoDate(server + 9000) }
    github.fail({ fault: 429, times: 1, headers })
    const { rest, pauses } = clientAt(github.url)

    await readme(rest)

    expect(pauses).toEqual([9000])
  })

  it.each(['soon', '-5', '', '1e99', 'NaN'])('waits a minute where Retry-After is %j', async value => {
    github.fail({ fault: 429, times: 1, headers: { 'retry-after': value } })
    const { rest, pauses } = clientAt(github.url)

    await readme(rest)

    expect(pauses).toEqual([60_000])
  })

  it('FF-005: that lasts an hour is not waited for: the error says until when', async () => {
    const reset = Date.parse('2031-01-01T01:00:00Z')
    const headers = { date: isoDate(reset - 3_600_000), 'x-ratelimit-reset': String(reset / 1000) }
    github.fail({ fault: 'rate-limit', headers })
    const { rest, pauses } = clientAt(github.url)

    await expect(list(rest)).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      problems: [{ fix: 'The limit holds until 2031-01-01T01:00:00.000Z; run again after that' }],
    })
    expect(github.requests).toHaveLength(1)
    expect(pauses).toEqual([])
  })

  it('never makes one call wait more than two minutes in all', async () => {
    github.fail({ fault: 429, headers: { 'retry-after': '50' } })
    const { rest, pauses } = clientAt(github.url)

    await expect(list(rest)).rejects.toMatchObject({ code: 'FORGE_RATE_LIMITED' })

    expect(pauses).toEqual([50_000, 50_000])
  })

  it('FF-006: is not provoked: ten comments are three seconds apart, the few writes of a report are not', async () => {
    const { number, headSha } = await github.pullRequest()
    let clock = 1_000_000
    const waitUntil: number[] = []
    const wait = async (milliseconds: number) => {
      clock += milliseconds
      waitUntil.push(clock)
    }
    const { rest } = clientAt(github.url, { now: () => clock, wait })

    await rest.checks.create({ owner, repo, name: 'a', head_sha: headSha })
    await create(rest, number)
    const before = waitUntil.length
    for (let count = 0; count < 9; count++) await create(rest, number)

    expect(before).toBe(0)
    expect(waitUntil.map(time => time - 1_000_000)).toEqual(
      [3, 6, 9, 12, 15, 18, 21, 24, 27].map(s => s * 1000),
    )
  })
})
