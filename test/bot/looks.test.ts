import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LookEnd } from '../../bot/look-end.ts'
import { PAUSES_MS, startLooks } from '../../bot/looks.ts'
import { type Key, keyName } from '../../src/commands/bot/keys.ts'
import type { LookResult } from '../../src/commands/bot/look.ts'
import { forgeError } from '../../src/forges/forge-error.ts'
import { handClock, settled } from './clock.ts'

/** Until what comes in one moment has come. */
const MOMENT = 1000

const key = (name: string, model = 'fraud'): Key => ({
  kind: 'promotion',
  deploy: { forge: 'github', name },
  model,
})

/** Looks that a test ends by hand. */
function scene(most?: { all: number; account: number }) {
  const clock = handClock()
  const open: { key: Key; end: (result?: LookResult) => void; fail: (error?: Error) => void }[] = []
  const ends: LookEnd[] = []
  let begun = 0
  const looks = startLooks({
    look: seen =>
      new Promise((resolve, reject) => {
        begun++
        const take = () => open.splice(open.indexOf(one), 1)
        const one = {
          key: seen,
          end(result: LookResult = { did: [] }) {
            take()
            resolve(result)
          },
          fail(error = new Error('no')) {
            take()
            reject(error)
          },
        }
        open.push(one)
      }),
    clock,
    onEnd: end => void ends.push(end),
    ...(most && { most }),
  })
  return { clock, looks, open, ends, begun: () => begun }
}

