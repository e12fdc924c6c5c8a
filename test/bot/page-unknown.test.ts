import { describe, expect, it } from 'vitest'
import { activitiesOf } from '../../bot/page/activity.ts'
import { startOverviews } from '../../bot/page/overviews.ts'
import { pageRoutes } from '../../bot/page/routes.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import type { WebAnswer, WebRequest } from '../../src/services/web/server.ts'

/** What is shown while nobody can tell what somebody may read. */

const NOW = 1_000_000
const DOWN = new AssayError({ code: 'FORGE_UNAVAILABLE', title: 'down', problems: [{ what: 'down' }] })
const SECRET = 'f4a1e07b3c5d4b2f8e90'

/** The answer to who opens a page, by what the forge answers about them. */
function pages(repositories: number, rightOf: () => Promise<unknown>) {
  const now = () => NOW
  const world = { now, open: async () => ({ people: { rightOf }, close: async () => {} }) }
  const timers = { now, after: () => () => {} }
  const overviews = startOverviews(world as unknown as BotWorld, timers, () => {})
  const activities = activitiesOf(now, text => text)
  for (let at = 0; at < repositories; at++) {
    const deploy = { forge: 'github' as const, name: `acme/deploy-${at}` }
    const end = { key: { kind: 'promotion' as const, deploy }, cause: 'event' as const, ms: 1 }
    for (const told of [activities, overviews]) told.looked({ ...end, result: { did: ['opened it'] } })
  }
  const healing = () => ({
    redeliveries: { repeated: 0, open: 0, lost: 0 },
    surveys: new Map(),
    settings: new Map([['github' as const, [{ what: 'The App has no webhook', fix: 'set one' }]]]),
    failed: new Map(),
  })
  const routes = pageRoutes({
    page: { signIn: 'proxy', forge: 'github', header: 'x-user', secret: SECRET },
    halves: {},
    overviews,
    status: { since: NOW, activities, queue: () => [], events: () => [], healing },
    env: {},
    now,
  })
  const headers = (name: string) =>
    ({ 'x-user': ['eve'], 'x-assay-proxy-secret': [SECRET] })[name.toLowerCase()] ?? []
  const request = { headers, query: new URLSearchParams(), rest: '' } as unknown as WebRequest
  return async (path: string) =>
    (await routes.find(route => route.path === path)!.answer(request)) as Exclude<
      WebAnswer,
      { events: unknown }
    >
}

describe.each(['/health', '/activity'])('%s', path => {
  it('is not read where the forge does not answer about somebody, and says so', async () => {
    const { status, headers, text } = await pages(1, () => Promise.reject(DOWN))(path)

    expect([status, headers?.['retry-after']]).toEqual([503, '60'])
    expect(text).toContain('The forge could not be asked what you may see')
    expect(text).not.toMatch(/acme|opened it|no webhook/)
  })

  it('is not read where the forge is asked no more about somebody, and says until when', async () => {
    const { status, headers, text } = await pages(130, async () => ({ kind: 'known', id: 1, right: 'none' }))(
      path,
    )

    expect([status, headers?.['retry-after']]).toEqual([503, '3600'])
    expect(text).toContain('until 1970-01-01 01:17 UTC the forge is not asked')
    expect(text).not.toMatch(/acme|opened it|no webhook/)
  })
})
