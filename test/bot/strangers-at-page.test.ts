import { describe, expect, it } from 'vitest'
import { activitiesOf } from '../../bot/page/activity.ts'
import { startOverviews } from '../../bot/page/overviews.ts'
import type { Person } from '../../bot/page/people.ts'
import { rightsOfPeople } from '../../bot/page/rights.ts'
import { statusPages } from '../../bot/page/status.ts'
import { watchers } from '../../bot/page/watchers.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import { againIn, missingWords } from '../../src/core/page/missing.ts'

/** What people cost who sign in and may read nothing, or hold many streams: nothing of it is others'. */

const MINUTE = 60_000
const person = (login: string): Person => ({ forge: 'github', login, id: login.length, maySignOut: true })
const repository = (at: number) => ({ forge: 'github' as const, name: `acme/deploy-${at}` })

/** A forge that counts what it is asked; `ada` may read everything. */
function forge(
  answer: (login: string, name: string) => 'read' | 'none' | Error = login =>
    login === 'ada' ? 'read' : 'none',
) {
  const clock = { now: 1_000_000 }
  const asked: string[] = []
  async function open({ name }: { name: string }) {
    const rightOf = async ({ login }: { login: string }) => {
      asked.push(login)
      const right = answer(login, name)
      if (right instanceof Error) throw right
      return { kind: 'known', id: login.length, right }
    }
    return { people: { rightOf }, close: async () => {} }
  }
  const world = { now: () => clock.now, open }
  const asWorld = world as unknown as BotWorld
  return { clock, asked, world: asWorld, rightOf: rightsOfPeople(asWorld) }
}