describe('the set of keys', () => {
  it('looks once at what is named many times, and once more at what is named while it is looked at', async () => {
    const { looks, open, begun, clock } = scene()
    for (let times = 0; times < 100; times++) looks.add(key('acme/deploy'))
    await clock.pass(MOMENT - 1)
    expect(begun()).toBe(0)
    looks.add(key('acme/deploy'))
    await clock.pass(1)
    expect(begun()).toBe(1)

    looks.add(key('ACME/deploy'))
    expect(looks.counts()).toEqual({ waiting: 0, running: 1, paused: 0 })
    open[0]!.end()
    await clock.pass(MOMENT)

    expect(begun()).toBe(2)
    open[0]!.end()
    await settled()
    expect(looks.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })

  it('tries again what failed, after growing pauses, until it is done', async () => {
    const { looks, open, clock, ends } = scene()
    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT)
    for (const pause of [...PAUSES_MS, PAUSES_MS.at(-1)!]) {
      open[0]!.fail()
      await settled()
      expect(open).toEqual([])
      await clock.pass(pause - 1)
      expect(open).toEqual([])
      await clock.pass(1)
      expect(open).toHaveLength(1)
    }
    open[0]!.end()
    await settled()

    expect(ends.map(end => ('error' in end ? end.failures : 'done'))).toEqual([1, 2, 3, 4, 5, 6, 'done'])
    expect(looks.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })

  it('looks at what failed as soon as there is an event, but at most once a second', async () => {
    const { looks, open, clock } = scene()
    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT + 10)
    open[0]!.fail()
    await settled()
    for (let times = 0; times < 50; times++) looks.add(key('acme/deploy'))
    await clock.pass(999)
    expect(open).toEqual([])
    await clock.pass(1)
    expect(open).toHaveLength(1)
  })

  it('looks soon at what was named while a look at it failed, and as late as ever after the next failure', async () => {
    const { looks, open, clock, ends } = scene()
    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT)
    looks.add(key('acme/deploy'))
    open[0]!.fail()
    await settled()
    expect(looks.counts()).toEqual({ waiting: 1, running: 0, paused: 0 })
    await clock.pass(999)
    expect(open).toEqual([])
    await clock.pass(1)
    expect(open).toHaveLength(1)

    open[0]!.fail()
    await settled()
    await clock.pass(PAUSES_MS[1]! - 1)
    expect(open).toEqual([])
    await clock.pass(1)
    expect(open).toHaveLength(1)
    expect(ends.map(end => 'error' in end && [end.failures, end.pause])).toEqual([
      [1, 1000],
      [2, PAUSES_MS[1]],
    ])
  })

  it('asks nothing of an account that the forge limits, though something came while the look failed of it', async () => {
    const { looks, open, clock, ends } = scene()
    const until = clock.now() + 600_000
    const limit = forgeError({ code: 'FORGE_RATE_LIMITED', call: 'GET /x', said: 'no', fix: 'wait', until })
    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT)
    looks.add(key('acme/deploy'))
    open[0]!.fail(limit)
    await clock.pass(until - clock.now() - 1)
    expect([open, ends.length]).toEqual([[], 1])
    await clock.pass(1)
    expect(open).toHaveLength(1)
  })

  it('looks again when a look says that there will be something to do, or as soon as there is an event', async () => {
    const { looks, open, clock } = scene()
    const again = [
      { key: key('acme/deploy'), at: clock.now() + 7_200_000 },
      { key: key('acme/deploy', 'other'), at: clock.now() + 3_600_000 },
    ]
    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT)
    open[0]!.end({ did: [], again })
    await clock.pass(3_600_000 - MOMENT - 1)
    expect(open).toEqual([])
    await clock.pass(1)
    expect(open.map(one => keyName(one.key))).toEqual([keyName(key('acme/deploy', 'other'))])

    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT)
    expect(open).toHaveLength(2)
    for (const one of [...open]) one.end()
    await clock.pass(10_000_000)
    expect(looks.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })

  it('looks at the earlier of two times that it was told', async () => {
    const { looks, open, clock } = scene()
    for (const [name, hours] of [
      ['one', 3],
      ['two', 1],
      ['three', 2],
    ] as const) {
      looks.add(key('acme/deploy', name))
      await clock.pass(MOMENT)
      open[0]!.end({ did: [], again: [{ key: key('acme/deploy'), at: clock.now() + hours * 3_600_000 }] })
      await settled()
    }
    await clock.pass(3_600_000)

    expect(open).toHaveLength(1)
  })

  it('keeps no account waiting for another that hangs', async () => {
    const { looks, open, clock } = scene({ all: 6, account: 3 })
    for (let number = 0; number < 10; number++) looks.add(key('slow/deploy', `model-${number}`))
    for (const account of ['one', 'two']) looks.add(key(`${account}/deploy`))
    await clock.pass(MOMENT)

    expect(open.map(one => keyName(one.key))).toEqual([
      keyName(key('slow/deploy', 'model-0')),
      keyName(key('slow/deploy', 'model-1')),
      keyName(key('one/deploy')),
      keyName(key('two/deploy')),
    ])
  })

  it('looks at a whole repository and at one model of it one after the other, and once where the whole waits', async () => {
    const { looks, open, clock } = scene()
    const whole: Key = { kind: 'promotion', deploy: { forge: 'github', name: 'acme/deploy' } }
    const shown = () => open.map(one => (one.key.kind === 'promotion' ? one.key.model : ''))
    looks.add(key('acme/deploy', 'one'))
    await clock.pass(MOMENT)
    looks.add(whole)
    for (const model of ['one', 'two']) looks.add(key('acme/deploy', model))
    looks.add(key('acme/other', 'three'))
    await clock.pass(MOMENT)
    expect(shown()).toEqual(['one', 'three'])

    open[0]!.end()
    await clock.pass(MOMENT)
    expect(shown()).toEqual(['three', undefined])

    looks.add(key('acme/deploy', 'two'))
    await clock.pass(MOMENT)
    expect(shown()).toEqual(['three', undefined])
    open[1]!.end()
    await settled()
    expect(shown()).toEqual(['three', 'two'])
  })

  it('keeps a place of each account for people', async () => {
    const { looks, open, clock } = scene({ all: 9, account: 3 })
    for (let number = 0; number < 5; number++) looks.add(key('acme/deploy', `model-${number}`))
    await clock.pass(MOMENT)
    expect(open).toHaveLength(2)

    const comment: Key = {
      kind: 'comment',
      repository: { forge: 'github', name: 'acme/model' },
      pullRequest: 7,
      id: 1,
      writtenAs: 'comment',
    }
    looks.add(comment)
    expect(open.at(-1)!.key).toEqual(comment)
  })

  it('lets many comments keep no verdict and no promotion of the account waiting', async () => {
    const { looks, open, clock } = scene()
    const repository = { forge: 'github', name: 'acme/model' } as const
    for (let id = 1; id <= 400; id++)
      looks.add({ kind: 'comment', repository, pullRequest: id, id, writtenAs: 'comment' })
    looks.add({ kind: 'run', repository, id: 1 })
    looks.add(key('acme/deploy'))
    await clock.pass(MOMENT)
    const kinds: string[] = []
    for (let ended = 0; ended < 12; ended++) {
      kinds.push(open[0]!.key.kind)
      open[0]!.end()
      await settled()
    }
    expect(kinds).toContain('run')
    expect(kinds).toContain('promotion')
    // And many of the others keep no comment waiting.
    expect(open.map(one => one.key.kind)).toContain('comment')
  })

  it('looks again, after all else that waits, where a look yields', async () => {
    const { looks, open, clock, ends } = scene({ all: 9, account: 2 })
    const repository = { forge: 'github', name: 'acme/model' } as const
    const comment: Key = { kind: 'comment', repository, pullRequest: 7, id: 1, writtenAs: 'comment' }
    looks.add(comment)
    looks.add(key('acme/deploy', 'one'))
    looks.add(key('acme/deploy', 'two'))
    await clock.pass(MOMENT)
    open.find(one => one.key.kind === 'comment')!.end({ did: [], yields: 'rest' })
    await settled()
    expect(ends).toEqual([])
    expect(open.map(one => one.key)).toEqual([key('acme/deploy', 'one')])
    open[0]!.end()
    await settled()
    expect(open.map(one => one.key)).toEqual([key('acme/deploy', 'two')])
    open[0]!.end()
    await settled()
    expect(open.map(one => one.key)).toEqual([comment])
    open[0]!.end()
    await settled()
    expect(looks.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })

  it('asks nothing of an account that the forge limits until it may, and goes on with the others', async () => {
    const { looks, open, clock } = scene({ all: 9, account: 2 })
    const limit = forgeError({
      code: 'FORGE_RATE_LIMITED',
      call: 'GET /x',
      said: 'limited',
      fix: 'wait',
      until: clock.now() + 600_000,
    })
    for (const name of ['one', 'two']) looks.add(key('acme/deploy', name))
    await clock.pass(MOMENT)
    open[0]!.fail(limit)
    looks.add(key('globex/deploy'))
    await clock.pass(590_000)
    looks.add(key('acme/deploy', 'three'))
    await clock.pass(MOMENT)
    expect(open.map(one => one.key)).toEqual([key('globex/deploy')])

    await clock.pass(10_000)
    expect(open).toHaveLength(2)
    for (let rounds = 0; rounds < 5; rounds++) {
      for (const one of [...open]) one.end()
      await clock.pass(10_000)
    }
    expect(looks.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
  })

  it('begins nothing more while it drains, and waits for what runs', async () => {
    const { looks, open, clock, begun } = scene({ all: 1, account: 2 })
    looks.add(key('acme/deploy', 'one'))
    looks.add(key('acme/deploy', 'two'))
    await clock.pass(MOMENT)
    let drained = false
    const draining = looks.drain().then(() => {
      drained = true
    })
    await clock.pass(10_000_000)
    expect(drained).toBe(false)

    open[0]!.end()
    await draining

    expect(begun()).toBe(1)
  })

  it('loses no key, whatever comes when: after the last naming of each, a whole look at it begins and ends', async () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('add' as const), which: fc.nat(5) }),
      fc.record({ what: fc.constantFrom('end' as const, 'fail' as const), which: fc.nat(5) }),
      fc.record({ what: fc.constant('pass' as const), which: fc.nat(60_000) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const { looks, open, clock } = scene({ all: 3, account: 3 })
        let moment = 0
        const named = new Map<string, number>()
        const ended = new Map<string, number>()
        const begun = new WeakMap<object, number>()
        const see = async () => {
          await settled()
          moment++
          for (const one of open) if (!begun.has(one)) begun.set(one, moment)
          expect(looks.counts().running).toBe(open.length)
          expect(open.length).toBeLessThanOrEqual(3)
        }
        const end = (one: (typeof open)[number] | undefined) => {
          if (one) ended.set(keyName(one.key), begun.get(one)!)
          one?.end()
        }
        for (const { what, which } of steps) {
          const one = open[which % Math.max(1, open.length)]
          if (what === 'add') {
            const chosen = key(`acme-${which % 2}/deploy`, `model-${which}`)
            looks.add(chosen)
            named.set(keyName(chosen), moment)
          } else if (what === 'pass') await clock.pass(which)
          else if (what === 'end') end(one)
          else one?.fail()
          await see()
        }
        for (let rounds = 0; rounds < 50 && sum(looks.counts()) > 0; rounds++) {
          for (const one of [...open]) end(one)
          await clock.pass(PAUSES_MS.at(-1)!)
          await see()
        }
        expect(sum(looks.counts())).toBe(0)
        expect([...named].filter(([name, at]) => !((ended.get(name) ?? -1) > at))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

function sum(counts: object): number {
  return Object.values(counts).reduce((total: number, count: number) => total + count, 0)
}
