import { describe, expect, it } from 'vitest'
import { fullLook } from '../../../bot/heal/full-look.ts'
import { startRounds } from '../../../bot/heal/rounds.ts'
import type { Key, RepositoryName } from '../../../src/commands/bot/keys.ts'
import { handClock, settled } from '../clock.ts'

const HOUR = 3_600_000
const deploy: RepositoryName = { forge: 'github', name: 'acme/deploy' }

describe('the rounds', () => {
  it('name every repository at the start and every hour, until they are ended', async () => {
    const clock = handClock()
    const keys: Key[] = []
    const failed: string[] = []
    let fails = false
    const full = fullLook(
      async onFailure => {
        if (fails) onFailure('gitlab', new Error('down'))
        return [deploy]
      },
      key => void keys.push(key),
      forge => void failed.push(forge),
    )
    const { end } = startRounds([full], clock, () => {})
    await settled()
    expect(keys).toEqual([
      { kind: 'promotion', deploy },
      { kind: 'runs', repository: deploy },
    ])

    fails = true
    await clock.pass(HOUR)
    expect(keys).toHaveLength(4)
    expect(failed).toEqual(['gitlab'])

    end()
    await clock.pass(3 * HOUR)
    expect(keys).toHaveLength(4)
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
