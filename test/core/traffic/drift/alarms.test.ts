import { describe, expect, it } from 'vitest'
import { type Alarm, nextAlarms } from '../../../../src/core/traffic/drift/alarms.ts'
import { judgeTraffic, type WindowCounts } from '../../../../src/core/traffic/drift/judge.ts'
import type { DriftVerdict } from '../../../../src/core/traffic/drift/verdict.ts'
import { PROFILE, tenOf, windowOf } from './profiles.ts'

const MINUTES = { breakage: 60, shift: 1440, silence: 120, concept: 10_080 }
const HOUR = 3_600_000
const SHIFTED = windowOf(1000, { income: [37, 55, 66, 75, 85, 95, 107, 122, 148, 210, 0, 0] })
const STEADY = windowOf(1000)
const BROKEN = windowOf(1000, { age: [...tenOf(10), 900, 0] })

/** By the record of a release that cannot be read now. */
const UNREAD = { profile: PROFILE, budget: { alarms: 1, days: 30 } }

/** Looks at windows, hour by hour: what begins and ends, with the hour. */
function story(hours: readonly WindowCounts[], days = 30): string[] {
  let alarms: Alarm[] = []
  return hours.flatMap((shift, hour) => {
    const verdict = judgeTraffic({ profile: PROFILE, shift, budget: { alarms: 1, days } })
    const next = nextAlarms(alarms, verdict, hour * HOUR, MINUTES)
    alarms = next.alarms
    return [
      ...next.begun.map(
        ({ kind, features }) => `${hour}: ${kind} of ${features.map(({ name }) => name)} begins`,
      ),
      ...next.ended.map(({ kind }) => `${hour}: ${kind} ends`),
    ]
  })
}

const times = (count: number, window: WindowCounts) => new Array<WindowCounts>(count).fill(window)