describe('rights of people', () => {
  it('that are none are asked for ever less often, and at once again within a minute where there are some', async () => {
    const { clock, asked, rightOf } = forge()
    for (let minute = 0; minute < 60; minute++, clock.now += MINUTE + 1)
      for (const login of ['eve', 'ada']) await rightOf(repository(1), person(login), 'now')
    expect(asked.filter(login => login === 'eve')).toHaveLength(9)
    expect(asked.filter(login => login === 'ada')).toHaveLength(60)
  })

  it('are asked for so often of one stranger, who is told when more is', async () => {
    const { asked, rightOf, clock } = forge()
    const all = Array.from({ length: 500 }, (_, at) => rightOf(repository(at), person('eve'), 'now'))
    const until = clock.now + 60 * MINUTE
    expect([(await Promise.all(all)).at(-1), asked.length]).toEqual([{ spent: 'own', until }, 120])
    clock.now = until
    expect(await rightOf(repository(499), person('eve'), 'now')).toBe('none')
  })

  it('are asked for of whoever is new while strangers come again and again', async () => {
    const { clock, asked, rightOf } = forge()
    const answers = new Set<unknown>()
    for (let minute = 0; minute < 70; minute++, clock.now += MINUTE + 1) {
      for (let stranger = 0; stranger < 12; stranger++)
        for (let at = 0; at < 10; at++) await rightOf(repository(at), person(`stranger-${stranger}`), 'now')
      if (minute % 10 === 5)
        answers
          .add(await rightOf(repository(30), person(`somebody-${minute}`), 'now'))
          .add(await rightOf(repository(minute), person('ada'), 'now'))
    }
    expect([...answers]).toEqual(['none', 'read'])
    expect(asked.length).toBeLessThan(2 * 400 + 12 * 20 + 100)
  })

  it.each([1, 10, 40])(
    'are asked for of so many new people within an hour, at %i repositories, and whoever comes then is told when to come again',
    async each => {
      const { clock, asked, rightOf } = forge()
      const load = (login: string, many = each) =>
        Promise.all(Array.from({ length: many }, (_, at) => rightOf(repository(at), person(login), 'now')))
      const until = clock.now + 60 * MINUTE
      for (let account = 0; account < 400; account++) await load(`new-${account}`)
      const before = asked.length
      expect(before).toBeLessThanOrEqual(1400)
      expect(await load('ada', 1)).toEqual([{ spent: 'newcomers', until }])
      expect(asked).toHaveLength(before)
      // The calls of another forge are others.
      const wim = { ...person('wim'), forge: 'gitlab' as const }
      expect(await rightOf({ ...repository(0), forge: 'gitlab' }, wim, 'now')).toBe('none')
      clock.now = until
      expect(await load('ada')).toEqual(Array.from({ length: each }, () => 'read'))
    },
  )

  it('are asked for of a reader as ever, but for what they may not read', async () => {
    const { asked, rightOf, clock } = forge((_, name) => (name === 'acme/deploy-999' ? 'read' : 'none'))
    const load = () =>
      Promise.all(Array.from({ length: 1000 }, (_, at) => rightOf(repository(at), person('ada'), 'now')))
    // The one that they may read is asked about among the first, whatever comes of the others.
    await rightOf(repository(999), person('ada'), 'now')
    await load()
    clock.now += MINUTE + 1
    const before = asked.length
    const answers = await load()
    expect(answers.at(0)).toMatchObject({ spent: 'own' })
    expect([answers.at(999), asked.length - before]).toEqual(['read', 1])
  })

  it('are asked for of all readers after a start, however many there are', async () => {
    const { rightOf } = forge((login, name) =>
      name === `acme/deploy-${login.length % 20}` ? 'read' : 'none',
    )
    for (let reader = 0; reader < 300; reader++) {
      const all = Array.from({ length: 20 }, (_, at) =>
        rightOf(repository(at), person('r'.repeat(reader + 1)), 'now'),
      )
      expect(new Set(await Promise.all(all))).toEqual(new Set(['none', 'read']))
    }
  })

  it('are all asked for of a newcomer who turns out to be a reader', async () => {
    const { rightOf } = forge((_, name) => (name === 'acme/deploy-7' ? 'read' : 'none'))
    const all = Array.from({ length: 300 }, (_, at) => rightOf(repository(at), person('mia'), 'now'))
    expect(new Set(await Promise.all(all))).toEqual(new Set(['none', 'read']))
  })

  it('that the forge did not tell leave somebody as new as they were', async () => {
    const down = new AssayError({ code: 'FORGE_UNAVAILABLE', title: 'down', problems: [{ what: 'down' }] })
    let isDown = true
    const { rightOf, clock } = forge(login => (isDown && login === 'ada' ? down : 'none'))
    for (let at = 0; at < 40; at++) await rightOf(repository(at), person('ada'), 'now').catch(() => {})
    for (let account = 0; account < 20; account++)
      for (let at = 0; at < 40; at++) await rightOf(repository(at), person(`stranger-${account}`), 'now')
    isDown = false
    clock.now += MINUTE
    expect(await rightOf(repository(1), person('ada'), 'now')).toBe('none')
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

describe('the page', () => {
  it('says when to come again, of a model that may be there as of one that is not', async () => {
    const { clock, world } = forge()
    const timers = { now: () => clock.now, after: () => () => {} }
    const overviews = startOverviews(world, timers, () => {})
    for (let at = 0; at < 130; at++)
      overviews.looked({
        key: { kind: 'promotion', deploy: repository(at) },
        cause: 'event',
        ms: 1,
        result: { did: [] },
      })
    const eve = person('eve')
    const until = clock.now + 60 * MINUTE
    const missing = { spent: 'own' as const, until }
    expect(await overviews.seenBy(eve)).toEqual({ overviews: [], missing })
    for (const name of [undefined, 'acme/deploy-1', 'acme/deploy-129', 'acme/none'])
      expect(await overviews.storyOf(eve, 'fraud', name)).toEqual(missing)
    expect(await overviews.watch(eve)).toEqual(missing)
    expect(missingWords(missing)).toContain('until 1970-01-01 01:17 UTC the forge is not asked')
    expect(againIn(missing, clock.now)).toBe(3600)
  })
})

describe('the pages on the bot', () => {
  it('show what is in the one repository that somebody may read, however many others were busy since', async () => {
    const mine = repository(0)
    const { clock, rightOf } = forge((_, name) => (name === mine.name ? 'read' : 'none'))
    const all = [...Array.from({ length: 200 }, (_, at) => repository(200 - at)), mine]
    // Who gets to these pages has been asked about.
    await rightOf(mine, person('mia'), 'now')
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
    const pages = statusPages(status, rightOf, () => clock.now)
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
