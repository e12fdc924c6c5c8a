import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Freeze } from '../../../src/core/deploy-config/deploy-config.ts'
import { frozen, windowProblem } from '../../../src/core/deploy-config/freeze.ts'
import { cases } from '../../support/rounds.ts'

const MINUTE = 60_000
const BERLIN = 'Europe/Berlin'
const window = (from: string, to: string, time_zone = 'UTC'): Freeze => ({ from, to, time_zone })
/** Whether it is frozen, and until when: `2026-05-22T14:00` or `for ever`. */
const at = (instant: string, ...windows: Freeze[]): string => {
  const found = frozen(windows, Date.parse(instant))
  if (!found) return 'open'
  return found.until === undefined ? 'for ever' : new Date(found.until).toISOString().slice(0, 16)
}

describe('a freeze window', () => {
  it.each([
    ['before it', '2026-05-22T13:59:59Z', 'open'],
    ['at its first moment', '2026-05-22T14:00:00Z', '2026-05-25T06:00'],
    ['within it', '2026-05-24T12:00:00Z', '2026-05-25T06:00'],
    ['at its last moment', '2026-05-25T05:59:59Z', '2026-05-25T06:00'],
    ['at its end', '2026-05-25T06:00:00Z', 'open'],
  ])('of every week holds %s', (_, instant, expected) => {
    expect(at(instant, window('fri 16:00', 'mon 08:00', BERLIN))).toBe(expected)
  })

  it.each([
    ['over midnight, in the evening', '2026-05-20T22:00:00Z', ['18:00', '08:00'], '2026-05-21T08:00'],
    ['over midnight, in the morning', '2026-05-21T07:59:00Z', ['18:00', '08:00'], '2026-05-21T08:00'],
    ['over midnight, at noon', '2026-05-21T12:00:00Z', ['18:00', '08:00'], 'open'],
    ['within a day', '2026-05-21T12:30:00Z', ['12:00', '13:00'], '2026-05-21T13:00'],
    ['of one day a week', '2026-05-22T12:30:00Z', ['fri 12:00', 'fri 13:00'], '2026-05-22T13:00'],
    ['of all week but an hour', '2026-05-22T14:30:00Z', ['fri 13:00', 'fri 12:00'], '2026-05-29T12:00'],
    [
      'of all week but an hour, before it',
      '2026-05-22T11:30:00Z',
      ['fri 13:00', 'fri 12:00'],
      '2026-05-22T12:00',
    ],
    ['over the end of the week', '2026-05-24T01:00:00Z', ['sat 20:00', 'sun 04:00'], '2026-05-24T04:00'],
    ['of dates, on the last day', '2027-01-03T23:59:00Z', ['2026-12-20', '2027-01-03'], '2027-01-04T00:00'],
    ['of dates, the day after', '2027-01-04T00:00:00Z', ['2026-12-20', '2027-01-03'], 'open'],
    ['of one date', '2026-12-24T12:00:00Z', ['2026-12-24', '2026-12-24'], '2026-12-25T00:00'],
    ['of dates with times', '2026-12-20T17:00:00Z', ['2026-12-20T18:00', '2026-12-21T09:30'], 'open'],
    [
      'of dates with times, within',
      '2026-12-20T18:00:00Z',
      ['2026-12-20T18:00', '2026-12-21T09:30'],
      '2026-12-21T09:30',
    ],
  ])('%s', (_, instant, [from, to], expected) => {
    expect(at(instant, window(from!, to!))).toBe(expected)
  })

  it('goes on into the window that follows without a gap', () => {
    const night = window('18:00', '08:00', BERLIN)
    const weekend = window('fri 16:00', 'mon 08:00', BERLIN)
    const christmas = window('2026-12-21T08:00', '2027-01-03', BERLIN)

    expect(at('2026-12-18T20:00:00Z', night, weekend, christmas)).toBe('2027-01-04T07:00')
  })

  it('says so where windows leave no gap at all', () => {
    expect(at('2026-05-21T12:00:00Z', window('18:00', '08:00'), window('08:00', '18:00'))).toBe('for ever')
  })

  it('gives the reason of the window that holds', () => {
    const windows = [{ ...window('fri 16:00', 'mon 08:00'), reason: 'weekend' }]

    expect(frozen(windows, Date.parse('2026-05-23T12:00:00Z'))?.reason).toBe('weekend')
  })

  it('gives the reason of the one that ends last, and of two that end together that of the first', () => {
    const windows = [
      { ...window('fri 18:00', 'sat 08:00'), reason: 'night' },
      { ...window('fri 16:00', 'mon 08:00'), reason: 'weekend' },
      { ...window('sat 00:00', 'mon 08:00'), reason: 'holiday' },
    ]

    expect(frozen(windows, Date.parse('2026-05-23T07:00:00Z'))?.reason).toBe('weekend')
  })
})

describe('what is wrong with a window', () => {
  it.each([
    ['fri 16:00', 'mon 08:00', undefined],
    ['16:00', '08:00', undefined],
    ['2026-12-24', '2026-12-24', undefined],
    ['2026-12-24T16:00', '2026-12-24T16:01', undefined],
    [
      'fri 16:00',
      '08:00',
      '`from: fri 16:00` and `to: 08:00` are not of one form: both a time, both a weekday with a time, or both a date',
    ],
    ['2026-02-30', '2026-03-02', '`2026-02-30` is no day of the calendar'],
    ['2026-02-27', '2026-02-30', '`2026-02-30` is no day of the calendar'],
    ['2026-12-24', '2026-12-20', '`to: 2026-12-20` is not after `from: 2026-12-24`'],
    ['2026-12-24T16:00', '2026-12-24T16:00', '`to: 2026-12-24T16:00` is not after `from: 2026-12-24T16:00`'],
    ['08:00', '08:00', '`from` and `to` are the same: nothing could ever enter'],
  ])('from %s to %s is %j', (from, to, problem) => {
    expect(windowProblem(window(from, to))).toBe(problem)
  })
})

