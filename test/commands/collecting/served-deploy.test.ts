import { beforeEach, describe, expect, it } from 'vitest'
import { servedByDeploy } from '../../../src/commands/collecting/served-deploy.ts'
import type { Watched } from '../../../src/commands/deploy/ledger/watched.ts'
import { canaryFile } from '../../support/canaries.ts'
import { profileOf } from '../../support/profiles.ts'

const profile = profileOf()
const serving = (release: string, more: Partial<Watched> = {}): Watched => ({
  model: 'churn',
  environment: 'production',
  release,
  profile,
  ...more,
})
let all: Watched[] = []
let asked = 0
let now = 0
let said: string[] = []
const source = (environment?: string) =>
  servedByDeploy(
    async () => {
      asked += 1
      return all
    },
    { environment, now: () => now, warn: text => void said.push(text) },
  )

beforeEach(() => {
  all = [serving('2026-05-20-b491386'), serving('2026-05-21-b491387', { environment: 'staging' })]
  said = []
  asked = 0
  now = 0
})

describe('profiles of what serves by the deploy repository', () => {
  it('are those of one environment', async () => {
    expect(await source('production').read()).toEqual({
      profiles: [{ model: 'churn', release: '2026-05-20-b491386', profile }],
      canaries: [],
    })
  })

  it('follow a promotion within a minute, and ask no more often', async () => {
    const read = source('production').read
    await read()
    all = [serving('2026-05-22-b491388')]
    now = 59_999
    expect((await read()).profiles[0]!.release).toBe('2026-05-20-b491386')
    now = 60_000

    expect((await read()).profiles[0]!.release).toBe('2026-05-22-b491388')
    expect(asked).toBe(2)
  })

  it('stay as they were where one cannot be read any more, and that is said', async () => {
    const read = source('production').read
    await read()
    now = 60_000
    all = [
      serving('2026-05-22-b491388', { profile: { failed: 'the file was changed' } }),
      serving('2026-05-22-b491389', { model: 'fraud', profile: { failed: 'it has none' } }),
    ]

    expect((await read()).profiles.map(({ release }) => release)).toEqual(['2026-05-20-b491386'])
    expect(said).toEqual([
      'churn: the file was changed; 2026-05-20-b491386 is counted as before',
      'fraud is not counted: it has none',
    ])
  })

  it('have the canary of an environment beside them, which stays as it was where it cannot be read', async () => {
    const canary = canaryFile()
    const key = `2026-05-20-b491386/${canary.challenger.version}@5`
    all = [serving('2026-05-20-b491386', { canary }), serving('v1', { environment: 'staging' })]
    const read = async () => (await served.read()).canaries.map(({ key }) => key)
    const served = source('production')
    expect(await read()).toEqual([key])

    now = 60_000
    all = [serving('2026-05-20-b491386', { canary: { failed: 'it is no YAML' } })]
    expect(await read()).toEqual([key])
    expect(said).toEqual(['the canary of churn is counted as before: it is no YAML'])
    now = 120_000
    all = [serving('2026-06-02-7cd0011')]
    expect(await read()).toEqual([])
  })

  it.each([
    [undefined, 'models serve in several environments', 'production, staging'],
    ['nowhere', 'nothing serves in `nowhere`', 'production, staging'],
  ])('are asked for by an environment that there is: %s', async (environment, what, names) => {
    await expect(source(environment).read()).rejects.toMatchObject({
      problems: [{ what: expect.stringContaining(what), fix: expect.stringContaining(names) }],
    })
  })
})
