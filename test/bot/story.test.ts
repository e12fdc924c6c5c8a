import { beforeAll, describe, expect, it } from 'vitest'
import { killing } from './story/disturbances.ts'
import { endOf, expectSameEnd, type StoryEnd } from './story/end.ts'

/** Webhooks that are lost, late or doubled, more kills and replicas: `story.long.test.ts`, `story-sigkill.long.test.ts`. */

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
        deployments: [
          { environment: 'production', state: 'success' },
          { environment: 'staging', state: 'success' },
        ],
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
      'is live and healthy in **staging**',
      'is live and healthy in **production**',
    ])
      expect(said).toContain(words)
    expect(undisturbed.form['acme/model']).toMatchObject({ issues: [{ state: 'closed' }] })
    expect(undisturbed.said).toEqual([
      expect.stringMatching(/^fraud in production: shift\n(?:.*\n)*.*pull request 3 proposes it/),
      expect.stringMatching(/^fraud in production: shift > Retraining: pull request 3 was merged/),
      expect.stringMatching(/^fraud in production: shift > Over: fraud in production/),
    ])
  })

  it('gets there when the bot is killed after the first of two checks, before an answer, and at what it tells', async () => {
    const at = (place: RegExp) => (request: string) => place.test(request)
    let isLive = false
    // Nobody takes another turn after that: it is left.
    const lastTurn = (request: string) => {
      isLive ||= /^POST .*deploy\/issues\/.*comments$/.test(request)
      return isLive && /^DELETE .*turns/.test(request)
    }
    const deaths = [
      { isAt: at(/^POST .*check-runs$/), hasEffect: true },
      { isAt: at(/^POST .*comments$/), hasEffect: false },
      { isAt: at(/^POST .*deployments$/), hasEffect: true },
      { isAt: lastTurn, hasEffect: false },
      { isAt: at(/^POST .*chat.postMessage$/), hasEffect: true },
    ]
    const kills = killing(deaths)
    expectSameEnd(await endOf(kills), undisturbed, kills)
  })
})
