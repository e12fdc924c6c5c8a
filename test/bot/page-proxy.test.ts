import { describe, expect, it } from 'vitest'
import { proxyPeople } from '../../bot/page/people.ts'
import type { WebRequest } from '../../src/services/web/server.ts'

const SECRET = 'b3f1c6a8d2e94075'
const who = proxyPeople({ forge: 'github', header: 'x-forwarded-user', secret: SECRET })
const asking = (headers: Record<string, string[]>): WebRequest => ({
  header: name => headers[name]?.[0],
  headers: name => headers[name] ?? [],
  rest: '',
  query: new URLSearchParams(),
  body: Buffer.alloc(0),
})
const [USER, PROXY] = ['x-forwarded-user', 'x-assay-proxy-secret'] as const

describe('a proxy that signs people in', () => {
  it('is believed who it says it is', () => {
    expect(who(asking({ [USER]: ['ada'], [PROXY]: [SECRET] }))).toEqual({
      forge: 'github',
      login: 'ada',
      maySignOut: false,
    })
  })

  it.each([
    ['without its secret', { [USER]: ['ada'] }],
    ['with another', { [USER]: ['ada'], [PROXY]: ['b3f1c6a8d2e94076'] }],
    ['with an empty one', { [USER]: ['ada'], [PROXY]: [''] }],
    ['with two', { [USER]: ['ada'], [PROXY]: [SECRET, 'x'] }],
    ['with a person too many', { [USER]: ['eve', 'ada'], [PROXY]: [SECRET] }],
    ['with two people in one', { [USER]: ['eve, ada'], [PROXY]: [SECRET] }],
    ['without a person', { [PROXY]: [SECRET] }],
    ['with an address', { [USER]: ['ada@example.com'], [PROXY]: [SECRET] }],
    ['with a way out of the path', { [USER]: ['../ada'], [PROXY]: [SECRET] }],
  ])('is nobody %s', (_, headers) => {
    expect(who(asking(headers))).toBeUndefined()
  })
})
