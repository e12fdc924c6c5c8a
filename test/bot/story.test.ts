import { beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import { type Disturbance, killing, losing, replicas, reversed } from './story/disturbances.ts'
import { endOf, type StoryEnd } from './story/end.ts'

/** More seeds, kills and replicas: `story.long.test.ts`. */

let undisturbed: StoryEnd
beforeAll(async () => {
  undisturbed = await endOf()
})

describe('a model on its way to production', () => {
  it('gets there, with a verdict, an answer to each command and a pull request for each environment', () => {
    expect(undisturbed.rounds).toBe(0)
    expect(undisturbed.form).toMatchObject({
      'acme/model': {
        pulls: {
          '#1 acme:change -> main': {
            state: 'merged',
            checks: [
              { name: 'assay / churn', conclusion: 'success' },
              { name: 'assay / fraud', conclusion: 'success' },
            ],
          },
        },
      },
      'acme/deploy': {
        pulls: {
          '#1 acme:assay/promote/staging/fraud -> main': { state: 'merged' },
          '#2 acme:assay/promote/production/fraud -> main': { state: 'merged' },
        },
      },
    })
    const said = JSON.stringify(undisturbed.form)
    const { pulls } = undisturbed.form['acme/deploy'] as { pulls: object }
    expect(Object.keys(pulls)).toHaveLength(2)
    expect(said).not.toContain('fffffff')
    for (const words of [
      '`status` of fraud:\\n\\n- nothing to be done',
      'fraud in production: soak in staging until TIME',
      '### ✅ fraud: pass',
    ])
      expect(said).toContain(words)
  })

  it.each<[string, () => Disturbance]>([
    ['delivered from the end to the beginning', reversed],
    ['lost at random', () => losing(mulberry32(4))],
    ['heard ten times at once by two bots', () => replicas(mulberry32(2), 5)],
  ])('gets there when webhooks are %s', async (_, disturbance) => {
    const { rounds, form } = await endOf(disturbance())
    expect(form).toEqual(undisturbed.form)
    expect(rounds).toBeLessThanOrEqual(3)
  })

  it('gets there when the bot is killed after the first of two checks, and before an answer', async () => {
    const deaths = [
      { isAt: (request: string) => /^POST .*check-runs$/.test(request), hasEffect: true },
      { isAt: (request: string) => /^POST .*comments$/.test(request), hasEffect: false },
    ]
    const { form } = await endOf(killing(deaths))
    expect(form).toEqual(undisturbed.form)
  })
})
