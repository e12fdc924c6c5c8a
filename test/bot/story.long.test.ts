import { beforeAll, describe, it } from 'vitest'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import {
  type Disturbance,
  deathsAt,
  killing,
  losing,
  repeated,
  replicas,
  reversed,
} from './story/disturbances.ts'
import { endOf, expectSameEnd, type StoryEnd } from './story/end.ts'

const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1)

/** With SIGKILL, which takes a process of its own: `story-sigkill.long.test.ts`. */

let undisturbed: StoryEnd
beforeAll(async () => {
  undisturbed = await endOf()
})

describe('a model on its way to production', () => {
  it.each<[string, () => Disturbance]>([
    ['each heard by one of them', () => replicas(mulberry32(1), 'one of them')],
    ['each heard by both', () => replicas(mulberry32(2), 1)],
    ['each heard ten times at once', () => replicas(mulberry32(2), 5)],
  ])('gets there with two bots, %s', async (_, disturbance) => {
    expectSameEnd(await endOf(disturbance()), undisturbed)
  })

  it('gets there when webhooks are delivered ten times at once', async () => {
    expectSameEnd(await endOf(repeated(10)), undisturbed)
  })

  it('gets there when webhooks are delivered from the end to the beginning', async () => {
    expectSameEnd(await endOf(reversed()), undisturbed)
  })

  it.each(SEEDS.slice(0, 8))('gets there when its bot is killed at three requests (%d)', async seed => {
    const kills = killing(deathsAt(mulberry32(seed), 3))
    expectSameEnd(await endOf(kills), undisturbed, kills)
  })

  it.each(SEEDS)('gets there when webhooks are lost at random (%d)', async seed => {
    expectSameEnd(await endOf(losing(mulberry32(seed))), undisturbed)
  })
})
