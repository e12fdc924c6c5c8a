import { describe, expect, it } from 'vitest'
import { startRounds } from '../../../bot/heal/rounds.ts'
import { handClock, settled } from '../clock.ts'

const HOUR = 3_600_000

describe('the rounds', () => {
  it('come at the start and again in their time, until they are ended', async () => {
    const clock = handClock()
    let runs = 0
    const round = { name: 'hourly', every: HOUR, run: async () => void runs++ }
    const { end } = startRounds([round], clock, () => {})
    await settled()
    expect(runs).toBe(1)
    await clock.pass(HOUR)
    expect(runs).toBe(2)
    end()
    await clock.pass(3 * HOUR)
    expect(runs).toBe(2)
  })

  it('go on after one that failed, each in its own time', async () => {
    const clock = handClock()
    const seen: string[] = []
    const round = (name: string, every: number, run: () => Promise<void>) => ({ name, every, run })
    const { end } = startRounds(
      [
        round('fails', 1000, async () => {
          seen.push('fails')
          throw new Error('no')
        }),
        round('slow', 5000, async () => void seen.push('slow')),
      ],
      clock,
      name => void seen.push(`${name}!`),
    )
    await clock.pass(2500)
    expect(seen).toEqual(['fails', 'slow', 'fails!', 'fails', 'fails!', 'fails', 'fails!'])
    end()
  })
})
