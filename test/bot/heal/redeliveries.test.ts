import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redeliveriesOf } from '../../../bot/heal/redeliveries.ts'
import type { DeliveryAttempt } from '../../../src/forges/github/app/deliveries.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = Date.parse('2026-06-01T12:00:00Z')

/** A forge that keeps attempts; `answers` says whether a repeated one is taken. */
function forgeOf(events: { at: number; taken: boolean }[], answers: (guid: string) => boolean = () => false) {
  let now = START
  let id = 0
  const attempts: DeliveryAttempt[] = []
  const attempt = (guid: string, at: number, isTaken: boolean, isRepeat: boolean) =>
    void attempts.unshift({ id: ++id, guid, event: 'push', at, isTaken, isRepeat })
  for (const [at, event] of events.entries()) attempt(`event-${at}`, event.at, event.taken, false)
  const asked: string[] = []
  const log = {
    since: async (time: number) => ({ attempts: attempts.filter(({ at }) => at >= time), isCut: false }),
    async again(which: number) {
      const { guid } = attempts.find(one => one.id === which)!
      asked.push(guid)
      attempt(guid, now, answers(guid), true)
    },
  }
  return {
    asked,
    attempts,
    attempt,
    own: redeliveriesOf(log, () => now),
    log,
    now: () => now,
    pass(milliseconds: number) {
      now += milliseconds
    },
  }
}

describe('what nobody took', () => {
  it('is told once more, the oldest first, and no more once it is taken', async () => {
    const forge = forgeOf(
      [
        { at: START - 3 * HOUR, taken: false },
        { at: START - 2 * HOUR, taken: true },
        { at: START - HOUR, taken: false },
      ],
      () => true,
    )
    expect(await forge.own.round()).toEqual({ redelivered: 2, left: 0, lost: 0, isCut: false })
    expect(forge.asked).toEqual(['event-0', 'event-2'])
    forge.pass(5 * MINUTE)
    expect((await forge.own.round()).redelivered).toBe(0)
    expect(forge.own.untaken()).toBe(0)
  })

  it('is tried at ever longer pauses, and given up in the end', async () => {
    const forge = forgeOf([{ at: START - HOUR, taken: false }])
    const tries: number[] = []
    let lost = 0
    for (let minute = 0; minute < 60 * 80; minute += 5) {
      const before = forge.asked.length
      const round = await forge.own.round()
      lost += round.lost
      if (forge.asked.length > before) tries.push(minute)
      forge.pass(5 * MINUTE)
    }
    expect(tries).toHaveLength(6)
    const pauses = tries.slice(1).map((at, index) => at - tries[index]!)
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
    expect(lost).toBe(1)
    expect(forge.own.untaken()).toBe(0)
  })

  it('is left to the next round where it is too much for one', async () => {
    const forge = forgeOf(
      Array.from({ length: 130 }, (_, at) => ({ at: START - HOUR + at, taken: false })),
      () => true,
    )
    expect(await forge.own.round()).toMatchObject({ redelivered: 100, left: 30 })
    forge.pass(5 * MINUTE)
    expect(await forge.own.round()).toMatchObject({ redelivered: 30, left: 0 })
    expect(new Set(forge.asked).size).toBe(130)
  })

  it('is not told of where only a repetition of it is seen: it may have been taken before', async () => {
    const forge = forgeOf([])
    forge.attempt('older', START - HOUR, false, true)
    expect((await forge.own.round()).redelivered).toBe(0)
  })

  it('is never asked for where one attempt was taken, by whatever process and in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ago: fc.nat(70 * 60), taken: fc.boolean() }), { maxLength: 12 }),
        fc.array(fc.record({ pass: fc.nat(120), fresh: fc.boolean(), takes: fc.boolean() }), {
          maxLength: 20,
        }),
        async (events, rounds) => {
          let takes = false
          const forge = forgeOf(
            events.map(({ ago, taken }) => ({ at: START - ago * MINUTE, taken })),
            () => takes,
          )
          let { own } = forge
          for (const round of rounds) {
            takes = round.takes
            if (round.fresh) own = redeliveriesOf(forge.log, forge.now)
            const taken = new Set(forge.attempts.filter(one => one.isTaken).map(({ guid }) => guid))
            const before = forge.asked.length
            await own.round()
            expect(forge.asked.slice(before).filter(guid => taken.has(guid))).toEqual([])
            forge.pass(round.pass * MINUTE)
          }
        },
      ),
    )
  })
})
