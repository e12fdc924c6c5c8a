import { describe, expect, it } from 'vitest'
import { judgeTraffic, type Traffic } from '../../../../src/core/traffic/drift/judge.ts'
import { PROFILE, tenOf, windowOf } from './profiles.ts'

const BUDGET = { alarms: 1, days: 30 }

function judged(shift: Traffic['shift'], more: Partial<Traffic> = {}) {
  const verdict = judgeTraffic({ profile: PROFILE, shift, budget: BUDGET, ...more })
  return { ...verdict, of: (name: string) => verdict.features.find(one => one.name === name)! }
}

/** Income, half a standard deviation up: what the shares of ten equal bins become. */
const HALF = [37, 55, 66, 75, 85, 95, 107, 122, 148, 210]
const halfUp = (rows: number) => [...HALF.map(share => Math.round((share * rows) / 1000)), 0, 0]

describe('live rows against a profile', () => {
  it('are steady where they are shared out as it is', () => {
    const { state, kind, features } = judged(windowOf(1000))

    expect(state).toBe('steady')
    expect(kind).toBeUndefined()
    expect(features.map(one => one.state)).toEqual(['steady', 'steady', 'steady'])
  })

  it('have shifted where one feature has, and it says from what to what', () => {
    const { state, kind, of } = judged(windowOf(1000, { income: halfUp(1000) }))

    expect([state, kind]).toEqual(['critical', 'shift'])
    expect(of('income').changes[0]).toEqual({ bin: '9 and above', from: 0.1, to: 0.21 })
    expect(of('age').state).toBe('steady')
  })

  it('are warned of where a change is certain and small', () => {
    const rows = 20_000
    const income = [...[82, 92, 95, 98, 99, 101, 103, 106, 109, 115].map(share => share * 20), 0, 0]
    const { state, kind, of } = judged(windowOf(rows, { income }))

    expect([state, kind]).toEqual(['warn', 'shift'])
    expect(of('income').psi).toBeLessThan(0.1)
  })

  it('are warned of where all values move a little one way, each bin by less than chance moves it', () => {
    // 0.06 standard deviations up: chi-square alone is not certain of it.
    const income = [1797, 1875, 1917, 1951, 1981, 2011, 2044, 2079, 2126, 2219, 0, 0]
    const { of } = judged(windowOf(20_000, { income }))

    expect(of('income').state).toBe('warn')
    expect(of('income').p).toBeGreaterThan(1e-4)
    expect(of('income').rankP).toBeLessThan(1e-5)
    expect(of('plan').rankP).toBeUndefined()
  })

  it('cannot be told when they are few, and it says how many are needed, which are then enough', () => {
    const { state, features } = judged(windowOf(60))
    expect(state).toBe('unknown')
    const needed = Math.max(
      ...features.map(({ reason }) => Number(/too few to tell: (\d+) are needed/.exec(reason!)?.[1])),
    )

    expect(needed).toBeGreaterThan(100)
    expect(judged(windowOf(Math.ceil(needed / 100) * 100)).state).toBe('steady')
  })

  it('cannot be told against a profile of few rows, however many they are', () => {
    const features = PROFILE.features.map(feature =>
      feature.name === 'income' ? { ...feature, counts: tenOf(5) } : feature,
    )
    const profile = { ...PROFILE, features: features as typeof PROFILE.features }
    const { of } = judged(windowOf(50_000), { profile })

    expect(of('income')).toMatchObject({
      state: 'unknown',
      reason: '50 rows of the profile are too few to tell, however many are live: evaluate on more',
    })
  })

  it.each([
    [3000, 3],
    [100_000, 1],
    [20_000, 12],
    [3000, 0],
  ])('are told of a feature that is nearly always the same in %i rows, %i apart', (rows, others) => {
    const type = 'category' as const
    const plan = {
      name: 'plan',
      type,
      categories: ['basic'],
      pooled: 0,
      counts: [rows - others],
      missing: others,
    }
    const features = [plan]
    const profile = { ...PROFILE, rows, features }
    const at = (live: number, missing: number) =>
      judged(windowOf(live, { plan: [live - missing, missing, 0] }), { profile }).of('plan')
    const needed = Number(
      /too few to tell: ([\d,]+) are needed/.exec(at(100, 0).reason ?? '100')?.[1]?.replace(',', '') ?? 100,
    )

    expect(at(needed, 0).state).toBe('steady')
    expect(at(100_000, Math.round((100_000 * others) / rows)).state).toBe('steady')
    // What it says it would have seen.
    expect(at(needed, Math.ceil(needed / 4)).state).toBe('critical')
  })

  it('are unknown where a feature was not counted, or has no row, whatever the others are', () => {
    expect(judged(windowOf(1000, { income: undefined })).of('income')).toMatchObject({
      state: 'unknown',
      reason: 'it was not counted: the rows have no such column',
    })
    expect(judged(windowOf(0)).state).toBe('unknown')
    expect(judged(windowOf(1000, { income: undefined })).state).toBe('unknown')
    expect(judged(windowOf(1000, { income: undefined, age: [...tenOf(0), 1000, 0] })).state).toBe('critical')
  })

  it.each([
    ['missing', [...tenOf(0), 1000, 0], 'its values are missing more often'],
    ['missing in an eighth', [...tenOf(87), 130, 0], 'its values are missing more often'],
    ['no numbers', [...tenOf(10), 0, 900], 'its values are ones that the profile has no bin for'],
    ['partly no numbers', [...tenOf(87), 10, 120], 'its values are ones that the profile has no bin for'],
    ['all alike', [0, 0, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0], 'nearly all rows are in one bin, `3 to 4`'],
  ])('are broken, not shifted, where values are %s', (_, age, reason) => {
    const { state, kind, of } = judged(windowOf(1000, { age }))

    expect([state, kind]).toEqual(['critical', 'breakage'])
    expect(of('age').reason).toContain(reason)
  })

  it.each<[string, number, string, number[], string, string]>([
    ['a new category in a twentieth', 200, 'plan', [133, 57, 0, 10], 'critical', 'shift'],
    ['a new category in a fiftieth', 1000, 'plan', [684, 294, 0, 22], 'critical', 'shift'],
    ['no numbers in a twelfth', 400, 'income', [...tenOf(37), 0, 30], 'critical', 'breakage'],
    ['missing in a twelfth', 400, 'income', [...tenOf(37), 30, 0], 'critical', 'breakage'],
    ['of a bin that hardly had any', 400, 'rare', [200, 155, 45, 0, 0], 'critical', 'shift'],
    [
      'a new category in four rows, which may be of one sender',
      300,
      'plan',
      [207, 89, 0, 4],
      'steady',
      'shift',
    ],
    ['of a bin that hardly had any, by chance', 400, 'rare', [240, 159, 1, 0, 0], 'steady', 'shift'],
    ['of no bin of ten in a hundred any more', 20_000, 'few', [14_000, 6000, 0, 0, 0], 'critical', 'shift'],
  ])('are told of values that are %s', (_, rows, name, counts, state, kind) => {
    const category = (name: string, counts: number[]) => ({
      name,
      type: 'category' as const,
      categories: ['a', 'b', 'c'],
      counts,
      missing: 0,
      pooled: 0,
    })
    const known = PROFILE.features.map(one => (one.name === 'plan' ? { ...one, pooled: 0, missing: 0 } : one))
    const features = [...known, category('rare', [6000, 3985, 15]), category('few', [630, 270, 100])]
    const one = features.filter(feature => feature.name === name) as typeof PROFILE.features
    const { of } = judged(windowOf(rows, { [name]: counts }), { profile: { ...PROFILE, features: one } })

    expect(of(name)).toMatchObject({ state, kind })
    if (state === 'critical') expect(of(name).psi).toBeGreaterThan(0.1)
  })

  it('are never steady where the index is what must be seen, however few rows make it', () => {
    const categories = ['a', 'b', 'c']
    const at = (m: number, n: number, fresh: number) => {
      const shared = (rows: number) => [0.6, 0.3, 0.1].map(share => Math.round(share * rows))
      const one = { name: 'one', type: 'category' as const, categories, missing: 0, pooled: 0 }
      const profile = { ...PROFILE, rows: m, features: [{ ...one, counts: shared(m) }] }
      return judged(windowOf(n, { one: [...shared(n - fresh), 0, fresh] }), { profile }).of('one')
    }
    const all = [1000, 10_000, 100_000].flatMap(m =>
      [50, 100, 200, 1000, 20_000].flatMap(n =>
        Array.from({ length: 13 }, (_, step) => at(m, n, Math.min(n, Math.round(1.8 ** step)))),
      ),
    )

    expect(all.filter(({ psi, state }) => psi >= 0.25 && (state === 'steady' || state === 'warn'))).toEqual(
      [],
    )
    expect(all.filter(({ state, reason }) => state === 'unknown' && !reason)).toEqual([])
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['steady', 'warn', 'critical', 'unknown']))
    expect(all.find(({ reason }) => reason?.includes('more rows tell'))?.reason).toMatch(
      /^its stability index is 0\.\d\d, by bins that have too few rows to be sure of it: more rows tell$/,
    )
  })

  it('are broken where a few more values are missing and the others are what they were', () => {
    const { kind, of } = judged(windowOf(10_000, { age: [...tenOf(950), 500, 0] }))

    expect(kind).toBe('breakage')
    expect(of('age').state).toBe('warn')
  })

  it('are not broken where fewer values are missing than before', () => {
    const profile = { ...PROFILE, features: [{ ...PROFILE.features[0]!, counts: tenOf(900), missing: 1000 }] }
    const features = new Map([['age', [...tenOf(1000), 0, 0]]])

    expect(
      judgeTraffic({ profile: profile as typeof PROFILE, shift: { minutes: 1440, features }, budget: BUDGET })
        .kind,
    ).toBe('shift')
  })

  it('are broken within the hour, though the day does not show it yet', () => {
    const breakage = { ...windowOf(40, { age: [...tenOf(0), 40, 0] }), minutes: 60 }
    const { state, kind } = judged(windowOf(1000), { breakage })

    expect([state, kind]).toEqual(['critical', 'breakage'])
  })

  it('believe no breakage that chance shows at so few rows', () => {
    const breakage = { ...windowOf(3, { plan: [3, 0, 0, 0] }), minutes: 60 }

    expect(judged(windowOf(1000), { breakage }).state).toBe('steady')
  })

  it('are never judged by what has the importance 0, and it is shown', () => {
    const importance = new Map([['income', 0]])
    const { state, of } = judged(windowOf(1000, { income: halfUp(1000) }), { importance })

    expect(state).toBe('steady')
    expect(of('income').reason).toContain('importance is 0')
  })

  it('are weighed as the release says, and else as a file does that is named', () => {
    const windows = windowOf(1000, { income: halfUp(1000) })
    const released = { ...PROFILE, importance: { income: 0 } }

    expect(judged(windows, { profile: released }).state).toBe('steady')
    expect(judged(windows, { profile: released, importance: new Map([['age', 0]]) }).state).toBe('critical')
  })

  it('alarm earlier by what matters more', () => {
    const cutOff = (importance?: ReadonlyMap<string, number>) =>
      judged(windowOf(1000), { importance }).of('income').cutOff!

    expect(cutOff(new Map(Object.entries({ income: 0.9, age: 0.05, plan: 0.05 })))).toBeLessThan(cutOff())
  })

  it('need more where fewer false alarms are allowed', () => {
    const cutOff = (alarms: number, days: number) =>
      judged(windowOf(1000), { budget: { alarms, days } }).of('income').cutOff!

    expect(cutOff(1, 365)).toBeGreaterThan(cutOff(1, 30))
    expect(cutOff(1, 30)).toBeGreaterThan(cutOff(1, 7))
    expect(cutOff(4, 120)).toBeCloseTo(cutOff(1, 30), 2)
  })
})

