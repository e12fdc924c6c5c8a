import { beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import { losing } from './story/disturbances.ts'
import { endOf, type StoryEnd } from './story/end.ts'

const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1)

let undisturbed: StoryEnd
beforeAll(async () => {
  undisturbed = await endOf()
})

describe('a model on its way to production', () => {
  it.each(SEEDS)('gets there when webhooks are lost at random (%d)', async seed => {
    const { rounds, form } = await endOf(losing(mulberry32(seed)))
    expect(form).toEqual(undisturbed.form)
    expect(rounds).toBeLessThanOrEqual(3)
  })
})
