import { describe, expect, it } from 'vitest'
import { renderCanaryPage } from '../../../../src/core/page/canary/canary-page.ts'
import { canaryData } from '../../../../src/core/traffic/canary/counts.ts'
import { judgeCanary } from '../../../../src/core/traffic/canary/judge.ts'
import { rulesOf } from '../../../../src/core/traffic/canary/rules.ts'
import { stepOf } from '../../../../src/core/traffic/exposures/step-of.ts'
import { readCollectorCanary } from '../../../../src/core/traffic/seen/canary-answer.ts'
import { canaryTold, readCanaryTold } from '../../../../src/core/traffic/watch/canary-told.ts'
import { canaryAfter, canaryToWatch } from '../../../../src/core/traffic/watch/canary-watching.ts'
import { canaryFile } from '../../../support/canaries.ts'
import { profileOf } from '../../../support/profiles.ts'
import { release } from '../../../support/releases.ts'
import { NOW, SENDER, throughTurns, trafficScene, UNPACKING } from '../../../support/traffic.ts'

/** Slices of a canary, from events over counts to the page. */

const PLACE = { model: 'churn', environment: 'staging' }
const CHAMPION = release(1)
const HOUR = 3_600_000
const LATER = NOW + 20 * HOUR
const conversion = { outcome: 'bought', within: '1h', margin: 0.005 }

function sceneOf(slices: string | undefined) {
  const file = canaryFile({
    weight: 50,
    steps: [50],
    conversion,
    guardrails: [],
    ...(slices !== undefined && { slices }),
  })
  const { traffic } = trafficScene()
  const step = stepOf(CHAMPION.version, file)
  // That of the challenger has other categories, in another order, and another column before it.
  const [age, plan] = profileOf().features
  const other = profileOf({
    features: [
      { ...age!, name: 'height' },
      { ...plan!, ...{ categories: ['pro', 'free', 'basic'], counts: [260, 400, 300] } } as typeof plan &
        object,
    ],
  })
  traffic.setProfiles(
    [
      { model: 'churn', release: CHAMPION.version, profile: profileOf() },
      { model: 'churn', release: step.challenger, profile: other },
    ],
    NOW,
  )
  traffic.setCanaries([], NOW)
  traffic.setCanaries([{ ...step, isFirst: false }], NOW)
  const meet = (unit: string, arm: 'champion' | 'challenger', plan: unknown, isOwn = false) => {
    const event = { unit, features: { age: 30, plan } }
    // At its own address an event is read into bins without being parsed; elsewhere it is parsed.
    const [body, from] = isOwn
      ? [event, { ...SENDER, ...UNPACKING, model: 'churn', release: step[arm] }]
      : [{ ...event, model: 'churn', release: step[arm] }, SENDER]
    throughTurns(traffic.take(Buffer.from(JSON.stringify(body)), from, NOW))
  }
  const convert = (unit: string) =>
    throughTurns(
      traffic.takeOutcomes(
        Buffer.from(JSON.stringify({ model: 'churn', unit, outcome: 'bought' })),
        SENDER,
        new Map(),
        NOW + HOUR / 2,
      ),
    )
  const countsAt = (now: number) => {
    const answer = JSON.parse(JSON.stringify({ counts: traffic.canaries({}, now).map(canaryData) }))
    const counts = readCollectorCanary(answer, { ...PLACE, key: step.key })
    if ('failed' in counts) throw new Error(counts.failed)
    return counts
  }
  const pageAt = (now: number, change: object = {}) => {
    const watching = canaryToWatch(PLACE, { champion: CHAMPION, file }, undefined)
    if ('failed' in watching.step) throw new Error(watching.step.failed)
    const verdict = judgeCanary({ ...countsAt(now), ...change }, rulesOf(CHAMPION.version, file), now)
    const { watching: seen } = canaryAfter({ ...watching, step: watching.step }, verdict, now)
    const told = readCanaryTold(JSON.parse(JSON.stringify({ page: canaryTold(seen) })), PLACE)!
    const html = renderCanaryPage(seen, { now, version: '1', script: '' })
    expect(renderCanaryPage(told, { now, version: '1', script: '' })).toBe(html)
    return html
  }
  return { meet, convert, countsAt, pageAt }
}

describe('slices of a canary', () => {
  it('are those of the first contact by the categories of the champion, whatever the challenger has', () => {
    const { meet, convert, countsAt } = sceneOf('plan')
    for (const isOwn of [false, true])
      for (const arm of ['champion', 'challenger'] as const)
        for (const plan of ['basic', 'pro', 'free', '<script>', null]) {
          const unit = `${arm} ${plan} ${isOwn}`
          meet(unit, arm, plan, isOwn)
          // Another slice later is none of its.
          meet(unit, arm, 'pro', isOwn)
          if (plan === 'basic') convert(unit)
        }
    const { slices, arms } = countsAt(LATER)
    const of = (matured: number, converted: number) => ({
      champion: { matured, converted },
      challenger: { matured, converted },
    })
    expect(slices).toEqual([
      { name: 'basic', arms: of(2, 2) },
      { name: 'pro', arms: of(2, 0) },
      { name: '__others__', arms: of(6, 0) },
    ])
    expect(arms.champion).toMatchObject({ matured: 10, converted: 2 })
  })

  it('are on the page with an interval of all of them, or too few to tell', () => {
    const { meet, convert, pageAt } = sceneOf('plan')
    for (let unit = 0; unit < 400; unit++) {
      meet(`u${unit}`, unit % 2 ? 'challenger' : 'champion', unit < 300 ? 'basic' : 'pro')
      if (unit % 4 < 2 && unit < 300) convert(`u${unit}`)
    }
    const html = pageAt(LATER)
    expect(html).toContain('By <strong>plan</strong> at the first contact. Nothing is decided by it.')
    const row = (name: string) => new RegExp(`<th scope="row">${name}</th>.*?</tr>`, 's').exec(html)![0]
    expect(row('basic')).toMatch(/50 % <small>75 of 150<\/small>.*0\.00 \(−0\.\d+ to \+0\.\d+\)/s)
    expect(row('pro')).toMatch(/0 % <small>0 of 50<\/small>.*too few/s)
    expect(row('all others')).toMatch(/–.*too few/s)
  })

  it('that cannot be are counts that cannot be', () => {
    const { meet, pageAt, countsAt } = sceneOf('plan')
    for (let unit = 0; unit < 40; unit++) meet(`u${unit}`, unit % 2 ? 'challenger' : 'champion', 'basic')
    const { slices } = countsAt(LATER)
    const [first, ...rest] = slices!
    const wrong = { ...first!, arms: { ...first!.arms, champion: { matured: 19, converted: 0 } } }
    expect(pageAt(LATER, { slices: [wrong, ...rest] })).toContain(
      'the slices of the champion are not all of it',
    )
    const none = { ...first!, arms: { ...first!.arms, champion: { matured: 20, converted: 0.5 } } }
    expect(pageAt(LATER, { slices: [none, ...rest] })).toContain('0.5 is no number of converted in a slice')
  })

  it('are none of a number or an unknown column, which the page says, and are not there unasked', () => {
    for (const column of ['age', 'nothing']) {
      const { meet, countsAt, pageAt } = sceneOf(column)
      for (const arm of ['champion', 'challenger'] as const) meet(arm, arm, 'basic')
      expect(countsAt(LATER).slices).toBeUndefined()
      expect(pageAt(LATER)).toContain(`Nothing is counted by <strong>${column}</strong>`)
    }
    expect(sceneOf(undefined).pageAt(LATER)).not.toContain('<h2>Slices</h2>')
  })
})
