import { describe, expect, it } from 'vitest'
import { botLog } from '../../bot/log.ts'
import { startRounds } from '../../bot/rounds.ts'
import type { Key, RepositoryName } from '../../src/commands/bot/keys.ts'
import { handClock, settled } from './clock.ts'

const HOUR = 3_600_000
const deploy: RepositoryName = { forge: 'github', name: 'acme/deploy' }

describe('the rounds', () => {
  it('name every repository at the start and every hour, until they are ended', async () => {
    const clock = handClock()
    const keys: Key[] = []
    let lines = ''
    const log = botLog(
      line => {
        lines += line
      },
      clock.now,
      [],
    )
    let fails = false
    const end = startRounds({
      async repositories(onFailure) {
        if (fails) onFailure('gitlab', new Error('CANARY'))
        return [deploy]
      },
      add: key => void keys.push(key),
      clock,
      log,
    })
    await settled()
    expect(keys).toEqual([
      { kind: 'promotion', deploy },
      { kind: 'runs', repository: deploy },
    ])

    fails = true
    await clock.pass(HOUR)
    expect(keys).toHaveLength(4)
    expect(lines).toContain('the repositories cannot be listed')
    expect(lines).not.toContain('CANARY')

    end()
    await clock.pass(3 * HOUR)
    expect(keys).toHaveLength(4)
  })
})