describe('alarms', () => {
  it('begin once, hold, and end when what they began with has been gone for three windows', () => {
    expect(story([STEADY, ...times(30, SHIFTED), ...times(80, STEADY)])).toEqual([
      '1: shift of income begins',
      '103: shift ends',
    ])
  })

  it('DR-002: begin once however often it flaps, and end once it has not come back for three windows', () => {
    const flaps = Array.from({ length: 100 }, (_, hour) => (hour % 2 === 0 ? SHIFTED : STEADY))

    expect(story([...flaps, ...times(80, STEADY)])).toEqual(['0: shift of income begins', '171: shift ends'])
  })

  it.each([1, 7, 365])('end at a budget of one in %i days too', days => {
    expect(story([SHIFTED, ...times(80, STEADY)], days)).toHaveLength(2)
  })

  it('are the same where the same shift comes back meanwhile', () => {
    expect(story([...times(5, SHIFTED), ...times(60, STEADY), ...times(5, SHIFTED)])).toEqual([
      '0: shift of income begins',
    ])
  })

  it('are no longer about what has been gone, though another feature holds them', () => {
    const both = windowOf(1000, {
      income: [37, 55, 66, 75, 85, 95, 107, 122, 148, 210, 0, 0],
      age: [...[210, 148, 122, 107, 95, 85, 75, 66, 55, 27], 10, 0],
    })
    let alarms: Alarm[] = []
    const names = [both, ...times(80, SHIFTED)].map((shift, hour) => {
      const verdict = judgeTraffic({ profile: PROFILE, shift, budget: { alarms: 1, days: 30 } })
      alarms = nextAlarms(alarms, verdict, hour * HOUR, MINUTES).alarms
      return alarms.flatMap(({ features }) => features.map(({ name }) => name))
    })

    expect(names[0]).toEqual(['age', 'income'])
    expect(names.at(-1)).toEqual(['income'])
  })

  it('are held by no warning, of whatever feature: what becomes critical later is told of', () => {
    const small = [82, 92, 95, 98, 99, 101, 103, 106, 109, 115].map(share => share * 20)
    const warns = { income: [...small, 0, 0] }
    const large = [210, 148, 122, 107, 95, 85, 75, 66, 55, 27].map(share => share * 20)
    const warning = windowOf(20_000, warns)
    const both = windowOf(20_000, { ...warns, age: [...large, 200, 0] })

    expect(story([...times(3, both), ...times(80, warning), ...times(3, both)])).toEqual([
      '0: shift of age begins',
      '75: shift ends',
      '83: shift of age begins',
    ])
  })

  it('hold while what they are about is near, which is half of what begins one', () => {
    const income = (step: number) =>
      windowOf(20_000, {
        income: [...tenOf(2000).map((share, bin) => share + step * (bin - 4.5)), 0, 0],
      })

    // Stability indices of 0.12, 0.06 and 0.03.
    expect(story([income(240), ...times(80, income(176)), ...times(80, income(120))])).toEqual([
      '0: shift of income begins',
      '153: shift ends',
    ])
  })

  it('of another release have ended: it has a profile of its own', () => {
    const judge = (release: string, shift: WindowCounts) =>
      judgeTraffic({ profile: PROFILE, release, shift, budget: { alarms: 1, days: 30 } })
    const { alarms } = nextAlarms([], judge('v1', SHIFTED), 0, MINUTES)

    const steady = nextAlarms(alarms, judge('v2', STEADY), HOUR, MINUTES)
    const shifted = nextAlarms(alarms, judge('v2', SHIFTED), HOUR, MINUTES)
    const unread = nextAlarms(alarms, judgeTraffic({ ...UNREAD, shift: SHIFTED }), HOUR, MINUTES)

    expect([steady.alarms, steady.ended.map(one => one.release)]).toEqual([[], ['v1']])
    expect(shifted.begun).toMatchObject([{ kind: 'shift', release: 'v2', since: HOUR }])
    expect([unread.begun, unread.ended, unread.alarms[0]!.since]).toEqual([[], [], 0])
  })

  it('of breakage do not end where an hour has no rows, though the day has some', () => {
    const hours = (breakage: WindowCounts) =>
      judgeTraffic({ profile: PROFILE, breakage, shift: STEADY, budget: { alarms: 1, days: 30 } })
    let { alarms } = nextAlarms([], hours(BROKEN), 0, MINUTES)

    for (let hour = 1; hour < 20; hour++)
      alarms = nextAlarms(alarms, hours(windowOf(0)), hour * HOUR, MINUTES).alarms

    expect(alarms).toMatchObject([{ kind: 'breakage', level: 'critical', since: 0 }])
  })

  it('of concept do not end where no outcomes come', () => {
    const steady = judgeTraffic({ profile: PROFILE, shift: STEADY, budget: { alarms: 1, days: 30 } })
    const about = { outcomes: 2000, p: 0, gap: 0.1, auc: undefined, bins: [] }
    const changed = { ...steady, concept: { ...about, state: 'critical', holds: 'critical' } } as DriftVerdict
    const { alarms } = nextAlarms([], changed, 0, MINUTES)
    const week = 10_080 * 60_000

    expect(nextAlarms(alarms, steady, 9 * week, MINUTES).ended).toEqual([])
    const back = { ...steady, concept: { ...about, state: 'steady', holds: false } } as DriftVerdict
    expect(nextAlarms(alarms, back, 9 * week, MINUTES).ended).toHaveLength(1)
  })

  it('do not end where what they are about was not counted, though the rest was', () => {
    const gone = windowOf(1000, { income: undefined })
    expect(story([SHIFTED, ...times(200, gone), ...times(80, STEADY)])).toEqual([
      '0: shift of income begins',
      '273: shift ends',
    ])
  })

  it('do not end by silence', () => {
    expect(story([SHIFTED, ...times(200, windowOf(0))])).toEqual(['0: shift of income begins'])
  })

  it('of breakage stay that until the day is clean, and no shift is made of what was broken', () => {
    const mending = windowOf(1000, { age: [...tenOf(94), 60, 0] })

    expect(story([...times(3, BROKEN), ...times(10, mending), ...times(20, STEADY)])).toEqual([
      '0: breakage of age begins',
      '16: breakage ends',
    ])
  })

  it('DR-007: begin where traffic is moved so slowly that no day differs from the one before', () => {
    const profile = [37, 55, 66, 75, 85, 95, 107, 122, 148, 210].map(share => share - 100)
    const days = Array.from({ length: 50 }, (_, day) =>
      windowOf(1000, { income: [...profile.map(share => Math.round(100 + (share * day) / 50)), 0, 0] }),
    )

    // What is held against it is what the release was accepted on, not what came of late.
    expect(story(days)).toEqual([expect.stringMatching(/^[1-4]\d: shift of income begins$/)])
  })

  it('are told of when they become critical, and not while they are a warning', () => {
    const income = [82, 92, 95, 98, 99, 101, 103, 106, 109, 115].map(share => share * 20)
    const small = windowOf(20_000, { income: [...income, 0, 0] })

    expect(story([small, small])).toEqual([])
    expect(story([small, SHIFTED])).toEqual(['1: shift of income begins'])
  })
})