describe('outcomes against the accepted evaluation', () => {
  const edges = [0.2, 0.4, 0.6, 0.8]
  const score = {
    edges,
    means: [0.1, 0.3, 0.5, 0.7, 0.9],
    labels: { '0': [1800, 1400, 1000, 600, 200], '1': [200, 600, 1000, 1400, 1800] },
  }
  const profile = { ...PROFILE, score }
  const of = (negative: number[], positive: number[]) => {
    const labels = new Map([
      ['0', negative],
      ['1', positive],
    ])
    const scores = Float64Array.from([...negative.map((count, bin) => count + positive[bin]!), 0, 0])
    const shift = windowOf(2000)
    const features = new Map([...shift.features, ['__score__', scores]])
    const concept = { minutes: 10_080, features, labels }
    return judgeTraffic({ profile, shift: { ...shift, features }, concept, budget: BUDGET })
  }

  it.each([
    ['mean nothing any more', () => 20],
    ['mean it twice as often', (accepted: number) => 2 * accepted],
  ])('of a class of one in a hundred change concept where scores %s', (_, now) => {
    const accepted = [2, 6, 12, 26, 54]
    const labels = (positive: number[]) => ({ '0': positive.map(count => 2000 - count), '1': positive })
    const rare = { ...PROFILE, score: { ...score, labels: labels(accepted) } }
    const live = new Map(Object.entries(labels(accepted.map(now))))
    const judge = (outcomes: ReadonlyMap<string, number[]>) =>
      judgeTraffic({
        profile: rare,
        shift: { minutes: 1440, features: new Map() },
        concept: { minutes: 10_080, features: new Map(), labels: outcomes },
        budget: BUDGET,
      }).concept!

    expect(judge(live).state).toBe('critical')
    expect(judge(new Map(Object.entries(labels(accepted)))).state).toBe('steady')
    expect(judge(new Map([['0', [100, 100, 100, 100, 100]]])).reason).toBe(
      '500 outcomes tell of no change of concept: 0 of them are 1, and about five must be expected',
    )
  })

  it('are a change of concept where the same scores mean something else', () => {
    const { state, kind, concept } = of([330, 280, 200, 120, 70], [70, 120, 200, 280, 330])

    expect([state, kind]).toEqual(['critical', 'concept'])
    expect(concept!.auc!.live).toBeLessThan(concept!.auc!.accepted)
  })

  it('are none where only the scores have shifted', () => {
    const { kind, concept } = of([180, 140, 200, 180, 80], [20, 60, 200, 420, 720])

    expect(kind).toBe('shift')
    expect(concept!.state).toBe('steady')
  })

  it('say nothing while they are few', () => {
    const { state, concept } = of([9, 7, 5, 3, 1], [1, 3, 5, 7, 9])

    expect(concept).toMatchObject({ state: 'unknown', outcomes: 50 })
    expect(concept!.reason).toContain('300 are needed')
    expect(state).not.toBe('critical')
  })
})
