import { describe, expect, it } from 'vitest'
import type { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'
import { parseProfile, renderProfile } from '../../../../src/core/traffic/profile/profile-file.ts'
import { judgeSeen, type Look, STALE_MS } from '../../../../src/core/traffic/seen/judge-seen.ts'
import type { Seen, SeenFeature, SeenWindow } from '../../../../src/core/traffic/seen/seen.ts'
import { PROFILE, windowOf } from '../drift/profiles.ts'

/** What is seen becomes a verdict, whatever source it is of; what is not known is never green. */

const NOW = Date.parse('2026-05-20T12:00:00Z')
const BUDGET = { alarms: 1, days: 30 }

const counted = (rows: number): Map<string, SeenFeature> =>
  new Map([...windowOf(rows).features].map(([name, counts]) => [name, { counts: Array.from(counts) }]))
const events = (counted: number, mismatch = 0) => new Map(Object.entries({ counted, mismatch }))
const window = (minutes: number, rows: number, more: Partial<SeenWindow> = {}): SeenWindow => ({
  minutes,
  since: NOW - minutes * 60_000,
  until: NOW,
  features: counted(rows),
  events: events(rows),
  ...more,
})

interface Changes {
  shift?: Partial<SeenWindow>
  breakage?: Partial<SeenWindow>
  quiet?: Partial<SeenWindow>
}

const seen = (changes: Changes = {}): Seen => ({
  release: 'v1',
  environment: 'production',
  asOf: NOW,
  windows: {
    shift: window(1440, 2000, changes.shift),
    breakage: window(60, 100, changes.breakage),
    quiet: window(120, 200, changes.quiet),
  },
  notes: [],
})
const judge = (of: Look['seen'], more: Partial<Look> = {}) =>
  judgeSeen({ profile: PROFILE, seen: of, settings: { budget: BUDGET }, now: NOW, ...more })
const feature = (name: string, change: (seen: SeenFeature) => SeenFeature, rows = 2000) => {
  const all = counted(rows)
  return { features: all.set(name, change(all.get(name)!)) }
}

describe('what is seen', () => {
  it('is steady where all is there, and says of what', () => {
    expect(judge(seen())).toMatchObject({
      state: 'steady',
      release: 'v1',
      environment: 'production',
      since: '2026-05-19T12:00:00.000Z',
      until: '2026-05-20T12:00:00.000Z',
      rows: 2000,
    })
  })

  it.each([
    ['nothing, and why', { failed: 'Prometheus: it answers 503' }, 'Prometheus: it answers 503'],
    [
      'what is old',
      { ...seen(), asOf: NOW - STALE_MS - 1 },
      'the counts are of 2026-05-20 11:54 UTC and none are newer',
    ],
    ['what is of tomorrow', { ...seen(), asOf: NOW + STALE_MS + 1 }, 'ahead of the clock here'],
  ])('is unknown where it is %s', (_, of, why) => {
    const verdict = judge(of)

    expect(verdict).toMatchObject({ state: 'unknown', features: [], rows: 0 })
    expect(verdict.unseen).toContain(why)
  })

  it.each<[string, Changes, string]>([
    [
      'a bin is missing',
      { shift: feature('age', one => ({ counts: one.counts.with(3, undefined) })) },
      '1 bin of its 12 (`3`) is not in the answer',
    ],
    [
      'a count is NaN',
      { shift: feature('age', one => ({ counts: one.counts.with(0, Number.NaN) })) },
      'its counts are no numbers of rows: `0` has NaN',
    ],
    [
      'a count went down, and no restart is told',
      { shift: feature('age', one => ({ counts: one.counts.with(0, -3) })) },
      '`0` has -3',
    ],
    [
      'a count is half a row',
      { shift: feature('age', one => ({ counts: one.counts.with(0, 1.5) })) },
      '`0` has 1.5',
    ],
    [
      'a count is more rows than there are',
      { shift: feature('age', one => ({ counts: one.counts.with(0, Number.MAX_SAFE_INTEGER) })) },
      '`0` has 9007199254740991',
    ],
    [
      'it is counted in other bins',
      { shift: feature('age', one => ({ ...one, strange: ['10'] })) },
      'it is counted in other bins than the profile has (`10`)',
    ],
    ['it has more bins', { shift: feature('age', one => ({ counts: [...one.counts, 0] })) }, 'in other bins'],
    [
      'a bin was first seen in the window',
      { shift: feature('age', one => ({ ...one, fresh: ['7'] })) },
      'a bin of it (`7`) was not there when the window began',
    ],
    [
      'it is missing where breakage is looked for',
      { breakage: feature('age', one => ({ counts: one.counts.with(3, undefined) }), 100) },
      'is not in the answer',
    ],
  ])('is unknown in a feature where %s, and the others are judged', (_, changes, why) => {
    const verdict = judge(seen(changes))

    expect(verdict.state).toBe('unknown')
    expect(verdict.features.map(one => [one.name, one.state])).toEqual([
      ['age', 'unknown'],
      ['income', 'steady'],
      ['plan', 'steady'],
    ])
    expect(verdict.features[0]!.reason).toContain(why)
  })

  it('is unknown in a feature that is not there at all', () => {
    const features = counted(2000)
    features.delete('plan')

    expect(judge(seen({ shift: { features } })).features[2]).toMatchObject({
      state: 'unknown',
      reason: 'it was not counted: there are no counts of it',
    })
  })

  it('is critical all the same where what is known of a doubtful feature is so', () => {
    const changes = {
      shift: feature('age', ({ counts }) => ({ counts: counts.with(9, 1700), fresh: ['9'] })),
    }

    expect(judge(seen(changes))).toMatchObject({
      state: 'critical',
      features: [{ state: 'critical' }, {}, {}],
    })
  })
})

describe('rows without an answer', () => {
  const prediction = {
    type: 'category' as const,
    categories: ['0', '1'],
    counts: [6000, 4000],
    missing: 0,
    pooled: 0,
  }
  const profile: ModelProfile = { ...PROFILE, prediction }
  const answered = (rows: number, predicted: number) => {
    const counts = [0.6 * predicted, 0.4 * predicted, 0, 0].map(Math.round)
    return { features: counted(rows).set('__prediction__', { counts }) }
  }
  const at = (day: number, hour: number) => {
    const verdict = judge(seen({ shift: answered(2000, day), breakage: answered(100, hour) }), { profile })
    return { ...verdict, prediction: verdict.features.find(({ name }) => name === '__prediction__')! }
  }

  it.each([
    ['in the last hour', 1900, 0],
    ['in the last half hour', 1950, 50],
    ['since a good part of the day', 1700, 100],
    ['but a few', 10, 0],
  ])('are broken, as where the value is missing in a file: %s', (_, day, hour) => {
    const { state, kind, prediction } = at(day, hour)

    expect([state, kind]).toEqual(['critical', 'breakage'])
    expect(prediction).toMatchObject({ state: 'critical', reason: 'its values are missing more often' })
    expect(prediction.rows).toBe(2000)
  })

  it('are steady where hardly any has none, and unknown where all have none, with what to do', () => {
    expect(at(2000, 100).state).toBe('steady')
    expect(at(1995, 99).state).toBe('steady')
    const never = at(0, 0)
    expect(never.state).toBe('unknown')
    expect(never.prediction.reason).toBe(
      'none of 2,000 rows has one: send it with the features, or give it the importance 0',
    )
    expect(judge(seen({ shift: answered(0, 0), breakage: answered(0, 0) }), { profile }).state).toBe(
      'unknown',
    )
  })
})

describe('outcomes', () => {
  const scored: ModelProfile = {
    ...PROFILE,
    score: { edges: [0.5], means: [0.2, 0.8], labels: { '0': [4000, 1000], '1': [1000, 4000] } },
  }
  const told = (bins: number[]) =>
    judge(seen({ shift: { labels: new Map([['0', [400, 100]]]).set('1', bins) } }), { profile: scored })

  it('are judged where they are whole', () => {
    expect(told([100, 400])).toMatchObject({ concept: { state: 'steady', outcomes: 1000 } })
  })

  it.each([
    ['NaN', Number.NaN],
    ['below 0', -1],
    ['half a row', 1.5],
    ['endless', Number.POSITIVE_INFINITY],
    ['more than there are', Number.MAX_SAFE_INTEGER],
  ])('are not judged where a count is %s, and that is said', (_, count) => {
    const { concept, notes } = told([count, 400])

    expect(concept).toBeUndefined()
    expect(notes).toEqual([expect.stringContaining('Outcomes are not judged')])
  })

  it('are judged at the greatest counts that a profile may have', () => {
    const most = new Array<number>(100).fill(1e12)
    const score = {
      edges: most.slice(1).map((_, edge) => edge),
      means: most,
      labels: { '0': most, '1': most },
    }
    const profile = parseProfile(Buffer.from(renderProfile({ ...PROFILE, score })), 'p.json')
    const shift = { labels: new Map([['0', most]]).set('1', most) }

    expect(judge(seen({ shift }), { profile }).concept).toMatchObject({ state: 'steady', gap: 0 })
  })
})

describe('silence', () => {
  const silent = { quiet: { events: events(0) } }

  it.each([
    [
      'breakage while requests go on',
      { value: 12 },
      'critical',
      'no row was counted for 2 hours, and requests go on',
    ],
    ['unknown where nothing tells', undefined, 'unknown', 'name their query, `requests`'],
    [
      'unknown where the second source fails',
      { failed: 'Prometheus: it answers 503' },
      'unknown',
      'it answers 503',
    ],
  ])('is %s', (_, requests, state, why) => {
    const verdict = judge(seen(silent), requests && { requests })

    expect(verdict.state).toBe(state)
    expect(verdict.flow).toMatchObject({ what: 'silence', state, reason: expect.stringContaining(why) })
    expect(verdict.kind).toBe(state === 'critical' ? 'breakage' : undefined)
  })

  it.each<[rows: string, requests: number, state: string, why: string | undefined]>([
    ['a twentieth of them', 2000, 'critical', '101 rows were counted of 2,000 requests'],
    ['as many as asked for', 200, 'steady', undefined],
    ['a few less, as chance may have it', 260, 'steady', undefined],
    ['more, as of batches', 10, 'steady', undefined],
    ['some, and requests are none', 0, 'steady', undefined],
  ])('is breakage by volume where rows are too few for the requests: %s', (_, requests, state, why) => {
    const { flow, kind } = judge(seen(), { volume: { least: 0.5, requests: { value: requests } } })

    expect(flow?.state ?? 'steady').toBe(state)
    expect(kind).toBe(why && 'breakage')
    expect(flow?.reason).toEqual(why && expect.stringContaining(why))
  })

  it('is unknown by volume where nobody tells how many requests there were', () => {
    const { state, flow } = judge(seen(), { volume: { least: 0.5, requests: { failed: 'it answers 503' } } })

    expect(state).toBe('unknown')
    expect(flow!.reason).toBe('whether all requests are counted is not known: it answers 503')
  })

  it('is none where there are no requests either, nor where rows come', () => {
    expect(judge(seen(silent), { requests: { value: 0 } }).state).toBe('steady')
    expect(judge(seen(), { requests: { value: 12 } }).flow).toBeUndefined()
  })

  it('is none where nobody has counted for so long', () => {
    const quiet = { events: events(0), since: NOW - 30 * 60_000 }
    expect(judge(seen({ quiet }), { requests: { value: 12 } }).flow).toBeUndefined()
  })

  it('is breakage where a tenth of what comes cannot be counted, whatever keeps it from that', () => {
    const changes = { breakage: { events: events(100, 20) } }
    expect(judge(seen(changes)).flow).toBeUndefined()
    expect(judge(seen({ breakage: { events: events(1000, 40) } })).flow).toBeUndefined()
    expect(judge(seen({ breakage: { events: events(100, 40) } }))).toMatchObject({
      state: 'critical',
      kind: 'breakage',
      flow: { what: 'uncounted', reason: expect.stringContaining('40 of 140 events are not counted') },
    })
    const several = {
      counted: 100,
      mismatch: 5,
      rejected: 10,
      late: 10,
      dropped: 10,
      unpaired: 20,
      duplicate: 9,
    }
    expect(judge(seen({ breakage: { events: new Map(Object.entries(several)) } })).flow!.reason).toBe(
      '55 of 155 events are not counted: 20 have no answer, or no request, 10 cannot be read, 10 are more than an hour late, or ahead of the clock, 10 found no room, 5 do not have the features of the profile',
    )
  })

  it.each([[undefined], [{ value: 0 }], [{ value: 12 }]])(
    'is no silence where all that comes cannot be counted, whatever tells of requests (%j)',
    requests => {
      const all = { events: events(0, 400) }
      const verdict = judge(seen({ quiet: all, breakage: all }), requests && { requests })

      expect(verdict).toMatchObject({ state: 'critical', kind: 'breakage', flow: { what: 'uncounted' } })
    },
  )
})
