import { describe, expect, it } from 'vitest'
import { alertsInMemory, LONGEST_WAIT_MS } from '../../bot/alerts.ts'
import type { AlertKey } from '../../src/commands/bot/keys.ts'
import type { ToldAlert } from '../../src/core/alerts/alert.ts'
import { handClock, settled } from './clock.ts'

/** What an answer to Alertmanager waits for. */

const MODEL = { forge: 'github', name: 'acme/model' } as const
const STAGING: AlertKey = { kind: 'alert', repository: MODEL, model: 'fraud', environment: 'staging' }
const PRODUCTION: AlertKey = { ...STAGING, environment: 'production' }

const alert = (change: Partial<ToldAlert> = {}): ToldAlert => ({
  id: 'a1',
  firing: true,
  kind: 'shift',
  name: 'Drift',
  severity: '',
  release: '',
  since: '2026-11-29T00:00:00Z',
  summary: '',
  ...change,
})

function scene() {
  const clock = handClock()
  const lookedAt: AlertKey[] = []
  const alerts = alertsInMemory(key => void lookedAt.push(key), clock)
  /** What Alertmanager is answered, once it is. */
  const tell = (...told: [AlertKey, ToldAlert][]) => {
    const answer = { is: undefined as boolean | undefined }
    void alerts.tell(told.map(([key, alert]) => ({ key, alert }))).then(is => {
      answer.is = is
    })
    return answer
  }
  const note = async (key: AlertKey) => {
    alerts.noted(key, alerts.told(key))
    await settled()
  }
  return { alerts, clock, tell, note, lookedAt }
}

describe('an answer to Alertmanager', () => {
  it('comes when the issues know all that was told', async () => {
    const { tell, note, lookedAt, alerts } = scene()
    const answer = tell([STAGING, alert()], [PRODUCTION, alert()])
    expect(lookedAt).toEqual([STAGING, PRODUCTION])
    await note(STAGING)
    expect(answer.is).toBeUndefined()
    await note(PRODUCTION)
    expect(answer.is).toBe(true)
    expect(alerts.told(STAGING)).toEqual([])
  })

  it('waits no longer than it may, and what nobody waits for is forgotten', async () => {
    const { tell, clock, alerts } = scene()
    const first = tell([STAGING, alert()], [PRODUCTION, alert()])
    await clock.pass(LONGEST_WAIT_MS - 1)
    expect(first.is).toBeUndefined()
    const second = tell([STAGING, alert()])
    await clock.pass(1)
    expect([first.is, second.is]).toEqual([false, undefined])
    // It may be over, and nobody would say so.
    expect([alerts.told(STAGING), alerts.told(PRODUCTION)]).toEqual([[alert()], []])
    await clock.pass(LONGEST_WAIT_MS)
    expect([second.is, alerts.told(STAGING)]).toEqual([false, []])
  })

  it('comes of a look that was under way when it was told of once more, though nobody waited between', async () => {
    const { tell, alerts, clock } = scene()
    tell([STAGING, alert()], [STAGING, alert({ id: 'b2' })])
    const seen = alerts.told(STAGING)
    await clock.pass(LONGEST_WAIT_MS)
    expect(alerts.still(STAGING, seen)).toEqual([])
    alerts.handOn(STAGING, seen[0]!, { key: PRODUCTION, alert: seen[0]! })
    expect(alerts.told(PRODUCTION)).toEqual([])

    const again = tell([STAGING, alert()])
    expect(alerts.still(STAGING, seen)).toEqual([alert()])
    expect(alerts.noted(STAGING, seen)).toEqual([alert({ id: 'b2' })])
    await settled()
    expect(again.is).toBe(true)
  })

  it('leaves nothing behind that is to end it', async () => {
    const { tell, note, clock } = scene()
    for (let at = 0; at < 5; at++) {
      const answer = tell([STAGING, alert()])
      await note(STAGING)
      expect(answer.is).toBe(true)
    }
    const called = clock.pauses.length
    await clock.pass(10 * LONGEST_WAIT_MS)
    expect(clock.pauses).toHaveLength(called)
  })

  it('comes for all who told the same, of a look that was under way already', async () => {
    const { tell, alerts } = scene()
    const first = tell([STAGING, alert()])
    const seen = alerts.told(STAGING)
    const second = tell([STAGING, alert()])
    alerts.noted(STAGING, seen)
    await settled()
    expect([first.is, second.is]).toEqual([true, true])
  })

  it('is not that of what was told before it', async () => {
    const { tell, note, alerts } = scene()
    const fires = tell([STAGING, alert()])
    const seen = alerts.told(STAGING)
    const over = tell([STAGING, alert({ firing: false })])
    alerts.noted(STAGING, seen)
    await settled()
    // The issue says that it fires; that it is over is what it has to say.
    expect([fires.is, over.is]).toEqual([undefined, undefined])
    expect(alerts.told(STAGING)).toEqual([alert({ firing: false })])
    await note(STAGING)
    expect([fires.is, over.is]).toEqual([true, true])
  })

  it('follows an alert to where it belongs', async () => {
    const { tell, note, alerts, lookedAt } = scene()
    const answer = tell([STAGING, alert()], [STAGING, alert({ id: 'b2' })])
    for (const one of alerts.told(STAGING))
      alerts.handOn(STAGING, one, { key: PRODUCTION, alert: { ...one, summary: 'of staging' } })
    await note(STAGING)
    expect(answer.is).toBeUndefined()
    expect(lookedAt.at(-1)).toEqual(PRODUCTION)
    expect(alerts.told(PRODUCTION).map(({ summary }) => summary)).toEqual(['of staging', 'of staging'])
    await note(PRODUCTION)
    expect(answer.is).toBe(true)
  })

  it('is no when looks fail, and when no look comes any more', async () => {
    const { tell, alerts } = scene()
    const [staging, production] = [tell([STAGING, alert()]), tell([PRODUCTION, alert()])]
    // The next one comes soon.
    alerts.failed(STAGING, LONGEST_WAIT_MS - 1)
    await settled()
    expect(staging.is).toBeUndefined()
    alerts.failed(STAGING, LONGEST_WAIT_MS)
    await settled()
    expect([staging.is, production.is]).toEqual([false, undefined])
    expect(alerts.told(STAGING)).toEqual([])
    alerts.end()
    await settled()
    expect(production.is).toBe(false)
  })

  it('is yes at once where nothing is told', async () => {
    const { tell } = scene()
    const answer = tell()
    await settled()
    expect(answer.is).toBe(true)
  })

  it('has room for all that one call brings, and for no end of them', async () => {
    const { tell, alerts, note } = scene()
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, at): [AlertKey, ToldAlert] => [
        STAGING,
        alert({ id: (from + at).toString(16) }),
      ])
    const old = tell(...some(0, 5000))
    const late = tell(...some(5000, 5000))
    expect(alerts.told(STAGING)).toHaveLength(10_000)
    const last = tell(...some(10_000, 1))
    await settled()
    // What came with the one that was told of longest ago has to come again, all of it.
    expect(alerts.told(STAGING)).toHaveLength(5001)
    expect([old.is, late.is, last.is]).toEqual([false, undefined, undefined])
    await note(STAGING)
    expect([late.is, last.is]).toEqual([true, true])
  })
})
