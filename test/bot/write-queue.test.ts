import { describe, expect, it } from 'vitest'
import { writeQueue } from '../../bot/write-queue.ts'
import type { Priority } from '../../src/commands/bot/look.ts'
import { handClock } from './clock.ts'

function scene() {
  const clock = handClock()
  const wait = (milliseconds: number) => new Promise<void>(resolve => clock.after(milliseconds, resolve))
  const turn = writeQueue({ now: clock.now, wait })
  const started = clock.now()
  const went: string[] = []
  const ask = (name: string, priority: Priority, call = { write: true, notifies: false }) =>
    void turn(call, priority).then(() => went.push(`${name} at ${(clock.now() - started) / 1000}`))
  return { clock, ask, went }
}

describe('the writes of one account', () => {
  it('go five at once, then one a second', async () => {
    const { clock, ask, went } = scene()
    for (let at = 0; at < 8; at++) ask(`${at}`, 'verdict')
    await clock.pass(60_000)

    expect(went).toEqual(['0 at 0', '1 at 0', '2 at 0', '3 at 0', '4 at 0', '5 at 1', '6 at 2', '7 at 3'])
  })

  it('let replies to people go first, then verdicts, then promotions, whoever came first', async () => {
    const { clock, ask, went } = scene()
    for (let at = 0; at < 5; at++) ask('before', 'rest')
    ask('rest', 'rest')
    ask('promotion', 'promotion')
    await clock.pass(500)
    ask('verdict', 'verdict')
    ask('reply', 'reply')
    await clock.pass(60_000)

    expect(went.slice(5)).toEqual(['reply at 1', 'verdict at 2', 'promotion at 3', 'rest at 4'])
  })

  it('that write e-mails go three seconds apart, and reads go at once', async () => {
    const { clock, ask, went } = scene()
    for (const name of ['one', 'two']) ask(name, 'verdict', { write: true, notifies: true })
    ask('read', 'rest', { write: false, notifies: false })
    await clock.pass(60_000)

    expect(went).toEqual(['read at 0', 'one at 0', 'two at 3'])
  })
})
