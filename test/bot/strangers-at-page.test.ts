import { describe, expect, it } from 'vitest'
import { activitiesOf } from '../../bot/page/activity.ts'
import type { Person } from '../../bot/page/people.ts'
import { rightsOfPeople } from '../../bot/page/rights.ts'
import { statusPages } from '../../bot/page/status.ts'
import { watchers } from '../../bot/page/watchers.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import { AssayError } from '../../src/core/errors/errors.ts'

/** What people cost who sign in and may read nothing, or hold many streams: nothing of it is others'. */

const MINUTE = 60_000
const person = (login: string): Person => ({ forge: 'github', login, id: login.length, maySignOut: true })
const repository = (at: number) => ({ forge: 'github' as const, name: `acme/deploy-${at}` })

/** A forge that counts what it is asked; `ada` may read everything. */
function forge(
  answer: (login: string) => 'read' | 'none' | Error = login => (login === 'ada' ? 'read' : 'none'),
) {
  const clock = { now: 1_000_000 }
  const asked: string[] = []
  const rightOf = async ({ login }: { login: string }) => {
    asked.push(login)
    const right = answer(login)
    if (right instanceof Error) throw right
    return { kind: 'known', id: login.length, right }
  }
  const world = { now: () => clock.now, open: async () => ({ people: { rightOf }, close: async () => {} }) }
  return { clock, asked, rightOf: rightsOfPeople(world as unknown as BotWorld) }
}

describe('rights of people', () => {
  it('that are none are asked for ever less often, and at once again within a minute where there are some', async () => {
    const { clock, asked, rightOf } = forge()
    for (let minute = 0; minute < 60; minute++, clock.now += MINUTE + 1)
      for (const login of ['eve', 'ada']) await rightOf(repository(1), person(login), 'now')
    expect(asked.filter(login => login === 'eve')).toHaveLength(9)
    expect(asked.filter(login => login === 'ada')).toHaveLength(60)
  })

  it('are asked for so often of strangers together, and of others as ever', async () => {
    const { asked, rightOf, clock } = forge()
    expect(await rightOf(repository(0), person('ada'), 'now')).toBe('read')
    const first = await Promise.all(
      Array.from({ length: 500 }, (_, at) => rightOf(repository(at), person('eve'), 'now')),
    )
    // One takes no more than a share.
    expect([asked.length - 1, first.at(-1)]).toEqual([250, 'unknown'])
    for (let account = 0; account < 20; account++)
      for (let at = 0; at < 100; at++) await rightOf(repository(at), person(`stranger-${account}`), 'now')
    // The first of whoever may read something is that of a stranger too.
    expect(asked).toHaveLength(1000)

    expect(await rightOf(repository(7), person('ada'), 'now')).toBe('read')
    clock.now += 61 * MINUTE
    expect(await rightOf(repository(1), person('mia'), 'now')).toBe('none')
  })

  it('that could not be asked for are not asked for at once again, also where many ask together', async () => {
    const down = new AssayError({ code: 'FORGE_UNAVAILABLE', title: 'down', problems: [{ what: 'down' }] })
    const { asked, rightOf, clock } = forge(() => down)
    const ask = () => rightOf(repository(1), person('ada'), 'now').catch((error: Error) => error)
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([down, down, down])
    clock.now += 9000
    expect([await ask(), asked.length]).toEqual([down, 1])
    clock.now += 2000
    expect([await ask(), asked.length]).toEqual([down, 2])
  })
})

describe('the pages on the bot', () => {
  it('show what is in the one repository that somebody may read, however many others were busy since', async () => {
    const { clock, rightOf } = forge(() => 'read')
    const mine = repository(0)
    const all = [...Array.from({ length: 200 }, (_, at) => repository(200 - at)), mine]
    const onlyMine: typeof rightOf = (one, ...rest) =>
      one.name === mine.name ? rightOf(one, ...rest) : Promise.resolve('none')
    const activities = activitiesOf(
      () => clock.now,
      text => text,
    )
    for (const deploy of all.toReversed())
      activities.looked({
        key: { kind: 'promotion', deploy },
        cause: 'found',
        ms: 1,
        result: { did: [`opened in ${deploy.name}`] },
      })
    const status = {
      since: clock.now,
      activities,
      queue: () => all.map(repository => ({ repository, state: 'waiting' as const })),
      events: () => all.map((repository, at) => ({ repository, at: clock.now - at })),
      healing: () => undefined,
    }
    const pages = statusPages(status, onlyMine, () => clock.now)
    const activity = await pages.activity(person('mia'))
    expect(activity).toContain('<td>acme/deploy-0</td><td>opened in acme/deploy-0')
    expect(activity).toContain('1 thing since')
    expect(activity).not.toContain('something may be missing')
    const health = await pages.health(person('mia'))
    expect(health).toContain('1 wait, 0 under way')
    expect(health).not.toContain('none yet of what you may see')
  })
})

describe('streams', () => {
  it('of all places are given by whoever has the most of them to whoever has fewer', () => {
    const { watch } = watchers(
      async () => 'read',
      () => {},
    )
    const ended: string[] = []
    function open(login: string): boolean {
      const events = watch(person(login))
      const close = events?.open(
        () => {},
        () => {
          ended.push(login)
          close?.()
        },
      )
      return events !== undefined
    }
    const all = Array.from({ length: 25 }, (_, account) =>
      Array.from({ length: 20 }, () => open(`reader-${account}`)),
    )
    // Each of the last five has fewer than the others then.
    expect(all.flat().filter(Boolean).length - ended.length).toBe(400)
    for (let device = 0; device < 10; device++) expect(open('ada')).toBe(true)
    expect(ended).not.toContain('ada')
  })
})
