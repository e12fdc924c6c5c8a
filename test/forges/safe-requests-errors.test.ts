import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { TOKENS, useGithub } from '../support/emulator.ts'
import type { Fault } from '../support/faults.ts'
import { useNock } from '../support/use-nock.ts'
import { clientAt, create, list } from './client.ts'

const github = useGithub()
const nock = useNock()

describe('a connection that fails', () => {
  it('FF-019: names the host that has no address', async () => {
    nock('https://no-such-host.example')
      .get(/.*/)
      .replyWithError(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }))
    const { rest } = clientAt('https://no-such-host.example', { backoff: [] })

    await expect(list(rest)).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      problems: [{ what: expect.stringContaining('no connection to no-such-host.example: ENOTFOUND') }],
    })
  })

  it('FF-019: never ignores a certificate, and does not try again', async () => {
    nock('https://ghe.example')
      .get(/.*/)
      .replyWithError(Object.assign(new Error('certificate'), { code: 'CERT_HAS_EXPIRED' }))
    const { rest, pauses } = clientAt('https://ghe.example')

    await expect(list(rest)).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      problems: [
        { what: expect.stringContaining('the certificate of ghe.example has expired: CERT_HAS_EXPIRED') },
      ],
    })
    expect(pauses).toEqual([])
  })
})

describe('an error', () => {
  it.each([401, 403, 404, 422, 502, 'secondary-limit', 'html', 'reset', 'redirect'] as Fault[])(
    'holds no token in any part of it (%s)',
    async fault => {
      github.fail({ fault, headers: fault === 'redirect' ? { location: `/x?token=${TOKENS.workflow}` } : {} })
      const { rest } = clientAt(github.url)

      const error = await create(rest, 1).catch((caught: unknown) => caught as AssayError)

      expect(error).toBeInstanceOf(AssayError)
      const everything = [
        inspect(error, { depth: 20, showHidden: true }),
        renderError(error as AssayError),
        JSON.stringify(error),
      ]
      expect(everything.join('\n')).not.toContain(TOKENS.workflow)
    },
  )

  it('shows what the server says on one line, without orders to the log', async () => {
    nock('https://ghe.example')
      .get(/.*/)
      .reply(404, { message: `gone\n::error::forged\u001b[31m\u202e${'x'.repeat(9999)}` })
    const { rest } = clientAt('https://ghe.example')

    const error = (await list(rest).catch((caught: unknown) => caught)) as AssayError

    expect(error.problems[0]?.what).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(error.problems[0]!.what.length).toBeLessThan(400)
  })
})
