import { describe, expect, it } from 'vitest'
import { idleHour } from '../../support/idle-bot.ts'

describe('an hour in which nothing happens', () => {
  it('takes few calls: of 200 deploy repositories, less than 1,500', async () => {
    const [models, deploys] = [6, 2]
    const { calls, points, wrote } = await idleHour({ models, deploys })
    // Each round: deliveries, what is left, fifty repositories a call; once, what there is and what the App may; and each deploy repository, with its
    // token, which outlives the hour here.
    const hour = (repositories: number, ofDeploy: number) =>
      12 * (2 + Math.ceil(repositories / 50)) + 5 + ofDeploy * 7
    expect(calls).toBeLessThanOrEqual(hour(models + deploys, deploys) - deploys)
    expect(points).toBeLessThanOrEqual(calls)
    expect(wrote).toBe(0)
    expect(hour(200, 200)).toBeLessThan(1500)
  })
})
