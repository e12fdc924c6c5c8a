import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { gitlabClient } from '../../../src/forges/gitlab/client.ts'
import type { Safety } from '../../../src/forges/http/safe-calls.ts'
import { type Fault, isoDate, UNTIMED } from '../../support/faults.ts'
import { PROJECT, TOKEN, useGitlab } from '../../support/gitlab.ts'

const gitlab = useGitlab()

/** A client that notes its pauses and makes none. */
function clientAt(safety: Safety = {}, token: string = TOKEN.bot) {
  const pauses: number[] = []
  const wait = async (milliseconds: number) => void pauses.push(milliseconds)
  const { api, push } = gitlabClient({ token, apiUrl: gitlab.url, safety: { ...UNTIMED, wait, ...safety } })
  return {
    pauses,
    api,
    push: () =>
      push(PROJECT, [
        { ref: 'refs/heads/x', from: undefined, to: gitlab.double.git(PROJECT).resolve('main') },
      ]),
    list: (number: number) => api.MergeRequestNotes.all(PROJECT, number),
    create: (number: number) => api.MergeRequestNotes.create(PROJECT, number, 'hello'),
  }
}

const passing: Fault[] = [500, 502, 503, 504, 'reset', 'html', 'truncated', 'empty', 'hang', 'drip']

describe('a request that fails for a moment', () => {
  it.each([...passing, 429 as Fault])('is repeated when it only reads (%s)', async fault => {
    const { number } = await gitlab.mergeRequest()
    gitlab.fail({ fault, times: 2 })
    const { list, pauses } = clientAt()

    expect(await list(number)).toEqual([])
    expect(gitlab.requests).toHaveLength(3)
    expect(pauses).toHaveLength(2)
  })

  it.each(passing)('is not repeated when it creates, as gitbeaker would (%s)', async fault => {
    const { number } = await gitlab.mergeRequest()
    gitlab.fail({ method: 'POST', fault, takesEffect: true })
    const { create, pauses } = clientAt()

    await expect(create(number)).rejects.toBeInstanceOf(AssayError)

    expect(pauses).toEqual([])
    expect(gitlab.notes(number)).toHaveLength(1)
  })

  it('is given up after four requests, with the words of the forge', async () => {
    gitlab.fail({ fault: 502 })
    const { list, pauses } = clientAt()

    await expect(list(1)).rejects.toMatchObject({
      code: 'FORGE_UNAVAILABLE',
      problems: [{ what: expect.stringMatching(/^\[GET\] \/api\/v4\/projects\/.*: 502 Simulated 502$/) }],
    })
    expect(pauses).toEqual([1000, 2000, 4000])
  })
})

describe('an answer that is none', () => {
  it.each(['html', 'truncated', 'empty'] as const)('%s is an error, not a success', async fault => {
    gitlab.fail({ method: 'POST', fault })

    await expect(clientAt().create(1)).rejects.toMatchObject({ code: 'FORGE_BAD_ANSWER' })
  })

  it.each(['GET', 'POST'])(
    'a %s that is redirected is not followed: the token goes nowhere else',
    async method => {
      gitlab.fail({ fault: 301, headers: { location: 'http://127.0.0.1:9/elsewhere' } })
      const { list, create } = clientAt()

      await expect(method === 'GET' ? list(1) : create(1)).rejects.toMatchObject({
        code: 'FORGE_MOVED',
        problems: [{ what: expect.stringContaining('301 redirected to http://127.0.0.1:9/elsewhere') }],
      })
      expect(gitlab.requests).toHaveLength(1)
    },
  )

  it.each(['hang', 'drip'] as const)(
    'a server that never ends (%s) is left after the deadline',
    async fault => {
      gitlab.fail({ fault })

      await expect(
        clientAt({ deadline: 100, backoff: [], expires: AbortSignal.timeout }).list(1),
      ).rejects.toMatchObject({
        code: 'FORGE_TIMEOUT',
      })
    },
  )
})

describe('a rate limit', () => {
  it('GL-004: two 429 with Retry-After 30 are waited for, 30 seconds each, by a creation too', async () => {
    const { number } = await gitlab.mergeRequest()
    gitlab.fail({ method: 'POST', fault: 429, times: 2, headers: { 'retry-after': '30' } })
    const { create, pauses } = clientAt()

    await create(number)

    expect(pauses).toEqual([30_000, 30_000])
    expect(gitlab.notes(number)).toHaveLength(1)
  })

  it('that lasts an hour is not waited for: the error says until when', async () => {
    const reset = Date.parse('2031-01-01T01:00:00Z')
    const headers = {
      date: isoDate(reset - 3_600_000),
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(reset / 1000),
    }
    gitlab.fail({ fault: 429, headers })
    const { list, pauses } = clientAt()

    await expect(list(1)).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      problems: [{ fix: 'The limit holds until 2031-01-01T01:00:00.000Z; run again after that' }],
    })
    expect(pauses).toEqual([])
  })
})

describe('the token', () => {
  it.each(['reset', 'hang', 'html', 401, 403, 404, 500, 'redirect'] as Fault[])(
    'is in no error, wherever one looks (%s)',
    async fault => {
      gitlab.fail({ fault })
      const { list, create, push } = clientAt({ backoff: [] })

      for (const call of [() => list(1), () => create(1), push]) {
        const error = await call().then<unknown, unknown>(
          () => undefined,
          one => one as unknown,
        )
        const shown = inspect(error, { depth: 20, showHidden: true }) + String((error as Error).stack)
        const secrets = [TOKEN.bot, Buffer.from(`oauth2:${TOKEN.bot}`).toString('base64')]
        expect(error).toBeInstanceOf(AssayError)
        expect(secrets.filter(secret => shown.includes(secret))).toEqual([])
      }
    },
  )

  it.each([
    [TOKEN.bot, 'authorization', `Bearer ${TOKEN.bot}`],
    [TOKEN.job, 'job-token', TOKEN.job],
  ])('goes into the header for its kind', async (token, header, value) => {
    const { number } = await gitlab.mergeRequest()

    await clientAt({}, token).list(number)

    expect(gitlab.requests.at(-1)!.headers).toEqual({ [header]: value })
  })
})

describe('the address', () => {
  it.each(['ftp://host/api/v4', 'host', '', 'https://user:secret@host/api/v4', 'https://host'])(
    '%j is refused without being repeated',
    apiUrl => {
      expect(() => gitlabClient({ token: 't', apiUrl })).toThrow(
        expect.objectContaining({ code: 'FORGE_URL_INVALID' }),
      )
    },
  )
})
