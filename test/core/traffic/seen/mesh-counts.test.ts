import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeshRules } from '../../../../src/core/traffic/canary/verdict.ts'
import { meshCountsOf, noBoundWords, whyNotNow } from '../../../../src/core/traffic/seen/mesh-counts.ts'
import { gridOf, meshBoundsQuery, meshQuery } from '../../../../src/core/traffic/seen/mesh-query.ts'
import { countedAfter } from '../../../../src/core/traffic/seen/positive-steps.ts'
import { type CounterSeries, readCounters } from '../../../../src/core/traffic/seen/range-answer.ts'
import { cases } from '../../../support/rounds.ts'

/** What the proxies of a mesh have counted of two arms, out of the series that a Prometheus has of them. */

const NOW = Date.UTC(2026, 4, 20, 12)
const MINUTE = 60_000
const SINCE = NOW - 60 * MINUTE
const GRID = { step: 60, start: SINCE - 2 * MINUTE, end: NOW }
const MESH: MeshRules = {
  series: 'istio',
  arms: {
    champion: {
      version: 'r41',
      labels: {
        reporter: 'source',
        destination_workload: '{model}-champion',
        destination_version: '{version}',
      },
    },
    challenger: {
      version: 'r42',
      labels: {
        reporter: 'source',
        destination_workload: '{model}-challenger',
        destination_version: '{version}',
      },
    },
  },
  slow: 250,
}
const OF = { model: 'churn', environment: 'production', mesh: MESH }

type More = Record<string, string>

/** A counter that has these values, minute after minute, from `from` minutes after the start on. */
function counter(labels: More, values: readonly number[], from = -2): CounterSeries {
  return {
    labels: { __name__: 'a', pod: 'gateway-1', assay_count: 'requests', response_code: '200', ...labels },
    points: values.map((value, at) => [SINCE + (from + at) * MINUTE, value] as const),
  }
}
const champion = (values: readonly number[], more: More = {}, from?: number) =>
  counter({ assay_arm: 'champion', ...more }, values, from)
const challenger = (values: readonly number[], more: More = {}, from?: number) =>
  counter({ assay_arm: 'challenger', ...more }, values, from)
const bucket = (le: string, values: readonly number[], more: More = {}, from?: number) =>
  challenger(values, { assay_count: 'buckets', le, ...more }, from)

const NO_SLOW: MeshRules = { series: MESH.series, arms: MESH.arms }
const counted = (series: readonly CounterSeries[], mesh: MeshRules = NO_SLOW) =>
  meshCountsOf(series, mesh, { since: SINCE, grid: GRID })
const requestsOf = (series: readonly CounterSeries[]) => {
  const told = counted(series)
  return 'champion' in told ? told.champion.requests : told
}

