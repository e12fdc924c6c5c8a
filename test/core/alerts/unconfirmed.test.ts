import { describe, expect, it } from 'vitest'
import type { ToldAlert } from '../../../src/core/alerts/alert.ts'
import { notedIn, notedLine, withTold } from '../../../src/core/alerts/noted.ts'
import {
  nextLapse,
  withConfirmed,
  withoutLapsed,
  withUnconfirmed,
} from '../../../src/core/alerts/unconfirmed.ts'

const told = (id: string): ToldAlert => ({
  id,
  kind: 'shift',
  name: 'Drift',
  severity: '',
  release: '',
  since: '2026-11-29T00:00:00Z',
  summary: '',
  firing: true,
})
const NOW = 1_800_000_000_000
const MINUTE = 60_000

describe('an alert that was written when nobody waited for it any more', () => {
  const before = withTold(undefined, [told('a')])!
  const written = withTold(before, [told('a'), told('b')])!
  const noted = withUnconfirmed(written, before, [told('a'), told('b')], NOW)

  it('is marked in the issue, but for what was known before', () => {
    expect(notedIn(notedLine(noted))).toEqual(noted)
    expect(noted.alerts.map(one => one.unconfirmed)).toEqual([undefined, NOW])
    expect(withConfirmed(noted).alerts.map(({ id }) => id)).toEqual(['a'])
    expect([nextLapse(before), nextLapse(noted)]).toEqual([undefined, NOW + 15 * MINUTE])
  })

  it('ends when it is not told of again in time, and is as any other when it is', () => {
    expect(withoutLapsed(noted, NOW + 14 * MINUTE)).toEqual(noted)
    expect(withoutLapsed(noted, NOW + 15 * MINUTE).alerts.map(({ id }) => id)).toEqual(['a'])
    const again = withTold(noted, [told('b')])!
    expect(withoutLapsed(again, NOW + 60 * MINUTE)).toEqual(written)
    const alone = withUnconfirmed(before, undefined, [told('a')], NOW)
    expect(withoutLapsed(alone, NOW + 15 * MINUTE)).toMatchObject({ over: true, alerts: alone.alerts })
    expect(nextLapse({ ...alone, over: true })).toBeUndefined()
  })
})