describe('an alarm of silence', () => {
  const steady = judgeTraffic({ profile: PROFILE, shift: STEADY, budget: { alarms: 1, days: 30 } })
  const quiet = (state: 'critical' | 'unknown') => ({
    ...steady,
    state,
    flow: { what: 'silence' as const, state, reason: '' },
  })
  const unseen = { ...steady, state: 'unknown' as const, features: [], rows: 0, unseen: 'no answer' }

  function told(verdicts: readonly DriftVerdict[]): string[] {
    let alarms: Alarm[] = []
    return verdicts.flatMap((verdict, hour) => {
      const next = nextAlarms(alarms, verdict, hour * HOUR, MINUTES)
      alarms = next.alarms
      return [...next.begun.map(one => `${hour}: ${one.level}`), ...next.ended.map(() => `${hour}: ends`)]
    })
  }
  const for_ = (count: number, verdict: DriftVerdict) => new Array<DriftVerdict>(count).fill(verdict)

  it('begins once, where nothing tells whether requests go on too, and once more where they do', () => {
    expect(
      told([
        steady,
        ...for_(5, quiet('unknown')),
        ...for_(5, quiet('critical')),
        ...for_(3, quiet('unknown')),
      ]),
    ).toEqual(['1: unknown', '6: critical'])
  })

  it('ends when rows have come for three times as long, and not because nothing is seen', () => {
    expect(told([quiet('critical'), ...for_(20, unseen), ...for_(8, steady)])).toEqual([
      '0: critical',
      '27: ends',
    ])
  })

  it('begins where nothing has been seen for so long', () => {
    const blind = { ...unseen, flow: { what: 'silence' as const, state: 'unknown' as const, reason: '' } }
    expect(told([unseen, unseen, ...for_(4, blind)])).toEqual(['2: unknown'])
  })

  it('is of breakage where events are of another width, though no row is counted', () => {
    const width = {
      ...steady,
      rows: 0,
      flow: { what: 'uncounted' as const, state: 'critical' as const, reason: '' },
    }
    expect(nextAlarms([], width, 0, MINUTES).begun).toMatchObject([{ kind: 'breakage', level: 'critical' }])
  })

  it('begins where far fewer rows come than requests, and is held where nobody tells of requests any more', () => {
    const flow = { what: 'volume' as const, state: 'critical' as const, reason: '' }
    const { alarms, begun } = nextAlarms([], { ...steady, flow }, 0, MINUTES)
    expect(begun).toMatchObject([{ kind: 'breakage', level: 'critical' }])

    const later = 100 * 86_400_000
    const blind = { ...steady, flow: { ...flow, state: 'unknown' as const } }
    expect(nextAlarms(alarms, blind, later, MINUTES)).toMatchObject({ ended: [], alarms: [{}] })
    expect(nextAlarms(alarms, steady, later, MINUTES).ended).toHaveLength(1)
  })
})