/** A minute of a process that counts two things: what came, whether it began anew before that, and whether it was read then. */
const MINUTES = fc.array(
  fc.record({
    came: fc.tuple(fc.nat(50), fc.nat(50)),
    isAnew: fc.nat(5).map(of => of === 0),
    isRead: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
)

describe('counters over time', () => {
  it('are what came since, to the request, wherever a process began anew and whatever was not read', () => {
    fc.assert(
      fc.property(MINUTES, fc.nat(59), (minutes, since) => {
        let values = [1000, 700]
        let isHidden = false
        const truth = [0, 0]
        const readings = minutes.flatMap(({ came, isAnew, isRead }, at) => {
          const after = came.map((one, which) => one + (isAnew ? 0 : values[which]!))
          // Where all of it has more at once than before, nobody can see that it began anew.
          isHidden ||= isAnew && after.every((value, which) => value >= values[which]!)
          values = after
          if (at > since) for (const which of [0, 1]) truth[which]! += came[which]!
          // What comes between the last reading of a process and its end nobody can know.
          return isRead || isAnew || at === since || minutes[at + 1]?.isAnew || at === minutes.length - 1
            ? [{ at, values: after }]
            : []
        })
        const told = countedAfter(readings, since, 2)
        if (readings[0]!.at > since) return
        if (!isHidden) expect(told).toEqual(truth)
        for (const which of [0, 1]) expect(told[which]).toBeLessThanOrEqual(truth[which]!)
      }),
      cases(500),
    )
  })

  it('count from 0 where they were not there before, and lose nothing where they were not read', () => {
    expect(requestsOf([champion([7, 9, 12], {}, 5)])).toBe(12)
    expect(
      requestsOf([
        {
          ...champion([]),
          points: [
            [SINCE - MINUTE, 100],
            [SINCE + 30 * MINUTE, 160],
          ],
        },
      ]),
    ).toBe(60)
    // What was counted before is not of it, however it was read.
    expect(requestsOf([champion([100, 110, 120, 130, 140])])).toBe(20)
    expect(requestsOf([champion([100, 110, 120, 4, 10])])).toBe(10)
  })

  it('are read twice where two series of one proxy rise together, and that is told', () => {
    const [one, other] = ['http-envoy-prom', 'merged'].map(job =>
      challenger([0, 0, 0, 5, 9], { job, instance: `10.0.0.1:${job.length}` }),
    )
    expect(counted([one!, other!])).toEqual({
      failed:
        'two series are of the same proxy and count the same (job http-envoy-prom and merged): name a label that one of them has in `mesh`, such as `job`, or let Prometheus read one of them alone',
    })
    // What rose together before is of no account, and is counted by neither.
    const before = ['a', 'b'].map(job => challenger([0, 5, 9, 9, 9], { job }))
    expect(counted(before)).toMatchObject({ challenger: { requests: 0 } })
    // A pod of the same name at another address comes after it.
    const [first, second] = [
      challenger([0, 0, 0, 5], { instance: 'a' }),
      challenger([3, 8], { instance: 'b' }, 3),
    ]
    expect(counted([first!, second!])).toMatchObject({ challenger: { requests: 13 } })
    // Two proxies.
    expect(counted([one!, challenger([0, 0, 0, 5, 9], { pod: 'gateway-2' })])).toMatchObject({
      challenger: { requests: 18 },
    })
  })
})

describe('a proxy that is read twice', () => {
  const RISE = Array.from({ length: 60 }, (_, at) => 1000 + 10 * at)
  /** As a reader has it that comes every two minutes, so many minutes later than the other. */
  const later = (by: number) => RISE.map((_, at) => RISE[Math.max(0, Math.floor((at - by) / 2) * 2)]!)

  it.each<[string, More, More]>([
    ['two jobs alone', { job: 'a' }, { job: 'b' }],
    ['a label that one job adds', { job: 'a', app: 'churn' }, { job: 'b' }],
    [
      'another name of the pod',
      { pod: '', kubernetes_pod_name: 'p', instance: '10.0.0.1:15020' },
      { pod: 'p', instance: '10.0.0.1:15090' },
    ],
    [
      'two ports of an address',
      { pod: '', instance: '10.0.0.1:15020' },
      { pod: '', instance: '10.0.0.1:15090' },
    ],
    [
      'two spellings of a bound',
      { assay_count: 'buckets', le: '250' },
      { assay_count: 'buckets', le: '250.0', job: 'b' },
    ],
  ])('is told by %s, whenever each of the two comes', (_, one, other) => {
    const labels = (more: More) => (more.pod === '' ? withoutPod(more) : more)
    for (const by of [0, 1]) {
      const told = counted([of(labels(one), later(0)), of(labels(other), later(by))])
      expect(told).toEqual({ failed: expect.stringMatching(/^two series are of the same proxy and count/) })
    }
  })

  it('is none that is another pod, another address, another caller, or counts otherwise', () => {
    const pairs: [More, More][] = [
      [{ grpc_response_status: '0' }, {}],
      [{ pod: 'a' }, { pod: 'b' }],
      [{ instance: '10.0.0.1:15090' }, { instance: '10.0.0.2:15090' }],
      [
        { source_workload: 'a', job: 'a' },
        { source_workload: 'b', job: 'b' },
      ],
      [
        { response_code: '200', job: 'a' },
        { response_code: '404', job: 'b' },
      ],
    ]
    for (const [one, other] of pairs)
      expect(counted([of(withoutPod(one), RISE), of(withoutPod(other), RISE)])).toHaveProperty('challenger')
    const [slower, same] = [RISE.map(value => Math.round(value / 2)), { instance: '10.0.0.1:1' }]
    expect(
      counted([of(withoutPod(same), RISE), of(withoutPod({ instance: '10.0.0.1:2' }), slower)]),
    ).toHaveProperty('challenger')
  })

  function withoutPod(more: More): More {
    return { ...more, pod: more.pod || undefined! }
  }

  /** Labels that are undefined are not there. */
  function of(labels: More, values: readonly number[]): CounterSeries {
    const { labels: all, points } = challenger(values, labels)
    return {
      labels: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
      points,
    }
  }
})

describe('the series of a mesh', () => {
  it('say how many requests of each arm failed, by HTTP and by gRPC', () => {
    const told = counted([
      champion([10, 10, 10, 100]),
      champion([1, 1, 1, 3], { response_code: '503' }),
      champion([1, 1, 1, 5], { response_code: '404' }),
      champion([0, 0, 0, 7], { response_code: '200', grpc_response_status: '13' }),
      champion([0, 0, 0, 2], { response_code: '200', grpc_response_status: '5' }),
      challenger([4], { response_code: '500' }, 20),
    ])

    expect(told).toEqual({
      champion: { requests: 105, errors: { events: 9, units: 105 } },
      challenger: { requests: 4, errors: { events: 4, units: 4 } },
    })
  })

  it('say it of Envoy by the class of the status', () => {
    const mesh: MeshRules = { series: 'envoy', arms: MESH.arms }
    const of = (envoy_response_code_class: string, values: number[]) =>
      challenger(values, { envoy_response_code_class })
    expect(counted([of('2', [0, 0, 0, 50]), of('5', [0, 0, 0, 3])], mesh)).toMatchObject({
      challenger: { requests: 53, errors: { events: 3, units: 53 } },
      champion: { requests: 0 },
    })
  })

  it.each([
    ['250', '250'],
    ['250.0', '250.0'],
    ['250', '250.0'],
    ['2.5e+02', '2.5e+02'],
  ])('say how many answers are slow, whether the bound is written %s or, later, %s', (before, later) => {
    const told = counted(
      [
        challenger([0, 0, 0, 60]),
        bucket(before, [10, 10, 10, 30]),
        bucket('+Inf', [11, 11, 11, 33, 46]),
        bucket(later, before === later ? [41] : [41], {}, 2),
        bucket('500', [11, 11, 11, 33, 46]),
      ].map(one => one),
      MESH,
    )

    expect(told).toMatchObject({ challenger: { latency: { events: 4, units: 35 } } })
  })

  it('begin anew together: no answer is slow because a proxy was restarted', () => {
    const told = counted([bucket('250', [90, 90, 90, 60]), bucket('+Inf', [100, 100, 100, 120])], MESH)

    expect(told).toMatchObject({ challenger: { latency: { events: 60, units: 120 } } })
  })

  it('do not begin anew where of the last scrape one bucket is there already and the other is not', () => {
    const upTo = bucket('250', [880, 890, 900, 990, 1090])
    const told = counted([upTo, bucket('+Inf', [978, 989, 1000, 1100, 1195])], MESH)

    expect(told).toMatchObject({ challenger: { latency: { events: 5, units: 195 } } })
    expect(counted([bucket('250', [0, 0, 0, 5]), bucket('+Inf', [9, 9, 9, 13])], MESH)).toEqual({
      failed: 'a bucket has more answers than the one above it of the challenger',
    })
  })

  it('tell nothing where they are there in part', () => {
    const all = bucket('+Inf', [11, 11, 11, 33])
    expect(counted([all], MESH)).toEqual({ noBound: 'challenger' })
    expect(counted([all, bucket('250', [10, 10, 10])], MESH)).toEqual({
      failed: 'a histogram is there in part of the challenger',
    })
    expect(counted([all, bucket('250', [10, 10, 10, 34])], MESH)).toEqual({
      failed: 'a bucket has more answers than the one above it of the challenger',
    })
    // Of two pods, one has other buckets.
    const two = [all, bucket('250', [1, 1, 1, 2]), bucket('+Inf', [1, 1, 1, 9], { pod: 'gateway-2' })]
    expect(counted(two, MESH)).toEqual({ noBound: 'challenger' })
  })

  it('name the bounds that there are where one is missing', () => {
    const samples = ['500.0', '+Inf', '0.5', '100', '1e3', '100.0'].map(le => ({ labels: { le }, value: 3 }))
    expect(noBoundWords(samples, { noBound: 'champion' }, MESH)).toBe(
      'no bucket of the champion ends at 250 ms; there are 0.5, 100, 500, 1000: let `latency_ms` be one of them from the next start on',
    )
    expect(noBoundWords([], { noBound: 'champion' }, MESH)).toMatch(/; there are none$/)
  })

  it('are of now only where both arms were read a moment ago, by a clock that is right', () => {
    const counts = counted([champion([0, 0, 0, 9]), challenger([0, 0, 0, 9])])
    if (!('champion' in counts)) throw new Error('no counts')
    const read = (champion: number, challenger: number) =>
      whyNotNow(
        [
          { labels: { assay_arm: 'champion', assay_count: 'requests' }, value: (NOW + champion) / 1000 },
          { labels: { assay_arm: 'challenger', assay_count: 'requests' }, value: (NOW + challenger) / 1000 },
        ],
        { mesh: NO_SLOW, counts },
        NOW,
      )

    expect(read(-20_000, 30_000)).toBeUndefined()
    expect(read(-20_000, -4 * MINUTE)).toMatch(/^it has read istio_requests_total of the challenger last at /)
    expect(read(2 * MINUTE, -20_000)).toMatch(/of the champion|a time to come: set the clocks$/)
    expect(read(Number.NaN, 0)).toMatch(/does not say when/)
    expect(whyNotNow([], { mesh: NO_SLOW, counts }, NOW)).toMatch(/of the champion any more$/)
    // Where an arm has no requests, that is what is told.
    const none = { champion: { requests: 0 }, challenger: { requests: 0 } }
    expect(whyNotNow([], { mesh: NO_SLOW, counts: none }, NOW)).toBeUndefined()
  })
})

describe('what Prometheus is asked', () => {
  it('is of both arms, with what their labels are filled with', () => {
    expect(meshQuery(OF)).toContain(
      'istio_requests_total{reporter="source",destination_workload="churn-challenger",destination_version="r42"}',
    )
    expect(meshQuery(OF)).toContain('le=~"250(\\\\.0*)?|2\\\\.5[eE]\\\\+?0*2|\\\\+Inf"')
    expect(meshBoundsQuery(OF)).not.toContain('le=~')
  })

  it('is no more than some thousand instants, and begins two minutes before', () => {
    for (const days of [0.001, 1, 7, 366]) {
      const since = NOW - days * 86_400_000
      const { start, end, step } = gridOf(since, NOW)
      // What was read last may be there in part.
      expect(end).toBe(NOW - 60_000)
      expect((end - start) / 1000 / step).toBeLessThanOrEqual(2501)
      expect(start).toBeLessThanOrEqual(since - 120_000)
      expect((end - start) % (step * 1000)).toBe(0)
    }
  })
})

describe('what Prometheus answers', () => {
  const matrix = (values: unknown, more: object = {}) => ({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: { a: 'b' }, values }] },
    ...more,
  })

  it('is read as counters', () => {
    expect(
      readCounters(
        matrix([
          [1.5, '3'],
          [2, '1e3'],
        ]),
      ),
    ).toEqual({
      series: [
        {
          labels: { a: 'b' },
          points: [
            [1500, 3],
            [2000, 1000],
          ],
        },
      ],
    })
  })

  it.each<[string, unknown, RegExp]>([
    ['NaN', matrix([[1, 'NaN']]), /^it has NaN where a counter/],
    ['a fraction', matrix([[1, '0.5']]), /^it has 0.5 where/],
    ['infinity', matrix([[1, '+Inf']]), /^it has \+Inf where/],
    ['less than nothing', matrix([[1, '-1']]), /^it has -1 where/],
    ['nothing', matrix([[1, '']]), /^it has {2}where/],
    [
      'times that go back',
      matrix([
        [2, '1'],
        [1, '2'],
      ]),
      /times that do not go on$/,
    ],
    ['a part', matrix([], { warnings: ['a store is down'] }), /^it answers in part: a store is down$/],
    ['an error', { status: 'error', error: 'too many points' }, /^it answers: too many points$/],
    ['another type', { status: 'success', data: { resultType: 'vector', result: [] } }, /something else/],
    ['no samples', matrix([[1]]), /something else/],
    ['no text', matrix([[1, 3]]), /something else/],
    ['something else', '<html>', /none of its API/],
  ])('is nothing where it is %s', (_, answer, words) => {
    expect(readCounters(answer)).toEqual({ failed: expect.stringMatching(words) })
  })

  it('is never a number that nobody has counted, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const read = readCounters(matrix(value))
        for (const { points } of 'series' in read ? read.series : [])
          for (const [, number] of points) expect(Number.isSafeInteger(number) && number >= 0).toBe(true)
      }),
      cases(200),
    )
  })
})