describe('where the clock is put forward or back', () => {
  // Berlin: on 2026-03-29 02:00 becomes 03:00, on 2026-10-25 03:00 becomes 02:00.
  it.each([
    ['winter', '2026-01-15T07:30:00Z', 'open'],
    ['winter', '2026-01-15T06:59:00Z', '2026-01-15T07:00'],
    ['summer', '2026-07-15T06:30:00Z', 'open'],
    ['summer', '2026-07-15T05:59:00Z', '2026-07-15T06:00'],
  ])('08:00 is 08:00 on the wall in %s', (_, instant, expected) => {
    expect(at(instant, window('18:00', '08:00', BERLIN))).toBe(expected)
  })

  it('a night that loses an hour ends at its wall time', () => {
    expect(at('2026-03-28T23:00:00Z', window('22:00', '06:00', BERLIN))).toBe('2026-03-29T04:00')
  })

  it('an end within the hour that is left out comes after it', () => {
    expect(at('2026-03-29T00:59:00Z', window('01:00', '02:30', BERLIN))).toBe('2026-03-29T01:30')
    expect(at('2026-03-29T01:29:00Z', window('01:00', '02:30', BERLIN))).toBe('2026-03-29T01:30')
  })

  it('a beginning within the hour that is left out comes before it', () => {
    expect(at('2026-03-29T00:30:00Z', window('02:30', '05:00', BERLIN))).toBe('2026-03-29T03:00')
    expect(at('2026-03-29T00:29:00Z', window('02:30', '05:00', BERLIN))).toBe('open')
  })

  it('even where that is the day before', () => {
    // Beirut: on Sunday, 2026-03-29, 00:00 becomes 01:00.
    for (const day of ['', 'sun '])
      expect(at('2026-03-28T21:45:00Z', window(`${day}00:30`, `${day}05:00`, 'Asia/Beirut'))).toBe(
        '2026-03-29T02:00',
      )
  })

  it('an end that the clock shows twice is the second, a beginning the first', () => {
    expect(at('2026-10-25T00:31:00Z', window('01:00', '02:30', BERLIN))).toBe('2026-10-25T01:30')
    expect(at('2026-10-25T00:31:00Z', window('02:30', '04:00', BERLIN))).toBe('2026-10-25T03:00')
    expect(at('2026-10-25T00:29:00Z', window('02:30', '04:00', BERLIN))).toBe('open')
  })

  it('half an hour is enough', () => {
    // Lord Howe Island: on 2026-04-05 02:00 becomes 01:30.
    expect(at('2026-04-04T14:45:00Z', window('01:00', '01:45', 'Australia/Lord_Howe'))).toBe(
      '2026-04-04T15:15',
    )
  })
})

describe('any windows at any instant', () => {
  const zones = [
    'UTC',
    BERLIN,
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'America/St_Johns',
  ]
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(parts => parts.map(part => String(part).padStart(2, '0')).join(':'))
  const weekday = fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')
  const instant = fc
    .integer({ min: Date.UTC(2026, 0, 1) / MINUTE, max: Date.UTC(2028, 0, 1) / MINUTE })
    .map(minutes => minutes * MINUTE)
  const edges = fc.oneof(
    fc.tuple(time, time),
    fc
      .tuple(weekday, time, weekday, time)
      .map(([a, b, c, d]) => [`${a} ${b}`, `${c} ${d}`] as [string, string]),
    fc
      .tuple(instant, instant)
      .map(both => both.map(one => new Date(one).toISOString().slice(0, 16)) as [string, string]),
    fc
      .tuple(instant, instant)
      .map(both => both.map(one => new Date(one).toISOString().slice(0, 10)) as [string, string]),
  )
  const windows = fc.array(
    fc
      .tuple(edges, fc.constantFrom(...zones))
      .map(([[from, to], zone]) => window(from, to, zone))
      .filter(one => windowProblem(one) === undefined),
    { minLength: 1, maxLength: 3 },
  )

  it('are frozen until the instant they name, and open at it', () => {
    fc.assert(
      fc.property(windows, instant, fc.double({ min: 0, max: 0.999, noNaN: true }), (all, now, share) => {
        const found = frozen(all, now)

        if (found?.until === undefined) return
        expect(found.until).toBeGreaterThan(now)
        expect(frozen(all, found.until)).toBeUndefined()
        expect(frozen(all, Math.floor(now + share * (found.until - now)))?.until).toBe(found.until)
      }),
      cases(500),
    )
  })

  it('are frozen whenever the clock on the wall shows a time between', () => {
    fc.assert(
      fc.property(time, time, fc.constantFrom(...zones), instant, (from, to, zone, now) => {
        fc.pre(from !== to)
        const shown = new Date(now).toLocaleTimeString('en-GB', {
          timeZone: zone,
          hour: '2-digit',
          minute: '2-digit',
        })
        const between = from < to ? shown >= from && shown < to : shown >= from || shown < to

        if (between) expect(frozen([window(from, to, zone)], now)).toBeDefined()
      }),
      cases(1000),
    )
  })
})
