import { beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../emulator/github/world/deliveries.ts'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { openapiResponseProblems } from '../support/openapi.ts'

/** What the next deliveries do instead of going once. */
let deliver: 'once' | 'drop' | 'twice' | 'unlogged' | 'hold' = 'once'
const held: (() => Promise<void>)[] = []

const MODEL = { owner: 'acme', repo: 'model' }
const SEED = {
  users: [{ login: 'ada' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: [{ owner: 'acme', name: 'model', auto_init: true, private: true }],
  apps: [{ ...ASSAY_APP, installations: [{ id: 1, account: 'acme' }] }],
}
const world = useAppWorld(SEED, async (_, send) => {
  if (deliver === 'unlogged') return 'unlogged'
  if (deliver === 'hold') await new Promise<void>(resolve => held.push(async () => resolve(await send())))
  else if (deliver !== 'drop') await send()
  if (deliver === 'twice') await send()
  return undefined
})
beforeEach(() => {
  deliver = 'once'
})

const person = () => world.person('ada').rest
const app = () => world.app().rest

describe('the log of deliveries', () => {
  const list = async () => (await app().apps.listWebhookDeliveries()).data

  it('lists every attempt, newest first, by pages with a cursor', async () => {
    world.answer = 503
    for (const title of ['one', 'two']) await person().issues.create({ ...MODEL, title })
    await world.github.settled()
    const failed = await list()
    expect(openapiResponseProblems('GET', '/app/hook/deliveries', 200, failed)).toEqual([])
    expect(failed).toMatchObject([
      { event: 'issues', status_code: 503, status: 'Invalid HTTP Response: 503', redelivery: false },
      { event: 'issues', installation_id: 1 },
    ])
    world.answer = 200
    await app().apps.redeliverWebhookDelivery({ delivery_id: failed[1]!.id })
    await world.github.settled()
    const all = await list()
    expect(all.map(({ guid, status_code: code, redelivery }) => [guid, code, redelivery])).toEqual([
      [failed[1]!.guid, 200, true],
      [failed[0]!.guid, 503, false],
      [failed[1]!.guid, 503, false],
    ])
    const paged = await world.app().paginate('GET /app/hook/deliveries', { per_page: 2 })
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    const { data: one } = await app().apps.getWebhookDelivery({ delivery_id: all[0]!.id })
    expect(openapiResponseProblems('GET', `/app/hook/deliveries/${one.id}`, 200, one)).toEqual([])
    expect(one).toMatchObject({ request: { payload: { repository: { name: 'model' } } }, response: {} })
  })

  it('lets a test drop, double, delay and lose them', async () => {
    const open = async (title: string, how: typeof deliver) => {
      deliver = how
      await person().issues.create({ ...MODEL, title })
      if (how !== 'hold') await world.github.settled()
    }
    await open('dropped', 'drop')
    await open('doubled', 'twice')
    await open('lost', 'unlogged')
    await open('first', 'hold')
    await open('second', 'hold')
    for (const release of held.reverse()) await release()
    await world.github.settled()
    const titles = world.heard.map(({ body }) => JSON.parse(body).issue.title)
    expect(titles).toEqual(['doubled', 'doubled', 'second', 'first'])
    const logged = world.github.world.deliveries.map(({ payload, statusCode }: Delivery) => [
      (payload.issue as { title: string }).title,
      statusCode,
    ])
    expect(logged).toEqual([
      ['dropped', 0],
      ['doubled', 200],
      ['second', 200],
      ['first', 200],
    ])
  })
})
