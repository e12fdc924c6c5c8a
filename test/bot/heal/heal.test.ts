import { describe, expect, it } from 'vitest'
import { promoteModel } from '../../../src/commands/deploy/promote/promote-model.ts'
import { release } from '../../support/releases.ts'
import { deployFiles, useBot } from '../scene.ts'

const MINUTE = 60_000

/** Whether the webhooks of the first attempt reach the bot. */
let reach: 'the bot' | 'nobody' | 'not even the log' = 'the bot'

const scene = useBot({
  async deliver({ redelivery }, send) {
    if (reach === 'the bot' || redelivery) await send()
    return reach === 'not even the log' && !redelivery ? 'unlogged' : undefined
  },
})

/** What a CI job of the model's repository does: the release gets into staging. */
async function releaseToStaging(model: string): Promise<void> {
  const world = {
    env: {},
    ci: { name: 'a CI' },
    now: Date.now,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => never) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
  const deploy = { address, name: 'acme/deploy', branch: 'main' }
  await promoteModel(world, scene.deploy(), deploy, {
    model,
    candidates: [release(1, model, { verdict: 'pass' })],
    environment: 'staging',
    dryRun: false,
  })
}

const proposed = async () =>
  (await scene.ada.pulls.list({ owner: 'acme', repo: 'deploy', state: 'open' })).data.map(one => one.title)

describe('events that nobody took', () => {
  it('are told once more within five minutes, and none that was taken', async () => {
    await scene.settled()
    reach = 'nobody'
    const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
    await scene.write('deploy', files)
    await releaseToStaging('fraud')
    await scene.settled()
    expect(await proposed()).toEqual([])

    await scene.pass(5 * MINUTE)
    await scene.settled()
    expect(await proposed()).toEqual(['Promote fraud 2026-05-01-0000001 to production'])
    reach = 'the bot'
    await scene.pass(5 * MINUTE)
    const attempts = Map.groupBy(scene.github.world.deliveries, ({ guid }) => guid)
    for (const [, ofOne] of attempts)
      expect(ofOne.slice(0, -1).every(({ statusCode }) => statusCode !== 202)).toBe(true)
    expect(scene.log()).toContain('events that nobody took are told once more')
  })
})
